"""LivePopover: a form whose effect on the notes shows and sounds while it is open. GUI thread.

Invariant: opening to closing is one undo step, or none where Esc took it back; whatever else changes the score in
between settles it as it stands.
"""

from collections.abc import Sequence
from time import monotonic

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from studio.core.exchange import exchanged
from studio.core.score import Note, Score
from studio.ui.music.pianoroll.fields import when_changed
from studio.ui.music.pianoroll.popover import Popover
from studio.ui.music.pianoroll.state import RollState

PREVIEW_MS = 20  # after the last movement of the hand, or as long as it takes where there are very many notes


class LivePopover(Popover):
    """Acts on the selected notes, or on all of the track. Subclasses say what becomes of them (`shaped`) and which
    `fields` it hangs on. What the fields hold stays for the next time, and for `once`."""

    def __init__(self, name: str, title: str, state: RollState, parent: QWidget) -> None:
        super().__init__(name, title, self.tr("Apply"), parent)
        self.state, self.label = state, title
        self.first: QWidget = self.take_button
        self.fields: tuple[QWidget, ...] = ()
        self._base, self._shown = Score(), Score()
        self._notes: tuple[Note, ...] = ()
        self._track, self._gesture = 0, ""
        self._soon = QTimer(self, singleShot=True, interval=PREVIEW_MS)
        self._soon.timeout.connect(self._show_effect)
        self.taken.connect(self._settle)
        self.left.connect(self._take_back)
        state.changed.connect(self._notice_others)

    def shaped(self, notes: tuple[Note, ...], score: Score) -> Sequence[Note]:
        """What the fields make of the notes; each keeps its id."""
        raise NotImplementedError

    def once(self) -> None:
        """As the fields are, without the form: one undo step."""
        self._begin()
        self._show_effect()
        self.state.end_gesture()

    def ask(self) -> None:
        """Open the form; its effect shows at once."""
        self.give_way()
        self._begin()
        count = len(self._notes)
        chosen = (
            self.tr("The selected notes: {0}")
            if self.state.chosen
            else self.tr("All notes of the track: {0}")
        )
        self.say(chosen.format(count))
        self.open(self.first)
        self._show_effect()

    def follow(self, *fields: QWidget) -> None:
        """What each of them holds is one of the form's amounts, and its changes show at once."""
        self.fields = fields
        for field in fields:
            when_changed(field, self.preview)

    def preview(self) -> None:
        """A field changed."""
        if not self.isHidden():
            self._soon.start()

    def give_way(self) -> None:
        self.take()

    def take(self) -> None:
        if self._soon.isActive():
            self._show_effect()
        super().take()

    # --- what happens to the score -----------------------------------------------------------------------

    def _begin(self) -> None:
        state = self.state
        state.end_gesture()
        self._base = self._shown = state.score
        self._notes, self._track = state.chosen or state.track.notes, state.track_index
        self._gesture = state.gesture_name(self.objectName())

    def _show_effect(self) -> None:
        self._soon.stop()
        started = monotonic()
        if self._notes:
            after = self.shaped(self._notes, self._base)
            self._put(exchanged(self._base, self._track, self._notes, after))
        self._soon.setInterval(max(PREVIEW_MS, round((monotonic() - started) * 1000)))

    def _put(self, score: Score) -> None:
        self._shown = score  # before the roll tells of the change
        self.state.commit(score, self.label, self._gesture)
        self._shown = self.state.score

    def _settle(self) -> None:
        self._soon.stop()
        self.state.end_gesture()

    def _take_back(self) -> None:
        self._soon.stop()
        self._put(self._base)
        self.state.end_gesture()

    def _notice_others(self) -> None:
        """Another hand changed the score, or went to another track: what shows is how it stays."""
        state = self.state
        if not self.isHidden() and (state.score is not self._shown or state.track_index != self._track):
            self._soon.stop()
            self.take()
