"""A way between two melodies: the ends stay as they are, and what lies between is asked in the nearer end's frame."""

from dataclasses import replace

import numpy as np
import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.messages import PhrasesEncoded
from studio.core.music_messages import Notes
from studio.core.recipe import MorphSettings, recipe_from_json
from studio.core.score import Note, Score
from studio.inference.morphing import FINER, Morph, evenly, morph_recipe

CARD = Card("p", "Phrases", "music.melody_vae", "", WeightsInfo("a", "b"), styles=("reel", "jig"))


def reel() -> Score:
    """D major, 4/4 at 96, after an empty bar; three bars long, with a chord and notes off the grid."""
    notes = [Note(1920 + i * 240, 200, 62 + i % 8, 90) for i in range(24)] + [Note(1927, 100, 50, 33)]
    score = Score.empty("Reel", 96.0).with_key(2)
    return score.with_track(0, replace(score.track(0), program=73)).with_notes_added(0, notes)


def jig() -> Score:
    score = Score.empty("Jig", 120.0, 6, 8).with_key(1)
    return score.with_notes_added(0, [Note(i * 240, 240, 67 + i % 5) for i in range(12)])


def plan(steps: int = 6, **wishes: object) -> Morph:
    return Morph.of(reel(), jig(), CARD, MorphSettings(steps=steps, **wishes))  # type: ignore[arg-type]


def encoded(morph: Morph) -> PhrasesEncoded:
    request = morph.encoding()
    frames = tuple(replace(frame, octave=5) for frame, _ in request.phrases)
    return PhrasesEncoded(1, request, ((1.0, 0.0), (0.0, 1.0)), frames)


def pitches(score: Score) -> list[tuple[int, int, int, int]]:
    return [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in score.track(0).notes]


def finer(steps: int) -> list[Notes]:
    """What a model may answer: one more note changes from each phrase to the next."""
    count = FINER * (steps - 1) + 1
    return [tuple(Note(k * 60, 60, 60 + (k < i)) for k in range(count)) for i in range(count)]


def test_the_ends_are_the_users_own_notes() -> None:
    own = [(s - 1920, *rest) for s, *rest in pitches(reel()) if s < 1920 + 3840]
    last = [(s + 2 * 3840 + 2880, *rest) for s, *rest in pitches(jig())]
    found = pitches(plan(4).score_of(finer(4)))
    assert found[: len(own)] == own
    assert found[-len(last) :] == last
    between = found[len(own) : -len(last)]
    assert [note[2] for note in between] == [61] * 4 + [60] * 9 + [61] * 8 + [60] * 5
    assert [note[3] for note in between if note[0] in (3840, 7680)] == [
        94,
        92,
    ]  # on the way from 87 to 80, accented


def test_metre_key_tempo_and_instrument_follow_the_nearer_end() -> None:
    score = plan(4).score_of(finer(4))
    assert (score.meter_at(7679).numerator, score.meter_at(7680).numerator) == (4, 6)
    assert [(key.ticks, key.fifths) for key in score.keys] == [(0, 2), (7680, 1)]
    assert [(tempo.ticks, tempo.bpm) for tempo in score.tempos] == [(0, 96.0), (7680, 120.0)]
    assert score.track(0).program == 73
    assert score.title == "Reel to Jig"


@pytest.mark.parametrize(("steps", "halves"), [(3, [5, 4]), (4, [7, 6]), (9, [17, 16])])
def test_what_is_asked_between(steps: int, halves: list[int]) -> None:
    morph = plan(steps, styles=(("jig", 1.0),), seed=7, scale=(0, 2, 4), range=(48, 72))
    wishes = morph.decodings(encoded(morph))
    assert [len(wish.latents) for wish in wishes] == halves
    assert [wish.frame.meter.numerator for wish in wishes] == [4, 6]
    assert {(w.seed, w.styles, w.scale, w.low, w.high) for w in wishes} == {
        (7, (("jig", 1.0),), frozenset({0, 2, 4}), 48, 72)
    }
    points = np.array([latent for wish in wishes for latent in wish.latents])
    assert points[[0, -1]].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert np.linalg.norm(points, axis=1) == pytest.approx(1.0)  # along the sphere
    assert (np.diff(points[:, 1]) > 0).all()


def test_a_way_is_divided_by_what_changes() -> None:
    still, other = (Note(0, 480, 60),), (Note(0, 480, 64),)
    assert evenly(finer(4), 4) == [0, 4, 8, 12]
    assert evenly([still] * 9, 3) == [0, 4, 8]
    assert evenly([still] * 6 + [other] * 3, 5) == [0, 1, 2, 6, 8]
    assert evenly([still, *[other] * 8], 5) == [0, 1, 2, 3, 8]


def test_what_is_left_out_is_told() -> None:
    assert plan().warnings == ("Only the first 2 bars of Reel take part.",)
    assert plan(bars=4).warnings == ()


def test_a_key_is_guessed_where_none_stands() -> None:
    bare = replace(reel(), keys=())
    frame = Morph.of(bare, jig(), CARD, MorphSettings()).encoding().phrases[0][0]
    assert frame.key is not None


def test_bad_wishes_are_refused() -> None:
    with pytest.raises(StudioError, match="no style named 'tango'"):
        plan(styles=(("tango", 1.0),))
    with pytest.raises(StudioError, match="no notes in Empty"):
        Morph.of(Score.empty("Empty"), jig(), CARD, MorphSettings())


def test_the_recipe_says_how() -> None:
    settings = MorphSettings(3, 5, 4, 0.5, (("jig", 1.0),), (0, 2), (40, 80))
    assert recipe_from_json(morph_recipe(CARD, settings, "1").to_json()).morph == settings
