"""Harmonising and filling in: which tracks are which voices, what is asked, and what the new score keeps."""

from dataclasses import replace

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import VoicesCandidate
from studio.core.recipe import HarmoniseSettings
from studio.core.score import Note, Score, Track
from studio.inference.harmonising import Harmonising, Infilling, chords_of, harmonise_recipe, infill_voices

CARD = Card("choir", "Choir", "music.chorale_lstm", "", WeightsInfo("w", "abc"))
BAR = 1920
TUNE = tuple(Note(i * 480, 480, 60 + i) for i in range(8))
WISH = HarmoniseSettings(seed=7)


def plan(*tracks: Track, **wish: object) -> Harmonising:
    return Harmonising.of(Score(tracks), CARD, replace(WISH, **wish))  # type: ignore[arg-type]


def test_the_highest_track_is_the_soprano_and_all_else_stays() -> None:
    low = Track("Strings", 48, tuple(replace(n, pitch=n.pitch - 24) for n in TUNE))
    asked = plan(low, Track("Tune", 5, TUNE))
    assert asked.places == (1, None, None, None)
    assert asked.request.written == (False, True, True, True)
    assert (asked.request.region_start, asked.request.region_end) == (0, 2 * BAR)
    new = VoicesCandidate(((), *((Note(0, BAR, p),) for p in (57, 52, 48))), ((),) * 4, 7)
    score = asked.with_answer(new)
    assert [track.name for track in score.tracks] == ["Soprano", "Alto", "Tenor", "Bass", "Strings"]
    assert score.tracks[0].notes == asked.score.tracks[1].notes
    assert score.tracks[4].notes == asked.score.tracks[0].notes
    assert [track.program for track in score.tracks] == [5, 5, 5, 5, 48]


def test_voices_are_known_by_their_names() -> None:
    asked = plan(Track("bass", 0, TUNE), Track("Alto 1", 0, TUNE))
    assert asked.places == (None, 1, None, 0)
    assert asked.request.written == (True, False, True, False)


@pytest.mark.parametrize(("voices", "names"), [(2, ("Soprano", "Bass")), (3, ("Soprano", "Alto", "Bass"))])
def test_fewer_voices(voices: int, names: tuple[str, ...]) -> None:
    asked = plan(Track("Tune", 0, TUNE), voices=voices)
    assert asked.names == names
    assert len(asked.request.voices) == voices


def test_a_melody_off_the_grid_gets_a_region_that_holds_it() -> None:
    request = plan(Track("Tune", 0, (Note(130, 100, 60), Note(1000, 190, 62)))).request
    assert (request.region_start, request.region_end) == (120, 1200)


def test_what_cannot_be_harmonised_is_said() -> None:
    with pytest.raises(StudioError, match="no notes"):
        plan(Track("Tune"))
    with pytest.raises(StudioError, match="there already"):
        plan(Track("Soprano", 0, TUNE), Track("Bass", 0, TUNE), voices=2)


def test_chords_share_their_bars() -> None:
    score = Score.empty(numerator=3)
    chords = chords_of("C | Am F7/A | G", score, 1500)
    assert [(c.name, c.start_ticks, c.duration_ticks) for c in chords] == [
        ("C", 1440, 1440),
        ("Am", 2880, 720),
        ("F7/A", 3600, 720),
        ("G", 4320, 1440),
    ]
    assert chords_of(" ", score, 0) == ()
    with pytest.raises(StudioError, match="not a chord"):
        chords_of("Hx", score, 0)


def test_the_chords_of_a_lead_sheet_are_followed_unless_others_are_written() -> None:
    chords = (Chord(0, BAR, 5), Chord(BAR, BAR, 0, "7"))
    score = Score((Track("Tune", 0, TUNE),)).with_chords(chords)
    assert Harmonising.of(score, CARD, WISH).request.chords == chords
    asked = Harmonising.of(score, CARD, replace(WISH, chords="Dm | G")).request.chords
    assert [chord.name for chord in asked] == ["Dm", "G"]


def four(*more: Track) -> Score:
    return Score(
        (
            Track("Bass", 0, tuple(replace(n, pitch=n.pitch - 20) for n in TUNE)),
            Track("Soprano", 0, TUNE),
            Track("Alto", 0, (Note(0, 3000, 55), Note(3000, 840, 57))),
            *more,
        )
    )


def infill(score: Score, tracks: tuple[int, ...], bars: tuple[int, int]) -> Infilling:
    return infill_voices(score, CARD, tracks, bars, WISH)


def test_a_passage_is_asked_for_with_the_voices_around_it() -> None:
    asked = infill(four(), (2,), (1, 1))
    assert asked.tracks == (1, 2, 0)
    assert asked.request.written == (False, True, False)
    assert (asked.request.region_start, asked.request.region_end) == (BAR, 2 * BAR)
    assert [(n.start_ticks, n.end_ticks) for n in asked.request.voices[1]] == [(0, BAR)]


def test_a_passage_takes_the_place_of_what_stood_there() -> None:
    asked = infill(four(), (2,), (0, 0))
    new = VoicesCandidate(((), (Note(0, 480, 50), Note(480, 1440, 52)), ()), ((),) * 3, 7)
    score = asked.with_answer(new)
    found = [(n.start_ticks, n.end_ticks, n.pitch) for n in score.tracks[2].notes]
    assert found == [(0, 480, 50), (480, 1920, 52), (1920, 3000, 55), (3000, 3840, 57)]
    assert (score.tracks[0], score.tracks[1]) == asked.score.tracks[:2]


def test_a_note_over_the_whole_passage_stays_on_both_sides() -> None:
    score = Score((Track("Alto", 0, (Note(0, 3 * BAR, 60, id=4),)),))
    answered = infill(score, (0,), (1, 1)).with_answer(VoicesCandidate(((Note(BAR, BAR, 62),),), ((),), 0))
    assert [(n.start_ticks, n.end_ticks, n.pitch) for n in answered.tracks[0].notes] == [
        (0, BAR, 60),
        (BAR, 2 * BAR, 62),
        (2 * BAR, 3 * BAR, 60),
    ]


def test_more_tracks_than_voices() -> None:
    extra = tuple(Track(f"More {i}", 0, TUNE) for i in range(3))
    assert len(infill(four(*extra), (2,), (0, 0)).tracks) == 4
    assert 2 in infill(four(*extra), (2,), (0, 0)).tracks
    with pytest.raises(StudioError, match="four voices"):
        infill(four(*extra), (0, 1, 2, 3, 4), (0, 0))
    with pytest.raises(StudioError, match="not a valid score"):
        infill(four(), (9,), (0, 0))


def test_the_recipe_says_how_it_was_made() -> None:
    recipe = harmonise_recipe(CARD, WISH, "1.0")
    assert (recipe.model_id, recipe.harmonise) == ("choir", WISH)
