"""The steps of a melody are the same in every key and at every tempo."""

from hypothesis import given
from hypothesis import strategies as st

from studio.core.melody import SYMBOLS, interval_runs, steps_of, top_line
from studio.core.score import Note

LINES = st.lists(st.tuples(st.integers(1, 8), st.integers(40, 80)), min_size=1, max_size=40)


def line(beats: list[tuple[int, int]], ticks: int = 120, up: int = 0) -> list[Note]:
    notes, now = [], 0
    for wait, pitch in beats:
        notes.append(Note(now, wait * ticks, pitch + up))
        now += wait * ticks
    return notes


@given(LINES, st.integers(-12, 12), st.sampled_from([120, 240, 480]))
def test_transposed_or_slower_it_has_the_same_steps(
    beats: list[tuple[int, int]], up: int, ticks: int
) -> None:
    steps = steps_of(line(beats))
    assert len(steps) == len(beats) - 1
    assert (steps < SYMBOLS).all()
    assert steps.tolist() == steps_of(line(beats, ticks, up)).tolist()


def test_another_rhythm_or_another_note_makes_other_steps() -> None:
    beats = [(1, 60), (1, 62), (2, 64), (2, 65)]
    plain = steps_of(line(beats)).tolist()
    assert steps_of(line([(1, 60), (1, 62), (2, 63), (2, 65)])).tolist() != plain
    assert steps_of(line([(1, 60), (2, 62), (1, 64), (2, 65)])).tolist() != plain


def test_the_top_line_of_a_texture() -> None:
    chord = [Note(0, 960, 72), Note(0, 960, 64), Note(480, 480, 60), Note(900, 480, 74), Note(1440, 10, 50)]
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in top_line(chord)] == [
        (0, 900, 72),
        (900, 480, 74),
        (1440, 10, 50),
    ]
    assert top_line([]) == ()


def test_runs_do_not_hear_the_rhythm() -> None:
    scale = [(1, 60 + n) for n in range(10)]
    assert interval_runs(line(scale)).tolist() == interval_runs(line([(3, p + 5) for _, p in scale])).tolist()
    assert len(interval_runs(line(scale))) == 1
    assert len(interval_runs(line(scale[:5]))) == 0
