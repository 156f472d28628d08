"""Restoration on tiny networks: sizes, bytes that stay, seams, and what it refuses."""

from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.retouch import Mask, Retouch
from studio.engines.catalogue import Catalogue
from studio.engines.picture.inpainting import Inpainter, halvings, spread
from studio.engines.picture.restoration import Restoration, RestorationConfig, RestorationEngine, open_engine
from studio.engines.picture.tiles import Tiling
from tests.engines.picture.test_tiles import finish, picture
from tests.tiny_models import write_model

TINY = RestorationConfig(
    inpaint_channels=(4, 6, 8, 8),
    inpaint_dilations=(1, 2),
    denoise_channels=8,
    denoise_layers=4,
    upscale_channels=8,
    upscale_layers=2,
)


def scrambled(seed: int = 2) -> Restoration:
    """Networks whose every number is drawn, those that would begin at 0 too."""
    torch.manual_seed(seed)
    nets = Restoration(TINY)
    for parameter in nets.parameters():
        torch.nn.init.normal_(parameter, std=0.15)
    return nets


@pytest.fixture
def engine(tmp_path: Path) -> RestorationEngine:
    write_model(tmp_path, "tiny", "picture.restoration", scrambled(), asdict(TINY))
    return open_engine(Catalogue.scan([tmp_path]).entry("tiny"), torch.device("cpu"))


def disc(height: int, width: int, radius: int) -> np.ndarray:
    y, x = np.ogrid[:height, :width]
    return np.asarray((y - height // 2) ** 2 + (x - width // 2) ** 2 <= radius**2)


def do(engine: RestorationEngine, pixels: Pixels, wish: Retouch) -> Pixels:
    return finish(engine.retouch(pixels, wish))


@pytest.mark.parametrize(("height", "width"), [(40, 61), (1, 7), (300, 270)])
def test_every_size_is_served(engine: RestorationEngine, height: int, width: int) -> None:
    pixels = picture(height, width)
    for factor in (2, 4):
        assert do(engine, pixels, Retouch("upscale", factor=factor)).shape == (
            factor * height,
            factor * width,
            3,
        )  # type: ignore[arg-type]
    assert do(engine, pixels, Retouch("denoise", strength=0.4)).shape == pixels.shape


def test_denoising_by_nothing_gives_the_same_bytes(engine: RestorationEngine) -> None:
    pixels = picture(33, 20)
    assert (do(engine, pixels, Retouch("denoise", strength=0.0)) == pixels).all()
    assert (do(engine, pixels, Retouch("denoise", strength=1.0)) != pixels).any()


@pytest.mark.parametrize("wish", [Retouch("denoise"), Retouch("upscale"), Retouch("upscale", factor=4)])
def test_large_pictures_have_no_seams(
    engine: RestorationEngine, wish: Retouch, monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = picture(75, 90)
    whole = do(engine, pixels, wish)
    monkeypatch.setattr("studio.engines.picture.restoration.Tiling", partial(Tiling, side=32))
    tiles = do(engine, pixels, wish)
    assert np.abs(tiles.astype(int) - whole).max() <= 1
    assert (tiles == whole).mean() > 0.999


@pytest.mark.parametrize("radius", [3, 40, 150])
def test_outside_the_mask_every_byte_stays(engine: RestorationEngine, radius: int) -> None:
    pixels, hole = picture(330, 400), disc(330, 400, radius)
    mended = do(engine, pixels, Retouch("inpaint", mask=Mask.of(hole)))
    assert (mended[~hole] == pixels[~hole]).all()
    assert (mended[hole] != pixels[hole]).mean() > 0.5


def test_what_lies_under_the_mask_does_not_matter(engine: RestorationEngine) -> None:
    pixels, hole = picture(120, 90), disc(120, 90, 20)
    other = pixels.copy()
    other[hole] = 7
    wish = Retouch("inpaint", mask=Mask.of(hole))
    assert (do(engine, pixels, wish) == do(engine, other, wish)).all()


def test_an_empty_mask_changes_nothing(engine: RestorationEngine) -> None:
    pixels = picture(50, 60)
    wish = Retouch("inpaint", mask=Mask.of(np.zeros((50, 60), dtype=bool)))
    assert (do(engine, pixels, wish) == pixels).all()


def test_an_even_picture_is_mended_evenly() -> None:
    """A network that corrects nothing leaves the smooth fill, and of one colour that is the colour."""
    engine = RestorationEngine(Restoration(TINY), None, torch.device("cpu"))  # type: ignore[arg-type]
    pixels = np.full((300, 500, 3), (200, 90, 30), dtype=np.uint8)
    mended = finish(engine.inpaint(pixels, disc(300, 500, 120)))
    assert np.abs(mended.astype(int) - pixels).max() <= 1


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        (Retouch("inpaint", mask=Mask.of(np.ones((8, 8), dtype=bool))), "covers the whole"),
        (Retouch("inpaint", mask=Mask.of(np.ones((8, 9), dtype=bool))), "mask is 9 x 8 px"),
        (Retouch("inpaint"), "cannot inpaint"),
        (Retouch("translate"), "cannot translate"),
    ],
)
def test_what_cannot_be_done_is_said(engine: RestorationEngine, wish: Retouch, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        do(engine, picture(8, 8), wish)


def test_wide_holes_are_begun_on_a_smaller_picture() -> None:
    assert halvings(disc(64, 64, 10)) == 0
    assert halvings(disc(600, 600, 250)) >= 3
    assert halvings(np.zeros((9, 9), dtype=bool)) == 0


def test_a_smooth_fill_knows_only_what_is_outside() -> None:
    ramp = torch.linspace(-1, 1, 64).expand(1, 3, 64, 64)
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 20:40, 24:40] = 1
    filled = spread(ramp * (1 - mask) + 99 * mask, mask)
    assert torch.equal(filled * (1 - mask), ramp * (1 - mask))
    assert (filled - ramp).abs().max() < 0.3


def test_gates_and_dilations_begin_as_the_identity() -> None:
    net = Inpainter((4, 6, 8, 8), (1, 2))
    fill = torch.randn(1, 3, 16, 24)
    assert torch.equal(net(fill, torch.ones(1, 1, 16, 24), torch.zeros(1, 1, 1, 1)), fill)


def test_features_keep_their_size_from_layer_to_layer() -> None:
    """Else they grow or fade until the gates close for good, and nothing more is learned than a smooth fill."""
    torch.manual_seed(1)
    net, sizes = Inpainter((8, 16, 24, 32), (1, 2, 4)), []
    for module in (net.read, *net.down, *net.merge):
        module.register_forward_hook(lambda _module, _inputs, made: sizes.append(made.square().mean().item()))
    for parameter in net.parameters():
        parameter.data *= 30  # as far as a long training may carry them
    net(torch.randn(1, 3, 32, 32), torch.ones(1, 1, 32, 32), torch.zeros(1, 1, 1, 1))
    assert all(0.9 < size < 1.1 for size in sizes)
