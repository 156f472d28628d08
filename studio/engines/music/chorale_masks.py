"""Which pitches each voice may begin in each frame: its range, the scale, and the chords on the beats. Torch-free.

Range and scale are never left; chords bind where they leave a choice within both.
"""

from __future__ import annotations

import numpy as np

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import VoicesRequest
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_rows import Bools, Ints

HOME = ((60, 81), (53, 74), (48, 69), (36, 64))  # what each voice reaches in Bach's chorales
BEAT = 4  # frames
BASS = rows.VOICES - 1


def pitch_masks(
    request: VoicesRequest, parts: tuple[int, ...], shift: int, origin: int, count: int
) -> tuple[Bools, Bools]:
    """(what may begin (T, V, PITCHES), whether only that may be held (T,)).

    On the beats under a chord a voice sings one of its tones, and where the chord begins the bass sings the bass
    that it names; between the beats all are free."""
    base = _base(request, parts, shift)
    pitches = np.broadcast_to(base, (count, *base.shape)).copy()
    strict = np.zeros(count, bool)
    classes = (np.arange(rows.LOWEST, rows.HIGHEST + 1) - shift) % 12  # as the user hears them
    for chord in request.chords:
        for frame in _beats(chord, request, origin, count):
            strict[frame] = True
            _narrow(pitches[frame], np.isin(classes, list(chord.pitch_classes)))
        first = (chord.start_ticks - origin) // rows.STEP_TICKS
        if chord.bass is not None and 0 <= first < count:
            _narrow(pitches[first, BASS:], classes == chord.bass)
    return pitches, strict


def _base(request: VoicesRequest, parts: tuple[int, ...], shift: int) -> Bools:
    """(V, PITCHES): range and scale."""
    sung = np.arange(rows.LOWEST, rows.HIGHEST + 1) - shift
    base = np.ones((rows.VOICES, rows.PITCHES), bool)
    for part in range(rows.VOICES):
        low, high = HOME[part][0] - shift, HOME[part][1] - shift
        if request.ranges and part in parts:
            low, high = request.ranges[parts.index(part)]
        base[part] = (sung >= max(0, low)) & (sung <= min(127, high))
        if request.scale is not None:
            base[part] &= np.isin(sung % 12, list(request.scale))
        if not base[part].any():
            if part in parts and request.written[parts.index(part)]:
                raise StudioError(
                    "No note of this scale lies in this range.", hint="Widen the range or the scale."
                )
            base[part] = True  # a voice that is not written, or not sung
    return base


def _beats(chord: Chord, request: VoicesRequest, origin: int, count: int) -> Ints:
    """The frames of a chord that fall on a beat, and its first."""
    first, last = ((ticks - origin) // rows.STEP_TICKS for ticks in (chord.start_ticks, chord.end_ticks))
    frames = np.arange(first, max(last, first + 1), dtype=np.int32)
    in_bar = frames + (origin - request.meter.ticks) // rows.STEP_TICKS
    frames = frames[(in_bar % BEAT == 0) | (frames == first)]
    return frames[(frames >= 0) & (frames < count)]


def _narrow(pitches: Bools, wanted: Bools) -> None:
    """Keep of each voice's pitches (V, PITCHES) those that are wanted, where any are left."""
    kept = pitches & wanted
    some = kept.any(-1)
    pitches[some] = kept[some]
