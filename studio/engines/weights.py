"""safetensors -> module, checked against the card (presence, sha256, names, shapes)."""

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import torch
from safetensors import SafetensorError
from safetensors.torch import load

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry

C = TypeVar("C")


def read_weights(entry: CatalogueEntry) -> dict[str, torch.Tensor]:
    """All tensors of a model as float32, after its sha256 was checked; raises StudioError with the reason."""
    data = _read_bytes(entry.weights_path, entry.card.name)
    if hashlib.sha256(data).hexdigest() != entry.card.weights.sha256:
        raise StudioError(
            f"The weights of {entry.card.name} are not the ones its card describes.",
            f"{entry.weights_path}: sha256 differs from the card's.",
            "Install the model again.",
        )
    try:
        tensors = load(data)
    except SafetensorError as error:
        raise StudioError(f"The weights of {entry.card.name} are damaged.", str(error)) from error
    return {name: t.float() if t.is_floating_point() else t for name, t in tensors.items()}


def fill_module(module: torch.nn.Module, tensors: dict[str, torch.Tensor], name: str) -> None:
    """Copy tensors into a module; raises StudioError where names or shapes differ."""
    try:
        module.load_state_dict(tensors, strict=True)
    except RuntimeError as error:
        raise StudioError(f"The weights of {name} do not fit its network.", str(error)) from error


def described(card: Card, config: type[C], what: str, **given: Any) -> C:
    """A network's sizes, a dataclass, from its card (and what is given beside); StudioError for a card of another
    shape, which is said not to describe a `what`."""
    names = {field.name for field in fields(config)} - given.keys()  # type: ignore[arg-type]
    try:
        return config(**{name: value for name, value in card.config.items() if name in names}, **given)
    except TypeError as error:
        raise StudioError(f"The card of {card.name} does not describe a {what}.", str(error)) from error


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StudioError(
            f"The weights of {name} are missing.", f"{path}: {error.strerror}", "Install the model again."
        ) from error
