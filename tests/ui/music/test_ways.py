"""Which ways to ask are open, where they would write, and why the others are not."""

from dataclasses import replace

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.score import Note, Score, Track
from studio.ui.music.pianoroll.note_index import NoteIndex
from studio.ui.music.ways import Situation, gap_at, ways_of

BAR = 1920
WRITER, SHEET, CHOIR = (
    Card(name.lower(), name, family, "", WeightsInfo("w", ""))
    for name, family in (
        ("Tunes", "music.melody_lstm"),
        ("Sheet", "music.lead_sheet"),
        ("Choir", "music.chorale_lstm"),
    )
)
TUNE = Track("Melody", notes=(Note(0, BAR, 67), Note(2 * BAR, BAR, 69)))
NOW = Situation(
    Score((TUNE,)),
    (NoteIndex(TUNE.notes),),
    0,
    writer=WRITER,
    others={SHEET.family: SHEET, CHOIR.family: CHOIR},
)


def with_tracks(*tracks: Track, **changes: object) -> Situation:
    indexes = tuple(NoteIndex(track.notes) for track in tracks)
    return replace(NOW, score=Score(tracks), indexes=indexes, **changes)  # type: ignore[arg-type]


def open_ways(now: Situation) -> set[str]:
    return {name for name, way in ways_of(now).items() if way.can}


def test_each_way_says_where_it_writes_and_who_answers() -> None:
    ways = ways_of(replace(NOW, playhead=BAR + 10, chosen=(0, BAR)))
    assert {name: way.where for name, way in ways.items()} == {
        "continue": "Writes bars 4–7",
        "infill": "Fills the gap in bar 2",
        "vary": "Writes bar 1 otherwise",
        "harmonise": "Writes alto, tenor, bass",
        "accompany": "Writes under bars 1–3",
        "chords": "Names chords in bars 1–3",
    }
    assert [way.model for way in ways.values()] == ["Tunes", "Tunes", "Tunes", "Choir", "Sheet", "Sheet"]


def test_marked_bars_are_the_place_for_all() -> None:
    ways = ways_of(replace(NOW, marked=(2 * BAR, 3 * BAR)))
    assert all(way.can and "bar 3" in way.where for way in ways.values())


def test_what_is_closed_says_why() -> None:
    assert open_ways(NOW) == {"continue", "harmonise", "accompany", "chords"}
    empty = with_tracks(Track())
    assert open_ways(empty) == {"continue"}
    assert "melody first" in ways_of(empty)["harmonise"].where
    alone = replace(NOW, others={}, writer=None)
    assert open_ways(alone) == set()
    assert "installed" in ways_of(alone)["chords"].where


def test_a_locked_track_closes_what_would_write_on_it() -> None:
    locked = with_tracks(replace(TUNE, locked=True), marked=(0, BAR))
    assert open_ways(locked) == {"harmonise", "accompany", "chords"}
    hands = tuple(Track(name, locked=True) for name in ("Backing", "Backing bass"))
    assert not ways_of(with_tracks(TUNE, *hands))["accompany"].can


def test_voices_that_are_there_or_locked_are_not_missing() -> None:
    others = (Track("Alto", notes=TUNE.notes), Track("Tenor", locked=True))
    way = ways_of(with_tracks(TUNE, *others))["harmonise"]
    assert way.where == "Writes bass"
    assert not ways_of(with_tracks(TUNE, *others, wanted=("Alto", "Tenor")))["harmonise"].can
    all_of_them = (*others, Track("Bass", notes=TUNE.notes))
    assert not ways_of(with_tracks(TUNE, *all_of_them))["harmonise"].can


@pytest.mark.parametrize(
    ("ticks", "gap"),
    [(BAR, (BAR, 2 * BAR)), (2 * BAR - 1, (BAR, 2 * BAR)), (10, None), (3 * BAR + 10, None)],
)
def test_a_gap_lies_between_two_notes(ticks: int, gap: tuple[int, int] | None) -> None:
    assert gap_at(Score((TUNE,)), NoteIndex(TUNE.notes), ticks) == gap


def test_drums_are_no_melody() -> None:
    ways = ways_of(with_tracks(replace(TUNE, channel=9)))
    assert not ways["accompany"].can
    assert "melody" in ways["chords"].where
