"""The chords that four voices make, beat by beat: the plainest quality that holds all that sounds on the beat.

A beat that makes no known chord belongs to the chord before it.
"""

from __future__ import annotations

from functools import lru_cache

from studio.core.chords import QUALITIES, Chord
from studio.engines.music import chorale_rows

BEAT_FRAMES = 4
PLAIN = ("", "m", "7", "m7", "dim", "m7b5", "maj7", "dim7", "aug", "sus4")  # likeliest first


def chords_of(sounds: chorale_rows.Ints, first_ticks: int) -> tuple[Chord, ...]:
    """Chords from sounds (T, V); the first frame stands at `first_ticks`."""
    beats = [_named(sounds[at]) for at in range(0, len(sounds), BEAT_FRAMES)]
    chords, step = list[Chord](), BEAT_FRAMES * chorale_rows.STEP_TICKS
    for index, found in enumerate(beats):
        start, last = first_ticks + index * step, chords[-1] if chords else None
        if last and (found is None or found == (last.root, last.quality)):
            chords[-1] = Chord(last.start_ticks, start + step - last.start_ticks, last.root, last.quality)
        elif found is not None:
            chords.append(Chord(start, step, *found))
    return tuple(chords)


def _named(frame: chorale_rows.Ints) -> tuple[int, str] | None:
    pitches = [int(p) + chorale_rows.LOWEST for p in frame if p != chorale_rows.REST]
    return _chord(frozenset(p % 12 for p in pitches), min(pitches) % 12) if pitches else None


@lru_cache(maxsize=4096)
def _chord(heard: frozenset[int], bass: int) -> tuple[int, str] | None:
    """(root, quality) of the chord that holds all that is heard with least to spare; the bass as root breaks a tie."""
    if len(heard) < 3:
        return None
    fitting = [
        (len(QUALITIES[quality]), rank, root != bass, root, quality)
        for rank, quality in enumerate(PLAIN)
        for root in range(12)
        if heard <= {(root + step) % 12 for step in QUALITIES[quality]}
    ]
    return min(fitting)[3:] if fitting else None
