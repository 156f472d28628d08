"""Chords first, then figures: what stands is used, gaps are asked for, and nothing else in the score changes."""

import pytest

from studio.core.accompaniment import BASS_AND_CHORDS, WALKING
from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ChordsCandidate
from studio.core.recipe import AccompanySettings
from studio.core.score import Note, Score, Track
from studio.inference.accompanying import BASS_HAND, CHORDS_HAND, Accompanying
from studio.inference.piano_texture import PianoTexture

SHEET = Card("sheet", "Sheet", "music.lead_sheet", "", WeightsInfo("w", ""))
PLAYER = Card("player", "Player", "music.polyphony_lstm", "", WeightsInfo("w", ""), styles=("nocturne",))
BAR = 1920
FOUND = ChordsCandidate(tuple(Chord(bar * BAR, BAR, root) for bar, root in enumerate((0, 5))), (0.5, 0.25), 7)


def a_score(*others: Track, chords: tuple[Chord, ...] = ()) -> Score:
    melody = Track("Melody", 0, tuple(Note(at * 480, 480, 72 + at % 5) for at in range(8)))
    return Score((melody, *others), chords=chords)


def plan_of(score: Score, card: Card | None = SHEET, **settings: object) -> Accompanying:
    return Accompanying.of(score, card, AccompanySettings(**settings))  # type: ignore[arg-type]


def test_chords_are_asked_for_where_none_stand() -> None:
    plan = plan_of(a_score(chords=FOUND.chords[:1]))
    assert plan.request is not None
    assert (plan.request.region_start, plan.request.region_end) == (0, 2 * BAR)
    assert plan.request.fixed == FOUND.chords[:1]
    (idea,) = plan.ideas([FOUND], 1)
    assert idea.found == FOUND.chords[1:]
    assert plan.with_answer(idea).chords == FOUND.chords


def test_chords_that_stand_are_enough() -> None:
    plan = plan_of(a_score(chords=FOUND.chords), None)
    assert plan.request is None
    ideas = plan.ideas((), 4)
    assert len({idea.figure for idea in ideas}) == 4
    assert all(idea.found == () for idea in ideas)


def test_told_chords_come_one_a_bar() -> None:
    plan = plan_of(a_score(), None, chords="C F", figure=BASS_AND_CHORDS)
    (idea,) = plan.ideas((), 8)
    bass = next(hand for hand in idea.hands if hand.name == BASS_HAND)
    assert [note.pitch % 12 for note in bass.notes if note.start_ticks % BAR == 0] == [0, 5]


def test_every_answer_is_set_in_a_figure_that_was_told() -> None:
    plan = plan_of(a_score(), figure=WALKING, candidates=2)
    assert plan.request is not None
    assert plan.request.candidates == 2
    other = ChordsCandidate(FOUND.chords, (1.0, 1.0), 8)
    assert [(idea.figure, idea.seed) for idea in plan.ideas([FOUND, other], 2)] == [
        (WALKING, 7),
        (WALKING, 8),
    ]


def test_a_note_is_as_sure_as_its_chord() -> None:
    (idea,) = plan_of(a_score()).ideas([FOUND], 1)
    for hand in idea.hands:
        assert {p for n, p in zip(hand.notes, hand.probabilities, strict=True) if n.start_ticks < BAR} == {
            0.5
        }
        assert {p for n, p in zip(hand.notes, hand.probabilities, strict=True) if n.start_ticks >= BAR} == {
            0.25
        }


def test_only_the_accompaniment_of_these_bars_gives_way() -> None:
    old = Track(CHORDS_HAND, 5, (Note(0, 480, 50), Note(BAR, 480, 51)), channel=3)
    strings = Track("Strings", 48, (Note(0, 480, 60),), channel=1)
    score = a_score(old, strings)
    plan = plan_of(score, bars=(2, 2))
    assert plan.region == (BAR, 2 * BAR)
    after = plan.with_answer(plan.ideas([FOUND], 1)[0])
    assert [track.name for track in after.tracks] == ["Melody", CHORDS_HAND, "Strings", BASS_HAND]
    assert after.tracks[0] == score.tracks[0]
    assert after.tracks[2] == strings or after.tracks[2].notes == score.tracks[2].notes
    assert [note.pitch for note in after.tracks[1].notes if note.start_ticks < BAR] == [50]
    assert 51 not in [note.pitch for note in after.tracks[1].notes if note.start_ticks == BAR]
    assert len({track.channel for track in after.tracks}) == 4


def test_nothing_to_accompany_is_told() -> None:
    with pytest.raises(StudioError, match="no melody"):
        plan_of(Score.empty())
    with pytest.raises(StudioError, match="finds chords"):
        plan_of(a_score(), None)


def test_a_texture_is_shown_how_to_begin_and_stays_below() -> None:
    score = a_score()
    plan = plan_of(score, bars=(2, 2))
    texture = PianoTexture.of(plan, PLAYER, FOUND.chords)
    request = texture.request
    assert (request.region_start, request.region_end) == (2 * BAR, 3 * BAR)
    assert [note.start_ticks for note in request.locked] == [2 * BAR + at * 480 for at in range(4)]
    assert all(note.start_ticks < 2 * BAR for note in request.prompt)
    assert min(note.pitch for note in request.prompt) < 60
    assert request.high < min(note.pitch for note in score.tracks[0].notes[4:])
    assert request.styles == (("nocturne", 1.0),)


def test_the_least_rough_texture_is_offered_first_and_a_rough_one_not_at_all() -> None:
    plan = plan_of(a_score(), bars=(1, 1))
    texture = PianoTexture.of(plan, PLAYER, FOUND.chords)
    at = texture.request.region_start

    def answer(seed: int, *pitches: int) -> Candidate:
        notes = tuple(Note(at + 960 * k, 960, pitch) for k, pitch in enumerate(pitches))
        return Candidate(notes, (0.5,) * len(notes), seed)

    smooth, thin, rough = answer(1, 48, 50), answer(2, 48), answer(3, 49, 49)
    ideas = texture.ideas([rough, thin, smooth, Candidate((), (), 4)], 3)
    assert [idea.seed for idea in ideas] == [1, 2]
    assert [note.start_ticks for note in ideas[0].hands[0].notes] == [0, 960]
