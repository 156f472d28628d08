"""A duet as a machine of states: trading bars, pauses, late and silent models, keys while the model sounds."""

from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from studio.core.duet import Duet
from studio.core.duet_rules import Answer, Ask, Begun, Cut, Done, DuetRules, Event, Played, State, Withdrawn
from studio.core.duet_time import DuetTime
from studio.core.score import Note, Score

BAR, BEAT = 1920, 480
STEP = 60  # ticks that pass between two looks at the time
TRADING = DuetRules(bars=1)
PAUSE = DuetRules(bars=0, pause="1 beat", on_bar=False)


def duet(rules: DuetRules = TRADING, **more: object) -> Duet:
    machine = Duet(rules, **more)  # type: ignore[arg-type]
    machine.start(0)
    return machine


def go(machine: Duet, to: int) -> list[Event]:
    """Time goes on to there, in steps."""
    found: list[Event] = []
    for ticks in (*range(machine.now, to, STEP), to):
        machine.advance(ticks)
        found += machine.events()
    return found


def play(machine: Duet, pitch: int, start: int, length: int = 200) -> list[Event]:
    found = go(machine, start)
    machine.press(pitch, 80, start)
    found += go(machine, start + length)
    machine.let_go(pitch, start + length)
    return found + list(machine.events())


def tune(start: int, count: int = 4) -> tuple[Note, ...]:
    return tuple(Note(start + i * 240, 240, 72) for i in range(count))


def asked(events: list[Event]) -> Ask:
    return [event for event in events if isinstance(event, Ask)][-1]


def answered(machine: Duet, events: list[Event]) -> Answer:
    ask = asked(events)
    machine.answered(ask.number, tune(ask.start))
    assert machine.answer is not None
    return machine.answer


def test_a_bar_is_answered_by_a_bar_and_the_turn_goes_on() -> None:
    machine = duet()
    events = play(machine, 60, 0) + play(machine, 62, 480) + go(machine, BAR - BEAT)
    ask = asked(events)
    assert [note.pitch for note in ask.call] == [60, 62]
    assert (ask.start, ask.end, ask.before) == (BAR, 2 * BAR, ())
    assert machine.state is State.ANSWERING
    answer = answered(machine, events)
    assert machine.state is State.SHOWN
    assert go(machine, BAR) == [Begun(answer, 0)]
    assert machine.state is State.SOUNDING
    go(machine, 2 * BAR)
    assert (machine.state, machine.due) == (State.LISTENING, 3 * BAR)
    ask = asked(play(machine, 64, 2 * BAR) + go(machine, 3 * BAR - BEAT))
    assert [note.pitch for note in ask.before] == [60, 62, 72, 72, 72, 72]


def test_it_is_asked_a_beat_and_a_little_before() -> None:
    machine = duet()
    first = play(machine, 60, 0) + go(machine, BAR - BEAT - 241)
    assert not any(isinstance(event, Ask) for event in first)
    assert asked(go(machine, BAR - BEAT - 240)).start == BAR


def test_the_call_begins_in_the_bar_of_its_first_key() -> None:
    machine = duet()
    play(machine, 60, 5 * BAR + 700)
    assert machine.due == 6 * BAR


def test_a_key_just_before_the_bar_line_means_the_bar() -> None:
    machine = duet()
    play(machine, 60, BAR - 100)
    assert machine.due == 2 * BAR


def test_silence_is_not_answered() -> None:
    machine = duet()
    assert go(machine, 9 * BAR) == []
    answered(machine, play(machine, 60, 9 * BAR) + go(machine, 10 * BAR - BEAT))
    go(machine, 11 * BAR)
    assert [e for e in go(machine, 14 * BAR) if isinstance(e, Ask)] == []
    assert machine.due is None
    play(machine, 60, 14 * BAR + 100)
    assert machine.due == 15 * BAR


def test_more_notes_ask_again_and_the_first_answer_stays_until_then() -> None:
    machine = duet()
    first = answered(machine, play(machine, 60, 0) + go(machine, BAR - BEAT))
    again = asked(play(machine, 64, BAR - BEAT + 60, 60))
    assert [note.pitch for note in again.call] == [60, 64]
    assert machine.answer == first
    machine.answered(again.number, tune(BAR, 2))
    assert machine.answer is not None
    assert len(machine.answer.notes) == 2
    machine.answered(again.number - 1, tune(BAR, 3))
    assert len(machine.answer.notes) == 2


