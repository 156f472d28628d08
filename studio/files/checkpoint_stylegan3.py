"""StyleGAN3 (Karras et al., 2021), translation and rotation configurations: parts -> Checkpoint.

Invariant: the plan of every layer is the one that the file tells; nothing is designed anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.files.checkpoint_means import with_mean_w
from studio.files.checkpoint_parts import STYLEGAN3, Checkpoint, Parts, check_extent, fitted, real, whole
from studio.files.checkpoint_stylegan2 import mapping_config, mapping_shapes
from studio.files.pickle_machine import refused

INPUT = "synthesis.input"
MAX_LAYERS = 63
MAX_SIDE = 1 << 14
MAX_FACTOR = 8
MAX_TAPS = 128


def stylegan3(parts: Parts) -> Checkpoint:
    """The generator in `parts`; raises StudioError where it is not whole."""
    names = parts.note("synthesis", "layer_names")
    if not isinstance(names, list) or not 0 < len(names) <= MAX_LAYERS:
        raise refused("The StyleGAN3 in this file does not tell its layers", str(names)[:80])
    layers = [_layer(parts, f"synthesis.{name}", str(name)) for name in names]
    width, height = layers[-1]["size"]
    config = {
        **mapping_config(parts),
        "input": _input(parts),
        "layers": layers,
        "colours": layers[-1]["outputs"],
        "size": [height, width],
        "output_scale": real(parts.note("synthesis", "output_scale"), 0.25),
        "shorter": any(parts.note(f"synthesis.{name}", "use_fp16") is True for name in names),
    }
    check_plan(config)
    wanted = {**mapping_shapes(config), **synthesis_shapes(config)}
    kind = "StyleGAN3-R" if layers[0]["kernel"] == 1 else "StyleGAN3-T"
    return fitted(kind, STYLEGAN3, config, wanted, with_mean_w(parts, config))


def check_plan(config: Mapping[str, Any]) -> None:
    """Raises StudioError where a layer does not take what the one before gives, or pictures are larger than any."""
    channels, size = config["input"]["channels"], config["input"]["size"]
    check_extent(channels, size)
    for layer in config["layers"]:
        comes = [
            _side_after(side, layer, layer["padding"][2 * axis : 2 * axis + 2])
            for axis, side in enumerate(size)
        ]
        if layer["inputs"] != channels or comes != layer["size"]:
            detail = f"{layer['name']}: {channels} × {comes}"
            raise refused("The StyleGAN3 in this file has layers that do not fit each other", detail)
        channels, size = layer["outputs"], layer["size"]
        check_extent(channels, size)
    if [*size, channels] != [*reversed(config["size"]), config["colours"]]:
        raise refused("The StyleGAN3 in this file tells another size than it draws", str(config["size"])[:80])


def _side_after(side: int, layer: dict[str, Any], padding: list[int]) -> int:
    """How wide what comes out is along one axis: (left, right) or (above, below) on the finer grid."""
    fine: int = (side + layer["kernel"] - 1) * layer["up"] + sum(padding)
    for kind in ("up_filter", "down_filter"):
        fine -= layer[kind][0] - 1 if layer[kind] else 0
    whole_steps: int = -(-fine // layer["down"])
    return whole_steps


def _input(parts: Parts) -> dict[str, Any]:
    return {
        "channels": parts.shape(f"{INPUT}.weight", 2)[0],
        "size": _side(parts.note(INPUT, "size"), 2),
        "sampling_rate": real(parts.note(INPUT, "sampling_rate"), 16.0),
        "bandwidth": real(parts.note(INPUT, "bandwidth"), 2.0),
    }


def _layer(parts: Parts, module: str, name: str) -> dict[str, Any]:
    weight = parts.shape(f"{module}.weight", 4)
    return {
        "name": name,
        "inputs": weight[1],
        "outputs": weight[0],
        "kernel": weight[2],
        "size": _side(parts.note(module, "out_size"), 2),
        "up": _factor(parts.note(module, "up_factor")),
        "down": _factor(parts.note(module, "down_factor")),
        "up_filter": _filter(parts, f"{module}.up_filter"),
        "down_filter": _filter(parts, f"{module}.down_filter"),
        "padding": [_padding(side) for side in _list(parts.note(module, "padding"), 4)],
        "clamp": real(parts.note(module, "conv_clamp"), 0.0),
        "to_rgb": parts.note(module, "is_torgb") is True,
    }


def synthesis_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of a synthesis network's tensors."""
    shapes = _input_shapes(config)
    for layer in config["layers"]:
        shapes |= _layer_shapes(layer, config["w_dim"])
    return shapes


def _input_shapes(config: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    channels, w_dim = config["input"]["channels"], config["w_dim"]
    return {
        f"{INPUT}.weight": (channels, channels),
        f"{INPUT}.affine.weight": (4, w_dim),
        f"{INPUT}.affine.bias": (4,),
        f"{INPUT}.transform": (3, 3),
        f"{INPUT}.freqs": (channels, 2),
        f"{INPUT}.phases": (channels,),
    }


def _layer_shapes(layer: dict[str, Any], w_dim: int) -> dict[str, tuple[int, ...]]:
    name, kernel = f"synthesis.{layer['name']}", layer["kernel"]
    shapes: dict[str, tuple[int, ...]] = {
        f"{name}.weight": (layer["outputs"], layer["inputs"], kernel, kernel),
        f"{name}.bias": (layer["outputs"],),
        f"{name}.affine.weight": (layer["inputs"], w_dim),
        f"{name}.affine.bias": (layer["inputs"],),
        f"{name}.magnitude_ema": (),
    }
    for kind in ("up_filter", "down_filter"):
        if layer[kind]:
            shapes[f"{name}.{kind}"] = tuple(layer[kind])
    return shapes


def _filter(parts: Parts, name: str) -> list[int]:
    """The shape of a filter; [] where the layer has none."""
    if name not in parts.arrays:
        return []
    shape = parts.arrays[name].shape
    square = len(shape) == 2 and shape[0] == shape[1]
    if not (len(shape) == 1 or square) or not 0 < shape[0] <= MAX_TAPS:
        raise refused("The generator in this file uses a filter that we do not know", f"{name}: {shape}")
    return list(shape)


def _list(value: object, count: int) -> list[Any]:
    if not isinstance(value, (list, tuple)) or len(value) != count:
        raise refused("The StyleGAN3 in this file does not tell its layers", str(value)[:80])
    return list(value)


def _side(value: object, count: int) -> list[int]:
    sides = [whole(side, 0) for side in _list(value, count)]
    if not all(0 < side <= MAX_SIDE for side in sides):
        raise refused("The generator in this file draws pictures of an impossible size", str(sides))
    return sides


def _factor(value: object) -> int:
    factor = whole(value, 1)
    if not 0 < factor <= MAX_FACTOR:
        raise refused("The StyleGAN3 in this file resamples in a way that we do not know", str(factor))
    return factor


def _padding(value: object) -> int:
    """May be negative, as NVIDIA's programs plan it for cropping."""
    if type(value) is not int or not -MAX_TAPS * MAX_FACTOR <= value <= MAX_TAPS * MAX_FACTOR:
        raise refused("The generator in this file describes itself in numbers that are none", str(value)[:80])
    return value
