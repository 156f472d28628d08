"""Chords for a melody: what is asked, how the answer reads, and what the new score keeps."""

from dataclasses import replace

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import ChordsCandidate
from studio.core.recipe import ChordsSettings
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, Track
from studio.inference.lead_sheets import LeadSheetPlan, chords_recipe, fixed_chords, key_of

CARD = Card("sheet", "Sheet", "music.lead_sheet", "", WeightsInfo("w", "abc"))
BAR = 1920
TUNE = tuple(Note(i * 480, 480, 60 + i % 12) for i in range(20))
LOW = Track("Low", 40, tuple(replace(note, pitch=note.pitch - 24) for note in TUNE))
SCORE = Score((LOW, Track("Tune", 5, TUNE)), markers=(Marker(0, "A"),), chords=(Chord(3 * BAR, 2 * BAR, 5),))
ANSWER = ChordsCandidate(
    (
        Chord(0, BAR, 9),
        Chord(BAR, 960, 2, "m"),
        Chord(BAR + 960, 960 + 2 * BAR, 7, "7"),
        Chord(4 * BAR, BAR, 0),
    ),
    (0.5, 0.5, 0.5, 0.5),
    3,
    key=KeySignature(0, -1, True),
)


def plan(score: Score = SCORE, **wish: object) -> LeadSheetPlan:
    return LeadSheetPlan.of(score, CARD, ChordsSettings(**wish))  # type: ignore[arg-type]


def test_the_highest_track_is_the_melody_and_all_its_bars_are_asked_for() -> None:
    asked = plan(candidates=2, seed=4, a_bar=2, temperature=0.5, top_p=0.7)
    request = asked.request
    assert asked.track == 1
    assert request.melody == SCORE.tracks[1].notes
    assert (request.region_start, request.region_end) == (0, 5 * BAR)
    assert (request.candidates, request.seed, request.a_bar, request.temperature, request.top_p) == (
        2,
        4,
        2,
        0.5,
        0.7,
    )
    assert request.key is None
    assert request.meters == ()


def test_track_bars_and_key_may_be_told() -> None:
    request = plan(track=1, bars=(2, 3), key="D minor").request
    assert request.melody == SCORE.tracks[0].notes
    assert (request.region_start, request.region_end) == (BAR, 3 * BAR)
    assert request.key == KeySignature(0, -1, True)
    assert key_of("") is None
    assert key_of("Eb") == KeySignature(0, -3)


def test_changes_of_metre_are_told() -> None:
    request = plan(SCORE.with_meter(3, 4, BAR), bars=(2, 4)).request
    assert request.meter == MeterChange(BAR, 3, 4)
    assert request.meters == (MeterChange(0, 4, 4), MeterChange(BAR, 3, 4))
    assert request.region_end == BAR + 3 * 1440


def test_a_lead_sheet_reads_four_bars_a_line() -> None:
    assert plan().lines(ANSWER) == [
        "   1: A     | Dm G7 | %     | %",
        "   5: C",
    ]
    assert plan().key_name(ANSWER) == "D minor"
    ringing = replace(ANSWER, chords=(Chord(960, 960 + BAR, 5),))
    assert plan(bars=(2, 2)).lines(ringing) == ["   2: F"]


def test_the_score_gets_a_track_and_names() -> None:
    score = plan().with_answer(ANSWER)
    assert score.tracks[:2] == SCORE.tracks
    chords = score.tracks[2]
    assert chords.name == "Chords"
    assert sorted({note.start_ticks for note in chords.notes}) == [
        0,
        BAR,
        BAR + 960,
        2 * BAR,
        3 * BAR,
        4 * BAR,
    ]
    assert all(note.end_ticks <= score.bar_start(score.bar_of(note.start_ticks) + 1) for note in chords.notes)
    assert score.chords == ANSWER.chords
    assert score.markers == SCORE.markers


def test_new_chords_take_the_place_of_old_ones() -> None:
    first = plan().with_answer(ANSWER)
    again = plan(first, track=2, bars=(2, 2)).with_answer(replace(ANSWER, chords=(Chord(BAR, BAR, 5),)))
    assert len(again.tracks) == 3
    assert {n.pitch % 12 for n in again.tracks[2].notes_between(BAR, 2 * BAR)} == {5, 9, 0}
    assert again.tracks[2].notes_between(0, BAR) == first.tracks[2].notes_between(0, BAR)
    assert [(c.name, c.start_ticks) for c in again.chords] == [
        ("A", 0),
        ("F", BAR),
        ("G7", 2 * BAR),
        ("C", 4 * BAR),
    ]


def test_chords_that_stand_before_and_after_are_heard() -> None:
    assert plan().request.fixed == ()
    told = plan(bars=(1, 4), fixed="2:G").request.fixed
    assert [(c.name, c.start_ticks, c.end_ticks) for c in told] == [
        ("G", BAR, 2 * BAR),
        ("F", 4 * BAR, 5 * BAR),
    ]


def test_fixed_chords_have_a_bar_and_a_beat() -> None:
    chords = fixed_chords("4:G7 1:C 4.3:Am/G", SCORE)
    assert [(c.name, c.start_ticks, c.end_ticks) for c in chords] == [
        ("C", 0, BAR),
        ("G7", 3 * BAR, 3 * BAR + 960),
        ("Am/G", 3 * BAR + 960, 4 * BAR),
    ]
    for bad, words in (
        ("C", "not a chord in a bar"),
        ("0:C", "not a chord"),
        ("1:X", "not a chord"),
        ("2.5:C", "no beat"),
    ):
        with pytest.raises(StudioError, match=words):
            fixed_chords(bad, SCORE)


def test_what_cannot_be_asked_is_said() -> None:
    with pytest.raises(StudioError, match="no notes"):
        plan(Score.empty())
    with pytest.raises(StudioError):
        plan(track=9)
    with pytest.raises(StudioError, match="not a key"):
        plan(key="D funny")


def test_the_recipe_says_how_it_was_asked() -> None:
    recipe = chords_recipe(CARD, ChordsSettings(seed=4), "1.0")
    assert (recipe.kind, recipe.model_id, recipe.weights_sha256) == ("music", "sheet", "abc")
    assert recipe.chords == ChordsSettings(seed=4)
