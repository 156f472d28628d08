"""Similarity: notes, or whole passages, that share something with an example. Pure functions.

A passage is read by its starts: notes that begin together are one step, and its highest note is the melody's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TypeAlias

from studio.core.note_edits import CHORD_TICKS
from studio.core.score import Note, NoteId

Step: TypeAlias = list[Note]
ROUGH_TICKS = 15  # times that differ by less are the same: what was played by hand is alike too


def alike(notes: Iterable[Note], examples: Sequence[Note], by: str) -> frozenset[NoteId]:
    """The ids of all notes that share with one of the examples its "pitch", its "pitch class" or its "length"."""
    keys: dict[str, Callable[[Note], int]] = {
        "pitch": lambda note: note.pitch,
        "pitch class": lambda note: note.pitch % 12,
        "length": lambda note: note.duration_ticks,
    }
    key = keys[by]
    wanted = {key(note) for note in examples}
    return frozenset(note.id for note in notes if key(note) in wanted)


def passages_alike(notes: Sequence[Note], example: Sequence[Note], by: str) -> frozenset[NoteId]:
    """The ids of the notes of all passages that share with the example its "rhythm" (starts and lengths), its
    "melody" (the steps of its highest notes, at any height) or its "contour" (up, down or level, step by step)."""
    tests: dict[str, Callable[[Sequence[Step], Sequence[Step]], bool]] = {
        "rhythm": _same_rhythm,
        "melody": lambda one, other: _intervals(one) == _intervals(other),
        "contour": lambda one, other: _contour(one) == _contour(other),
    }
    same, pattern, line = tests[by], _steps(example), _steps(notes)
    size = len(pattern)
    if not size:
        return frozenset()
    found = (line[at : at + size] for at in range(len(line) - size + 1))
    return frozenset(
        note.id for passage in found if same(passage, pattern) for step in passage for note in step
    )


def _steps(notes: Sequence[Note]) -> list[Step]:
    steps: list[Step] = []
    for note in sorted(notes, key=lambda one: one.sort_key):
        if steps and note.start_ticks - steps[-1][0].start_ticks < CHORD_TICKS:
            steps[-1].append(note)
        else:
            steps.append([note])
    return steps


def _same_rhythm(one: Sequence[Step], other: Sequence[Step]) -> bool:
    return all(abs(a - b) <= ROUGH_TICKS for a, b in zip(_times(one), _times(other), strict=True))


def _times(steps: Sequence[Step]) -> list[int]:
    """From start to start, and how long each step is held."""
    between = [late[0].start_ticks - early[0].start_ticks for early, late in pairwise(steps)]
    return between + [max(note.duration_ticks for note in step) for step in steps]


def _intervals(steps: Sequence[Step]) -> list[int]:
    return [late[-1].pitch - early[-1].pitch for early, late in pairwise(steps)]


def _contour(steps: Sequence[Step]) -> list[int]:
    return [(step > 0) - (step < 0) for step in _intervals(steps)]
