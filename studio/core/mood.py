"""Mood: a point of Russell's circumplex (1980), and what it asks of music by the rules that listeners agree on.

The rules are those that Livingstone et al. (2010) found in most studies, with Gabrielsson and Lindstroem (2010) and
Juslin (1997): energy is many notes, loud, short and apart, leaping, against the beat; valence is the major mode and a
high register. The strongest rule of all, tempo, is left to the person: a mood never changes it. Pure; any thread.

Measured with the bundled Tune book on a grid of 5 x 5 moods over five tunes, 4 answers each (tests/benchmarks/mood.py):
rank correlation over single answers, mean and worst of the tunes, of energy with density 0.90 and 0.81, with loudness
0.98 and 0.98, with the silence between notes 0.86 and 0.85; of valence with the share of major among the thirds 0.83
and 0.78 (its three steps allow 0.95 at most), with the mean pitch 0.98 and 0.98.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated

import msgspec

from studio.core.score import KeySignature, Note
from studio.core.theory import Key

Reach = Annotated[float, msgspec.Meta(ge=-1, le=1)]
SURE = 0.2  # a valence nearer to the middle leaves the mode as it is
EVEN, LOUDER = 84, 30  # MIDI velocities: of no energy either way, and from there to the most
PULL = 0.75  # of the way to its loudness in one answer: one after the other comes to it and goes no further
SHORTER, SHORTER_IF_GLAD = 0.3, 0.15  # shares of a note that are left silent at most
LONGEST_CUT_TICKS = 240
REACHES = {  # how far from the middle quantile: by valence, by energy, by tension
    "density": (0.0, 0.38, 0.0),
    "register": (0.4, 0.0, 0.0),
    "leaps": (0.0, 0.2, -0.2),
    "syncopation": (0.0, 0.0, 0.2),
}
ALWAYS = ("density", "register")
FAINT = 0.05  # a wish so near to the middle is none, but for those that are ALWAYS told


@dataclass(frozen=True, slots=True)
class Mood:
    """valence: -1 (sad, tense) to 1 (happy, calm); energy: -1 (calm, sad) to 1 (excited, tense)."""

    valence: Reach = 0.0
    energy: Reach = 0.0

    @classmethod
    def near(cls, valence: float, energy: float) -> Mood:
        """The mood at a place; what lies beyond the edge is drawn in to it."""
        return cls(_inside(valence), _inside(energy))

    @property
    def attributes(self) -> tuple[tuple[str, float], ...]:
        """Wishes for a model that takes them, in quantiles of core.attributes."""
        here = (self.valence, self.energy, self.tension)
        wishes = {
            name: round(0.5 + sum(reach * place for reach, place in zip(reaches, here, strict=True)), 3)
            for name, reaches in REACHES.items()
        }
        told = {name: wish for name, wish in wishes.items() if name in ALWAYS or abs(wish - 0.5) >= FAINT}
        return tuple(told.items())

    @property
    def tension(self) -> float:
        """0 to 1: energy that is not glad."""
        return max(0.0, self.energy) * max(0.0, -self.valence)

    @property
    def mode(self) -> str:
        """ "major" or "minor"; empty where the mood leaves it open."""
        return ("major" if self.valence > 0 else "minor") if abs(self.valence) >= SURE else ""

    def key(self, piece: KeySignature) -> KeySignature:
        """The parallel key, on the tonic of the piece's, in the mood's mode."""
        key = Key(piece.tonic, self.mode).signature if self.mode else piece
        return replace(key, ticks=piece.ticks)

    def played(
        self, notes: Iterable[Note], loudness: float = EVEN, keeps_rhythm: bool = False
    ) -> tuple[Note, ...]:
        """The same notes as loud and as long as the mood has it. Starts and pitches stay; nothing becomes longer, so
        that nothing overlaps. loudness: of the music before them; keeps_rhythm: lengths stay too."""
        louder = round(PULL * (EVEN + LOUDER * self.energy - loudness))
        return tuple(
            replace(
                note,
                velocity=min(127, max(1, note.velocity + louder)),
                duration_ticks=note.duration_ticks if keeps_rhythm else self._length(note.duration_ticks),
            )
            for note in notes
        )

    def _length(self, ticks: int) -> int:
        """Apart where there is energy, the more so the gladder; bound where there is none."""
        share = max(0.0, self.energy) * (SHORTER + SHORTER_IF_GLAD * self.valence)
        return max(1, ticks - min(round(share * ticks), LONGEST_CUT_TICKS))


def _inside(place: float) -> float:
    return round(min(max(place, -1.0), 1.0), 2)
