"""What the tests of the picture panels share: frames and a model."""

from collections.abc import Callable

import numpy as np
import pytest

from studio.core.card import Card, ModelInfo, WeightsInfo
from studio.core.parameter import Parameter
from studio.core.picture import Frame

FrameMaker = Callable[..., Frame]


@pytest.fixture
def frame() -> FrameMaker:
    """Makes a frame of one colour."""

    def make(width: int = 64, height: int = 64, colour: tuple[int, int, int] = (200, 40, 90)) -> Frame:
        return Frame(np.full((height, width, 3), colour, np.uint8))

    return make


@pytest.fixture
def painting_model() -> ModelInfo:
    """A model with ten directions and two styles."""
    styles = ("portrait", "still_life")
    card = Card("gan", "Paintings", "picture.gan", "Paints.", WeightsInfo("m", "0"), styles=styles)
    directions = tuple(Parameter(f"pca-{i}", f"Direction {i}", -3.0, 3.0, 0.0) for i in range(10))
    return ModelInfo(card, directions)
