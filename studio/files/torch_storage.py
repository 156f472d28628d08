"""What PyTorch keeps its tensors in: storages, tensors as windows of them, and the old container of several pickles.

Invariant: a tensor never reaches outside its storage, and has no more numbers than the storage holds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.files.pickle_machine import Budget, Name, PickleMachine, Vocabulary, damaged, refused
from studio.files.pickle_reader import read_pickle

MAGIC = 0x1950A86A20F9469CFC6C
MAX_DIMENSIONS = 8
BFLOAT16 = "bfloat16"  # which NumPy has not: its bits are the upper half of a float32
NUMBERS = {
    "torch.FloatStorage": "<f4",
    "torch.DoubleStorage": "<f8",
    "torch.HalfStorage": "<f2",
    "torch.BFloat16Storage": BFLOAT16,
    "torch.LongStorage": "<i8",
    "torch.IntStorage": "<i4",
    "torch.ShortStorage": "<i2",
    "torch.CharStorage": "<i1",
    "torch.ByteStorage": "<u1",
    "torch.BoolStorage": "|b1",
}
STORAGE_NAMES: Vocabulary = dict.fromkeys(NUMBERS)


@dataclass(slots=True, eq=False)
class Storage:
    """`count` numbers in a row. Their bytes may come later in the file than the tensors that show them."""

    numbers: str
    count: int
    data: memoryview | None = None

    @property
    def width(self) -> int:
        """Bytes of a number."""
        return 2 if self.numbers == BFLOAT16 else np.dtype(self.numbers).itemsize

    def fill(self, data: memoryview) -> None:
        if len(data) != self.count * self.width:
            raise damaged(f"a storage of {self.count} numbers in {len(data)} bytes")
        self.data = data


@dataclass(frozen=True, slots=True, eq=False)
class StoredTensor:
    """A window of a storage, as wide as `shape` with `strides` in numbers."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def array(self) -> NDArray[np.generic]:
        """The numbers; a view of the file, or a float32 copy of bfloat16. Raises StudioError where they are missing."""
        storage = self.storage
        if storage.data is None:
            raise refused("This file has a tensor without its numbers")
        flat = _numbers(storage.data, storage.numbers)
        steps = tuple(stride * flat.itemsize for stride in self.strides)
        if 0 in self.shape:
            return np.zeros(self.shape, flat.dtype)
        return np.lib.stride_tricks.as_strided(flat[self.offset :], self.shape, steps, writeable=False)


def _numbers(data: memoryview, numbers: str) -> NDArray[np.generic]:
    if numbers != BFLOAT16:
        return np.frombuffer(data, numbers)
    return (np.frombuffer(data, "<u2").astype("<u4") << 16).view("<f4")


def tensor(storage: object, offset: object, shape: object, strides: object, *_more: object) -> StoredTensor:
    """What `_rebuild_tensor_v2` asks for, once it was checked; raises StudioError where it lies about its storage."""
    if not isinstance(storage, Storage):
        raise damaged("a tensor without a storage")
    sizes, steps = _counts(shape), _counts(strides)
    (first,) = _counts((offset,))
    if len(sizes) != len(steps) or len(sizes) > MAX_DIMENSIONS:
        raise damaged(f"a tensor of shape {sizes} with strides {steps}")
    numbers = int(np.prod([1, *sizes], dtype=object))
    last = first + sum((size - 1) * step for size, step in zip(sizes, steps, strict=True))
    if numbers and (last >= storage.count or numbers > storage.count):
        raise refused(
            "This file has a tensor that reaches outside its numbers", f"{sizes} of {storage.count}"
        )
    return StoredTensor(storage, first, sizes, steps)


def _counts(values: object) -> tuple[int, ...]:
    """Whole numbers from 0; raises StudioError for anything else."""
    if not isinstance(values, (tuple, list)) or not all(
        type(value) is int and 0 <= value < 2**48 for value in values
    ):
        raise damaged("a shape that is none")
    return tuple(values)


# --- the old container: five pickles and the bytes of the storages -----------------------------------------


class OldContainer:
    """A whole .pt file of PyTorch before 1.6, and each storage inside a plain pickle. Owned by one thread."""

    def __init__(self, data: memoryview, vocabulary: Vocabulary, budget: Budget) -> None:
        self._data, self._vocabulary, self._budget = data, vocabulary, budget
        self._storages: dict[str, Storage] = {}
        self._position = 0

    def read(self) -> object:
        """The object, with its storages filled; raises StudioError with the reason."""
        if self._next({}) != MAGIC:
            raise damaged("a torch file without its number")
        if self._next({}) != 1001:
            raise damaged("a torch file of another version")
        self._check_system(self._next({}))
        value = self._next(self._vocabulary, self._storage)
        self._fill(self._next({}))
        return value

    def _next(self, vocabulary: Vocabulary, outside: Callable[[object], object] | None = None) -> object:
        options = {"persistent": outside} if outside else {}
        machine = PickleMachine(self._data, vocabulary, self._budget, start=self._position, **options)
        value = read_pickle(machine)
        self._position = machine.position
        return value

    def _check_system(self, facts: object) -> None:
        if isinstance(facts, dict) and facts.get("little_endian") is False:
            raise refused("This file was written on a machine with another byte order")

    def _storage(self, identifier: object) -> object:
        key, numbers, count, view = stored(identifier)
        if view is not None:
            raise refused("This file shares its storages in a way that we cannot read")
        return self._storages.setdefault(key, Storage(numbers, count))

    def _fill(self, keys: object) -> None:
        if not isinstance(keys, list):
            raise damaged("a torch file without a list of storages")
        machine = PickleMachine(self._data, {}, self._budget, start=self._position)
        for key in keys:
            storage = self._storages.get(key) if isinstance(key, str) else None
            if storage is None or machine.number("<q") != storage.count:
                raise damaged(f"a storage of another size: {str(key)[:40]}")
            storage.fill(machine.take(storage.count * storage.width))


def stored(identifier: object) -> tuple[str, str, int, object]:
    """('storage', type, key, place, count[, view]) -> key, numbers, count, view; raises StudioError."""
    match identifier:
        case ("storage", Name(full=full), str(key), str(), int(count), *view) if full in NUMBERS:
            if 0 <= count < 2**48 and len(view) <= 1:
                return key, NUMBERS[full], count, next(iter(view), None)
    raise damaged("a storage that is none")
