"""Small StyleGANs with random weights, for the tests of their networks and engines."""

from typing import Any

import msgspec
import torch

from studio.core.card import Card, WeightsInfo
from studio.engines.picture.style_mapping import filled
from studio.engines.picture.stylegan2 import StyleGan2, StyleGan2Config
from studio.engines.picture.stylegan3 import StyleGan3, StyleGan3Config
from studio.engines.picture.stylegan_engine import ImportedEngine, StyleGan2Painter, StyleGan3Painter
from studio.engines.picture.stylegan_sliders import find_sliders
from studio.files.checkpoint_stylegan2 import mapping_shapes, synthesis_shapes
from studio.files.checkpoint_stylegan3 import synthesis_shapes as sg3_shapes
from tests import tiny_checkpoints as tiny

CPU = torch.device("cpu")


def sg2(**changes: Any) -> StyleGan2:
    config = {**tiny.SG2, **changes}
    return _with_sliders(
        config, tiny.random_arrays({**mapping_shapes(config), **synthesis_shapes(config)}), StyleGan2
    )


def sg3(turns: bool = False, **changes: Any) -> StyleGan3:
    config = {**tiny.sg3_config(turns), **changes}
    return _with_sliders(config, tiny.sg3_arrays({**mapping_shapes(config), **sg3_shapes(config)}), StyleGan3)


def _with_sliders(config: dict[str, Any], arrays: dict[str, Any], network: type) -> Any:
    steps = find_sliders(config, arrays)
    try:
        while True:
            next(steps)
    except StopIteration as end:
        sliders, moves = end.value
    record = msgspec.convert(
        {**config, "sliders": sliders}, StyleGan2Config if network is StyleGan2 else StyleGan3Config
    )
    tensors = {name: torch.tensor(array) for name, array in {**arrays, "directions.moves": moves}.items()}
    return filled(lambda: network(record), tensors, "tiny")


def engine(generator: StyleGan2 | StyleGan3) -> ImportedEngine:
    card = Card("tiny", "Tiny", "picture.stylegan2", "A test.", WeightsInfo("", ""))
    two = isinstance(generator, StyleGan2)
    return ImportedEngine(StyleGan2Painter(generator, CPU) if two else StyleGan3Painter(generator, CPU), card)


def layers_of(generator: StyleGan2 | StyleGan3, count: int) -> torch.Tensor:
    """(count, num_layers, w_dim), another w in every layer."""
    torch.manual_seed(5)
    return torch.randn(count, generator.config.num_layers, generator.config.w_dim)
