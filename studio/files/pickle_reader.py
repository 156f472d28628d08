"""Reads the value of a pickle without executing anything; Python's pickletools describe the opcodes. Any thread.

Invariant: every step is one of OPCODES, and none of them does more than move values of the machine.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from studio.files.pickle_machine import (
    MAX_NUMBER_BYTES,
    PickleMachine,
    damaged,
    key_of,
    pairs_of,
    refused,
)

STOP = ord(".")


def read_pickle(machine: PickleMachine) -> object:
    """The value of the pickle at the machine's position; raises StudioError with the reason where there is none."""
    while (code := machine.opcode()) != STOP:
        handler = OPCODES.get(code)
        if handler is None:
            raise damaged(f"opcode {code:#04x} at byte {machine.position - 1}")
        handler(machine)
    return machine.pop()


def _integer(machine: PickleMachine) -> None:
    text = machine.line()
    if text in ("00", "01"):
        machine.push(text == "01")
    else:
        machine.push(_parsed(int, text))


def _parsed(kind: Callable[[str], object], text: str) -> object:
    if len(text) > 2 * MAX_NUMBER_BYTES:
        raise refused("This file has a number larger than any checkpoint's", f"{len(text)} digits")
    try:
        return kind(text)
    except ValueError as error:
        raise damaged(str(error)) from error


def _long(machine: PickleMachine, size: int) -> None:
    if not 0 <= size <= MAX_NUMBER_BYTES:
        raise refused("This file has a number larger than any checkpoint's", f"{size} bytes")
    machine.push(int.from_bytes(machine.take(size), "little", signed=True))


def _old_string(machine: PickleMachine) -> None:
    text = machine.line()
    if len(text) < 2 or text[0] != text[-1] or text[0] not in "\"'":
        raise damaged("a string without quotes")
    machine.push(text[1:-1])


def _last(machine: PickleMachine, count: int) -> tuple[Any, ...]:
    return tuple(machine.pop() for _ in range(count))[::-1]


def _reduce(machine: PickleMachine) -> None:
    arguments = machine.pop()
    machine.call(machine.pop(), arguments)


def _new_object_with_keywords(machine: PickleMachine) -> None:
    if machine.pop():
        raise damaged("a call with keywords")
    _reduce(machine)


def _instance(machine: PickleMachine) -> None:
    machine.name(machine.line(), machine.line())
    name = machine.pop()
    machine.call(name, tuple(machine.since_mark()))


def _object(machine: PickleMachine) -> None:
    values = machine.since_mark()
    if not values:
        raise damaged("a call of nothing")
    machine.call(values[0], tuple(values[1:]))


def _stack_global(machine: PickleMachine) -> None:
    name = machine.pop()
    machine.name(machine.pop(), name)


def _set_item(machine: PickleMachine) -> None:
    machine.set_items(list(_last(machine, 2)))


def _pop(machine: PickleMachine) -> None:
    if machine.is_empty:
        machine.since_mark()
    else:
        machine.pop()


def _marked_dict(machine: PickleMachine) -> None:
    values = machine.since_mark()
    if len(values) % 2:
        raise damaged("a dict with half an item")
    machine.push(pairs_of(values))


OPCODES: dict[int, Callable[[PickleMachine], object]] = {
    0x80: lambda r: r.take(1),  # PROTO
    0x95: lambda r: r.take(8),  # FRAME: only a hint for readers of streams
    ord("("): PickleMachine.mark,
    ord("0"): _pop,
    ord("1"): lambda r: r.since_mark(),
    ord("2"): lambda r: r.push(r.top()),
    ord("N"): lambda r: r.push(None),
    0x88: lambda r: r.push(True),
    0x89: lambda r: r.push(False),
    ord("I"): _integer,
    ord("L"): lambda r: r.push(_parsed(int, r.line().removesuffix("L"))),
    ord("F"): lambda r: r.push(_parsed(float, r.line())),
    ord("J"): lambda r: r.push(r.number("<i")),
    ord("K"): lambda r: r.push(r.number("<B")),
    ord("M"): lambda r: r.push(r.number("<H")),
    ord("G"): lambda r: r.push(r.number(">d")),
    0x8A: lambda r: _long(r, r.number("<B")),
    0x8B: lambda r: _long(r, r.number("<i")),
    ord("S"): _old_string,
    ord("V"): lambda r: r.push(r.line()),
    ord("T"): lambda r: r.push(r.text(r.number("<i"), "latin-1")),
    ord("U"): lambda r: r.push(r.text(r.number("<B"), "latin-1")),
    ord("X"): lambda r: r.push(r.text(r.number("<I"))),
    0x8C: lambda r: r.push(r.text(r.number("<B"))),
    0x8D: lambda r: r.push(r.text(r.number("<Q"))),
    ord("B"): lambda r: r.push(r.raw(r.number("<I"))),
    ord("C"): lambda r: r.push(r.raw(r.number("<B"))),
    0x8E: lambda r: r.push(r.raw(r.number("<Q"))),
    0x96: lambda r: r.push(r.raw(r.number("<Q"))),
    ord(")"): lambda r: r.push(()),
    ord("t"): lambda r: r.push(tuple(r.since_mark())),
    0x85: lambda r: r.push(_last(r, 1)),
    0x86: lambda r: r.push(_last(r, 2)),
    0x87: lambda r: r.push(_last(r, 3)),
    ord("]"): lambda r: r.push([]),
    ord("l"): lambda r: r.push(r.since_mark()),
    ord("a"): lambda r: r.append([r.pop()]),
    ord("e"): lambda r: r.append(r.since_mark()),
    ord("}"): lambda r: r.push({}),
    ord("d"): _marked_dict,
    ord("s"): _set_item,
    ord("u"): lambda r: r.set_items(r.since_mark()),
    0x8F: lambda r: r.push(set()),
    0x90: lambda r: r.add_items(r.since_mark()),
    0x91: lambda r: r.push(frozenset(key_of(value) for value in r.since_mark())),
    ord("p"): lambda r: r.remember(cast(int, _parsed(int, r.line()))),
    ord("q"): lambda r: r.remember(r.number("<B")),
    ord("r"): lambda r: r.remember(r.number("<I")),
    0x94: PickleMachine.remember_next,
    ord("g"): lambda r: r.recall(cast(int, _parsed(int, r.line()))),
    ord("h"): lambda r: r.recall(r.number("<B")),
    ord("j"): lambda r: r.recall(r.number("<I")),
    ord("c"): lambda r: r.name(r.line(), r.line()),
    0x93: _stack_global,
    ord("R"): _reduce,
    0x81: _reduce,  # NEWOBJ: a class and its arguments
    0x92: _new_object_with_keywords,
    ord("i"): _instance,
    ord("o"): _object,
    ord("b"): PickleMachine.build,
    ord("P"): lambda r: r.outside(r.line()),
    ord("Q"): lambda r: r.outside(r.pop()),
}
"""Not here, and so refused: EXT1 to EXT4 (names by number), NEXT_BUFFER and READONLY_BUFFER (data from elsewhere)."""
