"""Mixing phrases: weights follow the hand, sum to 1, and at a corner the phrase is that corner's own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.messages import PhraseFrame
from studio.core.phrase_pad import PhrasePad, PhraseSlot, at_start
from studio.core.score import Note

SLOTS = [PhraseSlot((Note(0, 480, 60 + i),), (float(i), float(i * i)), PhraseFrame(0, 2)) for i in range(4)]
PLACES = st.floats(0, 1)


@given(PLACES, PLACES, st.lists(st.booleans(), min_size=4, max_size=4))
def test_weights_are_shared_among_the_taken_corners(x: float, y: float, taken: list[bool]) -> None:
    pad = PhrasePad(tuple(slot if on else None for slot, on in zip(SLOTS, taken, strict=True)), x, y)
    assert sum(pad.weights) == pytest.approx(1.0 if any(taken) else 0.0)
    assert all(weight == 0 for weight, on in zip(pad.weights, taken, strict=True) if not on)
    assert (pad.nearest is None) is not any(taken)
    assert len(pad.mixture) == (2 if any(taken) else 0)


@pytest.mark.parametrize(("corner", "x", "y"), [(0, 0, 0), (1, 1, 0), (2, 0, 1), (3, 1, 1)])
def test_a_corner_is_its_own_phrase(corner: int, x: float, y: float) -> None:
    pad = PhrasePad(tuple(SLOTS), x, y)
    assert pad.mixture == SLOTS[corner].latent
    assert pad.nearest is SLOTS[corner]


def test_the_hand_stays_on_the_square_and_slots_come_and_go() -> None:
    pad = PhrasePad().with_slot(1, SLOTS[1]).moved(-3, 7)
    assert (pad.x, pad.y) == (0, 1)
    assert pad.mixture == SLOTS[1].latent
    assert pad.with_slot(1, None).mixture == ()


def test_a_phrase_begins_at_its_bar() -> None:
    moved = at_start((Note(100, 500, 60, id=3), Note(960, 100, 62)), 480)
    assert [(n.start_ticks, n.duration_ticks, n.id) for n in moved] == [(0, 120, -1), (480, 100, -1)]
