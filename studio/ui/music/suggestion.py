"""Suggestion: what the model proposes, beside the score and never in it, until the person accepts it.

A ghost shows only while no note of the person's own sounds at its pitch and time; so a note that is accepted
takes its ghost away, and undoing that brings the ghost back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.messages import Candidate
from studio.core.score import Note, Track


@dataclass(frozen=True, slots=True)
class Ghost:
    """One proposed note and how sure the model was, 0 to 1."""

    note: Note
    probability: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer for one track; `start_ticks` to `end_ticks` is the region that was asked for."""

    ghosts: tuple[Ghost, ...]
    seed: int
    track: int
    start_ticks: int
    end_ticks: int

    def free_of(self, track: Track) -> tuple[Ghost, ...]:
        """The ghosts that no note of the track collides with."""
        taken: dict[int, list[Note]] = {}
        for note in track.notes:
            taken.setdefault(note.pitch, []).append(note)
        return tuple(ghost for ghost in self.ghosts if not _collides(ghost.note, taken.get(ghost.note.pitch, ())))


def ghosts_of(candidate: Candidate) -> tuple[Ghost, ...]:
    """The notes of an answer as ghosts, in the order of the candidate."""
    return tuple(Ghost(note, p) for note, p in zip(candidate.notes, candidate.probabilities, strict=True))


def _collides(note: Note, others: Iterable[Note]) -> bool:
    return any(other.overlaps(note.start_ticks, note.end_ticks) for other in others)
