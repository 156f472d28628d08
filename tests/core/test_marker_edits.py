"""Names of places: put, changed, moved, taken away and found from where one stands."""

from studio.core.marker_edits import marker_at, moved, named, neighbour, removed
from studio.core.score import Marker, Score


def test_a_place_has_one_name() -> None:
    score = named(named(Score.empty(), 960, "Verse"), 0, "Intro")
    assert score.markers == (Marker(0, "Intro"), Marker(960, "Verse"))
    assert named(score, 960, "Refrain").markers[1] == Marker(960, "Refrain")
    assert named(score, 960, "").markers == (Marker(0, "Intro"),)
    assert marker_at(score, 960) == Marker(960, "Verse")
    assert marker_at(score, 961) is None


def test_a_marker_moves_and_goes() -> None:
    score = named(named(Score.empty(), 960, "Verse"), 0, "Intro")
    after = moved(score, Marker(0, "Intro"), 1920)
    assert after.markers == (Marker(960, "Verse"), Marker(1920, "Intro"))
    assert moved(score, Marker(960, "Verse"), -40).markers[1] == Marker(0, "Verse")
    assert removed(after, Marker(960, "Verse")).markers == (Marker(1920, "Intro"),)


def test_neighbours() -> None:
    score = named(named(Score.empty(), 960, "Verse"), 0, "Intro")
    assert neighbour(score, 0, 1) == Marker(960, "Verse")
    assert neighbour(score, 960, 1) is None
    assert neighbour(score, 960, -1) == Marker(0, "Intro")
    assert neighbour(score, 0, -1) is None
