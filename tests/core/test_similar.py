"""Similar notes and similar passages are found, whatever stands between them."""

from studio.core import similar as shape
from studio.core.score import Note


def test_alike() -> None:
    notes = [Note(0, 100, 60, id=0), Note(0, 200, 72, id=1), Note(9, 100, 64, id=2)]
    assert shape.alike(notes, notes[:1], "pitch") == {0}
    assert shape.alike(notes, notes[:1], "pitch class") == {0, 1}
    assert shape.alike(notes, notes[:1], "length") == {0, 2}


def line(*notes: tuple[int, int, int]) -> list[Note]:
    return [Note(start, length, pitch, id=number) for number, (start, length, pitch) in enumerate(notes)]


TUNE = line(
    (0, 240, 60), (240, 240, 62), (480, 480, 64),
    (960, 480, 65), (1440, 480, 64),
    (1925, 235, 67), (2160, 245, 69), (2405, 480, 71),
    (2880, 240, 60), (3120, 240, 61), (3360, 480, 59),
)  # fmt: skip


def test_the_same_rhythm_though_played_by_hand() -> None:
    found = shape.passages_alike(TUNE, TUNE[:3], "rhythm")
    assert found == {0, 1, 2, 5, 6, 7, 8, 9, 10}


def test_the_same_melody_at_another_height_and_the_same_contour() -> None:
    assert shape.passages_alike(TUNE, TUNE[:3], "melody") == {0, 1, 2, 5, 6, 7}
    up_down = shape.passages_alike(TUNE, TUNE[8:], "contour")
    assert up_down == {2, 3, 4, 6, 7, 8, 9, 10}


def test_chords_are_one_step_and_their_highest_note_the_melody() -> None:
    notes = line((0, 100, 48), (0, 100, 60), (480, 100, 62), (960, 100, 70), (970, 100, 72), (1440, 100, 74))
    assert shape.passages_alike(notes, notes[:3], "melody") == {0, 1, 2, 3, 4, 5}


def test_an_example_of_nothing_finds_nothing() -> None:
    assert shape.passages_alike(TUNE, [], "rhythm") == frozenset()