def test_a_model_that_needs_long_is_asked_earlier_and_not_again_at_the_last_moment() -> None:
    machine = duet(answer_seconds=0.3)
    ask = asked(play(machine, 60, 0) + go(machine, BAR - BEAT - 576))
    late = play(machine, 64, BAR - 700, 60)
    assert not any(isinstance(event, Ask) for event in late)
    machine.answered(ask.number, tune(BAR))
    assert machine.state is State.SHOWN


def test_an_answer_stands_as_it_is_once_it_is_handed_over() -> None:
    machine = duet()
    answer = answered(machine, play(machine, 60, 0) + go(machine, BAR - BEAT))
    late = play(machine, 64, BAR - 200, 100)
    assert [type(event) for event in late] == [Played]
    assert machine.answer == answer


def test_a_slow_model_answers_on_the_following_bar() -> None:
    machine = duet()
    events = play(machine, 60, 0) + go(machine, BAR + 50)
    assert machine.is_late
    machine.answered(asked(events).number, tune(BAR))
    assert machine.answer is not None
    assert (machine.answer.start, machine.answer.end) == (2 * BAR, 3 * BAR)
    assert machine.answer.notes[0].start_ticks == 2 * BAR
    go(machine, 3 * BAR)
    assert machine.due == 4 * BAR
    assert not machine.is_late


def test_a_model_with_nothing_to_say_is_listened_on() -> None:
    machine = duet()
    events = play(machine, 60, 0) + go(machine, BAR - BEAT)
    machine.answered(asked(events).number, ())
    assert (machine.state, machine.is_silent, machine.due) == (State.LISTENING, True, None)
    ask = asked(play(machine, 62, BAR) + go(machine, 2 * BAR - BEAT))
    assert not machine.is_silent
    assert ([n.pitch for n in ask.before], [n.pitch for n in ask.call]) == ([60], [62])


