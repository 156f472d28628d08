"""Duet: call and response as a machine of states: what was played and the time go in, wishes and facts come out.

Invariants: every key that went down comes out as one Played; an answer begins on the line it was promised for or a
later bar line, never in the past; on one track no answer sounds with a note of the person's. Single thread, no clock.
"""

from dataclasses import dataclass, field, replace

from studio.core.duet_rules import (
    LONGEST_BARS,
    Answer,
    Ask,
    Begun,
    Cut,
    Done,
    DuetRules,
    Event,
    Played,
    State,
    Withdrawn,
)
from studio.core.duet_time import DuetTime
from studio.core.music_messages import Notes
from studio.core.score import Note

AHEAD_SECONDS = 0.25  # besides a beat: so long before its start an answer is asked for
MEMORY = 128  # notes of the dialogue that are told to the model
SHORTEST_TICKS = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A key that is down, and the turn that it belongs to."""

    note: Note
    turn: int


@dataclass
class Duet:
    """lead_seconds: so long before its start an answer must be there, because it is handed over to the sound card.
    answer_seconds: how long the model took, last time."""

    rules: DuetRules = DuetRules()
    time: DuetTime = field(default_factory=DuetTime)
    lead_seconds: float = 0.3
    answer_seconds: float = 0.0
    now: int = 0
    turn: int = 0
    due: int | None = None  # where the next answer begins
    answer: Answer | None = None  # shown or sounding
    is_silent: bool = False  # the model had nothing to say, last time
    is_late: bool = False  # the answer had to wait for another bar
    _is_on: bool = False
    _opens: bool = False  # the next answer is no answer: the model began
    _begun: bool = False
    _asked: Ask | None = None
    _number: int = 0
    _bars: int = 1  # of the answer
    _from: int = 0
    _call: list[Note] = field(default_factory=list)
    _held: dict[int, Held] = field(default_factory=dict)
    _dialogue: list[Note] = field(default_factory=list)
    _events: list[Event] = field(default_factory=list)

    @property
    def state(self) -> State:
        if not self._is_on:
            return State.RESTING
        if self.answer is not None:
            return State.SOUNDING if self._begun else State.SHOWN
        return State.LISTENING if self._asked is None else State.ANSWERING

    @property
    def progress(self) -> float:
        """How much of the way to the answer, or through it, is gone: 0 to 1."""
        span = (self.answer.start, self.answer.end) if self.answer and self._begun else (self._from, self.due)
        if not self._is_on or span[1] is None or span[1] <= span[0]:
            return 0.0
        return min(1.0, max(0.0, (self.now - span[0]) / (span[1] - span[0])))

    @property
    def held(self) -> frozenset[int]:
        """The pitches of the keys that are down."""
        return frozenset(self._held)

    @property
    def is_waiting(self) -> bool:
        """Whether it is the person's turn, and nothing has been played in it."""
        return self.state is State.LISTENING and not self._heard

    def events(self) -> tuple[Event, ...]:
        """What has come out since this was last asked."""
        found = tuple(self._events)
        self._events.clear()
        return found

    # --- the person --------------------------------------------------------------------------------------

    def start(self, ticks: int, before: Notes = ()) -> None:
        """Listen from now on; before: what was played up to here, if anything."""
        self.now, self._is_on, self._dialogue = ticks, True, list(before)
        self.due, self._from, self.is_silent, self.is_late = None, ticks, False, False
        self._opens = self.rules.model_begins
        if self._opens:
            self.due = self._in_time(self.time.bar_after(ticks))
            self._ask()

    def press(self, pitch: int, velocity: int, ticks: int) -> None:
        """A key goes down."""
        if not self._is_on:
            return
        self.let_go(pitch, ticks)
        self.is_silent = False
        turn = self._interrupt(ticks)
        self._held[pitch] = Held(Note(ticks, SHORTEST_TICKS, pitch, velocity), turn)
        if turn == self.turn and not self._begun:
            self._hear(ticks)

    def let_go(self, pitch: int, ticks: int) -> None:
        """A key comes up: what it played is complete."""
        held = self._held.pop(pitch, None)
        if held is None:
            return
        note = replace(held.note, duration_ticks=max(SHORTEST_TICKS, ticks - held.note.start_ticks))
        (self._call if held.turn == self.turn else self._dialogue).append(note)
        self._events.append(Played(note, held.turn))
        if not self.rules.bars and not self._held and not self._begun and not self._is_closed:
            self._await_pause(ticks)

    def skip(self) -> None:
        """Drop the answer that has not been heard yet."""
        if self._begun or (self.answer is None and self._asked is None):
            return
        self._withdraw()
        self._pass_turn()

    def stop(self, ticks: int) -> None:
        """The end: what sounds ends here, what was only shown goes."""
        if not self._is_on:
            return
        for pitch in tuple(self._held):
            self.let_go(pitch, ticks)
        if self._begun:
            self._cut(ticks)
        elif self.answer is not None or self._asked is not None:
            self._withdraw()
        self._is_on, self.due = False, None
        self._call.clear()
        self._dialogue.clear()

    # --- time and the model ------------------------------------------------------------------------------

    def advance(self, ticks: int) -> None:
        """The time goes on."""
        self.now = max(self.now, ticks)
        if not self._is_on:
            return
        if self.answer is not None and not self._begun and self.now >= self.answer.start:
            self._begin(self.answer)
        if self.answer is not None and self._begun and self.now >= self.answer.end:
            self._finish(self.answer)
        if self.due is not None and not self._begun:
            self._plan(self.due)

    def answered(self, number: int, notes: Notes, probabilities: tuple[float, ...] = ()) -> None:
        """The model's answer to a question; older ones are not heard any more. No notes: it has nothing to say."""
        asked = self._asked
        if asked is None or asked.number != number or self.due is None or self._is_closed:
            return
        self._asked = None
        if not notes:
            self.answer = None
            self._pass_turn()
            self.is_silent = True
            return
        self.answer = Answer(asked.start, asked.end, notes, probabilities or (1.0,) * len(notes))
        self._move_to(self.due)
        self._put_off()

    def failed(self, number: int) -> None:
        """There will be no answer."""
        self.answered(number, ())

    # --- what follows from it ----------------------------------------------------------------------------

    @property
    def _is_closed(self) -> bool:
        """Whether the answer is on its way to the sound card, and stands as it is."""
        return self.answer is not None and self.now >= self._closes(self.answer.start)

    def _closes(self, start: int) -> int:
        return start - self.time.ticks_in(self.lead_seconds, start)

    @property
    def _heard(self) -> Notes:
        """The call so far; a key that is down counts as half a beat at least."""
        least = self.time.beat_ticks(self.now) // 2
        held = (
            replace(one.note, duration_ticks=max(least, self.now - one.note.start_ticks))
            for one in self._held.values()
            if one.turn == self.turn
        )
        return (*self._call, *held)

    def _interrupt(self, ticks: int) -> int:
        """A key while an answer is about to sound, or sounds: the turn that the key belongs to."""
        answer = self.answer
        if answer is None or not (self._begun or self._is_closed):
            return self.turn
        if not self._begun:
            if self.rules.one_track:
                self._withdraw()
                self.due = None if not self.rules.bars else self.time.bar_after(answer.start)
            return self.turn
        overrun = ticks < answer.start + self.time.beat_ticks(answer.start)
        if self.rules.one_track or (self.rules.cuts and not overrun):
            self._cut(ticks)
        elif overrun:
            return self.turn - 1  # the end of the phrase before
        return self.turn

    def _hear(self, ticks: int) -> None:
        """A note of the call has begun."""
        if self._is_closed:
            return
        if not self.rules.bars:
            if self.answer is not None or self._asked is not None:
                self._withdraw()
            if len(self._heard) == 1:
                self._from = ticks
            self.due = None
        elif self.due is None:
            self._open_window(ticks)
        elif (self._asked is not None or self.answer is not None) and self._has_time(self.due):
            self._ask()

    def _has_time(self, due: int) -> bool:
        """Whether another answer is likely to come in time; else the first one is waited for, or stays."""
        needed = self.time.ticks_in(2 * self.answer_seconds, due)
        return not self.is_late and self.now + needed < self._closes(due)

    def _open_window(self, ticks: int) -> None:
        """The bars of the call begin where its first note does; what comes just before a bar line means that bar."""
        after = self.time.bar_after(ticks)
        early = 2 * (after - ticks) <= self.time.beat_ticks(ticks)
        self._from = after if early else self.time.bar_at(ticks)
        self.due = self.time.bars_after(self._from, self.rules.bars)

    def _await_pause(self, ticks: int) -> None:
        """All keys are up: the model takes its turn if they stay so."""
        if self._call:
            ends = max(ticks, *(note.end_ticks for note in self._call))
            self.due = self.time.line_from(ends + self.rules.pause_ticks(self.time, ends), self.rules.on_bar)

    def _plan(self, due: int) -> None:
        """Ask in time; what is not there in time waits for the next bar line."""
        if self.answer is None and self._asked is None:
            if self._heard and self.now >= self._ask_at(due):
                self._ask()
            elif not self._heard and self.now >= self._closes(due):
                self.due = None
        if self._asked is not None and self.answer is None:
            self._put_off()
        elif self.rules.one_track and self._held:
            self._wait()

    def _ask_at(self, due: int) -> int:
        if not self.rules.bars:
            return max(note.end_ticks for note in self._heard) + self.time.beat_ticks(due) // 4
        ahead = max(AHEAD_SECONDS, 2 * self.answer_seconds)
        return due - self.time.beat_ticks(due - 1) - self.time.ticks_in(ahead, due)

    def _ask(self) -> None:
        self._wait()
        assert self.due is not None
        self._number += 1
        self._bars = self._answer_bars()
        end = self.time.bars_after(self.due, self._bars)
        call = tuple(sorted(self._heard, key=lambda note: note.sort_key))
        before = tuple(self._dialogue[-MEMORY:])
        self._asked = Ask(self._number, self.due, end, call, before)
        self._events.append(self._asked)

    def _answer_bars(self) -> int:
        """As many bars as wanted, else as many as the call has."""
        if self.rules.answer_bars or self.rules.bars:
            return self.rules.answer_bars or self.rules.bars
        notes, bars = self._heard, 1
        end = max((note.end_ticks for note in notes), default=0)
        line = self.time.bars_after(self.time.bar_at(min((n.start_ticks for n in notes), default=0)), 1)
        while line < end and bars < LONGEST_BARS:
            line, bars = self.time.bar_after(line), bars + 1
        return bars

    def _in_time(self, start: int) -> int:
        """The first bar line from there on for which there is time yet; the place itself if there is."""
        while self.now >= self._closes(start):
            start = self.time.bar_after(start)
        return start

    def _wait(self) -> bool:
        """Put the answer off, where it would come too late; whether it was."""
        before, self.due = self.due or 0, self._in_time(self.due or 0)
        if self.due != before:
            self._move_to(self.due)
        return self.due != before

    def _move_to(self, start: int) -> None:
        """An answer ends on a bar line there too, where bars are shorter or longer."""
        if self.answer is not None:
            end = self.time.bars_after(start, self._bars)
            self.answer = replace(self.answer.moved(start - self.answer.start).until(end), end=end)

    def _put_off(self) -> None:
        """The model is slower than the gap."""
        self.is_late = self._wait() or self.is_late

    def _begin(self, answer: Answer) -> None:
        """It sounds: the person's next notes are the next call."""
        self._begun, self._asked = True, None
        self._dialogue += self._call
        self._call = []
        self._events.append(Begun(answer, self.turn))
        self.turn += 1

    def _finish(self, answer: Answer) -> None:
        self._close(answer)
        if not (self.rules.keeps_going or self._opens):
            self._events.append(Done())
        self._opens = False
        self._from = answer.end
        if self.rules.bars:
            self.due = self.time.bars_after(answer.end, self.rules.bars)
        elif not self._held:
            self._await_pause(answer.end)

    def _cut(self, ticks: int) -> None:
        """The person takes the turn."""
        if self.answer is not None:
            sounded = self.answer.until(ticks)
            self._events.append(Cut(sounded, self.turn - 1))
            self._close(sounded)

    def _close(self, answer: Answer) -> None:
        self._dialogue += answer.notes
        self.answer, self._begun, self.due, self.is_late = None, False, None, False

    def _withdraw(self) -> None:
        self._events.append(Withdrawn(self._is_closed))
        self.answer, self._asked = None, None

    def _pass_turn(self) -> None:
        """No answer to this call: listen to another one."""
        self._dialogue += self._call
        self._call = []
        self.turn += 1
        self.due, self.is_late, self._from = None, False, self.now
