"""The underpainting: its code is exact on what it spans, and scaled as asked."""

import pytest
import torch

from studio.engines.picture.sketch import Sketch


@pytest.mark.parametrize(("evenness", "ratio"), [(1.0, 1.0), (0.0, 10.0)])
def test_codes_reproduce_pictures_and_have_the_wanted_spread(evenness: float, ratio: float) -> None:
    torch.manual_seed(0)
    basis = torch.linalg.qr(torch.randn(12, 2)).Q * torch.tensor([10.0, 1.0])
    pictures = (torch.randn(3000, 2) @ basis.T + 0.3).view(-1, 3, 2, 2)
    sketch = Sketch(2, 2)
    sketch.fit(pictures, evenness)
    codes = sketch.encode(pictures)
    torch.testing.assert_close(sketch(codes), pictures, rtol=1e-3, atol=1e-3)
    assert codes.square().mean().item() == pytest.approx(1, rel=0.05)
    spread = codes.std(dim=0)
    assert (spread[0] / spread[1]).item() == pytest.approx(ratio, rel=0.1)


def test_pictures_of_any_size_are_reduced() -> None:
    sketch = Sketch(4, 8)
    sketch.fit(torch.randn(50, 3, 24, 24), 0.5)
    assert sketch.encode(torch.randn(2, 3, 64, 64)).shape == (2, 4)
    assert sketch(torch.randn(2, 4)).shape == (2, 3, 8, 8)
