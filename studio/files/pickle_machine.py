"""The machine that a pickle is a program for, without the power to do anything.

Names stay names, and calls go to makers of our own.

Invariants: no name is ever resolved to code; only names that stand whole in the vocabulary are taken; time and memory
are bounded by the bytes that are there and by the limits below.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn, Protocol, cast

from studio.core.errors import StudioError

MAX_STEPS = 500_000  # opcodes in a file; a checkpoint has some ten thousand
MAX_TEXT_BYTES = 16 << 20
MAX_DEPTH = 500
MAX_NUMBER_BYTES = 32
MAX_LINE_BYTES = 1 << 16
SMALL_BYTES = 64  # longer ones are views of the file
DANGERS = frozenset(
    re.findall(
        r"\w+",
        "os posix nt ntpath posixpath subprocess builtins __builtin__ sys socket shutil importlib runpy pty ctypes "
        "webbrowser pickle _pickle marshal code codeop commands functools operator types asyncio multiprocessing "
        "threading signal platform tempfile pathlib io requests urllib http timeit cProfile pdb bdb doctest "
        "distutils setuptools pip pydoc linecache inspect",
    )
)
FAMILIAR = {"posix": "os", "nt": "os", "__builtin__": "builtins"}  # the same under its usual name

Maker = Callable[[tuple[Any, ...]], object]
Vocabulary = Mapping[str, Maker | None]
"""Whole names -> what we make of a call; None where a name may only be mentioned."""


class Buildable(Protocol):
    """What takes a state after it was made."""

    def build(self, state: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it stands in the file, such as `torch.FloatStorage`. It leads to nothing."""

    full: str


class Budget:
    """How much one file may ask for, over all pickles in it."""

    def __init__(self) -> None:
        self._steps, self._text = MAX_STEPS, MAX_TEXT_BYTES

    def step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            raise refused("This file has more steps than any checkpoint", f"more than {MAX_STEPS} opcodes")

    def text(self, size: int) -> None:
        self._text -= size
        if self._text < 0:
            raise refused("This file has more text than any checkpoint", f"more than {MAX_TEXT_BYTES} bytes")


def refused(reason: str, detail: str = "") -> StudioError:
    """The one sentence for a file that is not opened."""
    return StudioError(f"{reason}; it was not opened.", detail, "Nothing in it was run.")


def damaged(detail: str) -> StudioError:
    """For bytes that no program writes."""
    return refused("This file is damaged or not a checkpoint", detail)


def no_persistent_ids(_: object) -> object:
    """For pickles in which nothing stands outside."""
    raise damaged("a persistent id without a container")


