"""Imported generators: pictures are found in their space, points are dragged, and what cannot be is one sentence."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.core.picture import Picture
from studio.core.projection import DragPoint, DragWish, Projection, ProjectionWish
from studio.engines.base import ProjectingEngine
from studio.engines.picture.stylegan_engine import ImportedEngine
from tests.engines.picture.stylegans import engine, sg2, sg3
from tests.engines.picture.test_lightweight import engine as lightweight_engine
from tests.engines.picture.test_lightweight import opened
from tests.plain_lightweight import tiny_plain

KINDS = ["skip", "resnet", "grey", "classes", "sg3", "lightweight"]
POINTS = (DragPoint((0.3, 0.3), (0.6, 0.4)), DragPoint((0.8, 0.8), (0.8, 0.7)))


def made(kind: str, folder: Path) -> ImportedEngine:
    if kind == "lightweight":
        return lightweight_engine(opened(folder / "model_1.pt", tiny_plain()))
    if kind == "sg3":
        return engine(sg3(mapping_lr=1.0, output_scale=0.02))
    changes = {
        "skip": {"channels": [8, 8, 6, 4], "size": [32, 32]},
        "resnet": {"architecture": "resnet"},
        "grey": {"colours": 1},
        "classes": {"c_dim": 3, "mapping": [14, 8, 8]},
    }
    generator = sg2(mapping_lr=1.0, **changes[kind])
    for block in generator.synthesis.blocks():
        if block.torgb is not None:
            block.torgb.weight.data.mul_(0.05)  # into the range of colours, as after training
            block.torgb.bias.data.mul_(0.1)
    return engine(generator)


def searched(one: ImportedEngine, wish: ProjectionWish) -> list[Projection]:
    return [step[2] for step in one.projecting(wish) if len(step) == 3]


@pytest.fixture(autouse=True)
def as_on_its_thread() -> object:
    """Without gradients, which a search enables for itself."""
    with torch.no_grad():
        yield


@pytest.mark.parametrize("kind", KINDS)
def test_a_model_finds_its_own_picture_again(kind: str, tmp_path: Path) -> None:
    one = made(kind, tmp_path)
    assert isinstance(one, ProjectingEngine)
    assert one.info.can_encode
    picture = Picture(one.render(Latent(seed=77)), "own")
    wish = ProjectionWish(picture, steps=25)
    found = searched(one, wish)
    assert found[-1].likeness.psnr_db > found[0].likeness.psnr_db + 1
    for shown in (found[0], found[-1]):
        assert (one.render(Latent(w=shown.code)) == shown.frame.pixels).all()
    assert searched(one, wish)[-1].code == found[-1].code
    again = searched(one, replace(wish, start=found[-1].code, steps=5))
    assert again[0].likeness.psnr_db == pytest.approx(found[-1].likeness.psnr_db, abs=0.5)


def test_an_opened_picture_is_the_likest_of_a_few() -> None:
    one = made("skip", Path())
    latent = Latent(3, psi=0.7)
    assert one.encode(one.render(latent)) == latent
    assert one.encode(one.render(Latent(9, psi=0.0))) == Latent(psi=0.0)


def test_points_of_an_imported_picture(tmp_path: Path) -> None:
    one = made("skip", tmp_path)
    latent = Latent(3, noise_seed=4, noise=0.5)
    steps = []
    for _done, _total, step in one.dragging(DragWish(latent, POINTS, steps=6)):
        steps.append(step)
        one.render(Latent(8))
    assert steps[-1].code != steps[0].code
    assert np.abs(steps[0].frame.pixels.astype(int) - one.render(latent)).max() <= 1
    shown = one.render(Latent(w=steps[-1].code, noise_seed=4, noise=0.5))
    np.testing.assert_array_equal(shown, steps[-1].frame.pixels)


@pytest.mark.parametrize("kind", ["sg3", "lightweight"])
def test_networks_without_fixed_places_say_so(kind: str, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be dragged"):
        next(made(kind, tmp_path).dragging(DragWish(Latent(), POINTS)))


def test_pictures_that_are_not_square_are_not_searched() -> None:
    one = engine(sg2(start=[4, 8], size=[16, 32]))
    assert not one.info.can_encode
    picture = Picture(one.render(Latent(1)))
    with pytest.raises(StudioError, match="not square"):
        one.projecting(ProjectionWish(picture))
    with pytest.raises(StudioError, match="not square"):
        one.dragging(DragWish(Latent(), POINTS))


def test_a_start_of_another_model_is_one_sentence() -> None:
    one = made("sg3", Path())
    wish = ProjectionWish(Picture(one.render(Latent(4))), start=WCode.of(np.zeros((9, 3), np.float32)))
    with pytest.raises(StudioError, match="another model"):
        one.projecting(wish)


def test_features_are_those_that_the_picture_is_painted_from() -> None:
    generator = sg2(architecture="orig")
    w = torch.randn(1, 6, 8)
    noise = generator.own_noise()
    assert generator.features(w, noise, 8).shape == (1, 8, 8, 8)
    assert generator.features(w, noise, 16).shape == (1, 6, 16, 16)
