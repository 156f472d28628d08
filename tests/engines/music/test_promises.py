"""Whatever is asked, the answer keeps its promises; what cannot be is said before a note is drawn."""

import dataclasses

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.core.card import Card, WeightsInfo
from studio.core.errors import Cancelled, StudioError
from studio.core.messages import Candidate, ComposeRequest, ScoreNotesRequest
from studio.core.score import KeySignature, Note
from studio.engines.base import ScoringEngine
from studio.engines.music.melody_engine import MelodyEngine
from studio.engines.music.melody_lstm import LOUDER, MelodyLstm
from tests.engines.music.promises import broken, random_request
from tests.tiny_models import MELODY

CARD = Card("tiny", "Tiny", "music.melody_lstm", "", WeightsInfo("a", "b"), styles=MELODY.styles)
PROMPT = tuple(
    Note(i * 240, 240, pitch, 90, id=i) for i, pitch in enumerate((62, 66, 69, 74, 73, 69, 66, 64))
)
REQUEST = ComposeRequest("tiny", PROMPT, 1920, 5760, key=KeySignature(0, 2), seed=5, candidates=2)


def wilful() -> MelodyEngine:
    """Untrained, but with opinions: a small network as it begins hardly prefers anything."""
    with torch.random.fork_rng():
        torch.manual_seed(3)
        net = MelodyLstm(MELODY)
        for parameter in net.parameters():
            parameter.data.mul_(3)
        net.attributes.weight.data.normal_(std=1 / LOUDER)
        net.steer.weight.data.normal_()
    return MelodyEngine(CARD, net)


ENGINE = wilful()


def ask(**changes: object) -> tuple[Candidate, ...]:
    return ENGINE.compose(dataclasses.replace(REQUEST, **changes))  # type: ignore[arg-type]


@settings(max_examples=150)
@example(56771)  # off the grid, with room for just two notes
@given(st.integers(0, 2**40))
def test_every_promise_is_kept(seed: int) -> None:
    request = random_request(np.random.default_rng(seed), MELODY.styles)
    try:
        candidates = ENGINE.compose(request)
    except StudioError:
        return
    assert len(candidates) == request.candidates
    assert [broken(request, candidate) for candidate in candidates] == [[]] * len(candidates)


RHYTHM = ((1920, 360), (2280, 120), (2880, 960), (4000, 77), (5280, 480))


def test_a_rhythm_is_kept_and_gets_other_pitches() -> None:
    first, second = ask(rhythm=RHYTHM)
    for candidate in (first, second):
        assert tuple((n.start_ticks, n.duration_ticks) for n in candidate.notes) == RHYTHM
    assert [n.pitch for n in first.notes] != [n.pitch for n in second.notes]


def test_a_rhythm_flows_around_locked_notes() -> None:
    lock = Note(2400, 480, 71)
    (one, _) = ask(rhythm=RHYTHM, locked=(lock,))
    assert len(one.notes) == len(RHYTHM)


@pytest.mark.parametrize("locked", [(), (Note(4800, 960, 70),), (Note(1920, 1800, 70), Note(3800, 1960, 70))])
def test_the_line_begins_and_ends_where_it_is_told(locked: tuple[Note, ...]) -> None:
    told = {"must_start": frozenset({9}), "must_end": frozenset({2}), "locked": locked}
    for candidate in ask(candidates=8, temperature=2.0, top_p=1.0, **told):
        assert candidate.notes[0].pitch % 12 == 9
        assert candidate.notes[-1].pitch % 12 == 2


def test_one_note_that_is_both_first_and_last() -> None:
    for candidate in ask(region_end=1980, must_start=frozenset({2, 4}), must_end=frozenset({4, 7})):
        assert [n.pitch % 12 for n in candidate.notes] == [4]


def test_the_best_of_several_is_likelier_and_the_same_alone() -> None:
    one, best = ask(best_of=1), ask(best_of=6)
    mean = [[np.log(c.probabilities).mean() for c in answers] for answers in (one, best)]
    assert all(b >= a for a, b in zip(*mean, strict=True))
    assert ask(best_of=6, candidates=1, seed=6)[0] == best[1]


