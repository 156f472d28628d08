"""Going on from a score: where the new notes begin and end, and on which track."""

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.messages import Candidate
from studio.core.recipe import ComposeSettings
from studio.core.score import DRUM_CHANNEL, Note, Score, Track
from studio.inference.composing import Passage
from studio.inference.continuation import compose_recipe, melody_track

CARD = Card("tunes", "Tunes", "music.melody_lstm", "", WeightsInfo("w", "abc"), styles=("reel", "jig"))
BAR = 1920


def score_of(*notes: Note, **meter: int) -> Score:
    return Score.empty(**meter).with_notes_added(0, notes)


def plan(score: Score, bars: int = 4) -> Passage:
    return Passage.of(score, CARD, ComposeSettings(seed=7, bars=bars))


def test_an_empty_score_begins_at_its_beginning() -> None:
    request = plan(Score.empty()).request
    assert (request.region_start, request.region_end, request.seed) == (0, 4 * BAR, 7)


def test_whole_bars_follow_a_whole_bar() -> None:
    request = plan(score_of(Note(0, BAR, 60)), 2).request
    assert (request.region_start, request.region_end) == (BAR, 3 * BAR)


def test_a_bar_that_was_begun_is_ended_first() -> None:
    request = plan(score_of(Note(0, 500, 60)), 2).request
    assert (request.region_start, request.region_end) == (600, 3 * BAR)


def test_the_metre_and_the_key_at_the_end_count() -> None:
    score = score_of(Note(0, BAR, 60)).with_meter(6, 8, BAR).with_key(2, ticks=BAR)
    request = plan(score, 1).request
    assert (request.meter.numerator, request.meter.denominator) == (6, 8)
    assert request.key is not None
    assert request.key.fifths == 2
    assert request.region_end == BAR + 1440


def test_the_melody_is_the_highest_track_and_never_the_drums() -> None:
    tracks = (
        Track("Bass", notes=(Note(0, 480, 40),)),
        Track("Tune", notes=(Note(0, 480, 72),)),
        Track("Drums", notes=(Note(0, 480, 90),), channel=DRUM_CHANNEL),
        Track("Empty"),
    )
    assert melody_track(Score(tracks)) == 1
    assert melody_track(Score.empty()) == 0


def test_the_answer_is_added_and_nothing_else_changes() -> None:
    score = score_of(Note(0, BAR, 60))
    longer = plan(score).with_answer(Candidate((Note(BAR, 480, 62),), (0.5,), 7))
    assert [note.pitch for note in longer.notes()] == [60, 62]
    assert set(score.notes()) < set(longer.notes())


def test_an_unknown_style_is_answered_with_the_known_ones() -> None:
    with pytest.raises(StudioError, match="no style named 'tango'") as caught:
        Passage.of(Score.empty(), CARD, ComposeSettings(styles=(("tango", 1.0),)))
    assert caught.value.hint == "Its styles: reel, jig."


def test_the_recipe_names_model_and_weights() -> None:
    recipe = compose_recipe(CARD, ComposeSettings(seed=7), "0.1")
    assert (recipe.kind, recipe.model_id, recipe.weights_sha256, recipe.app) == (
        "music",
        "tunes",
        "abc",
        "0.1",
    )
    assert recipe.compose == ComposeSettings(seed=7)
