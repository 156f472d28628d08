"""What a melody is, whatever key and tempo it stands in: its top line, and the steps from note to note.

Invariant: two melodies have the same steps if one is the other transposed, or played faster or slower throughout.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.core.score import Note

GRID_TICKS = 40  # triplets and dotted notes down to 16ths and 24ths lie on it; a hand that plays is put on it
LEAP = 24  # larger intervals count as this one
RATIOS = 15  # classes of longer and of shorter: quarter powers of two
SYMBOLS = (2 * LEAP + 1) * (2 * RATIOS + 1)
Steps = NDArray[np.uint16]


def top_line(notes: Iterable[Note]) -> tuple[Note, ...]:
    """One note at a time: of those that begin together the highest, and none below one that outlasts it."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda one: (one.start_ticks, -one.pitch)):
        last = line[-1] if line else None
        if last and (
            note.start_ticks == last.start_ticks
            or (note.pitch < last.pitch and note.end_ticks <= last.end_ticks)
        ):
            continue
        if last and last.end_ticks > note.start_ticks:
            line[-1] = replace(last, duration_ticks=note.start_ticks - last.start_ticks)
        line.append(note)
    return tuple(line)


def steps_of(line: Sequence[Note]) -> Steps:
    """(notes - 1,) symbols below SYMBOLS: the interval to the next note, and how its time to the note after it (for the
    last its length) compares with the one before."""
    if len(line) < 2:
        return np.zeros(0, np.uint16)
    pitches = np.array([note.pitch for note in line])
    starts = np.array([note.start_ticks for note in line] + [line[-1].end_ticks])
    waits = np.maximum(np.round(np.diff(starts) / GRID_TICKS), 1)  # (notes,)
    leaps = np.clip(np.diff(pitches), -LEAP, LEAP) + LEAP
    ratios = np.clip(np.round(4 * np.log2(waits[1:] / waits[:-1])), -RATIOS, RATIOS) + RATIOS
    return np.asarray(leaps * (2 * RATIOS + 1) + ratios, np.uint16)


def interval_runs(line: Sequence[Note], length: int = 7) -> NDArray[np.int64]:
    """The different runs of `length` intervals, each as one number: equal in variants of a tune, whatever the key and
    the rhythm."""
    pitches = np.array([note.pitch for note in line], np.int64)
    leaps = np.asarray(np.clip(np.diff(pitches), -LEAP, LEAP) + LEAP, np.int64)
    if len(leaps) < length:
        return np.zeros(0, np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(leaps, length)  # (runs, length)
    places = (2 * LEAP + 1) ** np.arange(length, dtype=np.int64)
    return np.unique(windows @ places)
