"""Wayfinder: shows which of the six ways to ask are open and where they would write, and takes the one that is pressed.

GUI thread. Invariant: it asks only where its button is enabled; elsewhere it says why not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from studio.ui.music.compose.ask_buttons import ACCOMPANY, CHORDS, CONTINUE, HARMONISE, INFILL, VARY, Way
from studio.ui.music.ways import Region, Situation, gap_at, ways_of

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk

REST_MS = 80  # after the last of many changes


class Wayfinder(QObject):
    """Between the desk's parts and the row of ask buttons."""

    notice = Signal(str)

    def __init__(self, desk: MusicDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._rest = QTimer(desk.compose, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self.show)

    @property
    def situation(self) -> Situation:
        desk, state = self._desk, self._desk.roll.state
        chosen = state.chosen
        span = (chosen[0].start_ticks, max(note.end_ticks for note in chosen)) if chosen else None
        return Situation(
            state.score,
            state.indexes,
            state.track_index,
            state.region,
            span,
            desk.playback.position_ticks,
            desk.compose.ask.bars,
            desk.cowriter.card,
            desk.harmonist.models,
            desk.compose.voices.wish.names,
        )

    @property
    def ways(self) -> dict[str, Way]:
        return ways_of(self.situation)

    def show_soon(self) -> None:
        """Something has changed, and more may follow; while it plays the playhead is no reason."""
        self._rest.start()

    def show_moved(self, ticks: int, playing: bool) -> None:
        if not playing:
            self.show_soon()

    def show(self) -> None:
        self._rest.stop()
        self._desk.compose.show_ways(self.ways)

    def take(self, name: str) -> None:
        """Ask in one of the ways."""
        way = self.ways[name]
        if not way.can:
            self.notice.emit(f"{way.where}.")
            return
        desk, now = self._desk, self.situation
        match name:
            case "continue":
                desk.cowriter.continue_()
            case "infill":
                desk.cowriter.infill(self._infilled(now))
            case "vary":
                desk.cowriter.vary(now.marked or now.chosen or (0, 0))
            case "harmonise":
                desk.harmonist.write_voices(now.marked)
            case "accompany":
                desk.harmonist.accompany(now.track, now.marked)
            case "chords":
                desk.harmonist.find_chords(now.track, now.marked)

    def _infilled(self, now: Situation) -> Region:
        return now.marked or gap_at(now.score, now.indexes[now.track], now.playhead) or (0, 0)

    # --- for the commands --------------------------------------------------------------------------------

    def infill(self) -> None:
        self.take(INFILL)

    def vary(self) -> None:
        self.take(VARY)

    def harmonise(self) -> None:
        self.take(HARMONISE)

    def accompany(self) -> None:
        self.take(ACCOMPANY)

    def find_chords(self) -> None:
        self.take(CHORDS)

    def continue_(self) -> None:
        self.take(CONTINUE)
