"""StyleGAN2 as rosinality's program saves it: a state dict -> parts with canonical names. Nothing is flipped."""

from __future__ import annotations

import numpy as np

from studio.files.checkpoint_parts import Array, Checkpoint, Parts
from studio.files.checkpoint_stylegan2 import stylegan2

FIRST = "conv1.conv.weight"  # by which it is known


def rosinality(state: dict[str, Array], mean: Array | None) -> Checkpoint:
    """The generator of a state dict; `mean` is the mean w where the file has one (else it is measured)."""
    arrays: dict[str, Array] = {} if mean is None else {"mapping.w_avg": np.asarray(mean).reshape(-1)}
    blocks = 1 + sum(f"to_rgbs.{i}.bias" in state for i in range(12))
    for new, old in _names(blocks):
        if old in state:
            arrays[new] = _shaped(new, state[old])
    return stylegan2(Parts(arrays), "StyleGAN2 (rosinality)")


def _names(blocks: int) -> list[tuple[str, str]]:
    """(canonical name, name in the file)."""
    pairs = [
        ("synthesis.b4.const", "input.input"),
        ("synthesis.b4.resample_filter", "to_rgbs.0.upsample.kernel"),
    ]
    for i in range(64):
        pairs += [(f"mapping.fc{i}.{kind}", f"style.{i + 1}.{kind}") for kind in ("weight", "bias")]
    pairs += _layer("synthesis.b4.conv1", "conv1", 0) + _colours("synthesis.b4.torgb", "to_rgb1")
    for i in range(1, blocks):
        block = f"synthesis.b{4 << i}"
        pairs += _layer(f"{block}.conv0", f"convs.{2 * i - 2}", 2 * i - 1)
        pairs += _layer(f"{block}.conv1", f"convs.{2 * i - 1}", 2 * i)
        pairs += _colours(f"{block}.torgb", f"to_rgbs.{i - 1}")
    return pairs


def _layer(new: str, old: str, noise: int) -> list[tuple[str, str]]:
    return [
        (f"{new}.noise_strength", f"{old}.noise.weight"),
        (f"{new}.noise_const", f"noises.noise_{noise}"),
        (f"{new}.bias", f"{old}.activate.bias"),
        *_modulated(new, old),
    ]


def _colours(new: str, old: str) -> list[tuple[str, str]]:
    return [(f"{new}.bias", f"{old}.bias"), *_modulated(new, old)]


def _modulated(new: str, old: str) -> list[tuple[str, str]]:
    return [
        (f"{new}.weight", f"{old}.conv.weight"),
        (f"{new}.affine.weight", f"{old}.conv.modulation.weight"),
        (f"{new}.affine.bias", f"{old}.conv.modulation.bias"),
    ]


def _shaped(name: str, array: Array) -> Array:
    """Without the axes of 1 that this program keeps in front and behind."""
    if name.endswith(".resample_filter"):
        return np.asarray(array / array.sum())  # there with the gain of the upsampling
    if name.endswith("noise_strength"):
        return array.reshape(())
    if name.endswith((".bias", "noise_const")):
        return array.reshape([side for side in array.shape if side > 1] or [1])
    if name.endswith("affine.weight") or name.startswith("mapping."):
        return array
    return np.asarray(array[0])
