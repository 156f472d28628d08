"""NoteSending: the selected notes go to another track, by a menu or by a drag onto its row. GUI thread."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu

from studio.core.session import Session
from studio.core.track_edits import sent
from studio.ui.music.instruments import instrument_name
from studio.ui.music.pianoroll.roll import PianoRoll


class NoteSending(QObject):
    """Each is one undo step; the notes stay selected on the track where they go."""

    notice = Signal(str)

    def __init__(self, session: Session, roll: PianoRoll, choose: Callable[[int], None]) -> None:
        super().__init__(roll)
        self._session, self._roll, self._choose = session, roll, choose
        self.menu = QMenu(roll, objectName="send-notes-menu")

    @property
    def can_send(self) -> bool:
        return bool(self._roll.state.selection)

    def ask(self, copies: bool) -> None:
        """Pop up the other tracks, beside the first of the selected notes."""
        notes = self._roll.state.chosen
        if not notes:
            self.notice.emit(self.tr("Select the notes that are to go to another track."))
            return
        self.fill(copies).popup(self._place_of(notes[0].start_ticks, notes[0].pitch))
        self.menu.setActiveAction(self.menu.actions()[1])

    def fill(self, copies: bool) -> QMenu:
        """The menu of the other tracks, and of a new one."""
        state = self._roll.state
        self.menu.clear()
        heading = self.menu.addAction(
            self.tr("Copy the notes to") if copies else self.tr("Move the notes to")
        )
        heading.setEnabled(False)
        for number, track in enumerate(state.score.tracks):
            if number != state.track_index:
                words = f"{number + 1}  {track.name or instrument_name(track)}"
                self._add(words.replace("&", "&&"), number, copies)
        self._add(self.tr("A new track"), len(state.score.tracks), copies)
        return self.menu

    def send(self, target: int, copies: bool) -> None:
        """The selected notes, to a track; one past the last is a new one."""
        state, before = self._roll.state, self._session.score
        ids, source = state.selection, state.track_index
        if not ids or target == source:
            return
        name = before.tracks[target].name if target < len(before.tracks) else self.tr("a new track")
        label = self.tr("Copy notes to {0}") if copies else self.tr("Move notes to {0}")
        after = sent(before, source, ids, target, copies)
        if target == len(before.tracks):
            name = self.tr("Track {0}").format(target + 1)
            after = after.with_track(target, replace(after.track(target), name=name))
        there = {note.id for note in before.tracks[target].notes} if target < len(before.tracks) else set()
        self._session.change_score(after, label.format(name))
        self._choose(target)
        state.select({note.id for note in after.track(target).notes} - there)

    def _add(self, words: str, target: int, copies: bool) -> None:
        self.menu.addAction(words).triggered.connect(lambda: self.send(target, copies))

    def _place_of(self, ticks: int, pitch: int) -> QPoint:
        grid = self._roll.grid
        spot = self._roll.point_of(ticks, pitch)
        inside = QPoint(min(max(spot.x(), 0), grid.width() - 40), min(max(spot.y(), 0), grid.height() - 40))
        return grid.mapToGlobal(inside + QPoint(12, 12))
