"""Auditioning: hears an idea in context: from a bar before it to its end, then back to where the playhead stood.

GUI thread. While it is on, the player has the score only up to the idea's end, so that it stops there by itself, to the
sample; loop and count-in rest meanwhile. Where the music plays already, the idea is heard in it, without a break.
"""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, Qt, Signal

from studio.core.score import Note, Score, Track
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.playback import Playback
from studio.ui.music.sketching import begun_in


class Auditioning(QObject):
    """`heard` is what the player plays. Signals that it has begun or ended."""

    switched = Signal(bool)

    def __init__(self, cowriter: CoWriter, playback: Playback, loops: Callable[[], bool]) -> None:
        super().__init__(playback)
        self._cowriter, self._playback, self._loops = cowriter, playback, loops
        self._stretch: tuple[int, int] | None = None
        self._back_to, self._counts_in = 0, False
        playback.playing_changed.connect(self._take_playing, Qt.ConnectionType.QueuedConnection)

    @property
    def is_on(self) -> bool:
        return self._stretch is not None

    def heard(self) -> Score:
        """The score with the idea in it; while auditioning only up to the idea's end."""
        score = self._cowriter.heard()
        return score if self._stretch is None else until(score, self._stretch[1])

    def toggle(self) -> None:
        """Begin, or stop and go back."""
        if self.is_on:
            self._playback.pause()
        else:
            self.begin()

    def begin(self) -> None:
        """Hear the current idea."""
        found, playback = self._cowriter.ideas.current, self._playback
        if found is None or self.is_on:
            return
        stretch = self._lead_in(found.region)
        if playback.is_playing:
            if not stretch[0] <= playback.position_ticks < stretch[1]:
                playback.seek(stretch[0])
            return
        self._back_to, self._counts_in = playback.position_ticks, playback.counts_in
        self._stretch = stretch
        playback.use_count_in(False)
        playback.use_loop(False)
        playback.seek(stretch[0])
        playback.toggle()
        self.switched.emit(True)

    def _lead_in(self, region: tuple[int, int]) -> tuple[int, int]:
        """With the bar before it."""
        score, (start, end) = self._cowriter.heard(), region
        bar = score.bar_of(start)
        begins = score.bar_start(bar - 1) if bar and score.bar_start(bar) == start else score.bar_start(bar)
        return begins, end

    def _take_playing(self, playing: bool) -> None:
        """It has come to its end, or the person has stopped it."""
        if self.is_on and not playing:
            self._stretch = None
            self._playback.use_count_in(self._counts_in)
            self._playback.use_loop(self._loops())
            self._playback.seek(self._back_to, False)
            self.switched.emit(False)


def until(score: Score, end: int) -> Score:
    """The score as far as a tick: what begins later is left out, what rings on ends there."""
    return replace(score, tracks=tuple(_until(track, end) for track in score.tracks))


def _until(track: Track, end: int) -> Track:
    return replace(track, notes=tuple(_shortened(note, end) for note in begun_in(track, (0, end))))


def _shortened(note: Note, end: int) -> Note:
    over = note.start_ticks + note.duration_ticks - end
    return note if over <= 0 else replace(note, duration_ticks=note.duration_ticks - over)
