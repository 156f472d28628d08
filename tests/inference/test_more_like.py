"""More like this: what is asked, that the same is asked again, and that real answers are more alike than chance."""

from dataclasses import replace
from itertools import pairwise
from statistics import mean

import pytest
import torch

from studio.core.card import Card, WeightsInfo
from studio.core.likeness import SAME, Phrase, likeness
from studio.core.messages import Candidate, ComposeRequest
from studio.core.music_messages import Notes
from studio.core.recipe import Recipe, recipe_from_json
from studio.core.score import MeterChange, Note, Score, Track
from studio.engines.catalogue import Catalogue
from studio.engines.music.melody_engine import MelodyEngine, open_engine
from studio.files.locations import models_dir
from studio.inference.composing import Passage, settings_of
from studio.inference.more_like import (
    CHARACTER,
    MAIN_NOTES,
    OPENING,
    RHYTHM,
    Resembling,
    relatives,
    resembling,
)

BAR = 1920
PROMPT = tuple(Note(i * 240, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 64)))
ASKED = ComposeRequest("melody-lstm", PROMPT, BAR, 5 * BAR, candidates=4, seed=40, low=55, high=88)
LIKED = tuple(replace(n, start_ticks=n.start_ticks + bar * BAR) for bar in (1, 3) for n in PROMPT)
HANDS = Card("hands", "Hands", "music.polyphony_lstm", "", WeightsInfo("w", ""))


@pytest.fixture(scope="module")
def engine() -> MelodyEngine:
    return open_engine(Catalogue.scan([models_dir()]).entry("melody-lstm"), torch.device("cpu"))


def own(asked: ComposeRequest, found: Candidate) -> ComposeRequest:
    return replace(asked, seed=found.seed, candidates=1)


def answered(
    engine: MelodyEngine, asked: ComposeRequest, liked: Notes, turn: int = 0
) -> list[tuple[Resembling, tuple[Candidate, ...]]]:
    ways = resembling(asked, liked, engine.info.card, turn)
    return [(way, engine.compose(way.request)) for way in ways]


@pytest.mark.parametrize("seed", [40, 400, 4000])
def test_relatives_are_clearly_more_alike_than_other_ideas(engine: MelodyEngine, seed: int) -> None:
    """Measured over twelve tunes in two metres: 0.77 on average against 0.59, where nine in ten are below 0.65."""
    asked, region = replace(ASKED, seed=seed), (BAR, 5 * BAR)
    liked, *others = engine.compose(asked)
    found = relatives(answered(engine, own(asked, liked), liked.notes), liked.notes, 4)
    phrase = Phrase.of(liked.notes, region)
    near = [likeness(phrase, Phrase.of(one.notes, region)) for one in found]
    ordinary = [likeness(phrase, Phrase.of(one.notes, region)) for one in others]
    assert len(found) == 4
    assert mean(near) > mean(ordinary) + 0.1
    assert max(near) < SAME
    for one in found:
        starts = [note.start_ticks for note in one.notes]
        assert starts == sorted(set(starts))


def test_each_way_keeps_what_it_is_named_for(engine: MelodyEngine) -> None:
    liked = engine.compose(ASKED)[0].notes
    places = {(n.start_ticks, n.duration_ticks, n.pitch) for n in liked}
    for way, candidates in answered(engine, ASKED, liked):
        for one in relatives([(way, candidates)], liked, 2):
            kept = {(n.start_ticks, n.duration_ticks, n.pitch) for n in one.notes} & places
            if way.way == OPENING:
                assert {place for place in places if place[0] < 3 * BAR} <= kept
            elif way.way == MAIN_NOTES:
                assert {place for place in places if place[0] % BAR == 0} <= kept
            elif way.way == RHYTHM:
                assert [n.start_ticks for n in one.notes] == [n.start_ticks for n in liked]


def test_the_same_again_and_others_the_next_time(engine: MelodyEngine) -> None:
    liked = engine.compose(ASKED)[0].notes
    card = engine.info.card
    assert resembling(ASKED, liked, card) == resembling(ASKED, liked, card)
    seeds = [way.request.seed for turn in (0, 1) for way in resembling(ASKED, liked, card, turn)]
    assert len(set(seeds)) == len(seeds)
    assert all(other - one >= 8 for one, other in pairwise(seeds))


def test_a_recipe_makes_a_relative_again(engine: MelodyEngine) -> None:
    """Through the text of its recipe and the score that was heard: note for note."""
    liked = engine.compose(ASKED)[0]
    score = Score((Track("Tune", notes=tuple(replace(n, id=i) for i, n in enumerate(PROMPT, 1))),))
    asked = replace(own(ASKED, liked), prompt=score.tracks[0].notes)
    for one in relatives(answered(engine, asked, liked.notes), liked.notes, 4):
        request = replace(one.asked.request, seed=one.candidate.seed)
        recipe = Recipe("music", "melody-lstm", compose=settings_of(request, score, 0))
        settings = recipe_from_json(recipe.to_json()).compose
        assert settings is not None
        passage = Passage.of(score, engine.info.card, settings)
        (answer,) = engine.compose(passage.request)
        again = passage.with_answer(answer).tracks[0].notes_between(BAR, 5 * BAR)
        assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in again] == [
            (n.start_ticks, n.duration_ticks, n.pitch) for n in one.notes
        ]


def test_a_model_that_takes_no_wishes_is_asked_for_none() -> None:
    ways = resembling(ASKED, LIKED, HANDS)
    assert {way.way for way in ways} == {MAIN_NOTES, OPENING, CHARACTER}
    assert not any(way.request.attributes or way.request.rhythm for way in ways)


def test_one_note_leaves_nothing_to_keep_but_its_rhythm_and_character() -> None:
    card = Card("t", "T", "music.melody_lstm", "", WeightsInfo("w", ""))
    ways = resembling(ASKED, (Note(BAR + 60, 240, 70),), card)
    assert [way.way for way in ways] == [RHYTHM, RHYTHM, "character"]


def test_three_in_a_bar_keep_the_first() -> None:
    waltz = replace(ASKED, meter=MeterChange(0, 3, 4), region_start=1440, region_end=4 * 1440, prompt=())
    liked = tuple(Note(1440 + 480 * i, 480, 60 + i) for i in range(9))
    (found, *_) = resembling(waltz, liked, HANDS)
    assert [note.start_ticks for note in found.given] == [1440, 2880, 4320]
