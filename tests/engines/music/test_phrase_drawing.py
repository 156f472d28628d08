"""Draws come from about the codes of what was asked, and from the next best where there is none."""

import numpy as np
import pytest

from studio.engines.music import events as ev
from studio.engines.music.phrase_drawing import STRAY, Anchors

REEL, JIG = ev.METERS.index("4/4"), ev.METERS.index("6/8")
ANCHORS = Anchors(np.eye(4, 50) * 9, np.array([REEL, REEL, JIG, JIG]), np.array([0, 1, 1, 2]))


@pytest.mark.parametrize(
    ("meter", "styles", "likely"),
    [
        ("4/4", (0, 0, 0), [0.5, 0.5, 0, 0]),
        ("4/4", (3, 1, 0), [0.75, 0.25, 0, 0]),
        ("6/8", (1, 0, 0), [0, 0, 0.5, 0.5]),  # no such jig: any jig
        ("9/8", (0, 0, 1), [0, 0, 0, 1.0]),  # no such metre: what divides the beat alike
        ("9/8", (1, 0, 0), [0, 0, 0.5, 0.5]),
        ("3/4", (0, 0, 0), [0.5, 0.5, 0, 0]),
    ],
)
def test_which_codes_are_drawn_about(meter: str, styles: tuple[int, ...], likely: list[float]) -> None:
    chances = ANCHORS.chances(ev.METERS.index(meter), np.array(styles, float))
    assert chances == pytest.approx(likely)


def test_draws_lie_about_their_code_and_come_again() -> None:
    only = np.array([0.0, 0.0, 1.0, 0.0])
    drawn = np.stack([ANCHORS.draw(seed, only) for seed in range(200)])
    expected = np.zeros(50)
    expected[2] = 9 * np.sqrt(1 - STRAY**2)
    assert drawn.mean(0) == pytest.approx(expected, abs=0.25)
    assert drawn.std(0).mean() == pytest.approx(STRAY, rel=0.05)
    assert np.array_equal(drawn[7], ANCHORS.draw(7, only))
