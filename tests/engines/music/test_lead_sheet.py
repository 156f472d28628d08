"""The chord finder keeps every promise whatever its weights are: most tests run a small untrained network."""

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import ChordsCandidate, ChordsRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.engines.base import ChordsEngine
from studio.engines.music import chord_slots as cs
from studio.engines.music.chord_answers import most_agreeing
from studio.engines.music.chord_stepping import Stepper
from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig, SoFar
from studio.engines.music.lead_sheet_engine import LeadSheetEngine
from tests.engines.music.chords_requests import broken, random_request

CONFIG = LeadSheetConfig(embedding=8, encoder=6, hidden=10, head=6)
CARD = Card("tiny", "Tiny", "music.lead_sheet", "", WeightsInfo("a", "b"))


@pytest.fixture(autouse=True)
def random_as_it_was() -> Iterator[None]:
    with torch.random.fork_rng():
        yield


def tiny() -> LeadSheetEngine:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return LeadSheetEngine(CARD, LeadSheet(CONFIG))


ENGINE = tiny()
TUNE = tuple(
    Note(i * 480, 480, 60 + p) for i, p in enumerate((0, 4, 7, 4, 5, 9, 7, 5, 4, 2, 0, -1, 0, 2, 4, 0))
)
REQUEST = ChordsRequest("tiny", TUNE, 0, 7680, a_bar=2, seed=5, candidates=3, best_of=1)


def ask(**changes: object) -> tuple[ChordsCandidate, ...]:
    return ENGINE.find_chords(dataclasses.replace(REQUEST, **changes))  # type: ignore[arg-type]


def names(candidate: ChordsCandidate) -> list[str]:
    return [chord.name for chord in candidate.chords]


def same(one: ChordsCandidate, other: ChordsCandidate) -> bool:
    """The last bits of a probability depend on the row of the batch."""
    return one.chords == other.chords and one.probabilities == pytest.approx(other.probabilities, abs=1e-6)


def test_it_is_a_chords_engine() -> None:
    assert isinstance(ENGINE, ChordsEngine)
    assert ENGINE.info.card is CARD


def test_a_seed_means_the_same_chords_alone_and_among_others() -> None:
    three = ask()
    assert ask() == three
    assert [c.seed for c in three] == [5, 6, 7]
    assert same(ask(seed=7, candidates=1)[0], three[2])
    assert len({c.chords for c in three}) == 3


def test_every_chord_has_its_probability_and_others_for_its_place() -> None:
    first = ask(candidates=1)[0]
    assert len(first.probabilities) == len(first.alternatives) == len(first.chords)
    for chord, own, others in zip(first.chords, first.probabilities, first.alternatives, strict=True):
        odds = [p for _, p in others]
        assert 0 < own < 1
        assert odds == sorted(odds, reverse=True)
        assert sum(odds) <= 1 + 1e-9
        assert all((o.start_ticks, o.end_ticks) == (chord.start_ticks, chord.end_ticks) for o, _ in others)
        assert own in odds or own <= odds[-1]


def test_the_key_is_told_or_found() -> None:
    assert ask(key=KeySignature(0, 3, True))[0].key == KeySignature(0, 3, True)
    assert ask()[0].key == ENGINE.find_key(list(TUNE)).signature
    assert ask(melody=())[0].key == KeySignature(0, 0)


def test_the_answer_moves_with_melody_and_key() -> None:
    low = ask(key=KeySignature(0, 0))
    higher = ask(
        key=KeySignature(0, 2), melody=tuple(dataclasses.replace(n, pitch=n.pitch + 14) for n in TUNE)
    )
    for one, other in zip(low, higher, strict=True):
        assert [(c.root + 2) % 12 for c in one.chords] == [c.root for c in other.chords]
        assert one.probabilities == pytest.approx(other.probabilities, abs=1e-6)


def test_chords_ahead_and_behind_are_heard() -> None:
    ahead = Chord(7680, 960, 2, "7")
    behind = Chord(0, 1920, 9, "m")
    plain = ask(region_start=1920, candidates=1)[0].probabilities
    assert ask(region_start=1920, candidates=1, fixed=(ahead,))[0].probabilities != plain
    assert ask(region_start=1920, candidates=1, fixed=(behind,))[0].probabilities != plain


def test_the_best_of_several_agrees_most_with_the_others() -> None:
    best = ask(best_of=8, candidates=2)
    assert best == ask(best_of=8, candidates=2)
    assert best[1] == ask(best_of=8, candidates=1, seed=6)[0]
    assert best[0].chords != ask(candidates=1)[0].chords
    assert most_agreeing([[0, 0, 9], [0, 0, 3], [5, 0, 40]], [1, 1, 1]) == 0
    assert most_agreeing([[0, 50], [60, 20], [60, 70]], [1, 1]) == 1


