"""The melody engine keeps every promise whatever its weights are: most tests run a small untrained network."""

import dataclasses
import itertools
from collections.abc import Iterator

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.card import Card, WeightsInfo
from studio.core.errors import Cancelled, StudioError
from studio.core.messages import Candidate, ComposeRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import scale_pitches
from studio.engines.base import MusicEngine
from studio.engines.music.melody_engine import MelodyEngine
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig

CONFIG = MelodyLstmConfig(("reel", "jig"), embedding=16, hidden=24, head=16)
CARD = Card("tiny", "Tiny", "music.melody_lstm", "", WeightsInfo("a", "b"), styles=CONFIG.styles)


@pytest.fixture(autouse=True)
def grad_as_it_was() -> Iterator[None]:
    with torch.random.fork_rng():
        yield


def tiny() -> MelodyEngine:
    torch.manual_seed(3)
    net = MelodyLstm(CONFIG)
    net.style.weight.data.mul_(30)  # untrained, a style would hardly be heard
    return MelodyEngine(CARD, net)


ENGINE = tiny()
PROMPT = tuple(
    Note(i * 240, 240, pitch, 90, id=i) for i, pitch in enumerate((62, 66, 69, 74, 73, 69, 66, 64))
)
REQUEST = ComposeRequest("tiny", PROMPT, 1920, 5760, key=KeySignature(0, 2), seed=5, candidates=3)


def ask(**changes: object) -> tuple[Candidate, ...]:
    return ENGINE.compose(dataclasses.replace(REQUEST, **changes))  # type: ignore[arg-type]


def overlapping(notes: list[Note]) -> list[tuple[Note, Note]]:
    ordered = sorted(notes, key=lambda n: n.start_ticks)
    return [(a, b) for a, b in itertools.pairwise(ordered) if a.end_ticks > b.start_ticks]


def test_it_is_a_music_engine() -> None:
    assert isinstance(ENGINE, MusicEngine)
    assert ENGINE.info.card is CARD


def test_an_answer_fills_the_region_and_nothing_else() -> None:
    for candidate in ask():
        assert candidate.notes
        assert all(n.start_ticks >= 1920 and n.end_ticks <= 5760 for n in candidate.notes)
        assert len(candidate.probabilities) == len(candidate.notes)
        assert all(0 < p <= 1 for p in candidate.probabilities)
        assert all(n.id == -1 for n in candidate.notes)


def test_a_seed_means_the_same_notes_alone_and_among_others() -> None:
    three = ask()
    assert ask() == three
    assert [c.seed for c in three] == [5, 6, 7]
    assert ask(seed=7, candidates=1)[0] == three[2]
    assert len({c.notes for c in three}) == 3


LOCKS = st.lists(
    st.builds(Note, st.integers(1500, 5600), st.integers(20, 900), st.integers(55, 80)), max_size=4
)


@settings(max_examples=25)
@given(LOCKS, st.sampled_from([None, "major", "minor pentatonic"]), st.integers(48, 66), st.integers(12, 30))
def test_constraints_hold(locked: list[Note], scale: str | None, low: int, width: int) -> None:
    pitches = scale_pitches(2, scale) if scale else None
    (candidate,) = ask(
        locked=tuple(locked),
        scale=pitches,
        low=low,
        high=low + width,
        candidates=1,
        temperature=1.5,
        top_p=1.0,
    )
    for note in candidate.notes:
        assert 1920 <= note.start_ticks < note.end_ticks <= 5760
        assert low <= note.pitch <= low + width
        assert pitches is None or note.pitch % 12 in pitches
        assert not any(note.overlaps(lock.start_ticks, lock.end_ticks) for lock in locked)
    assert overlapping(list(candidate.notes)) == []


def test_notes_after_the_region_are_left_alone() -> None:
    after = Note(5760, 480, 62, id=99)
    for candidate in ask(prompt=(*PROMPT, after)):
        assert all(n.end_ticks <= 5760 for n in candidate.notes)


def test_an_off_grid_prompt_is_followed_without_overlap() -> None:
    played = tuple(dataclasses.replace(n, start_ticks=n.start_ticks + 7 + n.id % 5) for n in PROMPT)
    for candidate in ask(prompt=played):
        assert all(n.start_ticks >= played[-1].end_ticks for n in candidate.notes)


def test_no_prompt_and_a_far_prompt_both_work() -> None:
    assert ask(prompt=())[0].notes[0].start_ticks == 1920
    assert ask(region_start=96_000, region_end=97_920)[0].notes


@pytest.mark.parametrize("meter", [(6, 8), (9, 8), (5, 4), (7, 8), (2, 2), (12, 8), (15, 4)])
def test_any_metre(meter: tuple[int, int]) -> None:
    assert ask(meter=MeterChange(0, *meter))[0].notes


def test_without_temperature_every_seed_agrees() -> None:
    cold = ask(temperature=1e-6, candidates=2)
    assert cold[0].notes == cold[1].notes


def test_going_on_from_an_answer_is_not_louder_and_louder() -> None:
    accented = tuple(
        dataclasses.replace(n, velocity=100 if n.start_ticks % 1920 == 0 else 93 if n.start_ticks % 480 == 0 else 85)
        for n in PROMPT
    )  # fmt: skip
    assert {n.velocity for c in ask(candidates=8, prompt=accented) for n in c.notes} <= {100, 93, 85}


def test_velocities_follow_the_prompt_with_an_accent_on_one() -> None:
    notes = [n for c in ask(candidates=8) for n in c.notes]
    assert {n.velocity for n in notes if n.start_ticks % 1920 == 0} <= {100}
    assert {n.velocity for n in notes} <= {100, 93, 85}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"region_end": 1930}, "no room"),
        ({"low": 61, "high": 61, "scale": frozenset({0})}, "No note of this scale"),
        ({"styles": (("rumba", 1.0),)}, "does not know the style"),
        ({"attributes": (("joy", 1.0),)}, "no attribute 'joy'"),
        ({"attributes": (("density", 1.1),)}, "from 0 to 1"),
        ({"candidates": 9}, "candidates"),
        ({"temperature": 0.0}, "Temperature"),
    ],
)
def test_what_cannot_be_is_said(changes: dict[str, object], words: str) -> None:
    with pytest.raises(StudioError, match=words):
        ask(**changes)


def test_it_can_be_cancelled_between_notes() -> None:
    seen: list[tuple[int, int]] = []

    def step(done: int, total: int) -> None:
        seen.append((done, total))
        if len(seen) == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        ENGINE.compose(REQUEST, step)
    assert seen[0] == (0, 3840)
    assert len(seen) == 4


def test_styles_mix_and_change_the_answer() -> None:
    answers = {ask(styles=(("reel", a), ("jig", b)))[0].notes for a, b in ((1, 0), (0, 1), (0.5, 0.5))}
    assert len(answers) > 1
