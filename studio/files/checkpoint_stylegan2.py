"""StyleGAN2 (Karras et al., 2020) as NVIDIA's PyTorch programs keep it: parts -> Checkpoint.

All sizes come from the tensors. Invariant: every tensor that the network needs is there, in the shape that its
neighbours ask for.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from studio.files.checkpoint_means import with_mean_w
from studio.files.checkpoint_parts import (
    STYLEGAN2,
    Checkpoint,
    Parts,
    check_extent,
    fitted,
    lacking,
    real,
    whole,
)
from studio.files.pickle_machine import refused

TAPS = (1.0, 3.0, 3.0, 1.0)
ARCHITECTURES = ("skip", "resnet", "orig")
MAX_RESOLUTION = 1 << 13
MAX_CLASSES = 4000


def stylegan2(parts: Parts, kind: str) -> Checkpoint:
    """The generator in `parts`; raises StudioError where it is not whole, or of a kind that we do not draw."""
    names = _blocks(parts)
    config = {**mapping_config(parts), **_synthesis_config(parts, names)}
    check_plan(config)
    wanted = {**mapping_shapes(config), **synthesis_shapes(config)}
    return fitted(kind, STYLEGAN2, config, wanted, with_mean_w(parts, config))


def _blocks(parts: Parts) -> list[str]:
    """Names of the blocks, coarsest first."""
    sizes, size = [], 4
    while f"synthesis.b{size}.conv1.weight" in parts.arrays and size <= MAX_RESOLUTION:
        sizes.append(f"synthesis.b{size}")
        size *= 2
    if not sizes:
        raise lacking("synthesis.b4.conv1.weight")
    return sizes


def mapping_config(parts: Parts) -> dict[str, Any]:
    """What a mapping network tells of itself; StyleGAN3 has the same."""
    count = 0
    while f"mapping.fc{count}.weight" in parts.arrays:
        count += 1
    if not count:
        raise lacking("mapping.fc0.weight")
    shapes = [parts.shape(f"mapping.fc{i}.weight", 2) for i in range(count)]
    embed = parts.shape("mapping.embed.weight", 2) if "mapping.embed.weight" in parts.arrays else (0, 0)
    lr = real(parts.note("mapping.fc0", "bias_gain"), 0.01)
    _only_leaky(parts, "mapping.fc0")
    z_dim, c_dim = shapes[0][1] - embed[0], embed[1]
    told = [whole(parts.note("mapping", name), found) for name, found in (("z_dim", z_dim), ("c_dim", c_dim))]
    if told != [z_dim, c_dim] or not z_dim > 0 or c_dim > MAX_CLASSES:
        raise refused("The generator in this file takes classes in a way that we do not know", f"{told}")
    return {
        "z_dim": z_dim,
        "c_dim": c_dim,
        "w_dim": shapes[-1][0],
        "mapping": [shapes[0][1], *(shape[0] for shape in shapes)],
        "mapping_lr": lr,
    }


def mapping_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a mapping network's tensors."""
    sizes = config["mapping"]
    shapes: dict[str, tuple[int, ...]] = {"mapping.w_avg": (config["w_dim"],)}
    for i, (inputs, outputs) in enumerate(pairwise(sizes)):
        shapes |= _linear(f"mapping.fc{i}", inputs, outputs)
    if config["c_dim"]:
        shapes |= _linear("mapping.embed", config["c_dim"], sizes[0] - config["z_dim"])
    return shapes


