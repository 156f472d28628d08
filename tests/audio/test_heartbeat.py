"""Heartbeat and Gaps on clocks that a test turns."""

from itertools import pairwise

import pytest

from studio.audio.heartbeat import FEWEST_LOOKS, PATIENCE_SECONDS, WAKING_SECONDS, Gaps, Heartbeat


class Clocks:
    """Of the card and of the wall."""

    card = wall = 0.0


def heart(clocks: Clocks) -> Heartbeat:
    return Heartbeat(lambda: clocks.card, lambda: clocks.wall)


def test_a_clock_that_stands_still_for_a_second_has_stopped() -> None:
    clocks = Clocks()
    one = heart(clocks)
    clocks.card = 0.1
    assert one.beats()
    looks = []
    for _ in range(FEWEST_LOOKS + 2):
        clocks.wall += PATIENCE_SECONDS / 3
        looks.append(one.beats())
    assert looks[0]
    assert not looks[-1]
    clocks.card += 0.1
    assert one.beats()


def test_a_card_that_wakes_slowly_is_waited_for_and_one_late_look_is_no_stop() -> None:
    clocks = Clocks()
    slow = heart(clocks)
    for _ in range(20):
        clocks.wall += WAKING_SECONDS / 40
        assert slow.beats()
    clocks.card = 0.1
    assert slow.beats()
    clocks.wall += 100  # this machine slept
    assert slow.beats()


def looks(
    seconds: float, buffer: float, gaps: dict[int, float], drift: float = 0.0
) -> list[tuple[float, float]]:
    """A card that takes whole buffers, looked at every 30 ms; at some looks it has lost some seconds for good."""
    lost, told = 0.0, []
    for at in range(round(seconds / 0.03)):
        lost += gaps.get(at, 0.0)
        wall = at * 0.03
        card = (wall - lost) * (1 + drift)
        told.append((card // buffer * buffer + buffer, wall))
    return told


@pytest.mark.parametrize("buffer", [0.005, 0.0107, 0.043])
@pytest.mark.parametrize("drift", [0.0, 2e-4, -2e-4])
def test_gaps_are_counted_and_nothing_else(buffer: float, drift: float) -> None:
    gaps = Gaps(buffer)
    for card, wall in looks(60, buffer, {500: 2 * buffer + 0.02, 1200: 0.2}, drift):
        gaps.look(card, wall)
    assert gaps.count == 2


def test_a_stop_is_one_gap_however_long() -> None:
    gaps, told = Gaps(0.0107), looks(20, 0.0107, {})
    held = told[:300] + [(told[300][0], wall) for _, wall in told[300:400]]
    held += [(card - 3 + 0.03, wall) for card, wall in told[400:]]
    assert all(after[0] >= before[0] for before, after in pairwise(held))
    for card, wall in held:
        gaps.look(card, wall)
    assert gaps.count == 1
