"""Surprise: how likely the model finds each note that stands, as colours on the roll and as a card beside a note.

GUI thread. Invariant: the model judges a copy; the score changes only when a person takes one of its alternatives.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.card import Card
from studio.core.messages import Failure, NoteScore, NotesScored, Reply, Request, ScoreNotesRequest
from studio.core.score import NoteId
from studio.core.session import Session
from studio.ui.music.pianoroll.roll import PianoRoll

REST_MS = 250


class Surprise(QObject):
    """Asks again, a moment after the last change, while it is switched on."""

    trouble = Signal(object)
    switched = Signal(bool)

    def __init__(
        self,
        session: Session,
        roll: PianoRoll,
        model: Callable[[], Card | None],
        submit: Callable[[Request], int],
    ) -> None:
        super().__init__(roll)
        self._session, self._roll, self._model, self._submit = session, roll, model, submit
        self.styles: Callable[[], tuple[tuple[str, float], ...]] = tuple
        self.is_on = False
        self._pending: tuple[int, tuple[NoteId, ...]] | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._ask)
        roll.note_card.swapped.connect(self._swap)
        roll.note_pressed.connect(self._show_card)

    def toggle(self) -> None:
        """Colour the notes, or let it be."""
        self.is_on = not self.is_on
        self._pending = None
        self._roll.state.show_scores({})
        self._roll.note_card.hide()
        if self.is_on:
            self._ask()
        self.switched.emit(self.is_on)

    def take_change(self) -> None:
        """The score, the track or what the model is told has changed."""
        if self.is_on:
            self._rest.start()

    def _ask(self) -> None:
        score, at, card = self._session.score, self._roll.state.track_index, self._model()
        notes = score.tracks[at].heard if at < len(score.tracks) else ()
        if card is None or not notes or not self.is_on:
            self._roll.state.show_scores({})
            return
        start = notes[0].start_ticks
        request = ScoreNotesRequest(
            card.id,
            notes,
            self.styles(),
            score.meter_at(start),
            score.key_at(start),
            chords=score.chords,
        )
        self._pending = (self._submit(request), tuple(note.id for note in notes))

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        if self._pending is None or getattr(reply, "serial", None) != self._pending[0]:
            return
        (_, ids), self._pending = self._pending, None
        if isinstance(reply, NotesScored):
            found = zip(ids, reply.scores, strict=True)
            self._roll.state.show_scores({note_id: score for note_id, score in found if score is not None})
        elif isinstance(reply, Failure):
            self.toggle()
            self.trouble.emit(reply.error)

    def _show_card(self, note_id: NoteId) -> None:
        """Say of a note that was clicked how likely it is, and what else it might be."""
        state = self._roll.state
        score: NoteScore | None = state.scores.get(note_id)
        note = next((note for note in state.track.notes if note.id == note_id), None)
        if note is None or score is None:
            self._roll.note_card.hide()
        else:
            self._roll.show_card(note, score)

    def _swap(self, note_id: NoteId, pitch: int) -> None:
        """Another pitch for a note, as one undo step."""
        score, at = self._session.score, self._roll.state.track_index
        note = next((note for note in score.track(at).notes if note.id == note_id), None)
        if note is not None:
            after = score.with_notes_replaced(at, [replace(note, pitch=pitch)])
            self._session.change_score(after, self.tr("Swap a note"))
            self._roll.state.auditioned.emit(pitch, note.velocity)