class PickleMachine:
    """The stack, the marks and the memo of one pickle in `data`, from `start`. Owned by one thread."""

    def __init__(
        self,
        data: memoryview,
        vocabulary: Vocabulary,
        budget: Budget,
        persistent: Callable[[object], object] = no_persistent_ids,
        start: int = 0,
    ) -> None:
        self._data, self.position = data, start
        self._vocabulary, self._budget, self._persistent = vocabulary, budget, persistent
        self._stack: list[Any] = []
        self._marked: list[list[Any]] = []  # the stacks below the marks
        self._memo: dict[int, object] = {}

    def opcode(self) -> int:
        """The next step; raises StudioError where there have been too many."""
        self._budget.step()
        return self.take(1)[0]

    # --- bytes ---------------------------------------------------------------------------------------------

    def take(self, size: int) -> memoryview:
        """The next bytes, as a view."""
        end = self.position + size
        if size < 0 or end > len(self._data):
            raise _too_short(size, len(self._data) - self.position)
        part = self._data[self.position : end]
        self.position = end
        return part

    def number(self, layout: str) -> Any:
        return struct.unpack(layout, self.take(struct.calcsize(layout)))[0]

    def line(self) -> str:
        """The rest of the line, of the old text opcodes."""
        part = bytes(self._data[self.position : self.position + MAX_LINE_BYTES])
        end = part.find(b"\n")
        if end < 0:
            raise damaged("a line without an end")
        self.position += end + 1
        self._budget.text(end)
        return part[:end].decode("latin-1")

    def text(self, size: int, encoding: str = "utf-8") -> str:
        self._budget.text(size)
        try:
            return str(self.take(size), encoding, "surrogatepass" if encoding == "utf-8" else "strict")
        except UnicodeDecodeError as error:
            raise damaged(f"text that cannot be read: {error}") from error

    def raw(self, size: int) -> bytes | memoryview:
        part = self.take(size)
        return bytes(part) if size <= SMALL_BYTES else part

    # --- the stack -----------------------------------------------------------------------------------------

    def push(self, value: object) -> None:
        self._stack.append(value)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was pushed since the last mark."""
        return not self._stack

    def pop(self) -> Any:
        if not self._stack:
            raise damaged("a value is missing")
        return self._stack.pop()

    def top(self) -> Any:
        if not self._stack:
            raise damaged("a value is missing")
        return self._stack[-1]

    def mark(self) -> None:
        if len(self._marked) >= MAX_DEPTH:
            raise refused("This file is nested deeper than any checkpoint", f"more than {MAX_DEPTH} levels")
        self._marked.append(self._stack)
        self._stack = []

    def since_mark(self) -> list[Any]:
        if not self._marked:
            raise damaged("a mark is missing")
        values, self._stack = self._stack, self._marked.pop()
        return values

    def remember(self, index: int) -> None:
        self._memo[index] = self.top()

    def remember_next(self) -> None:
        self.remember(len(self._memo))

    def recall(self, index: int) -> None:
        if index not in self._memo:
            raise damaged("something is used before it was read")
        self._stack.append(self._memo[index])

    # --- names and calls -----------------------------------------------------------------------------------

    def name(self, module: object, name: object) -> None:
        """Push a name that stands in the vocabulary; raises StudioError for every other one."""
        full = f"{module}.{name}" if isinstance(module, str) and isinstance(name, str) else ""
        if full not in self._vocabulary:
            _refuse_name(full)
        self.push(Name(full))

    def call(self, name: object, arguments: object) -> None:
        """Push what our maker makes of a call."""
        maker = self._vocabulary.get(name.full) if isinstance(name, Name) else None
        if maker is None or not isinstance(arguments, tuple):
            raise damaged(f"a call of {name.full if isinstance(name, Name) else type(name).__name__}")
        try:
            self.push(maker(arguments))
        except (TypeError, ValueError, IndexError, KeyError, OverflowError, struct.error) as error:
            raise damaged(f"a call of {cast(Name, name).full}: {error}") from error

    def build(self) -> None:
        state, thing = self.pop(), self.top()
        if isinstance(thing, dict):  # attributes of a dict, such as _metadata: not needed
            return
        if not hasattr(thing, "build"):
            raise damaged(f"a state for a {type(thing).__name__}")
        try:
            cast(Buildable, thing).build(state)
        except (TypeError, ValueError, IndexError, KeyError, OverflowError) as error:
            raise damaged(str(error)) from error

    def outside(self, identifier: object) -> None:
        self.push(self._persistent(identifier))

    # --- collections ---------------------------------------------------------------------------------------

    def append(self, values: list[Any]) -> None:
        target = self.top()
        if not isinstance(target, list):
            raise damaged(f"an entry for a {type(target).__name__}")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.top()
        if not isinstance(target, dict) or len(values) % 2:
            raise damaged(f"items for a {type(target).__name__}")
        target.update(pairs_of(values))

    def add_items(self, values: list[Any]) -> None:
        target = self.top()
        if not isinstance(target, set):
            raise damaged(f"members for a {type(target).__name__}")
        target.update(key_of(value) for value in values)


def key_of(value: object) -> object:
    """A key that costs nothing to hash: others stand in no checkpoint."""
    if value is None or isinstance(value, (str, bytes, float)):
        return value
    if isinstance(value, int) and -(2**31) <= value < 2**63:
        return value
    raise damaged(f"a key of the kind {type(value).__name__}")


def pairs_of(values: list[Any]) -> dict[Any, Any]:
    """k, v, k, v ... as a dict."""
    return {key_of(key): value for key, value in zip(values[::2], values[1::2], strict=True)}


def _too_short(asked: int, there: int) -> StudioError:
    if there <= 0 or asked < 1000:
        return refused("This file ends in the middle", f"{asked} bytes wanted, {there} left")
    return refused(f"This file claims {_in_words(asked)} where {_in_words(there)} are left")


def _in_words(size: int) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("KB", 1e3)):
        if abs(size) >= scale:
            return f"{size / scale:.3g} {unit}"
    return f"{size} bytes"


def _refuse_name(full: str) -> NoReturn:
    if not re.fullmatch(r"[\w.]+", full):
        raise damaged(f"a name that is none: {full[:200]!a}")
    shown = full[:80]
    home, _, rest = shown.partition(".")
    if home in DANGERS:
        raise refused(f"This file wants to run {FAMILIAR.get(home, home)}.{rest}", full[:1000])
    raise refused(f"This file asks for {shown}, which stands in no checkpoint that we know", full[:1000])