def test_guidance_changes_the_answer_only_where_something_is_told() -> None:
    assert ask(guidance=3.0) == ask()
    assert ask(guidance=3.0, styles=(("jig", 1.0),)) != ask(styles=(("jig", 1.0),))
    assert ask(attributes=(("density", 0.9),)) != ask()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"scale": frozenset({0, 4}), "must_end": frozenset({2})}, "to end on are not in the scale"),
        ({"low": 60, "high": 62, "must_start": frozenset({9})}, "to begin on are not in the scale"),
        ({"region_end": 1980, "must_start": frozenset({2}), "must_end": frozenset({4})}, "no room"),
        ({"locked": (Note(1920, 3840, 60),), "must_end": frozenset({2})}, "no room"),
        ({"rhythm": ((1800, 240),)}, "outside the region"),
        ({"rhythm": ((1920, 240), (2040, 240))}, "sound at once"),
        ({"rhythm": ((3840, 240),), "locked": (Note(3900, 60, 60),)}, "in bar 3 lies on a note"),
        ({"rhythm": ((1920, 240),), "must_start": frozenset({2}), "must_end": frozenset({4})}, "no room"),
        ({"polyphony": 4}, "writes one voice"),
        ({"best_of": 0}, "best of"),
        ({"guidance": -1.0}, "Guidance"),
    ],
)
def test_what_cannot_be_is_said(changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudioError, match=words):
        ask(**changes)


def test_what_streams_is_final_and_comes_bar_by_bar() -> None:
    shown: list[tuple[tuple[Candidate, ...], int]] = []
    answers = ENGINE.compose(
        dataclasses.replace(REQUEST, region_end=9600, candidates=3),
        show=lambda candidates, until: shown.append((candidates, until)),
    )
    untils = [until for _, until in shown]
    assert untils == sorted(set(untils))
    assert all(until % 1920 == 0 for until in untils)
    assert untils[-1] == 9600
    for candidates, until in shown:
        for now, then in zip(candidates, answers, strict=True):
            before = sum(n.start_ticks < until for n in then.notes)
            assert (now.notes, now.scores) == (then.notes[:before], then.scores[:before])


# --- scores -----------------------------------------------------------------------------------------------


def test_a_score_says_probability_rank_entropy_and_five_alternatives() -> None:
    for candidate in ask():
        assert tuple(score.probability for score in candidate.scores) == candidate.probabilities
        for note, score in zip(candidate.notes, candidate.scores, strict=True):
            odds = dict(score.alternatives)
            assert len(odds) == 5
            assert list(odds.values()) == sorted(odds.values(), reverse=True)
            assert (note.pitch in odds) == (score.rank <= 5)
            assert 0 <= score.entropy <= np.log(85) + 1e-6


@pytest.mark.parametrize("locked", [(), (Note(2400, 480, 71), Note(4300, 500, 60))])
def test_a_person_s_notes_are_judged_as_the_model_s_own(locked: tuple[Note, ...]) -> None:
    """Its own line, handed back as a person's, is given the very scores that it came with."""
    after = Note(5760, 480, 62, id=99)
    told = {"styles": (("jig", 1.0),), "attributes": (("leaps", 0.8),), "prompt": (*PROMPT, after)}
    (line,) = ask(candidates=1, locked=locked, **told)
    request = ScoreNotesRequest(
        "tiny",
        line.notes,
        told["styles"],  # type: ignore[arg-type]
        key=REQUEST.key,
        prompt=(*PROMPT, *locked, after),
        region_start=REQUEST.region_start,
        attributes=told["attributes"],  # type: ignore[arg-type]
    )
    assert ENGINE.score_notes(request) == line.scores


def test_notes_that_nothing_stands_before_are_judged_too() -> None:
    scores = ENGINE.score_notes(ScoreNotesRequest("tiny", PROMPT))
    assert all(score is not None and 0 < score.probability < 1 for score in scores)
    assert ENGINE.score_notes(ScoreNotesRequest("tiny", ())) == ()


def test_below_the_top_line_nothing_is_judged() -> None:
    chords = tuple(Note(n.start_ticks, n.duration_ticks, n.pitch - 12, id=n.id + 50) for n in PROMPT)
    alone = ENGINE.score_notes(ScoreNotesRequest("tiny", PROMPT, key=KeySignature(0, 2)))
    both = ENGINE.score_notes(ScoreNotesRequest("tiny", (*chords, *PROMPT), key=KeySignature(0, 2)))
    assert both == (*[None] * len(chords), *alone)
    assert isinstance(ENGINE, ScoringEngine)


def test_judging_can_be_cancelled_between_notes() -> None:
    seen: list[int] = []

    def step(done: int, total: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        ENGINE.score_notes(ScoreNotesRequest("tiny", PROMPT), step)
    assert seen == [0, 240, 480]
