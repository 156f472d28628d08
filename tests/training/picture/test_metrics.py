"""The figures on the cards: nothing differs from itself, and further away counts more."""

import numpy as np
import pytest
import torch

from studio.training.picture.metrics import _frechet, mean_step


def test_frechet_grows_with_the_shift_and_is_in_variances() -> None:
    random = np.random.RandomState(0)
    a = random.randn(4000, 5)
    assert _frechet(a, a) == pytest.approx(0, abs=1e-6)
    assert _frechet(a, a + 1.0) == pytest.approx(1.0, rel=0.05)
    assert _frechet(a, 3 * a) == pytest.approx(4.0, rel=0.05)


def test_one_picture_again_and_again_has_no_steps() -> None:
    assert mean_step(torch.zeros(1, 3, 4, 4).expand(5, -1, -1, -1)) == 0
    levels = torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1).expand(-1, 3, 4, 4)
    assert mean_step(levels) == pytest.approx(255)
