"""Names of directions: what a slider changes most is what it is called, in the order low to high."""

import torch
from torch import Tensor

from studio.training.picture.naming import name_directions


def picture(direction: int, amount: float) -> Tensor:
    """Direction 0 lightens, 1 makes it cooler, 2 does nothing."""
    torch.manual_seed(0)
    pictures = torch.rand(12, 3, 16, 16) * 0.2 + torch.randn(12, 3, 1, 1) * 0.05
    if direction == 0:
        return pictures + 0.2 * amount
    shift = torch.tensor([-0.2, 0.0, 0.2]).view(1, 3, 1, 1) * amount * (direction == 1)
    return pictures + shift


def test_directions_are_named_by_their_effect() -> None:
    assert name_directions(picture, 3) == ["Dark – light", "Warm – cool", "Direction 3"]
