"""The translator: tiles leave no seams, strength leads from the photo to the painting, bad pictures are refused."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.engines.catalogue import Catalogue
from studio.engines.picture import translator
from studio.engines.picture.translator import Translator, TranslatorConfig, TranslatorEngine, open_engine
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


def test_tiles_leave_no_seams(engine: TranslatorEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = photo(150, 101)
    whole = engine.translate(pixels)
    monkeypatch.setattr(translator, "TILE_PX", 32)
    assert apart(engine.translate(pixels), whole) <= 1
    assert apart(whole, pixels) > 50


def test_a_smaller_margin_would_show(engine: TranslatorEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    pixels = photo(150, 101)
    whole = engine.translate(pixels)
    monkeypatch.setattr(translator, "TILE_PX", 32)
    monkeypatch.setattr(TranslatorConfig, "margin_px", 4)
    assert apart(engine.translate(pixels), whole) > 1


@pytest.mark.parametrize(("height", "width"), [(16, 16), (17, 35), (64, 18)])
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


def test_between_two_tiles_it_can_be_stopped(
    engine: TranslatorEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translator, "TILE_PX", 32)
    told: list[tuple[int, int]] = []
    engine.translate(photo(40, 70), step=lambda done, total: told.append((done, total)))
    assert told == [(i, 6) for i in range(6)]


@pytest.mark.parametrize("pixels", [np.zeros((8, 40, 3), np.uint8), np.zeros((40, 40), np.uint8)])
def test_what_is_no_picture_is_refused(engine: TranslatorEngine, pixels: Pixels) -> None:
    with pytest.raises(StudioError):
        engine.translate(pixels)
