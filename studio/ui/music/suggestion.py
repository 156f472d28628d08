"""Suggestion: what the model proposes, beside the score and never in it, until the person accepts it.

A ghost shows only while no note of the person's own sounds at its pitch and time; so a note that is accepted
takes its ghost away, and undoing that brings the ghost back.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.messages import Candidate, ComposeRequest
from studio.core.score import Note, NoteId, Score, Track


@dataclass(frozen=True, slots=True)
class Ghost:
    """One proposed note and how sure the model was, 0 to 1."""

    note: Note
    probability: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer for one track and stretch of time. replaced: the notes that it stands in for; they go as its notes are
    accepted; request: what was asked, where a co-writer was."""

    ghosts: tuple[Ghost, ...]
    seed: int
    track: int
    region: tuple[int, int]
    replaced: frozenset[NoteId] = frozenset()
    request: ComposeRequest | None = None

    @property
    def place(self) -> tuple[int, int, int]:
        """Track, start and end of the region that was asked for."""
        return self.track, *self.region

    @property
    def question(self) -> tuple[tuple[int, int, int], frozenset[NoteId]]:
        """What makes answers comparable: the place, and what they stand in for."""
        return self.place, self.replaced

    def free_of(self, track: Track) -> tuple[Ghost, ...]:
        """The ghosts that no note of the track collides with."""
        taken: dict[int, list[Note]] = {}
        for note in (note for note in track.notes if note.id not in self.replaced):
            taken.setdefault(note.pitch, []).append(note)
        return tuple(
            ghost for ghost in self.ghosts if not _collides(ghost.note, taken.get(ghost.note.pitch, ()))
        )

    def laid_into(self, score: Score, notes: Iterable[Note]) -> Score:
        """The score with some of its notes, and without what they stand in for: what begins in the time that they take
        up, from one to the next."""
        notes = tuple(notes)
        starts = sorted(ghost.note.start_ticks for ghost in self.ghosts)
        spans = [(note.start_ticks, _next(starts, note.start_ticks, self.region[1])) for note in notes]
        first = min(starts, default=0)
        spans = [(self.region[0] if start == first else start, end) for start, end in spans]
        gone = {
            note.id
            for note in score.track(self.track).notes
            if note.id in self.replaced and any(start <= note.start_ticks < end for start, end in spans)
        }
        return score.with_notes_removed(self.track, gone).with_notes_added(self.track, notes)


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
        return self.with_answers((answer,))

    def with_answers(self, answers: tuple[Suggestion, ...]) -> "Ideas":
        """More for the same place, or the first for another one; the first of them is the current one."""
        seeds = {answer.seed for answer in answers}
        same = tuple(
            old for old in self.answers if old.question == answers[0].question and old.seed not in seeds
        )
        return Ideas((*same, *answers), len(same))

    def stepped(self, by: int) -> "Ideas":
        """The idea before (-1) or after (1), round and round."""
        return Ideas(self.answers, (self.at + by) % len(self.answers)) if self.answers else self


def ghosts_of(candidate: Candidate) -> tuple[Ghost, ...]:
    """The notes of an answer as ghosts, in the order of the candidate."""
    return tuple(Ghost(note, p) for note, p in zip(candidate.notes, candidate.probabilities, strict=True))


def _next(starts: list[int], after: int, end: int) -> int:
    return next((start for start in starts if start > after), end)


def _collides(note: Note, others: Iterable[Note]) -> bool:
    return any(other.overlaps(note.start_ticks, note.end_ticks) for other in others)
