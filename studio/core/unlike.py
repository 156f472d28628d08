"""Where two long tuples differ: compared in chunks, so that two states of very many notes cost little."""

from typing import Any, TypeVar

Item = TypeVar("Item", bound=Any)
CHUNK = 1024


def unlike(old: tuple[Item, ...], new: tuple[Item, ...]) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The stretch in the middle of both, before and after which they are the same; it may reach a chunk too far."""
    if old is new:
        return (), ()
    shorter, first, last = min(len(old), len(new)), 0, 0
    while first < shorter and old[first : first + CHUNK] == new[first : first + CHUNK]:
        first += CHUNK
    first = min(first, shorter)
    while last + CHUNK <= shorter - first and (
        old[len(old) - last - CHUNK : len(old) - last] == new[len(new) - last - CHUNK : len(new) - last]
    ):
        last += CHUNK
    return old[first : len(old) - last], new[first : len(new) - last]
