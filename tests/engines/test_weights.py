"""Weights: only the ones that the card describes, only into the network that they fit."""

import hashlib
from pathlib import Path

import pytest
import torch
from safetensors.torch import save

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry
from studio.engines.weights import fill_module, read_weights


def entry(folder: Path, data: bytes, sha256: str = "") -> CatalogueEntry:
    (folder / "model.safetensors").write_bytes(data)
    info = WeightsInfo("model.safetensors", sha256 or hashlib.sha256(data).hexdigest())
    return CatalogueEntry(Card("m", "Model", "picture.gan", "", info), folder)


def test_half_precision_is_read_as_float32_and_integers_stay(tmp_path: Path) -> None:
    data = save({"a": torch.ones(3, dtype=torch.float16), "n": torch.tensor([4])})
    tensors = read_weights(entry(tmp_path, data))
    assert tensors["a"].dtype == torch.float32
    assert tensors["n"].dtype == torch.int64


def test_other_weights_than_the_cards_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="not the ones its card describes"):
        read_weights(entry(tmp_path, save({"a": torch.ones(3)}), "0" * 64))


@pytest.mark.parametrize(
    "data", [b"", b"junk", save({"a": torch.ones(9)})[:-4]], ids=["empty", "junk", "cut"]
)
def test_damaged_weights_are_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(StudioError, match="damaged"):
        read_weights(entry(tmp_path, data))


def test_missing_weights_are_said(tmp_path: Path) -> None:
    made = entry(tmp_path, b"x")
    made.weights_path.unlink()
    with pytest.raises(StudioError, match="The weights of Model are missing") as caught:
        read_weights(made)
    assert caught.value.hint == "Install the model again."


def test_weights_fill_the_network_they_fit() -> None:
    layer = torch.nn.Linear(2, 1)
    fill_module(layer, {"weight": torch.ones(1, 2), "bias": torch.zeros(1)}, "Model")
    assert layer.weight.tolist() == [[1.0, 1.0]]


@pytest.mark.parametrize(
    "tensors",
    [{"weight": torch.ones(1, 2)}, {"weight": torch.ones(3, 3), "bias": torch.zeros(1)}],
    ids=["missing", "shape"],
)
def test_weights_of_another_network_are_refused(tensors: dict[str, torch.Tensor]) -> None:
    with pytest.raises(StudioError, match="do not fit"):
        fill_module(torch.nn.Linear(2, 1), tensors, "Model")