def test_only_the_top_line_is_heard() -> None:
    low = tuple(dataclasses.replace(n, pitch=n.pitch - 13) for n in TUNE)
    assert ask(melody=(*low, *TUNE)) == tuple(dataclasses.replace(c) for c in ask())


def test_a_chord_that_goes_on_after_a_fixed_one_is_the_same_chord() -> None:
    fixed = Chord(0, 100, 4, "7#9", 11)
    answer = ask(fixed=(fixed,), a_bar=1, region_end=300, candidates=1)[0]  # what is left is a scrap
    assert answer.chords[0] == fixed
    found = ask(fixed=(Chord(0, 1800, 4, "7#9", 11),), a_bar=1, region_end=1920, candidates=1)[0]
    assert names(found) == ["E7#9/B", "E7#9/B"]
    assert found.chords[1].start_ticks == 1800


def test_stepping_is_the_network() -> None:
    torch.manual_seed(5)
    net = LeadSheet(CONFIG).eval().requires_grad_(False)
    for parameter in (net.both, net.hold_fit):
        torch.nn.init.normal_(parameter)
    heard, numbers = torch.randn(1, 9, 12).expand(3, -1, -1), torch.randn(1, 9, cs.NUMBERS).expand(3, -1, -1)
    rng = np.random.default_rng(1)
    rows = np.stack([rng.integers(0, high, (3, 9)) for high in (133, 9, 133, 7)], -1)
    rows[:, 0, :3], rows[0, 3, 2] = (cs.NO_CHORD, 0, cs.NO_CHORD), rows[0, 3, 0]
    so_far = SoFar(*torch.from_numpy(rows).unbind(-1))
    logits = net.logits(net.write(heard, so_far)[0], net.fits(numbers, heard), so_far)  # (3, 9, CHOICES)
    stepper = Stepper(net, 3)
    stepper.begin(heard[0].numpy(), net.fits(numbers, heard)[0].numpy())
    for t in range(9):
        assert np.allclose(stepper.step(t, rows[:, t]), logits[:, t].numpy(), atol=1e-5)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_is_asked_promises_are_kept(number: int) -> None:
    request = random_request(np.random.default_rng(number))
    answers = ENGINE.find_chords(request)
    assert [broken(request, answer) for answer in answers] == [[]] * request.candidates
    again = dataclasses.replace(request, seed=request.seed + len(answers) - 1, candidates=1)
    assert same(ENGINE.find_chords(again)[0], answers[-1])


@pytest.mark.parametrize(
    "changes",
    [
        {"region_end": 0},
        {"region_start": -1},
        {"candidates": 9},
        {"best_of": 0},
        {"scale": frozenset({0, 1})},
        {"temperature": 0.0},
        {"top_p": 0.0},
        {"a_bar": 0},
        {"region_end": 1 << 40},
        {"fixed": (Chord(0, 481, 0), Chord(480, 10, 0))},
    ],
)
def test_impossible_wishes_are_said(changes: dict[str, object]) -> None:
    with pytest.raises(StudioError):
        ask(**changes)


@pytest.mark.parametrize(
    ("meter", "a_bar", "cuts"),
    [
        ((4, 4), 1, [0]),
        ((4, 4), 2, [0, 960]),
        ((3, 4), 2, [0, 960]),
        ((6, 8), 2, [0, 720]),
        ((6, 8), 9, [0, 720]),
        ((5, 4), 2, [0, 1440]),
        ((3, 4), 4, [0, 480, 960]),
    ],
)
def test_the_harmony_changes_on_beats(meter: tuple[int, int], a_bar: int, cuts: list[int]) -> None:
    assert cs.bar_cuts(MeterChange(0, *meter), a_bar) == cuts


def test_a_slot_says_what_it_hears() -> None:
    slots = [cs.Slot(0, 960), cs.Slot(960, 1920)]
    first, second = cs.hear([Note(0, 480, 64), Note(480, 960, 67)], slots)
    assert first[:12][4] == second[:12][7] == first[12:24][7] == 1
    assert first[24:36].argmax() == 4
    assert (first[36:48].argmax(), second[62], second[60]) == (7, 1, 0.5)
    turned = cs.seen_from(np.stack([first, second]), 4)
    assert turned[0, :12][0] == turned[0, 12:24][3] == 1
