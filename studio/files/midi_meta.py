"""Teaches mido every meta event that it has no name for, so that each is read at its place and written as it came.

mido's own reader forgets the time before such an event, which would move all that follows it. Import this module
before a file is read or written.
"""

from typing import Any

from mido.midifiles import meta

KEPT = "kept_meta_"  # what the types of such messages begin with


class _Kept(meta.MetaSpec):  # type: ignore[misc]
    """An event of `data` bytes."""

    attributes = ("data",)
    defaults = ((),)

    def decode(self, message: Any, data: list[int]) -> None:
        message.data = tuple(data)

    def encode(self, message: Any) -> list[int]:
        return list(message.data)

    def check(self, name: str, value: object) -> None:
        """Any bytes will do."""


def _teach() -> None:
    for number in range(0x80):
        if number not in meta._META_SPECS:
            meta.add_meta_spec(type(f"MetaSpec_{KEPT}{number:02x}", (_Kept,), {"type_byte": number}))


_teach()
