"""Question: what a model was asked, and the ideas that its answer makes, whole or as far as it has come.

Pure values.
"""

from dataclasses import dataclass, replace

from studio.core.messages import Candidate, ComposeRequest
from studio.core.score import NoteId, Score
from studio.core.track_edits import followed
from studio.ui.music.asking import Place
from studio.ui.music.suggestion import Ideas, Part, Suggestion, ghosts_of


@dataclass(frozen=True, slots=True)
class Asked:
    """Where, and which notes the answer is to stand in for. redraws: standing ideas are asked for again; head: a
    standing idea that the answer is to go on from."""

    place: Place
    replaced: frozenset[NoteId] = frozenset()
    redraws: bool = False
    head: Suggestion | None = None

    @property
    def is_quiet(self) -> bool:
        """Whether it is asked while the person does something else, so that nothing is said of it."""
        return self.redraws or self.head is not None


@dataclass(frozen=True, slots=True)
class Question:
    """One that has no closing reply yet."""

    serial: int
    request: ComposeRequest
    asked: Asked

    def ideas(self, candidates: tuple[Candidate, ...], now: Ideas) -> Ideas:
        """What stands once these have come, where `now` stood. The idea that shows stays the one that shows while an
        answer grows."""
        answers = tuple(self._suggestion(one) for one in candidates)
        if self.asked.head is not None:
            return now.grown((self.asked.head.joined_by(answers[0]),))
        if self.asked.redraws:
            return now.redrawn(answers)
        ours = {one.seed for one in now.answers if one.request is self.request}
        if ours:
            return now.grown(tuple(one for one in answers if one.seed in ours))
        fresh = now.with_answers(answers)
        return fresh if self.answered_by(fresh) else now

    def answered_by(self, ideas: Ideas) -> bool:
        """Whether its answer is among the ideas; it is not where all of them are starred."""
        own = any(one.request is self.request for one in ideas.answers)
        return own or self.asked.redraws or self.asked.head is not None

    def following(self, before: Score, after: Score) -> "Question":
        """The same, where its track stands after the tracks were sorted."""
        head = self.asked.head and self.asked.head.following(before, after)
        place = replace(self.asked.place, track=followed(before, after, self.asked.place.track))
        return replace(self, asked=replace(self.asked, place=place, head=head))

    def _suggestion(self, candidate: Candidate) -> Suggestion:
        part = Part(self.asked.place.track, ghosts_of(candidate), self.asked.replaced)
        region = (self.request.region_start, self.request.region_end)
        return Suggestion((part,), candidate.seed, region, self.request)
