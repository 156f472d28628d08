"""Music theory in small: scales, keys, transposing. Pure functions on pitches and notes.

Pitch classes count from C = 0; MIDI pitch 60 is C4.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.core.errors import StudioError
from studio.core.pitch import FLAT_NAMES, SHARP_NAMES, pitch_class
from studio.core.score import TICKS_PER_QUARTER, KeySignature, Note

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}
MODES = ("major", "minor", "dorian", "mixolydian", "lydian", "phrygian")
# How much each degree speaks for its key (Krumhansl and Kessler 1982), major and minor.
_PROFILES = {
    "major": (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88),
    "minor": (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17),
}


def scale_pitches(tonic: int, scale: str) -> frozenset[int]:
    """The pitch classes of a scale by name. StudioError for an unknown scale."""
    if scale not in SCALES:
        raise StudioError(f"There is no scale named {scale!r}.", hint=f"Scales: {', '.join(SCALES)}.")
    return frozenset((tonic + step) % 12 for step in SCALES[scale])


def scale_named(text: str) -> tuple[int, frozenset[int]]:
    """(tonic, pitch classes) of a scale as in "D dorian"; a tonic alone is major. StudioError for what is none."""
    tonic, _, name = text.strip().partition(" ")
    return pitch_class(tonic), scale_pitches(pitch_class(tonic), name.strip() or "major")


def snap_to_scale(pitch: int, scale: frozenset[int]) -> int:
    """The nearest pitch of the scale; of two equally near the lower; an empty scale changes nothing."""
    near = (pitch + sign * distance for distance in range(12) for sign in (-1, 1))
    return next((p for p in near if 0 <= p <= 127 and p % 12 in scale), pitch)


def step_in_scale(pitch: int, steps: int, scale: frozenset[int]) -> int:
    """The pitch that many scale degrees above (or below) one; it stops at the end of the keyboard."""
    for _ in range(abs(steps)):
        way = range(pitch + 1, 128) if steps > 0 else range(pitch - 1, -1, -1)
        pitch = next((p for p in way if p % 12 in scale), pitch)
    return pitch


@dataclass(frozen=True, slots=True)
class Scale:
    """A scale of SCALES on a tonic (pitch class)."""

    tonic: int
    name: str

    @property
    def pitches(self) -> frozenset[int]:
        return scale_pitches(self.tonic, self.name)

    @property
    def title(self) -> str:
        return f"{FLAT_NAMES[self.tonic]} {self.name}"


def transpose(notes: Iterable[Note], semitones: int) -> tuple[Note, ...]:
    """All notes moved; notes that would leave 0 to 127 are folded back by octaves."""
    return tuple(replace(note, pitch=fold(note.pitch + semitones, 0, 127)) for note in notes)


def fold(pitch: int, low: int, high: int) -> int:
    """`pitch` moved by octaves into low..high (which must span an octave to be sure of it)."""
    while pitch < low:
        pitch += 12
    while pitch > high:
        pitch -= 12
    return pitch


@dataclass(frozen=True, slots=True)
class Key:
    """A tonic (pitch class) and a mode, one of MODES."""

    tonic: int
    mode: str = "major"

    @property
    def name(self) -> str:
        return f"{SHARP_NAMES[self.tonic] if self.tonic in (1, 6) else FLAT_NAMES[self.tonic]} {self.mode}"

    @property
    def pitches(self) -> frozenset[int]:
        return scale_pitches(self.tonic, self.mode)

    @property
    def signature(self) -> KeySignature:
        """As a key signature at tick 0: the mode's nearest of major and minor, on the same tonic."""
        minor = self.mode in ("minor", "dorian", "phrygian")
        major_tonic = (self.tonic + (3 if minor else 0)) % 12
        fifths = major_tonic * 7 % 12
        return KeySignature(0, fifths - 12 if fifths > 6 else fifths, minor)

    def fitted_to(self, scale: frozenset[int] | None) -> Key:
        """On this tonic, the mode whose pitches are those of `scale`; itself where none is."""
        modes = (Key(self.tonic, mode) for mode in MODES)
        return next((key for key in modes if scale is not None and key.pitches == scale), self)


def guess_key(notes: Iterable[Note], scale: frozenset[int] | None = None) -> Key:
    """The most likely key of some notes (Krumhansl's profiles on durations), of keys within `scale` if any are.

    G major, the most usual key of a tune, where there is nothing to hear."""
    heard = [0.0] * 12
    for note in notes:
        heard[note.pitch % 12] += min(note.duration_ticks, 2 * TICKS_PER_QUARTER)
    keys = [Key((tonic + 7) % 12, mode) for mode in MODES for tonic in range(12)]
    if scale is not None and len(scale) == 7:
        keys = [key for key in keys if key.pitches == scale] or keys
    usual = [key for key in keys if key.mode in _PROFILES] or keys
    return max(usual, key=lambda key: _likeness(heard, key))


def _likeness(heard: list[float], key: Key) -> float:
    """Correlation of what was heard with the key's profile."""
    profile = _PROFILES.get(key.mode, _PROFILES["minor" if key.mode in ("dorian", "phrygian") else "major"])
    mean, level = sum(heard) / 12, sum(profile) / 12
    return sum((heard[(key.tonic + i) % 12] - mean) * (profile[i] - level) for i in range(12))
