"""The translator: tiles leave no seams, strength leads from the photo to the painting."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.retouch import Retouch
from studio.engines.catalogue import Catalogue
from studio.engines.picture import translator
from studio.engines.picture.translator import (
    Translator,
    TranslatorConfig,
    TranslatorEngine,
    canvas_grain,
    open_engine,
)
from tests.tiny_models import write_model

CONFIG = TranslatorConfig(width=8, blocks=2)


@pytest.fixture
def engine(tmp_path: Path) -> TranslatorEngine:
    """An untrained network whose strokes are strong, opened from disk."""
    torch.manual_seed(1)
    network = Translator(CONFIG)
    with torch.no_grad():
        network.write.weight.mul_(10)
        for block in network.blocks:
            block.conv2.weight.mul_(3)  # type: ignore[union-attr, operator]
    write_model(tmp_path, "tiny-translator", "picture.translator", network, asdict(CONFIG))
    return open_engine(Catalogue.scan([tmp_path]).entry("tiny-translator"), torch.device("cpu"))


def photo(height: int, width: int) -> Pixels:
    return np.random.default_rng(5).integers(0, 256, (height, width, 3), dtype=np.uint8)


def apart(a: Pixels, b: Pixels) -> int:
    """The largest difference, in levels."""
    return int(np.abs(a.astype(int) - b).max())


def painted_in_tiles_of(side: int, engine: TranslatorEngine, pixels: Pixels) -> Pixels:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(translator, "TILE_PX", side)
        return engine.translate(pixels)


def test_tiles_leave_no_seams(engine: TranslatorEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translator, "GRAIN_PX", 32)
    pixels = photo(150, 101)
    whole = painted_in_tiles_of(160, engine, pixels)
    assert apart(painted_in_tiles_of(32, engine, pixels), whole) <= 1
    assert apart(whole, pixels) > 50


def test_a_smaller_reach_would_show(engine: TranslatorEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translator, "GRAIN_PX", 32)
    pixels = photo(150, 101)
    whole = painted_in_tiles_of(160, engine, pixels)
    monkeypatch.setattr(TranslatorConfig, "reach_px", 4)
    assert apart(painted_in_tiles_of(32, engine, pixels), whole) > 1


def test_the_grain_is_not_that_of_another_tile() -> None:
    assert translator.TILE_PX % translator.GRAIN_PX == 0
    grain = canvas_grain(24, 20, reach=8)
    assert torch.equal(grain[:, :, 8:, 8:], canvas_grain(16, 12))
    assert not torch.equal(grain[:, :, :16, :12], canvas_grain(16, 12))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (17, 35), (64, 18)])
def test_any_size_keeps_its_size(engine: TranslatorEngine, height: int, width: int) -> None:
    painted = engine.translate(photo(height, width))
    assert painted.shape == (height, width, 3)
    assert painted.dtype == np.uint8


def test_strength_leads_from_the_photo_to_the_painting(engine: TranslatorEngine) -> None:
    pixels = photo(40, 40)
    painted, half = engine.translate(pixels), engine.translate(pixels, 0.5)
    assert np.array_equal(engine.translate(pixels, 0.0), pixels)
    inside = (painted > 0) & (painted < 255)  # what was cut off at full strength is not half way at half
    assert np.abs(half[inside] - (pixels[inside] / 2 + painted[inside] / 2)).max() <= 1
    assert np.array_equal(engine.translate(pixels), painted)


def test_a_wish_is_done_tile_by_tile(engine: TranslatorEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translator, "TILE_PX", 32)
    monkeypatch.setattr(translator, "GRAIN_PX", 32)
    told = list(engine.retouch(photo(40, 70), Retouch("translate", strength=0.5)))
    assert told == [(i, 6) for i in range(7)]
    with pytest.raises(StudioError, match="cannot denoise"):
        engine.retouch(photo(40, 70), Retouch("denoise"))
