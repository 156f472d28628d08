"""The .pt of PyTorch since 1.6: a zip with one pickle and an entry for each storage.

Invariant: only data.pkl is read as a program of values; whatever else lies in the zip is numbers or ignored.
"""

from __future__ import annotations

from studio.files.checkpoint_words import words
from studio.files.pickle_machine import Budget, PickleMachine, refused
from studio.files.pickle_reader import read_pickle
from studio.files.stored_zip import stored_entries
from studio.files.torch_storage import Storage, stored

PROGRAM = "data.pkl"


def read_torch_zip(data: memoryview) -> object:
    """The object of a .pt file; raises StudioError with the reason."""
    entries = stored_entries(data)
    programs = [name for name in entries if name.rpartition("/")[2] == PROGRAM]
    if len(programs) != 1:
        raise refused("This zip holds no checkpoint", f"{len(programs)} entries named {PROGRAM}")
    folder = programs[0].removesuffix(PROGRAM)
    if bytes(entries.get(f"{folder}byteorder", b"little")[:6]) != b"little":
        raise refused("This file was written on a machine with another byte order")
    storages: dict[str, Storage] = {}

    def storage(identifier: object) -> object:
        key, numbers, count, _ = stored(identifier)
        if key not in storages:
            storages[key] = _filled(entries.get(f"{folder}data/{key}"), numbers, count)
        return storages[key]

    budget = Budget()
    return read_pickle(PickleMachine(entries[programs[0]], words(budget), budget, storage))


def _filled(data: memoryview | None, numbers: str, count: int) -> Storage:
    if data is None:
        raise refused("This file has a tensor without its numbers")
    storage = Storage(numbers, count)
    if len(data) < count * storage.width:
        raise refused(
            "This file has a tensor that is larger than its numbers", f"{count} in {len(data)} bytes"
        )
    storage.fill(data[: count * storage.width])
    return storage
