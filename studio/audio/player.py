"""The transport: plays a score through an output, on the output's clock, and always knows where it is.

The output (sound card, MIDI port or silence) is injected and brings the clock; it can be changed while music plays. A
small thread hands it each note a moment ahead; it sleeps while nothing plays. A watch (a thread of its own) opens the
output and looks after it. Without sound the playhead still moves, and `problem` says why it is silent.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections.abc import Callable
from enum import Enum

from studio.audio import clicks
from studio.audio.handed import Handed
from studio.audio.heartbeat import Gaps
from studio.audio.keys import Keys
from studio.audio.opening import open_output
from studio.audio.output import Opener, Output
from studio.audio.passes import Pass
from studio.audio.watch import Watch
from studio.core.errors import StudioError
from studio.core.performance import (
    ControlEvent,
    NoteEvent,
    SoundEvent,
    controls_at,
    only_mixed,
    sound_events,
    voices,
)
from studio.core.score import Score

LOOKAHEAD_SECONDS = 0.15
WAKE_SECONDS = 0.03
START_SECONDS = 0.03
MIN_LOOP_TICKS = 60
ENDLESS_TICKS = 1 << 40


class State(Enum):
    """What the transport does. OPENING: the output is not there yet; what is asked now happens when it is."""

    OPENING = "opening"
    STOPPED = "stopped"
    PLAYING = "playing"
    CLOSED = "closed"


class Player:
    """The transport. Every method may be called from any thread and returns at once; one thread of its own feeds the
    output, another opens it and looks after it. Positions are ticks of the score. What a hand strikes is a matter of
    Keys."""

    def __init__(self, opener: Opener = open_output, wake_seconds: float = WAKE_SECONDS) -> None:
        self._wake_seconds = wake_seconds
        self._output: Output | None = None
        self._lock = threading.Condition(threading.RLock())
        self._keys = Keys(self._wake)
        self.press, self.audition, self.let_go = self._keys.press, self._keys.audition, self._keys.let_go
        self._gaps, self._late = Gaps(0.0), 0
        self._score, self._events = Score.empty(), list[SoundEvent]()
        self._loop: tuple[int, int] | None = None
        self._passes, self._count = list[Pass](), list[float]()
        self._horizon, self._next = 0.0, 0
        self._sounding: dict[tuple[int, int], float] = {}
        self._position = 0
        self._playing = self._closed = False
        self._clicks, self._clicked, self._endless = False, 0, False
        self._fresh, self._handed = True, Handed()  # fresh: nothing of this pass was handed over yet
        self._thread = threading.Thread(target=self._run, name="player", daemon=True)
        self._thread.start()
        self._watch = Watch(opener, self._use)

    # --- what it is doing ------------------------------------------------------------------------------

    @property
    def state(self) -> State:
        with self._lock:
            if self._closed:
                return State.CLOSED
            if self._output is None:
                return State.OPENING
            return State.PLAYING if self._playing else State.STOPPED

    @property
    def problem(self) -> StudioError | None:
        """Why there is no sound; None while opening and when there is sound."""
        with self._lock:
            return self._output.problem if self._output else None

    def position_ticks(self) -> int:
        """Where the playhead is now."""
        with self._lock:
            if not self._playing or not self._passes or self._output is None:
                return self._position
            now = self._output.now()
            begun = [one for one in self._passes if one.at <= now] or self._passes[:1]
            return self._score.ticks_at(begun[-1].song_at(now))

    @property
    def counting(self) -> int:
        """Which beat is being counted in, from 1; 0 where none is."""
        with self._lock:
            now = self._output.now() if self._output is not None else 0.0
            counts = bool(self._passes) and now < self._passes[0].at
            return sum(at <= now for at in self._count) if counts else 0

    # --- wishes ----------------------------------------------------------------------------------------

    def play(self, score: Score, from_ticks: int = 0, count_in: bool = False, endless: bool = False) -> None:
        """Play from a tick to the end, or round the loop; from the end on means from the beginning. count_in: a bar of
        clicks comes first, while the playhead waits; endless: go on after the last note, for recording."""
        with self._lock:
            self._endless = endless
            if from_ticks >= score.end_ticks and not (self._loop or endless):
                from_ticks = 0
            self._score, self._events = score, sound_events(score)
            self._position, self._playing = max(0, from_ticks), not self._closed
            self._restart(count_in)

    def stop(self) -> None:
        """Stop where the playhead is."""
        with self._lock:
            self._position = self.position_ticks()
            self._halt()

    def seek(self, ticks: int) -> None:
        """Move the playhead, playing on if it plays."""
        with self._lock:
            self._position = max(0, ticks)
            if self._playing:
                self._restart()

    def loop(self, start_ticks: int, end_ticks: int) -> None:
        """Play [start, end) again and again; an empty stretch ends looping."""
        with self._lock:
            here = self.position_ticks()
            self._loop = (start_ticks, end_ticks) if end_ticks - start_ticks >= MIN_LOOP_TICKS else None
            if self._playing:
                self._position = here
                self._restart()

    def metronome(self, on: bool) -> None:
        """Click on every beat while playing."""
        with self._lock:
            self._clicks = on
            if self._passes:
                self._clicked = self._score.ticks_at(self._passes[-1].song_at(self._horizon))

    def set_score(self, score: Score) -> None:
        """Change what is played, while it plays: edits are heard from a few hundredths of a second ahead on."""
        with self._lock:
            mixed = only_mixed(self._score, score)
            if not self._playing or self._output is None or not self._passes:
                self._score, self._events = score, self._events if mixed else sound_events(score)
                return
            song, same = self._passes[-1].song_at(self._horizon), score.tempos == self._score.tempos
            ticks = self._score.ticks_at(song)
            self._score, self._events = score, self._events if mixed else sound_events(score)
            self._set_voices()
            if mixed:
                for control in controls_at(score, ticks):
                    self._send(self._horizon, control)
                return
            self._go_on(ticks, song if same else score.seconds_at(ticks))
            offs = (e for e in self._events if isinstance(e, NoteEvent) and not e.on and e.ticks > ticks)
            self._release(keep={(off.channel, off.pitch) for off in offs})

    def cut(self, channel: int, pitches: frozenset[int]) -> None:
        """Silence keys that the score plays on a channel, those too that were handed over ahead of their time."""
        with self._lock:
            if self._output is not None:
                self._handed.cut(self._output, channel, pitches)

    def panic(self) -> None:
        """Silence whatever sounds, and stop."""
        self.stop()
        self._keys.let_all_go()
        with self._lock:
            if self._output is not None:
                self._output.silence()

    @property
    def latency_seconds(self) -> float:
        """From an event to its sound; 0 without sound."""
        with self._lock:
            return self._output.latency_seconds if self._output else 0.0

    @property
    def sounds_on(self) -> str:
        """What it plays through, for people; empty while it is silent."""
        with self._lock:
            return self._output.name if self._output else ""

    @property
    def late_events(self) -> int:
        """How many notes came to this output after their time."""
        with self._lock:
            return self._late

    @property
    def gaps(self) -> int:
        """How often this output was left without sound while music played."""
        with self._lock:
            return self._gaps.count

    # --- where it sounds -------------------------------------------------------------------------------

    def use_output(self, opener: Opener) -> None:
        """Sound elsewhere from now on; what plays goes on there, from where it is then."""
        self._watch.use(opener)

    def try_again(self) -> None:
        """Open the output anew."""
        self._watch.use(None)

    def listen(self, changed: Callable[[], None]) -> None:
        """`changed` is called on the watch's thread when the output or its problem is another."""
        self._watch.changed = changed

    def close(self) -> None:
        """Stop, and give the sound card back. Waits for the threads."""
        with self._lock:
            self._position = self.position_ticks()
            self._halt()
            self._closed = True
            self._lock.notify_all()
        self._watch.close()
        self._thread.join(timeout=5.0)

    def wait_ready(self, timeout: float = 10.0) -> bool:
        """Wait until the output is open; whether it is."""
        with self._lock:
            return self._lock.wait_for(lambda: self._output is not None, timeout)

    # --- the work, all under the lock ------------------------------------------------------------------

    def _restart(self, count_in: bool = False) -> None:
        """Begin a pass at the position, after a bar of clicks if asked for."""
        self._passes.clear()
        self._count.clear()
        self._sounding.clear()
        self._lock.notify_all()
        if self._output is None:
            return
        self._output.silence()
        self._set_voices()
        if self._loop and not self._loop[0] <= self._position < self._loop[1]:
            self._position = self._loop[0]
        self._horizon = self._output.now() + START_SECONDS
        if count_in:
            beats, length = clicks.count_in(self._score, self._position)
            for later, strong in beats:
                self._click(self._horizon + later, strong)
                self._count.append(self._horizon + later)
            self._horizon += length
        self._begin_pass(self._horizon, self._position)

    def _click(self, at: float, strong: bool) -> None:
        assert self._output is not None
        for later, event in clicks.click(strong):
            self._output.send(at + later, event)

    def _wake(self) -> None:
        with self._lock:
            self._lock.notify_all()

    def _use(self, output: Output) -> None:
        """The watch has an output: what plays goes on there."""
        with self._lock:
            self._position = self.position_ticks()
            self._output = output
            self._gaps, self._late = Gaps(output.latency_seconds), 0
            self._keys.use(output)
            if self._playing:
                self._restart()
            self._lock.notify_all()

    def _halt(self) -> None:
        self._playing = False
        self._passes.clear()
        self._sounding.clear()
        if self._output is not None:
            self._output.silence()

    def _set_voices(self) -> None:
        if self._output is not None:
            for voice in voices(self._score):
                self._output.set_voice(voice)

    def _release(self, keep: set[tuple[int, int]]) -> None:
        """Let go, at the horizon, of the keys that no coming off would release."""
        for channel, pitch in [key for key in self._sounding if key not in keep]:
            self._send(self._horizon, NoteEvent(0, False, channel, pitch, 0))

    def _send(self, at: float, event: SoundEvent) -> None:
        assert self._output is not None
        if isinstance(event, ControlEvent):
            self._output.send(at, event)
            return
        key = (event.channel, event.pitch)
        if event.on:
            self._sounding[key] = at
        elif self._sounding.pop(key, None) is None:
            return  # it began before the pass did
        self._handed.add(at, event, self._output.now())
        self._output.send(at, event)

    def _end_ticks(self) -> int:
        if self._endless and not self._loop:
            return ENDLESS_TICKS
        return self._loop[1] if self._loop else self._score.end_ticks

    def _feed(self) -> None:
        """Hand over all events up to a moment ahead of now, turning round at the loop's end."""
        assert self._output is not None
        now = self._output.now()
        self._gaps.look(now, time.monotonic())
        until = now + LOOKAHEAD_SECONDS
        while self._horizon < until and self._playing:
            this = self._passes[-1]
            end = this.at + self._score.seconds_at(self._end_ticks()) - this.song
            self._feed_pass(this, min(until, end))
            self._horizon = max(self._horizon, min(until, end))
            if end <= until and not self._turn_round(end):
                break

    def _feed_pass(self, this: Pass, until: float) -> None:
        """The next events of a pass with times before `until`; at the pass's last tick only offs."""
        assert self._output is not None
        end_ticks, now, self._fresh = self._end_ticks(), self._output.now(), False
        while self._next < len(self._events):
            event = self._events[self._next]
            at = this.at + self._score.seconds_at(event.ticks) - this.song
            if at > until or event.ticks > end_ticks or (event.on and event.ticks == end_ticks):
                break
            self._late += event.on and at < now
            self._send(max(at, this.at), event)
            self._next += 1
        if self._clicks:
            self._feed_clicks(this, until)

    def _feed_clicks(self, this: Pass, until: float) -> None:
        """The beats of a pass with times before `until` that were not clicked yet."""
        end = min(self._score.ticks_at(this.song + until - this.at), self._end_ticks())
        for ticks, _, beat in self._score.beats(self._clicked, end):
            self._click(max(this.at, this.at + self._score.seconds_at(ticks) - this.song), beat == 0)
        self._clicked = max(self._clicked, end)

    def _begin_pass(self, at: float, ticks: int) -> None:
        for control in controls_at(self._score, ticks):
            self._send(at, control)
        self._passes.append(Pass(at, self._score.seconds_at(ticks)))
        self._clicked, self._fresh = ticks, True
        self._next = bisect_left(self._events, (ticks,))  # type: ignore[arg-type]
        del self._passes[:-4]

    def _go_on(self, ticks: int, song: float) -> None:
        """The pass goes on from the horizon, between two ticks: nothing is repeated or left out, the beat stays."""
        first = ticks if self._fresh or self._score.seconds_at(ticks) > song else ticks + 1
        fresh, clicked = self._fresh, self._clicked
        self._begin_pass(self._horizon, ticks)
        self._passes[-1] = Pass(self._horizon, song)
        self._next = bisect_left(self._events, (first,))  # type: ignore[arg-type]
        self._fresh, self._clicked = fresh, clicked if self._clicks else ticks

    def _turn_round(self, end: float) -> bool:
        """At the end: begin the loop's next pass, or, once the end has been heard, stop. False to wait."""
        assert self._output is not None
        self._horizon = max(self._horizon, end)
        if self._loop:
            self._release(keep=set())
            self._begin_pass(end, self._loop[0])
            return True
        if self._output.now() >= end:
            self._position, self._playing = self._score.end_ticks, False
            self._passes.clear()
        return False

    def _run(self) -> None:
        """The thread: feed while playing and sleep while not; let go of auditions in time."""
        with self._lock:
            while not self._closed:
                playing = self._playing and self._output is not None
                if playing:
                    self._feed()
                due = self._keys.let_go_due()
                self._lock.wait(min(self._wake_seconds, due or self._wake_seconds) if playing else due)
