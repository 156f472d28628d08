"""lightweight-gan as its program saves it: a state dict with a generator G and its running mean GE -> Checkpoint.

The layout was learned from the source of github.com/lucidrains/lightweight-gan (MIT), version 0.20.4 and the last one.
Its `.config.json` is not needed: the names and shapes of the tensors tell all that the generator depends on.
Invariant: every tensor of the generator is known and taken over; one that is not is named in the refusal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from studio.files.checkpoint_parts import (
    LIGHTWEIGHT,
    Array,
    Checkpoint,
    Parts,
    check_extent,
    fitted,
    lacking,
    whole,
)
from studio.files.pickle_machine import refused

AVERAGED = "GE."
FIRST_VERSION = (0, 20, 4)  # older generators are built otherwise
MOST_LAYERS = 11
INNER = 512  # numbers of an attention: 8 heads of 64
FLAGS = ("shuffle", "blur", "noise", "local", "loose")
LEFT_OUT = (".num_batches_tracked", ".0.1.f")  # a count, and the filter [1, 2, 1]
Part = tuple[str, str, tuple[int, ...]]
"""Our name, the name in the file, the shape."""


def lightweight(state: Mapping[str, Array], version: object) -> Checkpoint:
    """The generator in a state dict; raises StudioError where it is not whole, or of a kind that we do not draw."""
    number = _version(version)
    given = {name.removeprefix(AVERAGED): array for name, array in state.items() if name.startswith(AVERAGED)}
    given = {name: array for name, array in given.items() if not name.endswith(LEFT_OUT)}
    if not given:
        raise refused("This lightweight-gan was saved without its generator", "no GE")
    config = _config(Parts(given), number, any(name.endswith(LEFT_OUT[1]) for name in state))
    check_plan(config)
    parts = list(_parts(config))
    more = given.keys() - {old for _, old, _ in parts}
    if more:
        raise refused("This lightweight-gan has a part that we do not know", min(more)[:80])
    arrays = {new: given[old] for new, old, _ in parts if old in given}
    arrays["mapping.w_avg"] = np.zeros(config["z_dim"], np.float32)
    return fitted(f"lightweight-gan {number}", LIGHTWEIGHT, config, shapes(config), arrays)


def _version(version: object) -> str:
    found = re.match(r"(\d{1,4})\.(\d{1,4})\.(\d{1,4})", version) if isinstance(version, str) else None
    if found is None:
        raise refused("This lightweight-gan does not tell its version", str(version)[:40])
    if tuple(map(int, found.groups())) < FIRST_VERSION:
        raise refused(
            f"This lightweight-gan is of version {found[0]}, whose generator we do not draw",
            f"from {'.'.join(map(str, FIRST_VERSION))} on",
        )
    return found[0]


def _config(parts: Parts, version: str, blur: bool) -> dict[str, Any]:
    """What the names and shapes tell; the version only how the attention's norm was written."""
    padded = "layers.0.0.2.1.weight" in parts.arrays
    convolutions = [f"layers.{i}.0.2{'.1' * padded}.weight" for i in range(MOST_LAYERS)]
    found = [name for name in convolutions if name in parts.arrays]
    if not found:
        raise lacking(convolutions[0])
    shape_of = {name: parts.shape(name, 4) for name in found}
    z_dim = parts.shape("initial_conv.0.weight", 4)[0]
    side = 4 << len(found)
    return {
        "z_dim": z_dim,
        "c_dim": 0,
        "w_dim": z_dim,
        "mapping": [z_dim],
        "size": [side, side],
        "colours": parts.shape("out_conv.weight", 4)[0],
        "widths": [shape[0] // 2 for shape in shape_of.values()],
        "kernel": shape_of[found[0]][2],
        "shuffle": "layers.0.0.0.net.0.weight" in parts.arrays,
        "blur": blur,
        "noise": "layers.0.0.3.running_mean" not in parts.arrays,
        "gate": "waves" if any(name.endswith(".1.dct_weights") for name in parts.arrays) else "context",
        "attention": [i for i in range(len(found)) if f"layers.{i}.2.norm.g" in parts.arrays],
        "local": any(name.endswith(".2.fn.to_lin_q.weight") for name in parts.arrays),
        "loose": version == "0.20.4",
    }


def check_plan(config: Mapping[str, Any]) -> None:
    """Raises StudioError where a config asks for pictures that no such generator draws."""
    widths = config["widths"]
    sizes = [whole(width, 0) for width in (config["z_dim"], *widths)]
    if not 0 < len(widths) <= MOST_LAYERS or 0 in sizes or config["kernel"] not in (3, 4):
        raise refused("The generator in this file is built in a way that we do not know", str(widths)[:80])
    if whole(config["colours"], 0) not in (1, 3, 4):
        raise refused("The generator in this file draws pictures of colours that we do not know")
    if any(type(config[name]) is not bool for name in FLAGS) or config["gate"] not in ("context", "waves"):
        raise refused("The generator in this file is built in a way that we do not know", "a strange plan")
    places = config["attention"]
    if not isinstance(places, list) or any(type(i) is not int or not 0 <= i < len(widths) for i in places):
        raise refused("The generator in this file pays attention where it has no layer", str(places)[:80])
    for i in places:
        check_extent(2 * INNER, (4 << i, 4 << i))
    for i, (inputs, width) in enumerate(zip(sizes, widths, strict=False)):
        check_extent(max(inputs, 2 * width), (8 << i, 8 << i))
    if list(config["mapping"]) != sizes[:1] or config["w_dim"] != sizes[0] or config["c_dim"] != 0:
        raise refused("The generator in this file is built in a way that we do not know", "another mapping")
    if list(config["size"]) != [4 << len(widths)] * 2:
        raise refused("The generator in this file tells another size than it draws", str(config["size"])[:80])


def shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the tensors, the mean z among them, which is 0."""
    return {"mapping.w_avg": (config["z_dim"],), **{new: shape for new, _, shape in _parts(config)}}


def _parts(config: Mapping[str, Any]) -> Iterator[Part]:
    z_dim, widths = config["z_dim"], config["widths"]
    yield "first.weight", "initial_conv.0.weight", (z_dim, 2 * z_dim, 4, 4)
    yield "first.bias", "initial_conv.0.bias", (2 * z_dim,)
    yield from _norm("first_norm", "initial_conv.1", 2 * z_dim)
    for i, (inputs, width) in enumerate(zip((z_dim, *widths), widths, strict=False)):
        yield from _layer(config, i, inputs, width)
        if 0 < i < 5 and i + 3 < len(widths):
            yield from _gate(config, i, width, widths[i + 3])
        if i in config["attention"]:
            yield from _attention(config, i, inputs)
    yield from _convolution("out", "out_conv", config["colours"], widths[-1], 3)


def _layer(config: Mapping[str, Any], i: int, inputs: int, width: int) -> Iterator[Part]:
    new, old, kernel = f"layers.{i}", f"layers.{i}.0", config["kernel"]
    if config["shuffle"]:
        yield from _convolution(f"{new}.up", f"{old}.0.net.0", 4 * inputs, inputs, 1)
    yield from _convolution(f"{new}.conv", f"{old}.2{'.1' * (kernel == 4)}", 2 * width, inputs, kernel)
    if config["noise"]:
        yield f"{new}.noise_strength", f"{old}.3.weight", (1,)
    yield from _norm(f"{new}.norm", f"{old}.{4 if config['noise'] else 3}", 2 * width)


def _gate(config: Mapping[str, Any], i: int, width: int, later: int) -> Iterator[Part]:
    """Skip-layer excitation: of a layer on the one three later."""
    new, old = f"layers.{i}.gate", f"layers.{i}.1"
    waves = config["gate"] == "waves"
    if waves:
        yield f"{new}.waves", f"{old}.dct_weights", (1, width, 8 << i, 8 << i)
    else:
        yield from _convolution(f"{new}.key", f"{old}.to_k", 1, width, 1)
    narrow = max(3, later // (4 if waves else 2))
    yield from _convolution(f"{new}.narrow", f"{old}.net.0", narrow, width, 1)
    yield from _convolution(f"{new}.widen", f"{old}.net.2", later, narrow, 1)


def _attention(config: Mapping[str, Any], i: int, width: int) -> Iterator[Part]:
    new, old = f"layers.{i}.attention", f"layers.{i}.2"
    for own, theirs in (("gain", "g"), ("shift", "b")):
        yield f"{new}.{own}", f"{old}.norm.{theirs}", (1, width, 1, 1)
    linear = "to_lin_" if config["local"] else "to_"
    yield f"{new}.q.weight", f"{old}.fn.{linear}q.weight", (INNER, width, 1, 1)
    yield f"{new}.spread.weight", f"{old}.fn.{linear}kv.net.0.weight", (width, 1, 3, 3)
    yield f"{new}.kv.weight", f"{old}.fn.{linear}kv.net.1.weight", (2 * INNER, width, 1, 1)
    if config["local"]:
        yield f"{new}.local_q.weight", f"{old}.fn.to_q.weight", (INNER, width, 1, 1)
        yield f"{new}.local_kv.weight", f"{old}.fn.to_kv.weight", (2 * INNER, width, 1, 1)
    yield from _convolution(f"{new}.out", f"{old}.fn.to_out", width, INNER * (2 if config["local"] else 1), 1)


def _convolution(new: str, old: str, outputs: int, inputs: int, kernel: int) -> Iterator[Part]:
    yield f"{new}.weight", f"{old}.weight", (outputs, inputs, kernel, kernel)
    yield f"{new}.bias", f"{old}.bias", (outputs,)


def _norm(new: str, old: str, width: int) -> Iterator[Part]:
    for name in ("weight", "bias", "running_mean", "running_var"):
        yield f"{new}.{name}", f"{old}.{name}", (width,)
