"""Names of directions: what a slider changes most is what it is called, in the order low to high."""

import torch

from studio.training.picture.attributes import ATTRIBUTES
from studio.training.picture.naming import name_directions

BRIGHTNESS, WARMTH = (
    next(i for i, a in enumerate(ATTRIBUTES) if a.name == n) for n in ("brightness", "warmth")
)


def test_directions_are_named_by_their_effect() -> None:
    change = torch.zeros(4, len(ATTRIBUTES))
    change[0, BRIGHTNESS], change[1, WARMTH], change[2, WARMTH] = 2.0, -3.0, 0.2
    change[3, BRIGHTNESS] = 1.9  # taken already, by the direction that moves it more
    names = name_directions(change, ATTRIBUTES)
    assert names == ["Dark – light", "Warm – cool", "Direction 3", "Direction 4"]
