"""What a mood adds to a request: never in the place of what the person told; and one recipe, the same notes."""

from dataclasses import replace

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.chords import parse_figure
from studio.core.messages import Candidate, ComposeRequest
from studio.core.mood import Mood
from studio.core.music_messages import NEAREST_OF
from studio.core.recipe import ComposeSettings, Recipe, recipe_from_json
from studio.core.score import KeySignature, Note, Score, Track
from studio.core.theory import scale_pitches
from studio.inference.composing import Passage, settings_of
from studio.inference.mooding import played

LINE = Card("tunes", "Tunes", "music.melody_lstm", "", WeightsInfo("w", ""), config={"attributes": {}})
TEXTURES = Card("hands", "Hands", "music.polyphony_lstm", "", WeightsInfo("w", ""))
BAR = 1920
SCORE = Score(
    (Track(notes=tuple(Note(i * 480, 480, (62, 66, 69, 66)[i % 4]) for i in range(16))),),
    keys=(KeySignature(0, 2),),
)
SAD, HAPPY, EVEN = Mood(-0.8, -0.8), Mood(0.8, 0.8), Mood(0.0, 0.5)


def asked(card: Card = LINE, score: Score = SCORE, **wishes: object) -> ComposeRequest:
    wished = {"first_bar": 1, "bars": 2, **wishes}
    return Passage.of(score, card, ComposeSettings(**wished)).request  # type: ignore[arg-type]


def test_sad_is_the_parallel_minor() -> None:
    request = asked(mood=SAD)
    assert request.scale == scale_pitches(2, "minor")
    assert request.key is not None
    assert (request.key.tonic, request.key.minor) == (2, True)
    assert dict(request.attributes)["density"] < 0.5
    assert request.best_of == NEAREST_OF


def test_no_mood_asks_for_nothing() -> None:
    request = asked()
    assert (request.mood, request.attributes, request.scale, request.best_of) == (None, (), None, 1)
    assert asked(mood=EVEN).scale is None


def test_the_person_s_wishes_come_first() -> None:
    request = asked(mood=SAD, attributes=(("density", 0.9),), scale="G lydian")
    assert dict(request.attributes)["density"] == 0.9
    assert "register" in dict(request.attributes)
    assert request.scale == scale_pitches(7, "lydian")


def test_chords_over_the_bars_keep_their_mode() -> None:
    here, elsewhere = parse_figure("D", BAR, BAR), parse_figure("D", 6 * BAR, BAR)
    assert asked(score=SCORE.with_chords([here]), mood=SAD).scale is None
    assert asked(score=SCORE.with_chords([elsewhere]), mood=SAD).scale is not None


def test_a_model_that_knows_no_line_is_not_asked_for_one() -> None:
    request = asked(TEXTURES, mood=HAPPY)
    assert (request.attributes, request.best_of, request.mood) == ((), 1, HAPPY)


@pytest.mark.parametrize("mood", [SAD, HAPPY, EVEN])
def test_the_recipe_asks_the_same_again(mood: Mood) -> None:
    request = asked(mood=mood)
    recipe = Recipe("music", compose=settings_of(request, SCORE, 0))
    again = recipe_from_json(recipe.to_json()).compose
    assert again is not None
    assert again.mood == mood
    assert Passage.of(SCORE, LINE, again).request == request


def test_the_recipe_of_bars_around_a_locked_note_asks_the_same_again() -> None:
    notes = [replace(note, locked=note.start_ticks == BAR + 480) for note in SCORE.tracks[0].notes]
    score = SCORE.with_notes_replaced(0, notes)
    for keep_rhythm in (False, True):
        request = asked(score=score, keep_rhythm=keep_rhythm)
        assert [note.start_ticks for note in request.locked] == [BAR + 480]
        settings = settings_of(request, score, 0)
        assert settings.keep_rhythm == keep_rhythm
        assert Passage.of(score, LINE, settings).request == request


def test_answers_are_played_in_the_mood() -> None:
    candidate = Candidate((Note(BAR, 480, 60, 80),), (0.5,), 0)
    (loud,) = played(asked(mood=HAPPY), (candidate,))
    assert loud.notes[0].velocity > 80
    assert loud.notes[0].duration_ticks < 480
    (kept,) = played(replace(asked(mood=HAPPY), rhythm=((BAR, 480),)), (candidate,))
    assert kept.notes[0].duration_ticks == 480
    assert played(asked(), (candidate,)) == (candidate,)


def test_a_model_does_not_hear_the_staccato_of_the_mood_before() -> None:
    (short,) = played(asked(mood=HAPPY), (Candidate(tuple(n for n in SCORE.notes()), (0.5,) * 16, 0),))
    apart = SCORE.with_track(0, Track(notes=short.notes))
    assert all(note.duration_ticks < 480 for note in apart.notes())
    prompt = asked(score=apart, mood=HAPPY).prompt
    assert [note.duration_ticks for note in prompt if note.start_ticks < BAR] == [480] * 4
    rests = SCORE.with_track(0, Track(notes=(Note(0, 120, 62), Note(960, 480, 64))))
    assert asked(score=rests, mood=HAPPY).prompt[0].duration_ticks == 120, "a rest stays one"
    assert asked(score=apart).prompt == apart.tracks[0].notes[:4] + apart.tracks[0].notes[12:]


def test_one_low_answer_after_the_other_does_not_leave_the_keyboard() -> None:
    assert asked(mood=SAD).low == 48
    assert asked(mood=SAD, low=55).low == 55
    deep = Score((Track(notes=(Note(0, 480, 31), Note(480, 480, 43))),))
    assert asked(score=deep, mood=SAD).low == 31
    narrow = asked(mood=SAD, low=30, high=50)
    assert (narrow.low, narrow.high) == (30, 50), "the person's range is kept where both cannot be"
