"""Convolutions with fewer multiplications are the same convolutions."""

import pytest
import torch
from torch.nn import functional as F

from studio.engines.picture import winograd
from studio.engines.picture.winograd import Winograd, pays


@pytest.mark.parametrize("size", [(4, 4), (6, 10), (16, 12), (14, 2)])
@pytest.mark.parametrize("most", [1, 1 << 8, 1 << 20])
def test_it_is_the_convolution(size: tuple[int, int], most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "TILES", most)
    torch.manual_seed(1)
    x = torch.randn(1, 5, *size).contiguous(memory_format=torch.channels_last)
    weight, style = torch.randn(7, 5, 3, 3), torch.rand(5) + 0.5
    found = Winograd(weight, size)(x, style)
    plain = F.conv2d(x * style[:, None, None], weight, padding=1)
    assert found.is_contiguous(memory_format=torch.channels_last)
    torch.testing.assert_close(found, plain, rtol=1e-4, atol=1e-4)


def test_it_pays_for_many_channels_only() -> None:
    many, few = torch.zeros(256, 256, 3, 3), torch.zeros(64, 256, 3, 3)
    assert pays(many, (32, 32)) == torch.backends.mkldnn.is_available()
    assert not pays(few, (32, 32))
    assert not pays(many, (31, 32))
    assert not pays(many.bfloat16(), (32, 32))
    assert not pays(many.to("meta"), (32, 32))
