"""Chord stamps: which pitches the pencil puts down at once. Pure functions of pitches.

Invariant: a stamp gives at least one pitch, all within 0 to 127, ascending, none twice; it names its root by the pitch
that is asked for, and only `smooth` may put it into another octave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from studio.core.chords import QUALITIES, Chord
from studio.core.errors import StudioError
from studio.core.theory import scale_pitches, snap_to_scale, step_in_scale
from studio.core.voicing import distance

# What stands above the root, in semitones.
SHAPES: dict[str, tuple[int, ...]] = {
    "note": (0,),
    "octave": (0, 12),
    "power": (0, 7, 12),
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "sus4": (0, 5, 7),
    "seventh": (0, 4, 7, 10),
    "major seventh": (0, 4, 7, 11),
    "minor seventh": (0, 3, 7, 10),
    "diminished seventh": (0, 3, 6, 9),
}
DIATONIC = {"scale triad": 3, "scale seventh": 4}  # thirds on thirds of the scale that is shown
CHORD_LANE = "chord"
KINDS = (*SHAPES, *DIATONIC, CHORD_LANE)
MOST_INVERSIONS = 3
NEAR_PITCHES = 6  # of what sounded before so many are looked at
C_MAJOR = scale_pitches(0, "major")


@dataclass(frozen=True, slots=True)
class Stamp:
    """kind: one of KINDS; inversion: how many of the lowest notes stand an octave higher; smooth: take the inversion
    and octave that lie nearest to the chord before."""

    kind: str = "note"
    inversion: int = 0
    smooth: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS or not 0 <= self.inversion <= MOST_INVERSIONS:
            raise StudioError(f"There is no stamp {self.kind!r}.", hint=f"Stamps: {', '.join(KINDS)}.")

    @property
    def is_chord(self) -> bool:
        return self.kind != "note"


@dataclass(frozen=True, slots=True)
class Around:
    """What a stamp finds where it is put: the scale (none: C major), the chord of the chord lane, and the pitches of
    the chord before."""

    scale: frozenset[int] | None = None
    chord: Chord | None = None
    before: tuple[int, ...] = ()


def stamped(stamp: Stamp, pitch: int, around: Around) -> tuple[int, ...]:
    """The pitches of a stamp on `pitch`, ascending."""
    position = _inverted(_root_position(stamp, pitch, around), stamp.inversion if stamp.is_chord else 0)
    if stamp.smooth and stamp.is_chord and around.before:
        position = _nearest(position, around.before)
    return _on_the_keyboard(position)


def _root_position(stamp: Stamp, pitch: int, around: Around) -> tuple[int, ...]:
    if stamp.kind in DIATONIC:
        scale = around.scale or C_MAJOR
        root = snap_to_scale(pitch, scale)
        thirds = (step_in_scale(root, 2 * third, scale) for third in range(DIATONIC[stamp.kind]))
        return tuple(sorted(set(thirds)))
    if stamp.kind == CHORD_LANE:
        return _of_chord(pitch, around.chord) if around.chord else (pitch,)
    return tuple(pitch + step for step in SHAPES[stamp.kind])


def _of_chord(pitch: int, chord: Chord) -> tuple[int, ...]:
    """The chord in close position upwards from its tone that is nearest to `pitch`."""
    tones = frozenset((chord.root + step) % 12 for step in QUALITIES[chord.quality])
    lowest = snap_to_scale(pitch, tones)
    return tuple(sorted(lowest + (tone - lowest) % 12 for tone in tones))


def _inverted(pitches: tuple[int, ...], times: int) -> tuple[int, ...]:
    for _ in range(min(times, len(pitches) - 1)):
        raised = pitches[0] + 12
        while raised in pitches:
            raised += 12
        pitches = tuple(sorted((*pitches[1:], raised)))
    return pitches


def _nearest(pitches: tuple[int, ...], before: Sequence[int]) -> tuple[int, ...]:
    """The inversion, in whichever octave, whose voices move least."""
    old = tuple(sorted(before)[:NEAR_PITCHES])
    turns = [_inverted(pitches, times) for times in range(len(pitches))]
    shift = round((sum(old) / len(old) - sum(pitches) / len(pitches)) / 12) * 12
    choices = [tuple(p + shift + octave for p in turn) for turn in turns for octave in (-12, 0, 12)]
    playable = [choice for choice in choices if min(choice) >= 0 and max(choice) <= 127]
    return min(playable or [pitches], key=lambda choice: distance(choice, old))


def _on_the_keyboard(pitches: tuple[int, ...]) -> tuple[int, ...]:
    """Those above the keyboard an octave or more lower."""
    return tuple(sorted({p if p <= 127 else p - 12 * -(-(p - 127) // 12) for p in pitches}))
