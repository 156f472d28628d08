"""Checkpoints: one safetensors file that holds modules, optimisers and counters, replaced atomically.

Invariant: a checkpoint on disk is always whole, since it is written beside its place and then moved there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from studio.core.errors import StudioError

CHECKPOINT = "checkpoint.safetensors"
BEST = "best.safetensors"  # the shown network where the metric was best
STATE = "state.safetensors"  # the judge of a bundled model, small, to go on from
Part = nn.Module | torch.optim.Optimizer | torch.amp.GradScaler
Parts = Mapping[str, Part]


def save_checkpoint(path: Path, parts: Parts, counters: dict[str, Any]) -> None:
    """Write every part's state and the JSON-able counters to `path`."""
    tensors = {
        f"{name}/{key}": value.detach().cpu().contiguous().clone()
        for name, part in parts.items()
        for key, value in _state(part).items()
    }
    save_atomically(path, tensors, {"counters": json.dumps(counters)})


def load_checkpoint(path: Path, parts: Parts) -> dict[str, Any]:
    """Fill the parts from `path` and return the counters; raises StudioError where the file does not fit."""
    try:
        tensors, counters = read_checkpoint(path)
        for name, part in parts.items():
            prefix = f"{name}/"
            _fill(part, {k.removeprefix(prefix): v for k, v in tensors.items() if k.startswith(prefix)})
    except (OSError, SafetensorError, RuntimeError, KeyError, ValueError) as error:
        raise StudioError(
            f"The checkpoint {path.name} cannot be continued.", str(error), "Start again in an empty folder."
        ) from error
    return counters


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """All tensors, named `part/key`, and the counters; raises what safetensors raises."""
    with safe_open(path, framework="pt") as file:
        tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118 (not a dict)
        counters: dict[str, Any] = json.loads(file.metadata()["counters"])
    return tensors, counters


def finished(out_dir: Path, last: bool = False) -> Path:
    """What a run has to show: its best by the metric where it kept one, else (or if asked for) the last."""
    best = out_dir / BEST
    return out_dir / CHECKPOINT if last or not best.is_file() else best


def begin_with(module: nn.Module, path: Path, prefix: str = "") -> int:
    """Copy the tensors of a weights file whose name and shape `module` has; returns how many those were.

    prefix: what the file writes before the names.
    """
    own = module.state_dict()
    fitting = {
        name: value.float()
        for name, value in _read_weights(path, prefix).items()
        if name in own and own[name].shape == value.shape
    }
    module.load_state_dict(fitting, strict=False)
    return len(fitting)


def _read_weights(path: Path, prefix: str) -> dict[str, Tensor]:
    try:
        with safe_open(path, framework="pt") as file:
            names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118 (not a dict)
            return {name.removeprefix(prefix): file.get_tensor(name) for name in names}
    except (OSError, SafetensorError) as error:
        raise StudioError(
            f"There are no weights to begin with in {path.parent.name}.", str(error), "Name a model folder."
        ) from error


def slim_state(checkpoint: Path) -> dict[str, Tensor]:
    """What a bundled model lacks for going on, in float16: the judge, without frozen features and optimisers."""
    tensors, _ = read_checkpoint(checkpoint)
    return {
        name: value.half() if value.is_floating_point() else value
        for name, value in tensors.items()
        if name.startswith("judge/") and ".features." not in f".{name.removeprefix('judge/')}"
    }


def begin_with_model(model_dir: Path, learner: nn.Module, average: nn.Module, judge: nn.Module) -> None:
    """Begin with a bundled model's weights, and its judge's where it kept them, wherever name and shape agree."""
    begin_with(learner, model_dir / "model.safetensors")
    average.load_state_dict(learner.state_dict())
    if (model_dir / STATE).is_file():
        begin_with(judge, model_dir / STATE, "judge/")


def save_atomically(path: Path, tensors: dict[str, Tensor], metadata: dict[str, str]) -> None:
    """Write a safetensors file beside its place, then move it there; raises StudioError where it cannot."""
    partial = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, partial, metadata)
        _settle(partial)
        os.replace(partial, path)
    except (OSError, SafetensorError) as error:
        partial.unlink(missing_ok=True)  # half a file would keep a full disk full
        raise StudioError(
            f"{path.name} cannot be written.", str(error), "Is the disk full? The last one is still whole."
        ) from error


def _settle(path: Path) -> None:
    """Wait until the file is on the disk, so that a power cut after the move finds it whole."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _state(part: Part) -> dict[str, Tensor]:
    if isinstance(part, nn.Module):
        return dict(part.state_dict())
    if isinstance(part, torch.optim.Optimizer):
        moments = part.state_dict()["state"]
        return {f"{i}.{k}": torch.as_tensor(v) for i, entry in moments.items() for k, v in entry.items()}
    return {k: torch.as_tensor(v) for k, v in part.state_dict().items()}  # empty where no scale is needed


def _fill(part: Part, tensors: dict[str, Tensor]) -> None:
    if isinstance(part, nn.Module):
        part.load_state_dict(tensors)
    elif isinstance(part, torch.optim.Optimizer):
        state: dict[int, dict[str, Tensor]] = {}
        for key, value in tensors.items():
            index, _, name = key.partition(".")
            state.setdefault(int(index), {})[name] = value
        part.load_state_dict({"state": state, "param_groups": part.state_dict()["param_groups"]})
    elif tensors and part.is_enabled():
        part.load_state_dict({key: value.item() for key, value in tensors.items()})
