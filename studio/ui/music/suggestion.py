"""Suggestion: what the model proposes, beside the score and never in it, until the person accepts it.

A ghost shows only while no note of the person's own sounds at its pitch and time; so a note that is accepted
takes its ghost away, and undoing that brings the ghost back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.messages import Candidate, ComposeRequest
from studio.core.score import Note, Track


@dataclass(frozen=True, slots=True)
class Ghost:
    """One proposed note and how sure the model was, 0 to 1."""

    note: Note
    probability: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer for one track, with what was asked."""

    ghosts: tuple[Ghost, ...]
    seed: int
    track: int
    request: ComposeRequest

    @property
    def place(self) -> tuple[int, int, int]:
        """Track, start and end of the region that was asked for."""
        return self.track, self.request.region_start, self.request.region_end

    def free_of(self, track: Track) -> tuple[Ghost, ...]:
        """The ghosts that no note of the track collides with."""
        taken: dict[int, list[Note]] = {}
        for note in track.notes:
            taken.setdefault(note.pitch, []).append(note)
        return tuple(
            ghost for ghost in self.ghosts if not _collides(ghost.note, taken.get(ghost.note.pitch, ()))
        )


@dataclass(frozen=True, slots=True)
class Ideas:
    """All answers to one question, in the order they came, to go back and forth between."""

    answers: tuple[Suggestion, ...] = ()
    at: int = 0

    @property
    def current(self) -> Suggestion | None:
        return self.answers[self.at] if self.answers else None

    def with_answer(self, answer: Suggestion) -> "Ideas":
        """One more for the same place, or the first for another one; it is the current one."""
        same = tuple(old for old in self.answers if old.place == answer.place and old.seed != answer.seed)
        return Ideas((*same, answer), len(same))

    def stepped(self, by: int) -> "Ideas":
        """The idea before (-1) or after (1), round and round."""
        return Ideas(self.answers, (self.at + by) % len(self.answers)) if self.answers else self


def ghosts_of(candidate: Candidate) -> tuple[Ghost, ...]:
    """The notes of an answer as ghosts, in the order of the candidate."""
    return tuple(Ghost(note, p) for note, p in zip(candidate.notes, candidate.probabilities, strict=True))


def _collides(note: Note, others: Iterable[Note]) -> bool:
    return any(other.overlaps(note.start_ticks, note.end_ticks) for other in others)
