"""The tree of values in a checkpoint file of any container, read where it lies: nothing is copied, nothing is run."""

from __future__ import annotations

import mmap
from pathlib import Path

from studio.core.errors import StudioError
from studio.files.checkpoint_words import words
from studio.files.pickle_machine import Budget, PickleMachine, refused
from studio.files.pickle_reader import read_pickle
from studio.files.torch_storage import MAGIC, OldContainer
from studio.files.torch_zip import read_torch_zip

ZIP = b"PK\x03\x04"
OLD_TORCH = b"\x80\x02\x8a\x0a" + MAGIC.to_bytes(10, "little")


def open_bytes(path: Path) -> memoryview:
    """The file as one view, not read before it is looked at; raises StudioError where it cannot be."""
    try:
        with path.open("rb") as file:
            return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except ValueError as error:
        raise refused("This file is empty", str(error)) from error
    except OSError as error:
        raise StudioError(
            f"{path.name} cannot be opened.", str(error), "Is it there, and may you read it?"
        ) from error


def read_tree(data: memoryview) -> object:
    """What a .pkl or .pt holds; raises StudioError with the one reason why it does not."""
    if bytes(data[:4]) == ZIP:
        return read_torch_zip(data)
    budget = Budget()
    if bytes(data[: len(OLD_TORCH)]) == OLD_TORCH:
        return OldContainer(data, words(budget), budget).read()
    return read_pickle(PickleMachine(data, words(budget), budget))
