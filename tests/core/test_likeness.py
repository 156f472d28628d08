"""How alike phrases are: on plain phrases, and what must hold for any two."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.likeness import SAME, WEIGHTS, Phrase, likeness, most_like, parts
from studio.core.score import Note

BARS = (0, 3840)
SCALE = (60, 62, 64, 65, 67, 69, 71, 72)


def line(*pitches: int, step: int = 240) -> Phrase:
    return Phrase.of([Note(i * step, step, pitch) for i, pitch in enumerate(pitches)], BARS)


@st.composite
def phrases(draw: st.DrawFn) -> tuple[Note, ...]:
    waits = draw(st.lists(st.sampled_from((0, 80, 120, 240, 480)), max_size=14))
    start, notes = 0, []
    for wait in waits:
        start += wait
        notes.append(Note(start, draw(st.sampled_from((60, 120, 480))), draw(st.integers(40, 90))))
    return tuple(notes)


@given(phrases(), phrases())
def test_it_is_symmetric_and_from_0_to_1(one: tuple[Note, ...], other: tuple[Note, ...]) -> None:
    a, b = Phrase.of(one, BARS), Phrase.of(other, BARS)
    assert likeness(a, b) == pytest.approx(likeness(b, a))
    for value in (likeness(a, b), *parts(a, b).values()):
        assert -1e-9 <= value <= 1 + 1e-9


@given(phrases(), st.integers(0, 40))
def test_a_phrase_is_wholly_like_itself_wherever_it_stands(notes: tuple[Note, ...], bars: int) -> None:
    later = bars * 1920
    moved = Phrase.of([replace(n, start_ticks=n.start_ticks + later) for n in notes], (later, later + 3840))
    assert likeness(Phrase.of(notes, BARS), moved) == pytest.approx(1.0)


@given(phrases(), st.integers(-12, 12))
def test_transposing_changes_neither_rhythm_nor_contour_nor_motives(notes: tuple[Note, ...], by: int) -> None:
    found = parts(Phrase.of(notes, BARS), Phrase.of([replace(n, pitch=n.pitch + by) for n in notes], BARS))
    for name in ("rhythm", "contour", "motives", "density"):
        assert found[name] == pytest.approx(1.0)


def test_each_part_hears_what_it_is_for() -> None:
    tune = line(*SCALE, *reversed(SCALE))
    slower = parts(tune, line(*SCALE, step=480))
    assert slower["rhythm"] == pytest.approx(2 * 8 / 24)
    assert slower["density"] == 0.5
    upside_down = parts(tune, line(*(132 - p for p in SCALE), *(132 - p for p in reversed(SCALE))))
    assert upside_down["contour"] < 0.2
    assert upside_down["rhythm"] == 1.0
    assert parts(tune, line(*(p + 12 for p in (*SCALE, *reversed(SCALE)))))["register"] == 0
    black = parts(tune, line(*(61, 63, 66, 68, 70) * 3))
    assert black["harmony"] == 0
    assert black["motives"] < 0.3
    assert sum(WEIGHTS.values()) == pytest.approx(1)


def test_silence_is_like_silence_only() -> None:
    assert likeness(line(), line()) == 1
    assert likeness(line(), line(60)) == 0


def test_a_variation_is_more_like_than_another_tune() -> None:
    tune = line(*SCALE, *reversed(SCALE))
    varied = line(*SCALE[:6], 72, 71, *reversed(SCALE))
    other = line(72, 60, 60, 67, 60, 72, 65, 60, step=480)
    assert likeness(tune, other) < 0.6 < likeness(tune, varied) < 1


def test_the_most_like_are_taken_in_turn_and_none_twice() -> None:
    tune = line(*SCALE, *reversed(SCALE))
    near, twin = line(*SCALE[:4], *SCALE[:4], *reversed(SCALE)), line(*SCALE, *reversed(SCALE))
    far = line(72, 60, 60, 67, 60, 72, 65, 60, step=480)
    assert likeness(tune, near) < SAME
    assert most_like(tune, [[far, near, twin], [near, far]], 8) == [(0, 1), (1, 1)]
    assert most_like(tune, [[far, near]], 1) == [(0, 1)]
    assert most_like(tune, [[near]], 4, known=[near]) == []
    assert most_like(tune, [[line()]], 4) == []
