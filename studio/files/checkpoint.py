"""Opens the StyleGAN and lightweight-gan checkpoints that artists have, and runs nothing that is in them.

Invariant: a Checkpoint is whole (every tensor is there, in the shape that the network asks for), or a StudioError says
in one sentence why there is none. Any thread.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from studio.files.checkpoint_lightweight import lightweight
from studio.files.checkpoint_own import SUFFIX, read_own
from studio.files.checkpoint_parts import Checkpoint, Parts, arrays_of, laid_flat
from studio.files.checkpoint_rosinality import FIRST, rosinality
from studio.files.checkpoint_stylegan2 import stylegan2
from studio.files.checkpoint_stylegan3 import stylegan3
from studio.files.checkpoint_tensorflow import NETWORK, tensorflow
from studio.files.checkpoint_tree import open_bytes, read_tree
from studio.files.checkpoint_words import Record, plain
from studio.files.pickle_machine import damaged, refused
from studio.files.safetensors_file import raw_bytes

SUFFIXES = (".pkl", ".pt", ".pth", SUFFIX)
GENERATORS = ("G_ema", "g_ema", "G", "generator", "state_dict", "g")


def read_checkpoint(path: Path) -> Checkpoint:
    """The generator in a file; its tensors may be views of the file. Raises StudioError with the one reason."""
    try:
        data = open_bytes(path)
        return read_own(path, data) if path.suffix == SUFFIX else _checkpoint(read_tree(data))
    except (ValueError, TypeError, ArithmeticError, MemoryError, RecursionError) as error:
        raise damaged(f"{type(error).__name__}: {error}") from error


def _checkpoint(tree: object) -> Checkpoint:
    match tree:
        case (Record(), Record(), Record(kind=kind) as network) if kind == NETWORK:
            return tensorflow(network)
        case Record(kind=kind) if kind == NETWORK:
            return tensorflow(tree)
        case Record():
            return _module(tree)
        case dict():
            return _of_dict(tree)
    raise refused("This file holds no StyleGAN generator", f"a {type(tree).__name__}")


def _of_dict(tree: Mapping[Any, Any]) -> Checkpoint:
    if isinstance(gan := tree.get("GAN"), dict):
        return lightweight(arrays_of(gan), tree.get("version"))
    for name in GENERATORS:
        inner = tree.get(name)
        if isinstance(inner, Record):
            return _checkpoint(inner)
        if isinstance(inner, dict) and inner:
            return _state(inner, tree)
    return _state(tree, {})


def _state(state: Mapping[Any, Any], beside: Mapping[Any, Any]) -> Checkpoint:
    arrays = arrays_of(state)
    if FIRST in arrays:
        return rosinality(arrays, plain(beside.get("latent_avg")))
    if "synthesis.b4.conv1.weight" in arrays:
        return stylegan2(Parts(arrays), "StyleGAN2 (weights only)")
    if "synthesis.input.freqs" in arrays:
        raise refused("This StyleGAN3 was saved without the plan of its layers", "a state dict")
    raise refused(
        "This file holds no StyleGAN generator", f"a dict with {', '.join(map(str, list(state)[:6]))[:200]}"
    )


def _module(module: Record) -> Checkpoint:
    parts = laid_flat(module)
    if "synthesis.input.freqs" in parts.arrays:
        return stylegan3(parts)
    if "synthesis.b4.conv1.weight" in parts.arrays:
        return stylegan2(parts, "StyleGAN2")
    raise refused("This file holds no StyleGAN generator", f"a module of the class {module.kind[:80]}")


def checked_content(checkpoint: Checkpoint) -> str:
    """What is in a checkpoint as a sha256, whatever file it came in; raises StudioError for numbers that are none."""
    digest = hashlib.sha256()
    for name, array in sorted(checkpoint.tensors.items()):
        if array.dtype.kind != "f" or not np.isfinite(array).all():
            raise refused("The generator in this file has numbers that are none", name)
        digest.update(f"{name} {array.dtype.str} {array.shape}".encode())
        digest.update(raw_bytes(array))
    return digest.hexdigest()
