"""lightweight-gan: our pictures are those of its own program, which plain_lightweight writes a second time."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch

from studio.core.card import Card, WeightsInfo
from studio.core.latent import Latent, LayerMix, seed_z
from studio.engines.picture.lightweight_engine import LightweightPainter, on_white
from studio.engines.picture.lightweight_gan import LightweightConfig, LightweightGan
from studio.engines.picture.lightweight_sliders import find_sliders
from studio.engines.picture.style_mapping import filled
from studio.engines.picture.stylegan_engine import ImportedEngine
from studio.files.checkpoint import read_checkpoint
from studio.files.checkpoint_parts import Checkpoint
from tests.plain_lightweight import Plain, save_lightweight, tiny_plain

DEEP = (6, 5, 4, 4, 4, 3)  # 256 px: gates of two layers
KINDS: list[dict[str, Any]] = [
    {},
    {"attention": (16, 32)},
    {"newest": False, "attention": (8,)},
    {"blur": True},
    {"newest": False, "blur": True, "colours": 1},
    {"widths": DEEP},
    {"widths": DEEP, "waves": True, "attention": (32,)},
    {"widths": DEEP, "newest": False},
    {"colours": 4},
]


def opened(path: Path, plain: Plain, version: str = "1.1.1") -> Checkpoint:
    save_lightweight(path, plain, version)
    return read_checkpoint(path)


def network(found: Checkpoint, **more: Any) -> LightweightGan:
    config = msgspec.convert({**found.config, **more.pop("config", {})}, LightweightConfig)
    tensors = {name: torch.tensor(array) for name, array in {**found.tensors, **more}.items()}
    return filled(lambda: LightweightGan(config), tensors, "tiny")


def engine(found: Checkpoint) -> ImportedEngine:
    steps = find_sliders(found.config, found.tensors)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        sliders, moves = end.value
    own = network(found, config={"sliders": sliders}, **{"directions.moves": moves})
    card = Card("tiny", "Tiny", "picture.lightweight_gan", "A test.", WeightsInfo("", ""))
    return ImportedEngine(LightweightPainter(own), card)


@pytest.mark.parametrize("options", KINDS, ids=str)
def test_pictures_are_those_of_the_program(tmp_path: Path, options: dict[str, Any]) -> None:
    plain = tiny_plain(**options)
    newest = options.get("newest", True)
    found = opened(tmp_path / "model_7.pt", plain, "1.1.1" if newest else "0.20.4")
    ours = network(found)
    z = torch.from_numpy(np.random.RandomState(3).randn(3, 6)).float()
    noise = ours.random_noise(9)
    if newest:
        random = np.random.RandomState(9)
        sizes = [8 << i for i in range(len(found.config["widths"]))]
        plain.take_noise([torch.from_numpy(random.randn(size, size)).float() for size in sizes])
    wanted = plain(z) * 2 - 1  # its pictures go from 0 to 1
    made = ours.synthesise(z[:, None], noise)
    assert (wanted[0] - wanted[1]).std() > 0.05
    assert float((made - wanted).abs().max() / wanted.abs().max()) < 1e-5


def test_seeds_psi_and_noise_mean_what_they_say(tmp_path: Path) -> None:
    found = opened(tmp_path / "model_7.pt", tiny_plain())
    own = engine(found)
    code = own.code(Latent(85, psi=0.5)).rows(1, 6)
    np.testing.assert_allclose(code, 0.5 * seed_z(85, 6), rtol=1e-6)
    still = own.render(Latent(85, noise=0.0))
    assert still.shape == (64, 64, 3)
    np.testing.assert_array_equal(still, own.render(Latent(85, noise=0.0, noise_seed=4)))
    first = own.render(Latent(85))
    assert not np.array_equal(first, own.render(Latent(85, noise_seed=4)))
    np.testing.assert_array_equal(first, own.render(Latent(85)))


def test_its_only_row_is_mixed_as_a_whole(tmp_path: Path) -> None:
    own = engine(opened(tmp_path / "model_7.pt", tiny_plain()))
    mixed = own.render(Latent(1, mixes=(LayerMix(2, 0, 0),)))
    np.testing.assert_array_equal(mixed, own.render(Latent(2)))


def test_sliders_are_unit_ways_through_z(tmp_path: Path) -> None:
    found = opened(tmp_path / "model_7.pt", tiny_plain())
    own = engine(found)
    names = [one.name for one in own.info.directions]
    assert names == [*(f"pca-{i}" for i in range(6)), *(f"sefa-{i}" for i in range(6))]
    rest = own.code(Latent(5)).rows(1, 6)
    for name in names:
        moved = own.code(Latent(5, offsets=((name, 2.0),))).rows(1, 6)
        assert np.linalg.norm(moved - rest) == pytest.approx(2.0, rel=1e-4)
    again = engine(found)
    moved = Latent(5, offsets=(("pca-0", 2.0),))
    np.testing.assert_array_equal(own.render(moved), again.render(moved))


def test_the_first_component_moves_the_first_features_most(tmp_path: Path) -> None:
    found = opened(tmp_path / "model_7.pt", tiny_plain())
    ours, steps = network(found), find_sliders(found.config, found.tensors)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        rows = torch.tensor(end.value[1])[:6, 0]  # (6, z_dim)
    z = torch.from_numpy(np.random.RandomState(1).randn(400, 6)).float()
    moved = [(ours.begin(z + row) - ours.begin(z - row)).square().mean() for row in rows]
    assert moved[0] > moved[-1]


def test_what_is_transparent_lies_on_white() -> None:
    colours = torch.tensor([[-1.0, 0.0, 1.0, -1.0], [-1.0, 0.0, 1.0, 1.0], [-1.0, 0.0, 1.0, 0.0]])
    laid = on_white(colours[:, :, None, None])[:, :, 0, 0]
    assert laid.tolist() == [[1, 1, 1], [-1, 0, 1], [0, 0.5, 1]]
