"""Bars written anew: what is heard, what stays, what is replaced, and what the request is told."""

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.chords import parse_figure
from studio.core.errors import StudioError
from studio.core.messages import Candidate
from studio.core.music_messages import NEAREST_OF
from studio.core.recipe import ComposeSettings
from studio.core.score import Note, Score, Track
from studio.inference.composing import Passage, again, settings_of

CARD = Card("tunes", "Tunes", "music.melody_lstm", "", WeightsInfo("w", "abc"), styles=("reel", "jig"))
TEXTURES = Card("hands", "Hands", "music.polyphony_lstm", "", WeightsInfo("w", "abc"))
BAR = 1920
TUNE = tuple(Note(i * 480, 480, 60 + i % 7) for i in range(16))
BASS = tuple(Note(i * 960, 960, 40 + i % 3) for i in range(8))
SCORE = Score((Track("Tune", notes=TUNE), Track("Bass", notes=BASS)))


def passage(card: Card = CARD, score: Score = SCORE, **settings: object) -> Passage:
    wished = {"first_bar": 1, "bars": 2, **settings}
    return Passage.of(score, card, ComposeSettings(**wished))  # type: ignore[arg-type]


def starts(notes: tuple[Note, ...]) -> list[int]:
    return [note.start_ticks for note in notes]


def test_what_stands_in_the_bars_makes_room_and_all_else_is_heard() -> None:
    found = passage()
    assert (found.request.region_start, found.request.region_end) == (BAR, 3 * BAR)
    assert starts(found.request.prompt) == [i * 480 for i in (*range(4), *range(12, 16))]
    assert len(found.replaced) == 8
    after = found.with_answer(Candidate((Note(BAR, BAR, 72),), (0.5,), 0))
    assert after.tracks[1] == SCORE.tracks[1]
    assert starts(after.tracks[0].notes) == sorted([*starts(found.request.prompt), BAR])


def test_kept_notes_stay_and_are_locked() -> None:
    found = passage(keep_notes=True)
    assert len(found.request.locked) == 8
    assert not found.replaced
    assert set(SCORE.notes()) < set(found.with_answer(Candidate((Note(BAR, 60, 72),), (0.5,), 0)).notes())


def test_a_kept_rhythm_is_the_top_line_s() -> None:
    chords = (*TUNE, *(Note(n.start_ticks, 480, 50) for n in TUNE[4:8]), Note(5700, 480, 70))
    found = passage(score=Score((Track(notes=chords),)), keep_rhythm=True)
    assert found.request.rhythm == (*((BAR + i * 480, 480) for i in range(7)), (5280, 420), (5700, 60))
    with pytest.raises(StudioError, match="no notes in these bars"):
        passage(score=Score.empty(), keep_rhythm=True)


def test_the_scale_names_the_key_too() -> None:
    request = passage(scale="D dorian").request
    assert request.scale == frozenset({2, 4, 5, 7, 9, 11, 0})
    assert request.key is not None
    assert (request.key.tonic, request.key.minor) == (2, True)
    major = passage(scale="A").request.key
    assert major is not None
    assert (major.tonic, major.minor) == (9, False)


def test_chords_are_told_one_a_bar_or_as_they_stand_in_the_score() -> None:
    told = passage(chords="Am F").request.chords
    assert [(c.name, c.start_ticks, c.duration_ticks) for c in told] == [
        ("Am", BAR, BAR),
        ("F", 2 * BAR, BAR),
    ]
    shared = passage(chords="Am F | C").request.chords
    assert [c.start_ticks for c in shared] == [BAR, BAR + 960, 2 * BAR]
    score = SCORE.with_chords([parse_figure("G7", 0, 4 * BAR)])
    assert passage(score=score).request.chords == score.chords


def test_a_track_may_be_chosen_and_a_model_of_one_voice_writes_one() -> None:
    assert passage(tracks=(1,)).request.prompt[0].pitch == 40
    with pytest.raises(StudioError, match="one track at a time"):
        passage(tracks=(0, 1))
    with pytest.raises(StudioError):
        passage(tracks=(7,))


def test_a_model_of_many_voices_hears_both_hands_and_writes_those_that_it_is_told() -> None:
    both = passage(TEXTURES)
    assert len(both.replaced) == 8 + 4
    left = passage(TEXTURES, tracks=(1,))
    assert len(left.replaced) == 4
    assert len(left.request.locked) == 8
    after = both.with_answer(Candidate((Note(BAR, BAR, 72), Note(BAR, BAR, 45)), (0.5, 0.5), 0))
    assert [track.notes_between(BAR, 2 * BAR)[0].pitch for track in after.tracks] == [72, 45]


def test_one_answer_of_several_is_asked_for_by_its_seed() -> None:
    settings = ComposeSettings(seed=7, best_of=3)
    assert again(settings, 9) == ComposeSettings(seed=9, best_of=3)
    assert passage().asking_for(4).candidates == 4


def test_where_attributes_are_asked_for_several_answers_are_drawn() -> None:
    assert passage().request.best_of == 1
    assert passage(attributes=(("density", 0.9),)).request.best_of == NEAREST_OF
    assert passage(attributes=(("density", 0.9),), best_of=12).request.best_of == 12


def test_a_request_says_its_settings() -> None:
    wished = ComposeSettings(
        seed=5,
        bars=2,
        styles=(("jig", 0.5),),
        first_bar=1,
        tracks=(0,),
        scale="D dorian",
        low=50,
        high=80,
        attributes=(("density", 0.9),),
        must_end=(2, 9),
        best_of=NEAREST_OF,
        keep_rhythm=True,
    )
    request = Passage.of(SCORE, CARD, wished).request
    assert settings_of(request, SCORE, 0) == wished
