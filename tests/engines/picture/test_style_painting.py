"""The painter: band by band it paints what the network paints whole, in memory that stays small."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from studio.core.picture import Pixels
from studio.engines.base import Painting
from studio.engines.picture import style_painting
from studio.engines.picture.style_networks import StyleTransformer
from studio.engines.picture.style_painting import Moments, Painter

STYLE = np.random.default_rng(1).normal(0, 1, 100).astype(np.float32)


@pytest.fixture(scope="module")
def transformer() -> StyleTransformer:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return StyleTransformer().eval()


def picture(height: int, width: int) -> Pixels:
    """Brighter, rougher and redder from top to bottom: every band has other statistics."""
    rough = np.linspace(5, 90, height)[:, None, None]
    base = np.linspace([20, 60, 90], [220, 120, 60], height)[:, None, :]
    noise = np.random.default_rng(0).normal(0, 1, (height, width, 3))
    return np.asarray((base + noise * rough).clip(0, 255), np.uint8)


@torch.inference_mode()
def whole(transformer: StyleTransformer, pixels: Pixels) -> Pixels:
    """What the plain network makes of the picture in one piece."""
    height, width = pixels.shape[:2]
    x = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    x = F.pad(x, (0, -width % 4, 0, -height % 4), mode="reflect")
    painted = transformer(x, torch.from_numpy(STYLE)[None])[0, :, :height, :width]
    return np.asarray((painted * 255).round().permute(1, 2, 0).numpy(), np.uint8)


def drive(painting: Painting) -> tuple[Pixels, list[tuple[int, int]]]:
    seen = []
    while True:
        try:
            seen.append(next(painting))
        except StopIteration as end:
            return end.value, seen


@pytest.mark.parametrize("size", [(64, 64), (201, 77), (133, 250), (16, 100), (18, 19)])
@pytest.mark.parametrize("band_px", [1_000_000, 5000, 1])
@pytest.mark.parametrize("keep_px", [1_000_000, 0], ids=["kept", "anew"])
def test_bands_leave_no_seams(
    transformer: StyleTransformer,
    monkeypatch: pytest.MonkeyPatch,
    size: tuple[int, int],
    band_px: int,
    keep_px: int,
) -> None:
    monkeypatch.setattr(style_painting, "BAND_PX", band_px)
    monkeypatch.setattr(style_painting, "KEEP_PX", keep_px)
    pixels = picture(*size)
    banded, _ = drive(Painter(transformer, STYLE).paint(pixels))
    apart = np.abs(banded.astype(int) - whole(transformer, pixels))
    assert apart.max() <= 1
    assert (apart > 0).mean() < 0.001


def test_progress_counts_every_band(transformer: StyleTransformer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(style_painting, "BAND_PX", 1600)
    _, seen = drive(Painter(transformer, STYLE).paint(picture(80, 50)))
    assert seen == [(done, 45) for done in range(1, 46)]


def test_no_large_map_stands_in_memory(
    transformer: StyleTransformer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside what is at a quarter of the size (2 floats a pixel each), only bands are made."""
    largest = 0

    class Watched(torch.utils._python_dispatch.TorchDispatchMode):
        def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            nonlocal largest
            result = func(*args, **(kwargs or {}))
            if isinstance(result, torch.Tensor):
                largest = max(largest, result.numel())
            return result

    monkeypatch.setattr(style_painting, "BAND_PX", 4000)
    monkeypatch.setattr(style_painting, "KEEP_PX", 0)
    with Watched():
        drive(Painter(transformer, STYLE).paint(picture(800, 120)))
    assert largest <= 800 * 120 * 3  # the picture itself; one map of 8 channels would be 800 * 120 * 8


def test_moments_of_parts_are_the_moments_of_the_whole() -> None:
    x = torch.randn(1, 3, 50, 7, generator=torch.Generator().manual_seed(2)) * 3 + 100
    apart = Moments.of(x[:, :, :11]).with_more(Moments.of(x[:, :, 11:12])).with_more(Moments.of(x[:, :, 12:]))
    torch.testing.assert_close(apart.mean, x.double().mean((0, 2, 3)), rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(apart.variance, x.double().var((0, 2, 3), correction=0), rtol=1e-5, atol=1e-6)
    assert apart.count == 350


def test_what_steadies_is_asked_for_every_normalisation_in_order(transformer: StyleTransformer) -> None:
    asked = []

    def steady(number: int, moments: Moments) -> Moments:
        asked.append(number)
        return moments

    drive(Painter(transformer, STYLE, steady).paint(picture(32, 32)))
    assert asked == list(range(13))