def test_after_a_pause_the_answer_comes_on_the_next_beat() -> None:
    machine = duet(PAUSE)
    events = play(machine, 60, 0) + play(machine, 62, 300, 250)
    assert machine.due == 3 * BEAT
    events += go(machine, 550 + BEAT // 4 + STEP)
    answer = answered(machine, events)
    assert (answer.start, answer.end) == (3 * BEAT, 3 * BEAT + BAR)
    go(machine, 3 * BEAT)
    assert machine.state is State.SOUNDING


def test_playing_on_takes_the_answer_away() -> None:
    machine = duet(DuetRules(bars=0, pause="1 bar"))
    answered(machine, play(machine, 60, 0) + go(machine, BEAT))
    machine.press(62, 80, BEAT)
    assert machine.events() == (Withdrawn(),)
    assert (machine.answer, machine.due) == (None, None)
    go(machine, BEAT + 200)
    machine.let_go(62, BEAT + 200)
    assert machine.due == 2 * BAR


def test_the_length_of_the_call_is_that_of_the_answer() -> None:
    machine = duet(DuetRules(bars=0, pause="1 beat"))
    ask = asked(play(machine, 60, 100) + play(machine, 60, 2 * BAR) + go(machine, 2 * BAR + BEAT))
    assert (ask.start, ask.end) == (3 * BAR, 6 * BAR)
    fixed = duet(DuetRules(bars=1, answer_bars=4))
    ask = asked(play(fixed, 60, 0) + go(fixed, BAR - BEAT))
    assert ask.end - ask.start == 4 * BAR


def sounding(rules: DuetRules) -> Duet:
    machine = duet(rules)
    answered(machine, play(machine, 60, 0) + go(machine, BAR - BEAT))
    go(machine, BAR + STEP)
    assert machine.state is State.SOUNDING
    return machine


def test_keys_while_the_model_sounds_are_the_next_call() -> None:
    machine = sounding(TRADING)
    events = play(machine, 65, BAR + 900)
    assert events[-1] == Played(Note(BAR + 900, 200, 65), 1)
    assert machine.state is State.SOUNDING
    ask = asked(go(machine, 3 * BAR - BEAT))
    assert [note.pitch for note in ask.call] == [65]
    assert ask.start == 3 * BAR


def test_a_key_cuts_the_answer_short_where_that_is_wanted() -> None:
    machine = sounding(DuetRules(bars=1, cuts=True))
    go(machine, BAR + 600)
    machine.press(65, 80, BAR + 600)
    (cut,) = machine.events()
    assert isinstance(cut, Cut)
    assert [(n.start_ticks, n.end_ticks) for n in cut.answer.notes] == [
        (BAR, BAR + 240), (BAR + 240, BAR + 480), (BAR + 480, BAR + 600),
    ]  # fmt: skip
    assert (machine.state, machine.due) == (State.LISTENING, 2 * BAR)


def test_the_end_of_a_phrase_on_the_answers_first_beat_cuts_nothing() -> None:
    machine = sounding(DuetRules(bars=1, cuts=True))
    events = play(machine, 65, BAR + 100)
    assert events[-1] == Played(Note(BAR + 100, 200, 65), 0)
    assert machine.state is State.SOUNDING


def test_on_one_track_a_held_key_makes_the_answer_wait() -> None:
    machine = duet(DuetRules(bars=1, one_track=True))
    events = play(machine, 60, 0) + go(machine, BAR - BEAT)
    machine.press(64, 80, machine.now)
    events += machine.events()
    machine.answered(asked(events).number, tune(BAR))
    go(machine, BAR + 100)
    machine.let_go(64, BAR + 100)
    assert machine.answer is not None
    assert machine.answer.start == 2 * BAR


def test_on_one_track_a_key_at_the_last_moment_takes_the_turn() -> None:
    machine = duet(DuetRules(bars=1, one_track=True))
    answered(machine, play(machine, 60, 0) + go(machine, BAR - BEAT))
    go(machine, BAR - 50)
    machine.press(64, 80, BAR - 50)
    assert machine.events() == (Withdrawn(handed=True),)
    assert machine.due == 2 * BAR


@pytest.mark.parametrize("waits", [True, False])
def test_an_answer_that_was_not_heard_can_be_skipped(waits: bool) -> None:
    machine = duet()
    events = play(machine, 60, 0) + go(machine, BAR - BEAT)
    if not waits:
        answered(machine, events)
    machine.skip()
    assert machine.events() == (Withdrawn(),)
    assert (machine.state, machine.due) == (State.LISTENING, None)
    machine.answered(asked(events).number, tune(BAR))
    assert machine.answer is None


def test_what_sounds_cannot_be_skipped() -> None:
    machine = sounding(TRADING)
    machine.skip()
    assert machine.state is State.SOUNDING


def test_the_model_may_begin() -> None:
    machine = duet(DuetRules(bars=2, model_begins=True, keeps_going=False))
    ask = asked(list(machine.events()))
    assert (ask.start, ask.end, ask.call) == (BAR, 3 * BAR, ())
    machine.answered(ask.number, tune(BAR))
    assert not any(isinstance(event, Done) for event in go(machine, 3 * BAR))
    assert machine.due == 5 * BAR


def test_one_turn_and_no_more() -> None:
    machine = sounding(DuetRules(bars=1, keeps_going=False))
    assert go(machine, 2 * BAR)[-1] == Done()


def test_stopping_ends_what_sounds_and_keeps_what_is_held() -> None:
    machine = sounding(TRADING)
    go(machine, BAR + 840)
    machine.press(67, 80, BAR + 840)
    machine.stop(BAR + 900)
    played, cut = machine.events()
    assert played == Played(Note(BAR + 840, 60, 67), 1)
    assert isinstance(cut, Cut)
    assert cut.answer.notes[-1].end_ticks == BAR + 900
    assert machine.state is State.RESTING
    machine.press(60, 80, BAR + 1000)
    machine.advance(9 * BAR)
    assert machine.events() == ()


def test_the_way_to_the_answer() -> None:
    machine = duet()
    assert machine.progress == 0
    play(machine, 60, 0)
    go(machine, BAR // 2)
    assert machine.progress == pytest.approx(0.5)


def test_round_a_loop_the_answer_comes_after_the_turn() -> None:
    machine = duet(TRADING, time=DuetTime(Score.empty(), (0, BAR)))
    answer = answered(machine, play(machine, 60, 0) + go(machine, BAR - BEAT))
    assert answer.start == BAR
    go(machine, 2 * BAR)
    assert machine.due == 3 * BAR


@dataclass
class Heard:
    """What really happened, as a listener would write it down."""

    pressed: list[tuple[int, int]] = field(default_factory=list)
    played: list[Note] = field(default_factory=list)
    answers: dict[int, Answer] = field(default_factory=dict)


RULES = st.builds(
    DuetRules,
    bars=st.sampled_from((0, 1, 2)),
    pause=st.sampled_from(("1 beat", "2 beats", "1 bar")),
    on_bar=st.booleans(),
    answer_bars=st.sampled_from((0, 0, 1, 3)),
    model_begins=st.booleans(),
    cuts=st.booleans(),
    one_track=st.booleans(),
)


class Duets(RuleBasedStateMachine):
    """Any order of keys, time and answers. Time is looked at more often than an answer needs to be handed over."""

    @initialize(rules=RULES, loops=st.booleans(), begin=st.integers(0, 3000))
    def begin(self, rules: DuetRules, loops: bool, begin: int) -> None:
        score = Score.empty().with_meter(3, 4, 2 * BAR)
        self.duet = Duet(rules, DuetTime(score, (0, 3 * BAR) if loops else None))
        self.heard, self.asks, self.held = Heard(), list[Ask](), set[int]()
        self.duet.start(begin)
        self.take()

    def take(self) -> None:
        for event in self.duet.events():
            if isinstance(event, Ask):
                assert event.end > event.start > self.duet.now
                self.asks.append(event)
            elif isinstance(event, Played):
                self.heard.played.append(event.note)
            elif isinstance(event, Begun):
                assert event.turn not in self.heard.answers
                self.heard.answers[event.turn] = event.answer
            elif isinstance(event, Cut):
                before = self.heard.answers[event.turn]
                assert event.answer == before.until(event.answer.end)
                self.heard.answers[event.turn] = event.answer

    @rule(steps=st.integers(1, 30))
    def time_goes_on(self, steps: int) -> None:
        for _ in range(steps):
            self.duet.advance(self.duet.now + STEP)
            self.take()

    @precondition(lambda self: self.duet.due is not None)
    @rule(early=st.integers(-300, 900), data=st.data())
    def time_goes_on_to_the_answer(self, early: int, data: st.DataObject) -> None:
        """Near to where it begins, perhaps with an answer on the way."""
        assert self.duet.due is not None
        to = self.duet.due - early
        while self.duet.now < to:
            self.time_goes_on(1)
        if self.asks and data.draw(st.booleans()):
            self.the_model_answers(data, [0, 250])

    @rule(pitch=st.integers(60, 64), later=st.integers(1, STEP))
    def press(self, pitch: int, later: int) -> None:
        self.duet.advance(self.duet.now + later)
        if pitch not in self.held:
            self.held.add(pitch)
            self.heard.pressed.append((self.duet.now, pitch))
            self.duet.press(pitch, 80, self.duet.now)
        self.take()

    @precondition(lambda self: self.held)
    @rule(data=st.data(), later=st.integers(1, STEP))
    def let_go(self, data: st.DataObject, later: int) -> None:
        self.duet.advance(self.duet.now + later)
        pitch = data.draw(st.sampled_from(sorted(self.held)))
        self.held.discard(pitch)
        self.duet.let_go(pitch, self.duet.now)
        self.take()

    @precondition(lambda self: self.asks)
    @rule(data=st.data(), gaps=st.lists(st.integers(0, 900), max_size=5))
    def the_model_answers(self, data: st.DataObject, gaps: list[int]) -> None:
        """Some question, not always the newest; no notes is silence."""
        ask = data.draw(st.sampled_from(self.asks[-2:]))
        starts = [ask.start + sum(gaps[: i + 1]) for i in range(len(gaps))]
        before = self.duet.answer
        self.duet.answered(ask.number, tuple(Note(start, 400, 72) for start in starts))
        answer = self.duet.answer
        if answer is not None and answer is not before:
            lead = self.duet.time.ticks_in(self.duet.lead_seconds, answer.start)
            assert answer.start - lead > self.duet.now
            time = self.duet.time
            assert answer.start == ask.start or time.line_from(answer.start, True) == answer.start
        self.take()

    @precondition(lambda self: self.duet.turn % 3 == 2)  # else hardly any answer would come to sound
    @rule()
    def skip(self) -> None:
        self.duet.skip()
        assert self.duet.state in (State.LISTENING, State.SOUNDING)
        self.take()

    @invariant()
    def answers_begin_on_lines_and_do_not_overlap(self) -> None:
        if not hasattr(self, "duet"):
            return
        time, rules, end = self.duet.time, self.duet.rules, 0
        for answer in self.heard.answers.values():
            assert answer.start == time.line_from(answer.start, bool(rules.bars) or rules.on_bar)
            assert all(answer.start <= n.start_ticks < n.end_ticks <= answer.end for n in answer.notes)
            assert answer.start >= end
            end = answer.end

    def teardown(self) -> None:
        if not hasattr(self, "duet"):
            return
        self.duet.stop(self.duet.now)
        self.take()
        played = [(note.start_ticks, note.pitch) for note in self.heard.played]
        assert sorted(played) == sorted(self.heard.pressed)
        assert self.duet.state is State.RESTING
        if self.duet.rules.one_track:
            for answer in self.heard.answers.values():
                for note in answer.notes:
                    assert not any(note.overlaps(own.start_ticks, own.end_ticks) for own in self.heard.played)


TestDuets = Duets.TestCase
TestDuets.settings = settings(max_examples=200, stateful_step_count=60)
