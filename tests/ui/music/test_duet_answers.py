"""What a model is told of a duet, and which of its answers is taken."""

from dataclasses import replace

import pytest

from studio.core.duet_rules import Ask
from studio.core.duet_time import DuetTime
from studio.core.messages import Candidate
from studio.core.score import Note, Score
from studio.ui.music.compose.ask import Ask as Wishes
from studio.ui.music.duet_answers import MEMORY_BARS, Question, question

BAR, BEAT = 1920, 480


def asked(
    *call: Note, start: int = BAR, before: tuple[Note, ...] = (), score: Score | None = None
) -> Question:
    ask = Ask(3, start, start + BAR, call, before)
    return question("m", ask, Wishes(seed=10), DuetTime(score or Score.empty()))


def candidate(*starts: int, pitch: int = 70) -> Candidate:
    notes = tuple(Note(start, 100, pitch, 80) for start in starts)
    return Candidate(notes, tuple(0.5 for _ in notes), 0)


@pytest.mark.parametrize(
    ("played", "told"),
    [(-20, 0), (25, 0), (100, 120), (150, 160), (470, 480), (505, 480), (610, 600), (655, 640)],
)
def test_a_hand_that_is_nearly_in_time_is_told_as_in_time(played: int, told: int) -> None:
    home = MEMORY_BARS * BAR - BAR
    found = asked(Note(BAR + played, 230, 60), start=2 * BAR)
    assert found.request.prompt[0].start_ticks - home == told


def test_a_key_that_is_still_down_is_told_up_to_the_answer() -> None:
    found = asked(Note(1400, 5000, 60))
    assert found.request.prompt[0].end_ticks == found.request.region_start


def test_only_the_last_bars_are_told() -> None:
    before = tuple(Note(bar * BAR, 200, 60) for bar in range(40))
    found = asked(start=40 * BAR, before=before)
    assert len(found.request.prompt) == MEMORY_BARS
    assert found.request.prompt[0].start_ticks == 0


def test_the_bar_is_where_it_was_also_from_a_beat_on() -> None:
    score = Score.empty().with_meter(3, 4, 4 * BAR)
    start = 4 * BAR + 3 * BEAT + BEAT
    request = asked(start=start, score=score).request
    assert request.meter.bar_ticks == 3 * BEAT
    assert request.region_start % (3 * BEAT) == BEAT


def test_each_question_has_a_seed_of_its_own() -> None:
    first = asked(Note(0, 100, 60)).request.seed
    other = question("m", Ask(4, BAR, 2 * BAR, (), ()), Wishes(seed=10), DuetTime())
    assert other.request.seed - first == other.request.candidates


def test_the_one_that_begins_on_the_line_is_taken() -> None:
    found = asked(Note(0, 100, 60, 80))
    start = found.request.region_start
    answers = (
        candidate(start + 600),
        candidate(start + 120),
        candidate(start, start + 240),
        candidate(start),
    )
    notes, probabilities = found.answer(answers)
    assert [note.start_ticks for note in notes] == [BAR, BAR + 240]
    assert len(probabilities) == 2
    notes, _ = found.answer(
        (candidate(start + 600), candidate(), candidate(start + 120), candidate(start + 60))
    )
    assert [note.start_ticks for note in notes] == [BAR + 120]
    assert found.answer((candidate(), candidate())) == ((), ())


@pytest.mark.parametrize("loudness", [1, 40, 127])
def test_it_is_as_loud_as_the_call(loudness: int) -> None:
    found = asked(Note(0, 100, 60, loudness), Note(200, 100, 60, loudness))
    start = found.request.region_start
    answer = candidate(start, start + 200)
    answer = replace(
        answer, notes=(replace(answer.notes[0], velocity=90), replace(answer.notes[1], velocity=70))
    )
    (strong, weak), _ = found.answer((answer,))
    assert strong.velocity == min(127, loudness + 10)
    assert weak.velocity == max(1, loudness - 10)
