"""Checkpoints: one safetensors file that holds modules, optimisers and counters, replaced atomically.

Invariant: a checkpoint on disk is always whole, since it is written beside its place and then moved there.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from studio.core.errors import StudioError

CHECKPOINT = "checkpoint.safetensors"
Parts = dict[str, nn.Module | torch.optim.Optimizer]


def save_checkpoint(path: Path, parts: Parts, counters: dict[str, Any]) -> None:
    """Write every part's state and the JSON-able counters to `path`."""
    tensors = {
        f"{name}/{key}": value.detach().contiguous().clone()
        for name, part in parts.items()
        for key, value in _state(part).items()
    }
    save_atomically(path, tensors, {"counters": json.dumps(counters)})


def load_checkpoint(path: Path, parts: Parts) -> dict[str, Any]:
    """Fill the parts from `path` and return the counters; raises StudioError where the file does not fit."""
    try:
        with safe_open(path, framework="pt") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)
            counters: dict[str, Any] = json.loads(file.metadata()["counters"])
        for name, part in parts.items():
            prefix = f"{name}/"
            _fill(part, {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError) as error:
        raise StudioError(
            f"The checkpoint {path.name} cannot be continued.", str(error), "Start again in an empty folder."
        ) from error
    return counters


def begin_with(module: nn.Module, path: Path) -> int:
    """Copy the tensors of a weights file whose name and shape `module` has; returns how many those were."""
    try:
        tensors = load_file(path)
    except (OSError, SafetensorError) as error:
        raise StudioError(
            f"There are no weights to begin with in {path.parent.name}.", str(error), "Name a model folder."
        ) from error
    own = module.state_dict()
    fitting = {
        name: value.float()
        for name, value in tensors.items()
        if name in own and own[name].shape == value.shape
    }
    module.load_state_dict(fitting, strict=False)
    return len(fitting)


def save_atomically(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file beside its place, then move it there; raises StudioError where it cannot."""
    partial = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, partial, metadata)
        os.replace(partial, path)
    except (OSError, SafetensorError) as error:
        raise StudioError(
            f"{path.name} cannot be written.", str(error), "Is the disk full? The last one is still whole."
        ) from error


def _state(part: nn.Module | torch.optim.Optimizer) -> dict[str, Tensor]:
    if isinstance(part, nn.Module):
        return dict(part.state_dict())
    moments = part.state_dict()["state"]
    return {f"{i}.{k}": torch.as_tensor(v) for i, entry in moments.items() for k, v in entry.items()}


def _fill(part: nn.Module | torch.optim.Optimizer, tensors: dict[str, Tensor]) -> None:
    if isinstance(part, nn.Module):
        part.load_state_dict(tensors)
        return
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in tensors.items():
        index, _, name = key.partition(".")
        state.setdefault(int(index), {})[name] = value
    part.load_state_dict({"state": state, "param_groups": part.state_dict()["param_groups"]})
