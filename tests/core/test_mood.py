"""Moods as wishes: what each way asks for, and that notes never overlap or move by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.attributes import ATTRIBUTES
from studio.core.mood import Mood
from studio.core.score import KeySignature, Note

places = st.floats(-1, 1)
moods = st.builds(Mood.near, places, places)
D_MAJOR, D_MINOR = KeySignature(0, 2), KeySignature(0, -1, True)


def wishes(valence: float, energy: float) -> dict[str, float]:
    return dict(Mood.near(valence, energy).attributes)


def test_energy_asks_for_many_notes_and_gladness_for_high_ones() -> None:
    assert wishes(0, 1)["density"] > wishes(0, 0)["density"] > wishes(0, -1)["density"]
    assert wishes(1, 0)["register"] > wishes(0, 0)["register"] > wishes(-1, 0)["register"]
    assert wishes(0, 1)["leaps"] > 0.5 > wishes(0, -1)["leaps"]
    assert wishes(-1, 1)["syncopation"] > 0.5
    assert "syncopation" not in wishes(1, 1)


def test_the_middle_leaves_the_mode_and_the_ends_take_the_parallel_one() -> None:
    assert Mood(-0.8, 0).key(D_MAJOR) == D_MINOR
    assert Mood(0.8, 0).key(D_MINOR) == D_MAJOR
    assert Mood(0.1, 1).key(D_MINOR) == D_MINOR
    assert Mood(0.1, 1).mode == ""


def test_energy_plays_louder_and_apart() -> None:
    notes = (Note(0, 480, 60, 80), Note(480, 1920, 62, 80))
    excited, calm = Mood(1, 1).played(notes), Mood(1, -1).played(notes)
    assert [note.velocity for note in excited] == [102, 102]
    assert [note.velocity for note in calm] == [58, 58]
    assert [note.duration_ticks for note in excited] == [264, 1680]
    assert [note.duration_ticks for note in calm] == [480, 1920]
    assert [note.duration_ticks for note in Mood(1, 1).played(notes, keeps_rhythm=True)] == [480, 1920]


@pytest.mark.parametrize("begun", [20, 84, 120])
def test_one_answer_after_the_other_comes_to_a_loudness_and_stays(begun: int) -> None:
    loudness = begun
    for _ in range(8):
        (note,) = Mood(0.0, 0.5).played((Note(0, 480, 60, loudness),), loudness)
        loudness = note.velocity
    assert abs(loudness - 99) <= 1


@given(moods, st.integers(1, 127), st.integers(1, 4000))
def test_a_mood_never_moves_or_lengthens_a_note(mood: Mood, velocity: int, ticks: int) -> None:
    note = Note(960, ticks, 60, velocity)
    (played,) = mood.played((note,))
    assert (played.start_ticks, played.pitch) == (960, 60)
    assert 1 <= played.duration_ticks <= ticks


@given(moods)
def test_every_wish_is_one_that_models_know(mood: Mood) -> None:
    told = dict(mood.attributes)
    assert set(told) <= set(ATTRIBUTES)
    assert all(0 <= value <= 1 for value in told.values())


@pytest.mark.parametrize("place", [(-3.0, 0.5), (0.2, 7.0)])
def test_what_lies_beyond_the_edge_is_drawn_in(place: tuple[float, float]) -> None:
    mood = Mood.near(*place)
    assert -1 <= mood.valence <= 1
    assert -1 <= mood.energy <= 1
