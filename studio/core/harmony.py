"""The key that chord symbols speak for. Pure functions; pitch classes count from C = 0."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.chords import QUALITIES, Chord
from studio.core.theory import Key, scale_pitches

_SCALES = {"major": ("major",), "minor": ("minor", "harmonic minor")}
FIRST, LAST, RESOLVED = (
    0.35,
    0.5,
    0.3,
)  # how much it says that a chord is the tonic's, beside all that fits the scale


def key_of_chords(chords: Sequence[Chord]) -> Key:
    """The likeliest major or minor key of some chords: where most of them are at home, and which chord they begin on,
    end on, and come to from its dominant seventh. C major where there are none."""
    keys = [Key(tonic, mode) for mode in _SCALES for tonic in range(12)]
    return max(keys, key=lambda key: _speaks_for(chords, key)) if chords else Key(0)


def _speaks_for(chords: Sequence[Chord], key: Key) -> float:
    scales = [scale_pitches(key.tonic, name) for name in _SCALES[key.mode]]
    length = sum(chord.duration_ticks for chord in chords)
    fits = sum(c.duration_ticks for c in chords if any(c.pitch_classes <= scale for scale in scales)) / length
    resolved = any(
        one.quality.startswith(("7", "9")) and (one.root - 7) % 12 == key.tonic and _is_tonic(other, key)
        for one, other in zip(chords, [*chords[1:], chords[0]], strict=True)  # it may begin again
    )
    return fits + FIRST * _is_tonic(chords[0], key) + LAST * _is_tonic(chords[-1], key) + RESOLVED * resolved


def _is_tonic(chord: Chord, key: Key) -> bool:
    third = 3 if key.mode == "minor" else 4
    return (
        chord.root == key.tonic
        and third in QUALITIES[chord.quality]
        and 10 not in QUALITIES[chord.quality][3:]
    )