def _synthesis_config(parts: Parts, blocks: list[str]) -> dict[str, Any]:
    start = parts.shape("synthesis.b4.const", 3)
    colours = parts.shape(f"{blocks[-1]}.torgb.weight", 4)[0]
    if colours == 2:
        raise refused("The generator in this file draws pictures of two colours", "neither grey nor RGB")
    architecture = parts.note(blocks[-1], "architecture") or _guessed(parts, blocks)
    if architecture not in ARCHITECTURES:
        raise refused(
            "The generator in this file is built in a way that we do not know", str(architecture)[:40]
        )
    _only_leaky(parts, f"{blocks[0]}.conv1")
    scale = 1 << (len(blocks) - 1)
    channels = [parts.shape(f"{block}.conv1.weight", 4)[0] for block in blocks]
    return {
        "channels": channels,
        "colours": colours,
        "architecture": architecture,
        "start": list(start[1:]),
        "size": [start[1] * scale, start[2] * scale],
        "clamp": real(parts.note(f"{blocks[-1]}.conv1", "conv_clamp"), 0.0),
        "taps": _taps(parts),
        "noise": f"{blocks[0]}.conv1.noise_const" in parts.arrays
        and parts.note(f"{blocks[0]}.conv1", "use_noise", True) is not False,
        "shorter": any(parts.note(block, "use_fp16") is True for block in blocks),
    }


def check_plan(config: Mapping[str, Any]) -> None:
    """Raises StudioError where a config asks for larger pictures than any generator draws, or tells another size."""
    (height, width), last = config["start"], len(config["channels"]) - 1
    for i, own in enumerate(config["channels"]):
        check_extent(max(own, config["colours"]), (height << i, width << i))
    if list(config["size"]) != [height << last, width << last]:
        raise refused("The generator in this file tells another size than it draws", str(config["size"])[:80])


def _guessed(parts: Parts, blocks: list[str]) -> str:
    if f"{blocks[-1]}.skip.weight" in parts.arrays:
        return "resnet"
    return "skip" if f"{blocks[0]}.torgb.weight" in parts.arrays else "orig"


def _only_leaky(parts: Parts, module: str) -> None:
    activation = parts.note(module, "activation", "lrelu")
    if activation != "lrelu":
        raise refused(
            "The generator in this file uses an activation that we do not know", str(activation)[:40]
        )


def _taps(parts: Parts) -> list[float]:
    """The four numbers of the resampling filter, with a sum of 1."""
    square = parts.arrays.get("synthesis.b4.resample_filter")
    taps = np.asarray(TAPS) / sum(TAPS) if square is None else np.asarray(square, np.float64)
    if taps.ndim == 2:
        taps = taps.sum(axis=0) / max(abs(taps.sum()), 1e-12)
    fits = square is None or np.allclose(np.outer(taps, taps), np.asarray(square), atol=1e-6)
    if taps.shape != (4,) or not fits or not np.allclose(taps, taps[::-1]):
        raise refused("The generator in this file uses a filter that we do not know", f"shape {taps.shape}")
    return [float(tap) for tap in taps]


def synthesis_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a synthesis network's tensors."""
    channels, (height, width) = config["channels"], config["start"]
    shapes: dict[str, tuple[int, ...]] = {"synthesis.b4.const": (channels[0], height, width)}
    for i, own in enumerate(channels):
        block, size = f"synthesis.b{4 << i}", (height << i, width << i)
        before = channels[i - 1] if i else own
        if i:
            shapes |= _layer(f"{block}.conv0", before, own, size, config)
        shapes |= _layer(f"{block}.conv1", own, own, size, config)
        if i == len(channels) - 1 or config["architecture"] == "skip":
            shapes |= _modulated(f"{block}.torgb", own, config["colours"], 1, config["w_dim"])
        if i and config["architecture"] == "resnet":
            shapes[f"{block}.skip.weight"] = (own, before, 1, 1)
    return shapes


def _layer(
    name: str, inputs: int, outputs: int, size: tuple[int, int], config: dict[str, Any]
) -> dict[str, tuple[int, ...]]:
    noise = {f"{name}.noise_const": size, f"{name}.noise_strength": ()} if config["noise"] else {}
    return {**_modulated(name, inputs, outputs, 3, config["w_dim"]), **noise}


def _modulated(name: str, inputs: int, outputs: int, kernel: int, w_dim: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}.weight": (outputs, inputs, kernel, kernel),
        f"{name}.bias": (outputs,),
        **_linear(f"{name}.affine", w_dim, inputs),
    }


def _linear(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (outputs, inputs), f"{name}.bias": (outputs,)}
