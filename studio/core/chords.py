"""Chord symbols: a root, a quality and a bass over a stretch of time. Pure values; pitch classes count from C = 0."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from studio.core.errors import StudioError
from studio.core.pitch import FLAT_NAMES, pitch_class

# What each quality adds to the root, in semitones; the first name is the one that is written.
QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "m7": (0, 3, 7, 10),
    "maj7": (0, 4, 7, 11),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "dim": (0, 3, 6),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug": (0, 4, 8),
    "7#5": (0, 4, 8, 10),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "7sus4": (0, 5, 7, 10),
    "9": (0, 4, 7, 10, 2),
    "m9": (0, 3, 7, 10, 2),
    "maj9": (0, 4, 7, 11, 2),
    "7b9": (0, 4, 7, 10, 1),
    "mmaj7": (0, 3, 7, 11),
    "5": (0, 7),
    "7b5": (0, 4, 6, 10),
    "7#9": (0, 4, 7, 10, 3),
}
# What others write, by the name that is written here.
_OTHERS = {
    "": "M maj major add9 add2 add4",
    "m": "min - mi minor",
    "7": "dom7",
    "m7": "min7 -7 mi7",
    "maj7": "M7 ma7 Δ Δ7 j7",
    "6": "maj6 M6 69 6add9",
    "m6": "min6 -6 m69 m6add9",
    "dim": "o ° dim5",
    "dim7": "o7 °7",
    "m7b5": "ø ø7 min7b5 m7-5 -7b5 m9b5",
    "aug": "+ +5 #5 maj#5",
    "7#5": "+7 7+ aug7 7+5 9#5 9+5 7#5b9",
    "sus4": "sus",
    "7sus4": "7sus 9sus 9sus4 13sus sus7 susadd7 susadd7add9",
    "9": "11 13 9#11 7#11 13#11",
    "7b9": "7-9 13b9 9b9",
    "7b5": "7-5 9b5",
    "7#9": "7+9",
    "m9": "min9 m11 m13 -9 min11",
    "maj9": "M9",
    "mmaj7": "mM7",
    "5": "power",
}
SYNONYMS = {other: quality for quality, others in _OTHERS.items() for other in others.split()}
_FIGURE = re.compile(r"\s*([A-Ga-g])([#b♯♭]*)([^/]*)(?:/([A-Ga-g][#b♯♭]*))?\s*")


@dataclass(frozen=True, slots=True)
class Chord:
    """One chord symbol for the ticks [start, start + duration); root and bass are pitch classes."""

    start_ticks: int
    duration_ticks: int
    root: int
    quality: str = ""
    bass: int | None = None

    def __post_init__(self) -> None:
        if self.start_ticks < 0 or self.duration_ticks < 1:
            raise StudioError("A chord begins at tick 0 or later and lasts at least a tick.")
        if not 0 <= self.root < 12 or (self.bass is not None and not 0 <= self.bass < 12):
            raise StudioError("A chord's root and bass are pitch classes from 0 to 11.")
        if self.quality not in QUALITIES:
            known = ", ".join(name or "major" for name in QUALITIES)
            raise StudioError(f"There is no chord quality {self.quality!r}.", hint=f"Known: {known}.")

    @property
    def end_ticks(self) -> int:
        return self.start_ticks + self.duration_ticks

    @property
    def pitch_classes(self) -> frozenset[int]:
        """All that sound, the bass with them."""
        bass = () if self.bass is None else (self.bass,)
        return frozenset((self.root + step) % 12 for step in QUALITIES[self.quality]).union(bass)

    @property
    def name(self) -> str:
        """As it is written above a melody: "Am7/G"."""
        bass = "" if self.bass in (None, self.root) else f"/{FLAT_NAMES[self.bass or 0]}"
        return f"{FLAT_NAMES[self.root]}{self.quality}{bass}"


def parse_figure(text: str, start_ticks: int = 0, duration_ticks: int = 1920) -> Chord:
    """The chord that a figure such as "Am7/G" or "F#dim" names. StudioError for text that is none."""
    match = _FIGURE.fullmatch(text.replace("♯", "#").replace("♭", "b"))
    quality = match and known_quality(match[3])
    if not match or quality is None:
        raise StudioError(f"{text!r} is not a chord.", hint="Write for example C, Am7, F#dim or G7/B.")
    bass = pitch_class(match[4]) if match[4] else None
    return Chord(start_ticks, duration_ticks, pitch_class(match[1] + match[2]), quality, bass)


def known_quality(text: str) -> str | None:
    """The written name of a quality, whichever synonym it comes in; None where it is unknown.

    Brackets, spaces and the words add and alter before a changed degree change nothing: "7 add b9" is "7b9"."""
    plain = re.sub(r"[()\s,]", "", text)
    plain = re.sub(r"(?:add|alter)(?=[#b])", "", plain)
    return plain if plain in QUALITIES else SYNONYMS.get(plain)


def nearest_quality(steps: Collection[int]) -> str:
    """The quality that comes nearest to some semitones above a root: first by its third, then by its seventh, then by
    all that they share (of equals the simpler)."""
    heard = frozenset(step % 12 for step in steps)

    def likeness(quality: str) -> tuple[bool, bool, float]:
        own = frozenset(QUALITIES[quality])
        third, seventh = frozenset((3, 4)), frozenset((10, 11))
        alike = len(own & heard) / max(1, len(own | heard))
        return own & third == heard & third, own & seventh == heard & seventh, alike

    return max(QUALITIES, key=likeness)


def in_line(chords: Iterable[Chord]) -> tuple[Chord, ...]:
    """In order of time; each ends where the next begins at the latest, and of two that begin together the later given
    one stays."""
    by_start = {chord.start_ticks: chord for chord in chords}
    ordered = [by_start[start] for start in sorted(by_start)]
    ends = [*(chord.start_ticks for chord in ordered[1:]), 1 << 60]
    return tuple(
        chord if chord.end_ticks <= end else replace(chord, duration_ticks=end - chord.start_ticks)
        for chord, end in zip(ordered, ends, strict=False)  # one end too many where there is no chord
    )


def heard_in(weights: Sequence[float]) -> tuple[int, str] | None:
    """(root, quality) of the chord that twelve pitch classes, weighed by how long they sound, come nearest to; None for
    silence. The share of the sound that lies in the chord counts, and the share of the chord that is heard; the simpler
    of equals, and the one whose root sounds most."""
    total = sum(weights)
    if total <= 0:
        return None

    def likeness(root: int, quality: str) -> float:
        tones = [(root + step) % 12 for step in QUALITIES[quality]]
        inside = sum(weights[tone] for tone in tones) / total
        heard = sum(weights[tone] > 0.02 * total for tone in tones) / len(tones)
        return inside + 0.7 * heard + 0.15 * weights[root] / total - 0.06 * len(tones)

    candidates = ((root, quality) for quality in QUALITIES for root in range(12))
    return max(candidates, key=lambda chord: likeness(*chord))
