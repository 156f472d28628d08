"""Figures stay in their chord, in their time, below the melody and on the pulses of the metre."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.accompaniment import (
    BASS_AND_CHORDS,
    BLOCK,
    BROKEN,
    FIGURES,
    PAD,
    WALKING,
    Accompaniment,
    accompany,
    figures_for,
)
from studio.core.chords import QUALITIES, Chord, parse_figure
from studio.core.score import MeterChange, Note, Score

METERS = ((4, 4), (3, 4), (2, 4), (6, 8), (9, 8), (5, 4), (7, 8), (3, 8), (2, 2), (12, 8), (1, 4))


def a_chord(names: str, bar: int = 1920) -> list[Chord]:
    return [parse_figure(name, at * bar, bar) for at, name in enumerate(names.split())]


def everything(made: Accompaniment) -> list[Note]:
    return [*made.bass, *made.chords]


pieces = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.integers(0, 11),
        st.sampled_from(list(QUALITIES)),
        st.none() | st.integers(0, 11),
    ),
    min_size=1,
    max_size=8,
)
melodies = st.lists(st.tuples(st.integers(1, 8), st.integers(21, 90)), max_size=12)


@given(pieces, melodies, st.sampled_from(METERS), st.sampled_from(FIGURES))
def test_nothing_leaves_its_chord_its_time_or_the_room_below_the_melody(
    pieces: list[tuple[int, int, str, int | None]],
    melody: list[tuple[int, int]],
    meter: tuple[int, int],
    figure: str,
) -> None:
    score = Score.empty(numerator=meter[0], denominator=meter[1])
    chords, start = [], 0
    for length, root, quality, bass in pieces:
        chords.append(Chord(start, length * 240, root, quality, bass))
        start += length * 240
    tune, at = [], 0
    for length, pitch in melody:
        tune.append(Note(at, length * 240, pitch))
        at += length * 240
    region = (120, max(240, start - 120))
    made = accompany(score, chords, tune, region, figure)
    for note in everything(made):
        chord = next(c for c in chords if c.start_ticks <= note.start_ticks < c.end_ticks)
        assert region[0] <= note.start_ticks < note.end_ticks <= region[1]
        assert note.end_ticks <= chord.end_ticks
        assert all(
            note.pitch < other.pitch for other in tune if other.overlaps(note.start_ticks, note.end_ticks)
        )
        if note.pitch % 12 not in chord.pitch_classes:
            assert figure == WALKING
            assert note in made.bass
            after = min(
                (n for n in made.bass if n.start_ticks >= note.end_ticks),
                key=lambda n: n.start_ticks,
                default=None,
            )
            assert after is None or abs(after.pitch - note.pitch) in (1, 2)
    for hand in (made.bass, made.chords):
        for pitch in {note.pitch for note in hand}:
            line = sorted((n for n in hand if n.pitch == pitch), key=lambda n: n.start_ticks)
            assert all(one.end_ticks <= other.start_ticks for one, other in pairwise(line))


def test_a_waltz_has_its_bass_on_one_and_chords_on_two_and_three() -> None:
    score = Score.empty(numerator=3)
    made = accompany(score, a_chord("C G7", 1440), (), (0, 2880), BASS_AND_CHORDS)
    assert [note.start_ticks for note in made.bass] == [0, 1440]
    assert sorted({note.start_ticks for note in made.chords}) == [480, 960, 1920, 2400]
    assert figures_for(MeterChange(0, 3, 4))[0] == BASS_AND_CHORDS


def test_a_march_has_its_bass_on_one_and_three_root_and_fifth() -> None:
    made = accompany(Score.empty(), a_chord("C"), (), (0, 1920), BASS_AND_CHORDS)
    assert [(note.start_ticks, note.pitch % 12) for note in made.bass] == [(0, 0), (960, 7)]
    assert sorted({note.start_ticks for note in made.chords}) == [480, 1440]


def test_alberti_goes_low_high_middle_high() -> None:
    made = accompany(Score.empty(), a_chord("C"), (), (0, 1920), BROKEN)
    low, middle, high = sorted({note.pitch for note in made.chords})
    assert [note.pitch for note in made.chords] == [low, high, middle, high] * 2
    assert [note.start_ticks for note in made.chords] == list(range(0, 1920, 240))


def test_six_eight_goes_in_two() -> None:
    score = Score.empty(numerator=6, denominator=8)
    made = accompany(score, a_chord("C", 1440), (), (0, 1440), BASS_AND_CHORDS)
    assert [note.start_ticks for note in made.bass] == [0, 720]
    assert sorted({note.start_ticks for note in made.chords}) == [240, 480, 960, 1200]
    assert WALKING not in figures_for(score.meter_at(0))


def test_a_walking_bass_leads_by_step_into_the_next_chord() -> None:
    made = accompany(Score.empty(), a_chord("Dm7 G7 Cmaj7"), (), (0, 5760), WALKING)
    line = [note.pitch for note in made.bass]
    assert len(line) == 12
    assert [line[0] % 12, line[4] % 12, line[8] % 12] == [2, 7, 0]
    assert abs(line[4] - line[3]) in (1, 2)
    assert abs(line[8] - line[7]) in (1, 2)


def test_chords_move_little_and_stay_under_a_low_melody() -> None:
    chords = a_chord("C F G C")
    free = accompany(Score.empty(), chords, (), (0, 7680), PAD)
    under = accompany(Score.empty(), chords, (Note(0, 7680, 56),), (0, 7680), PAD)
    assert max(note.pitch for note in under.chords) < 56 <= max(note.pitch for note in free.chords)
    starts = [tuple(n.pitch for n in free.chords if n.start_ticks == at) for at in range(0, 7680, 1920)]
    assert all(abs(sum(a) - sum(b)) <= 12 for a, b in pairwise(starts))


def test_the_accompaniment_is_softer_than_the_melody() -> None:
    tune = (Note(0, 1920, 72, 100),)
    made = accompany(Score.empty(), a_chord("C"), tune, (0, 1920), BLOCK)
    assert max(note.velocity for note in everything(made)) < 100


@pytest.mark.parametrize("figure", FIGURES)
def test_only_the_marked_bars_are_written(figure: str) -> None:
    made = accompany(Score.empty(), a_chord("C F G C"), (), (1920, 3840), figure)
    assert made.bass
    assert made.chords
    assert all(note.start_ticks >= 1920 and note.end_ticks <= 3840 for note in everything(made))


def test_a_walking_bass_leads_nowhere_where_the_melody_leaves_no_room() -> None:
    deep = (Note(1920, 1920, 22),)
    made = accompany(Score.empty(), a_chord("C B C"), deep, (0, 5760), WALKING)
    assert not [note for note in made.bass if 1920 <= note.start_ticks < 3840]
    assert {note.pitch % 12 for note in made.bass if note.start_ticks < 1920} <= {0, 4, 7}
