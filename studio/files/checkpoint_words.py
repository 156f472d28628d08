"""The whole names that stand in the checkpoints we know, and what we make of each: values of our own.

Invariant: nothing here imports or looks up what a name stands for. Compare whole names: a rule for prefixes would let
`numpy.testing._private.utils.runstring` pass, which executes text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.files.pickle_machine import Budget, Vocabulary, damaged, key_of, refused
from studio.files.torch_storage import STORAGE_NAMES, OldContainer, StoredTensor, tensor

NUMBER_KINDS = frozenset({"f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"})


class Record:
    """An object of the file: the name of its class and what it was made of. Its program, if any, was left out."""

    def __init__(self, kind: str, state: object = None) -> None:
        self.kind, self.state = kind, state

    def build(self, state: object) -> None:
        self.state = state

    @property
    def fields(self) -> Mapping[str, Any]:
        """Its state as a dict; raises StudioError where it has none."""
        if not isinstance(self.state, dict):
            raise damaged(f"a {self.kind[:40]} without a state")
        return self.state


class ArrayType:
    """A numpy.dtype: a kind such as f4, and its byte order."""

    def __init__(self, kind: str) -> None:
        if kind not in NUMBER_KINDS:
            raise damaged(f"numbers of the kind {kind[:20]!r}")
        self.code = f"<{kind}"

    def build(self, state: object) -> None:
        order = state[1] if isinstance(state, tuple) and len(state) > 1 else None
        if order not in ("<", "|", "=", ">"):
            raise damaged("numbers of an unknown byte order")
        if order == ">":
            self.code = ">" + self.code[1:]


class ArrayRecord:
    """A numpy.ndarray, empty until its state comes."""

    def __init__(self) -> None:
        self.array: NDArray[np.generic] | None = None

    def build(self, state: object) -> None:
        match state:
            case (
                _,
                tuple(shape),
                ArrayType(code=code),
                bool(by_column),
                (bytes() | memoryview() | str()) as data,
            ):
                self.array = _shaped(_raw(data), code, shape, by_column)
            case _:
                raise damaged("an array that is none")


def plain(value: object) -> NDArray[np.generic] | None:
    """The numbers of a tensor or an array of the file; None for what is neither."""
    if isinstance(value, StoredTensor):
        return value.array()
    return value.array if isinstance(value, ArrayRecord) else None


def words(budget: Budget) -> Vocabulary:
    """The vocabulary of all checkpoints; what stands inside a storage counts against the same budget."""

    def storage(arguments: tuple[Any, ...]) -> object:
        (data,) = arguments
        inner: Vocabulary = {**STORAGE_NAMES}  # and so no storage inside a storage
        return OldContainer(memoryview(data), inner, budget).read()

    return {**_WORDS, "torch.storage._load_from_bytes": storage}


def _shaped(data: memoryview, code: str, shape: tuple[Any, ...], by_column: bool) -> NDArray[np.generic]:
    if len(shape) > 8 or not all(type(size) is int and 0 <= size < 2**48 for size in shape):
        raise damaged("an array of an impossible shape")
    count = int(np.prod([1, *shape], dtype=object))
    if count * np.dtype(code).itemsize != len(data):
        raise refused(
            "This file has an array that is larger than its numbers", f"{shape} in {len(data)} bytes"
        )
    flat: NDArray[np.generic] = np.frombuffer(data, code)
    return flat.reshape(shape, order="F" if by_column else "C")


def _raw(data: bytes | memoryview | str) -> memoryview:
    return memoryview(data.encode("latin-1") if isinstance(data, str) else data)


def _module(arguments: tuple[Any, ...]) -> Record:
    """A module of NVIDIA's programs; the text of its program stands beside the state and is not looked at."""
    (meta,) = arguments
    if not isinstance(meta, dict) or not isinstance(meta.get("class_name"), str):
        raise damaged("a module without a name")
    return Record(meta["class_name"], meta.get("state"))


def _scalar(arguments: tuple[Any, ...]) -> object:
    kind, data = arguments
    if not isinstance(kind, ArrayType):
        raise damaged("a number of no kind")
    return _shaped(_raw(data), kind.code, (1,), False)[0].item()


def _dict(arguments: tuple[Any, ...]) -> dict[Any, Any]:
    if not arguments:
        return {}
    (items,) = arguments
    if not isinstance(items, (list, tuple)):
        raise damaged("a dict of something else")
    return {key_of(key): value for key, value in items}


def _set(arguments: tuple[Any, ...]) -> set[Any]:
    (members,) = arguments or ((),)
    if not isinstance(members, (list, tuple)):
        raise damaged("a set of something else")
    return {key_of(member) for member in members}


def _encoded(arguments: tuple[Any, ...]) -> bytes:
    text, encoding = arguments
    if encoding not in ("latin1", "latin-1") or not isinstance(text, str):
        raise damaged("text in an unknown encoding")
    return text.encode("latin-1")


def _array_type(arguments: tuple[Any, ...]) -> ArrayType:
    return ArrayType(str(arguments[0])[:20])


def _old_tensor(arguments: tuple[Any, ...]) -> StoredTensor:
    return tensor(*arguments[:4])


_WORDS: Vocabulary = {
    **STORAGE_NAMES,
    "collections.OrderedDict": _dict,
    "dnnlib.util.EasyDict": _dict,
    "builtins.set": _set,  # how the older protocols write one
    "__builtin__.set": _set,
    "argparse.Namespace": lambda arguments: Record("Namespace", {}),
    "torch._utils._rebuild_tensor": _old_tensor,
    "torch._utils._rebuild_tensor_v2": lambda arguments: tensor(*arguments),
    "torch._utils._rebuild_parameter": lambda arguments: arguments[0],
    "torch._utils._rebuild_parameter_with_state": lambda arguments: arguments[0],
    "torch_utils.persistence._reconstruct_persistent_obj": _module,
    "dnnlib.tflib.network.Network": lambda arguments: Record("Network"),
    "numpy.dtype": _array_type,
    "numpy.ndarray": None,
    "numpy.core.multiarray.scalar": _scalar,
    "numpy._core.multiarray.scalar": _scalar,
    "numpy.core.multiarray._reconstruct": lambda arguments: ArrayRecord(),
    "numpy._core.multiarray._reconstruct": lambda arguments: ArrayRecord(),
    "_codecs.encode": _encoded,
}
