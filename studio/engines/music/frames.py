"""Piano music as frames of a sixteenth: for each of 88 keys whether it sounds, and whether it is struck. Torch-free.

A frame is uint8 (2, 88): plane 0 sounding, plane 1 struck in this frame; a struck key sounds. Finer rhythms (triplets,
thirty-seconds) fall on the nearest sixteenth; a note lasts one frame at least; a key struck again ends its note.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from studio.core.score import TICKS_PER_QUARTER, MeterChange

KEYS = 88
LOWEST_KEY = 21  # MIDI pitch of key 0
FRAME_TICKS = TICKS_PER_QUARTER // 4
PLANES = 2
PLACES = 32  # positions in the bar that are told apart
METERS = ("4/4", "2/2", "2/4", "3/4", "6/8", "9/8", "3/8", "12/8", "6/4", "other")
MEMORIES = 4  # past frames that the network sees beside its state, see `lags_of`

Frames = NDArray[np.uint8]  # (T, 2, 88)
Span = tuple[int, int, int]  # (first frame, frames, MIDI pitch) of a note


def frames_of(spans: Iterable[Span], length: int) -> Frames:
    """The notes as frames; those outside the keyboard, and before or after the frames, are left out."""
    frames = np.zeros((length, PLANES, KEYS), np.uint8)
    for first, count, pitch in sorted(spans):
        key, end = pitch - LOWEST_KEY, min(first + max(1, count), length)
        if not 0 <= key < KEYS or end <= max(first, 0) or first >= length:
            continue
        frames[max(first, 0) :, 0, key] = 0  # struck again: an earlier note ends
        frames[max(first, 0) : end, 0, key] = 1
        if first >= 0:
            frames[first, 1, key] = 1
    return frames


def spans_of(frames: Frames) -> list[Span]:
    """The notes of some frames, in order of time and pitch; what sounds at the beginning without being struck begins
    there."""
    spans: list[Span] = []
    for key in np.flatnonzero(frames[:, 0].any(0)):
        sounding, struck = frames[:, 0, key] > 0, frames[:, 1, key] > 0
        begins = sounding & (struck | ~np.append(False, sounding[:-1]))
        for first in np.flatnonzero(begins):
            rest = np.flatnonzero(~sounding[first + 1 :] | begins[first + 1 :])
            count = int(rest[0]) + 1 if len(rest) else len(frames) - int(first)
            spans.append((int(first), count, int(key) + LOWEST_KEY))
    return sorted(spans)


def span_of(start_ticks: int, end_ticks: int, pitch: int, origin_ticks: int) -> Span:
    """A note on the nearest frames, counted from `origin_ticks`."""
    first = _nearest(start_ticks - origin_ticks)
    return first, max(1, _nearest(end_ticks - origin_ticks) - first), pitch


def _nearest(ticks: int) -> int:
    return (ticks + FRAME_TICKS // 2) // FRAME_TICKS


def bar_frames(meter: MeterChange) -> int:
    """Frames of a bar."""
    return max(1, meter.bar_ticks // FRAME_TICKS)


def meter_class(meter: MeterChange) -> int:
    name = f"{meter.numerator}/{meter.denominator}"
    return METERS.index(name if name in METERS else "other")


def place_of(ticks: int, meter: MeterChange) -> int:
    """The position in its bar of the frame that begins at `ticks`."""
    return min((ticks - meter.ticks) % meter.bar_ticks // FRAME_TICKS, PLACES - 1)


def lags_of(meter: MeterChange) -> tuple[int, ...]:
    """How many frames ago the past frames lie that stand beside each frame: the last, half a bar (a third of one in
    three), one bar and two. The first is 1: the LSTM hears it."""
    bar = bar_frames(meter)
    parts = next((parts for parts in (2, 3) if meter.numerator % parts == 0), meter.numerator)
    return 1, max(1, bar // parts), bar, 2 * bar


def past_of(frames: Frames, lags: tuple[int, ...], first: int, end: int) -> Frames:
    """For each frame of [first, end) those `lags` before it, silence before the beginning: (T, lags, 2, 88)."""
    past = np.zeros((end - first, len(lags), *frames.shape[1:]), np.uint8)
    for place, lag in enumerate(lags):
        missing = min(end - first, max(0, lag - first))
        past[missing:, place] = frames[first + missing - lag : end - lag]
    return past
