"""PlayingOn: while the music plays, the model goes on writing before the playhead comes to the end. GUI thread.

Invariant: what has been heard stays as it is; a mood that moves meanwhile changes the bars that are still to come. All
of it is one suggestion, so that keeping it is one undo step; sending it away, or stopping the music, ends it.
"""

from PySide6.QtCore import QObject, Signal

from studio.core.session import Session
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.playback import Playback

BARS_AHEAD, SECONDS_AHEAD = 2, 3.0
STEER_SECONDS = 0.4  # what sounds sooner than this is as good as heard


class PlayingOn(QObject):
    """Between the co-writer and the playback. `switched(on)` tells the button and the menu."""

    switched = Signal(bool)

    def __init__(self, session: Session, cowriter: CoWriter, playback: Playback) -> None:
        super().__init__(cowriter)
        self._session, self._cowriter, self._playback = session, cowriter, playback
        self._is_on = self._steered = False
        playback.moved.connect(self._watch)
        playback.playing_changed.connect(self._follow)
        cowriter.ghosts_changed.connect(lambda _: self._begin())
        cowriter.failed.connect(self.stop)
        cowriter.rejected.connect(self.stop)

    @property
    def is_on(self) -> bool:
        return self._is_on

    def toggle(self) -> None:
        if self._is_on:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Play from the playhead on; at the end of the piece the first new bar is waited for."""
        self._is_on, self._steered = True, False
        self._cowriter.redraws_follow = False
        self.switched.emit(True)
        if not self._playback.is_playing and not self._begin():
            self._go_on()

    def stop(self) -> None:
        """The model writes no more; what it wrote stands, and the music plays on to its end."""
        if self._is_on:
            self._is_on = False
            self._cowriter.redraws_follow = True
            self._cowriter.stop()
            self.switched.emit(False)

    def steer(self) -> None:
        """The mood or the line has moved: the bars that are still to come are written anew."""
        self._steered = self._is_on

    def _follow(self, playing: bool) -> None:
        if not playing:
            self.stop()

    def _begin(self) -> bool:
        """Start the music where there is something to hear behind the playhead; whether it plays."""
        playback = self._playback
        if self._is_on and not playback.is_playing and playback.heard().end_ticks > playback.position_ticks:
            playback.toggle()
        return playback.is_playing

    def _watch(self, ticks: int, playing: bool) -> None:
        """The playhead has moved."""
        if not (self._is_on and playing) or self._cowriter.is_waiting:
            return
        score = self._cowriter.heard()
        if self._steered:
            self._steered = False
            soon = score.ticks_at(score.seconds_at(ticks) + STEER_SECONDS)
            self._go_on(score.bar_start(score.bar_of(soon) + 1))
        elif score.end_ticks - ticks <= self._enough(ticks):
            self._go_on()

    def _go_on(self, start_ticks: int | None = None) -> None:
        """Where the model cannot be asked, there is nothing to play on with."""
        self._cowriter.play_on(start_ticks)
        if not self._cowriter.is_waiting:
            self.stop()

    def _enough(self, ticks: int) -> int:
        """How much is to stand before the playhead."""
        score = self._session.score
        later = score.ticks_at(score.seconds_at(ticks) + SECONDS_AHEAD) - ticks
        return max(later, BARS_AHEAD * score.meter_at(ticks).bar_ticks)
