"""Playback: the transport bar, the roll's playhead and the player as one. GUI thread.

The player's methods return at once (it has a thread of its own). The timer that follows it runs only while it plays.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.errors import StudioError
from studio.core.performance import TRIED, TRIED_DRUM, Voice, voice_of
from studio.core.score import Score, Track
from studio.core.session import Session

FOLLOW_MS = 16
HEAR_EDITS_MS = 30
OPENING_MS = 250
BUSY_STATES = ("playing", "opening")


class PlayerState(Protocol):
    """What the transport does; `value` is "opening", "stopped", "playing" or "closed"."""

    @property
    def value(self) -> str: ...


MIDDLE_C, SNARE = 60, 38


class Player(Protocol):
    """The player of studio.audio, as far as the desk needs it."""

    @property
    def state(self) -> PlayerState: ...
    @property
    def problem(self) -> StudioError | None: ...
    @property
    def latency_seconds(self) -> float: ...
    @property
    def counting(self) -> int: ...
    def play(
        self, score: Score, from_ticks: int = 0, count_in: bool = False, endless: bool = False
    ) -> None: ...
    def press(self, pitch: int, velocity: int, voice: Voice) -> None: ...
    def let_go(self, pitch: int) -> None: ...
    def cut(self, channel: int, pitches: frozenset[int]) -> None: ...
    def panic(self) -> None: ...
    def metronome(self, on: bool) -> None: ...
    def stop(self) -> None: ...
    def seek(self, ticks: int) -> None: ...
    def loop(self, start_ticks: int, end_ticks: int) -> None: ...
    def set_score(self, score: Score) -> None: ...
    def position_ticks(self) -> int: ...
    def audition(self, pitch: int, velocity: int, voice: Voice) -> None: ...


class Playback(QObject):
    """`moved(ticks, is_playing)` follows the music, `counted(beat)` the bar before it. `heard` gives what is played."""

    moved = Signal(int, bool)
    counted = Signal(int)
    playing_changed = Signal(bool)
    problem_changed = Signal(object)
    struck = Signal()  # a key or a click was handed to the synthesiser

    def __init__(self, session: Session, player: Player, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._player = session, player
        self.heard: Callable[[], Score] = lambda: session.score
        self._is_playing = self._loops = False
        self.counts_in = False
        self._region: tuple[int, int] | None = None
        self._looped = (0, 0)
        self._began_at = self._position = 0
        self._timer = QTimer(self, interval=FOLLOW_MS)
        self._timer.timeout.connect(self._follow)
        self._edits = QTimer(self, interval=HEAR_EDITS_MS, singleShot=True)
        self._edits.timeout.connect(self._hear_edits)
        self._opening = QTimer(self, interval=OPENING_MS, singleShot=True)
        self._opening.timeout.connect(self.show_problem)

    @property
    def is_playing(self) -> bool:
        return self._is_playing

    @property
    def position_ticks(self) -> int:
        return self._position

    # --- wishes ------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Play from the playhead, or pause there."""
        if self._is_playing:
            self._player.stop()
            self._show(self._player.position_ticks(), False)
        else:
            self._began_at = self._position if self._position < self.heard().end_ticks else 0
            self._set_loop()
            self._player.play(self.heard(), self._began_at, self.counts_in)
            self._show(self._began_at, True)

    def play_on(self) -> None:
        """Play from the playhead without an end, after a counted bar if one is wanted: for recording."""
        if self._is_playing:
            self._player.stop()
        self._began_at = self._position
        self._set_loop()
        self._player.play(self.heard(), self._began_at, self.counts_in, True)
        self._show(self._began_at, True)

    @property
    def loop(self) -> tuple[int, int] | None:
        """What is gone round; None where the music goes straight on."""
        return self._looped if self._looped[1] else None

    @property
    def heard_ticks(self) -> int:
        """Where the music that is heard now stands: what is sent sounds a moment later."""
        return self.heard_ago(0.0)

    @property
    def latency_seconds(self) -> float:
        """From an event to its sound, as far as the output knows."""
        return self._player.latency_seconds

    def heard_ago(self, seconds: float) -> int:
        """Where the music that was heard some seconds ago stood."""
        score, at = self._session.score, self._player.position_ticks()
        late = self._player.latency_seconds + seconds
        return score.ticks_at(max(0.0, score.seconds_at(at) - late)) if late else at

    def press(self, pitch: int, velocity: int, track: Track) -> None:
        """A key goes down, in the track's instrument."""
        self._player.press(pitch, velocity, voice_of(self._session.score, track))
        self.struck.emit()

    def let_go(self, pitch: int) -> None:
        self._player.let_go(pitch)

    def cut(self, channel: int, pitches: frozenset[int]) -> None:
        """Notes that have just left what is heard end at once, those too that the sound card already has."""
        if self._is_playing:
            self._edits.stop()
            self._hear_edits()
            self._player.cut(channel, pitches)

    def panic(self) -> None:
        """Silence at once."""
        self.pause()
        self._player.panic()

    def stop(self) -> None:
        """Stop and go back to where playing began; stopped already: to the beginning."""
        back_to = self._began_at if self._is_playing else 0
        self._player.stop()
        self.seek(back_to, False)

    def pause(self) -> None:
        if self._is_playing:
            self.toggle()

    def seek(self, ticks: int, playing: bool | None = None) -> None:
        self._player.seek(ticks)
        self._began_at = ticks
        self._show(ticks, self._is_playing if playing is None else playing)

    def use_metronome(self, on: bool) -> None:
        self._player.metronome(on)

    def use_count_in(self, on: bool) -> None:
        self.counts_in = on

    def use_loop(self, loops: bool) -> None:
        self._loops = loops
        self._set_loop()

    def use_region(self, region: tuple[int, int] | None) -> None:
        """What the loop goes round; None means the whole piece."""
        self._region = region
        self._set_loop()

    def audition(self, pitch: int, velocity: int, track: Track) -> None:
        """Sound one note in the track's instrument."""
        self._player.audition(pitch, velocity, voice_of(self._session.score, track))
        self.struck.emit()

    def try_instrument(self, program: int, drums: bool) -> None:
        """Sound an instrument that is only looked at: a middle C, or a snare."""
        voice = Voice(TRIED_DRUM if drums else TRIED, program, 100, 64)
        self._player.audition(SNARE if drums else MIDDLE_C, 90, voice)

    def take_change(self) -> None:
        """What is heard has changed: play it so soon (a drag brings many changes, and is heard on its way)."""
        if self._is_playing and not self._edits.isActive():
            self._edits.start()

    # --- following ---------------------------------------------------------------------------------------

    def _follow(self) -> None:
        state = self._player.state.value
        if state in BUSY_STATES:
            self._show(self._player.position_ticks(), True)
            if beat := self._player.counting:
                self.counted.emit(beat)
        else:
            self._player.seek(self._began_at)
            self._show(self._began_at, False)

    def _show(self, ticks: int, playing: bool) -> None:
        self._position = ticks
        if playing != self._is_playing:
            self._is_playing = playing
            self.playing_changed.emit(playing)
            if playing:
                self._timer.start()
            else:
                self._timer.stop()
        self.moved.emit(ticks, playing)

    def show_problem(self) -> None:
        """Tell why there is no sound; asks again while the sound card is being opened."""
        if self._player.state.value == "opening":
            self._opening.start()
        self.problem_changed.emit(self._player.problem)

    def _hear_edits(self) -> None:
        self._set_loop()
        self._player.set_score(self.heard())

    def _set_loop(self) -> None:
        wanted = (self._region or self._whole()) if self._loops else (0, 0)
        if wanted != self._looped:
            self._looped = wanted
            self._player.loop(*wanted)

    def _whole(self) -> tuple[int, int]:
        score = self.heard()
        end = score.end_ticks
        return 0, score.bar_start(score.bar_of(max(0, end - 1)) + 1)
