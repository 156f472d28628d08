"""StyleGAN2 as its TensorFlow program pickles it: networks of named variables -> parts with canonical names.

Weights lie as height, width, in, out; those of the upsampling layers are flipped; a modulation's bias is one less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from studio.files.checkpoint_parts import Array, Checkpoint, Parts, lacking, real, whole
from studio.files.checkpoint_stylegan2 import TAPS, stylegan2
from studio.files.checkpoint_words import Record, plain
from studio.files.pickle_machine import refused

NETWORK = "Network"
OLDEST = 4  # the version that StyleGAN2 began with
MAX_BLOCKS = 12


def tensorflow(network: Record) -> Checkpoint:
    """The generator of a pickled Network; raises StudioError where it is none, or of StyleGAN1."""
    fields = network.fields
    version = fields.get("version")
    if not isinstance(version, int) or version < OLDEST:
        raise refused("This is a StyleGAN1 or older, which is built otherwise", f"network version {version}")
    variables = {
        **_variables("", network),
        **_component(network, "mapping"),
        **_component(network, "synthesis"),
    }
    parts = Parts(_renamed(variables), _notes(fields.get("static_kwargs")))
    return stylegan2(parts, "StyleGAN2 (TensorFlow)")


def _component(network: Record, name: str) -> dict[str, Array]:
    components = network.fields.get("components")
    part = components.get(name) if isinstance(components, dict) else None
    if not isinstance(part, Record):
        raise lacking(name)
    return _variables(f"{name}/", part)


def _variables(prefix: str, network: Record) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for entry in network.fields.get("variables") or []:
        match entry:
            case (str(name), value):
                array = plain(value)
                if array is not None:
                    found[prefix + name] = array
    return found


def _notes(arguments: object) -> dict[str, Any]:
    """The few attributes that are not in the tensors; names as in the PyTorch programs."""
    told = arguments if isinstance(arguments, dict) else {}
    lr, c_dim = real(told.get("mapping_lrmul"), 0.01), whole(told.get("label_size"), 0)
    taps = told.get("resample_kernel", list(TAPS))
    if not isinstance(taps, (list, tuple)) or list(taps) != list(TAPS):
        raise refused("The generator in this file uses a filter that we do not know", str(taps)[:80])
    layer = {"activation": told.get("nonlinearity", told.get("act", "lrelu"))}
    mapping = {"bias_gain": lr, "activation": told.get("mapping_nonlinearity", "lrelu")}
    return {"mapping": {"c_dim": c_dim}, "mapping.fc0": mapping, "synthesis.b4.conv1": layer}


def _renamed(variables: dict[str, Array]) -> dict[str, Array]:
    arrays: dict[str, Array] = {}

    def take(new: str, old: str, change: Callable[[Array], Array] = np.asarray) -> None:
        if old in variables:
            arrays[new] = change(variables[old])

    take("mapping.w_avg", "dlatent_avg")
    for i in range(64):
        _take_linear(take, f"mapping.fc{i}", f"mapping/Dense{i}")
    _take_linear(take, "mapping.embed", "mapping/LabelEmbed")
    take("synthesis.b4.const", "synthesis/4x4/Const/const", lambda array: array[0])
    for i in range(MAX_BLOCKS):
        _take_block(take, f"synthesis.b{4 << i}", f"synthesis/{4 << i}x{4 << i}", i)
    return arrays


Take = Callable[..., None]


def _take_linear(take: Take, new: str, old: str) -> None:
    take(f"{new}.weight", f"{old}/weight", np.transpose)
    take(f"{new}.bias", f"{old}/bias")


def _take_block(take: Take, new: str, old: str, i: int) -> None:
    if i:
        _take_layer(take, f"{new}.conv0", f"{old}/Conv0_up", _flipped, 2 * i - 1)
    _take_layer(take, f"{new}.conv1", f"{old}/Conv1" if i else f"{old}/Conv", _turned, 2 * i)
    _take_modulated(take, f"{new}.torgb", f"{old}/ToRGB", _turned)
    take(f"{new}.skip.weight", f"{old}/Skip/weight", _flipped)


def _take_layer(take: Take, new: str, old: str, change: Callable[[Array], Array], noise: int) -> None:
    _take_modulated(take, new, old, change)
    take(f"{new}.noise_strength", f"{old}/noise_strength")
    take(f"{new}.noise_const", f"synthesis/noise{noise}", lambda array: array[0, 0])


def _take_modulated(take: Take, new: str, old: str, change: Callable[[Array], Array]) -> None:
    take(f"{new}.weight", f"{old}/weight", change)
    take(f"{new}.bias", f"{old}/bias")
    take(f"{new}.affine.weight", f"{old}/mod_weight", np.transpose)
    take(f"{new}.affine.bias", f"{old}/mod_bias", lambda array: array + np.float32(1))


def _turned(weight: Array) -> Array:
    return weight.transpose(3, 2, 0, 1)


def _flipped(weight: Array) -> Array:
    return weight[::-1, ::-1].transpose(3, 2, 0, 1)
