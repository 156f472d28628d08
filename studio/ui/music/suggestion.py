"""Suggestion: what the model proposes, beside the score and never in it, until the person accepts it.

A ghost shows only while no note of the person's own sounds at its pitch and time; so a note that is accepted
takes its ghost away, and undoing that brings the ghost back.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, replace

from studio.core.chords import Chord
from studio.core.messages import Candidate, ComposeRequest
from studio.core.score import Note, NoteId, Score, Track
from studio.core.track_edits import place_of

NOWHERE = 1 << 30

MOST_IDEAS = 8


@dataclass(frozen=True, slots=True)
class Ghost:
    """One proposed note, how sure the model was, 0 to 1, and of which part of the suggestion it is."""

    note: Note
    probability: float
    part: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One track's share of a suggestion. replaced: the notes that it stands in for; they go as its notes are accepted;
    new: the track that is appended with the first accepted note, where none of its name is there yet."""

    track: int
    ghosts: tuple[Ghost, ...]
    replaced: frozenset[NoteId] = frozenset()
    new: Track | None = None

    def place_in(self, score: Score) -> int | None:
        """The index of its track; None where that is still to be made, or is gone."""
        if self.new is None:
            return self.track if self.track < len(score.tracks) else None
        names = [track.name for track in score.tracks]
        return names.index(self.new.name) if self.new.name in names else None

    def following(self, before: Score, after: Score) -> "Part":
        """On the same track, wherever it stands now; one that is gone is never found again."""
        if self.new is not None or self.track >= len(before.tracks):
            return self
        place = place_of(before, after, self.track)
        return replace(self, track=NOWHERE if place is None else place)

    def free_of(self, score: Score) -> tuple[Ghost, ...]:
        """The ghosts that no note of the track collides with; none where the track is locked."""
        place = self.place_in(score)
        if place is None:
            return self.ghosts if self.new is not None else ()
        if score.track(place).locked:
            return ()
        taken: dict[int, list[Note]] = {}
        for note in self._near(score.track(place)):
            if not self._may_go(note):
                taken.setdefault(note.pitch, []).append(note)
        return tuple(
            ghost for ghost in self.ghosts if not _collides(ghost.note, taken.get(ghost.note.pitch, ()))
        )

    def _near(self, track: Track) -> list[Note]:
        """The notes at the ghosts' pitches that sound while any of them does: asked at every change of the score, which
        may have very many notes, so the first look is at two plain numbers."""
        if not self.ghosts:
            return []
        first = min(ghost.note.start_ticks for ghost in self.ghosts)
        last = max(ghost.note.end_ticks for ghost in self.ghosts)
        pitches = {ghost.note.pitch for ghost in self.ghosts}
        begun = track.notes[: bisect_left(track.notes, last, key=lambda note: note.start_ticks)]
        ringing = [note for note in begun if note.start_ticks + note.duration_ticks > first]
        return [note for note in ringing if note.pitch in pitches]

    def laid_into(self, score: Score, notes: tuple[Note, ...], region: tuple[int, int]) -> Score:
        """The score with some of its notes, and without what they stand in for: what begins in the time that they take
        up, from one to the next."""
        place = self.place_in(score)
        if place is None:
            if self.new is None or not notes:
                return score
            place = len(score.tracks)
            score = score.with_track(place, self.new)
        if score.track(place).locked:
            return score
        gone = self._displaced(score.track(place), notes, region)
        return score.with_notes_removed(place, gone).with_notes_added(place, notes)

    def _displaced(self, track: Track, notes: tuple[Note, ...], region: tuple[int, int]) -> set[NoteId]:
        starts = sorted(ghost.note.start_ticks for ghost in self.ghosts)
        spans = [(note.start_ticks, _next(starts, note.start_ticks, region[1])) for note in notes]
        first = min(starts, default=0)
        spans = [(region[0] if start == first else start, end) for start, end in spans]
        return {
            note.id
            for note in track.notes
            if self._may_go(note)
            and region[0] <= note.start_ticks < region[1]
            and any(start <= note.start_ticks < end for start, end in spans)
        }

    def _may_go(self, note: Note) -> bool:
        """Whether an accepted note may take its place: never a locked one's."""
        return note.id in self.replaced and not note.locked


@dataclass(frozen=True, slots=True)
class Kinship:
    """That an idea resembles one that was liked: in which way, and what had been asked at first."""

    way: str
    root: ComposeRequest


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer for a stretch of time on one track or several. request: what was asked, where a co-writer was; chords:
    symbols that come with it, or are all of it; title: what kind of answer it is, where there are several kinds."""

    parts: tuple[Part, ...]
    seed: int
    region: tuple[int, int]
    request: ComposeRequest | None = None
    chords: tuple[Chord, ...] = ()
    title: str = ""
    kinship: Kinship | None = None

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """Those of all parts."""
        return tuple(ghost for part in self.parts for ghost in part.ghosts)

    @property
    def question(self) -> tuple[tuple[int, int], tuple[tuple[int, str, frozenset[NoteId]], ...]]:
        """What makes answers comparable: the time, the tracks, and what they stand in for."""
        parts = ((part.track, part.new.name if part.new else "", part.replaced) for part in self.parts)
        return self.region, tuple(parts)

    def free_of(self, score: Score) -> tuple[Ghost, ...]:
        """The ghosts that no note of their tracks collides with."""
        return tuple(ghost for part in self.parts for ghost in part.free_of(score))

    def chords_free_of(self, score: Score) -> tuple[Chord, ...]:
        """The chord symbols for which the lane has room."""
        return tuple(c for c in self.chords if not any(_share_time(c, other) for other in score.chords))

    def laid_into(self, score: Score, ghosts: Iterable[Ghost]) -> Score:
        """The score with some of the ghosts as notes, each on the track of its part."""
        chosen: dict[int, list[Note]] = {}
        for ghost in ghosts:
            chosen.setdefault(ghost.part, []).append(ghost.note)
        for index, notes in sorted(chosen.items()):
            score = self.parts[index].laid_into(score, tuple(notes), self.region)
        return score

    def only_track(self, score: Score) -> int:
        """The index of its track; -1 where it has several, or one that is still to be made."""
        place = self.parts[0].place_in(score) if len(self.parts) == 1 else None
        return -1 if place is None else place

    def following(self, before: Score, after: Score) -> "Suggestion":
        """The same, on the same tracks, which may have been sorted or taken away."""
        return replace(self, parts=tuple(part.following(before, after) for part in self.parts))

    def until(self, ticks: int) -> "Suggestion":
        """What of it lies before `ticks`; what rings over it is cut there."""
        parts = tuple(
            replace(part, ghosts=tuple(_cut(ghost, ticks) for ghost in part.ghosts if _begins(ghost, ticks)))
            for part in self.parts
        )
        return replace(self, parts=parts, region=(self.region[0], ticks))

    def joined_by(self, tail: "Suggestion") -> "Suggestion":
        """One suggestion of two that follow each other on one track; no single request made it."""
        (mine,), (more,) = self.parts, tail.parts
        part = replace(mine, ghosts=(*mine.ghosts, *more.ghosts))
        return replace(self, parts=(part,), region=(self.region[0], tail.region[1]), request=None)


@dataclass(frozen=True, slots=True)
class Ideas:
    """All answers to one question, in the order they came, to go back and forth between: MOST_IDEAS at most. starred:
    seeds of those that stay while others come and go."""

    answers: tuple[Suggestion, ...] = ()
    at: int = 0
    starred: frozenset[int] = frozenset()

    @property
    def current(self) -> Suggestion | None:
        return self.answers[self.at] if self.answers else None

    @property
    def is_full(self) -> bool:
        """Whether no other idea can come."""
        return len(self.starred) >= MOST_IDEAS

    def is_starred(self, index: int) -> bool:
        return self.answers[index].seed in self.starred

    def with_answer(self, answer: Suggestion) -> "Ideas":
        """One more for the same place, or the first for another one; it is the current one."""
        return self.with_answers((answer,))

    def with_answers(self, answers: tuple[Suggestion, ...]) -> "Ideas":
        """More for the same place, or the first for another one; the first of them is the current one. Where there are
        too many the oldest go that are not starred; where all are, none comes."""
        question, seeds = answers[0].question, {answer.seed for answer in answers}
        old = [one for one in self.answers if one.question == question]
        starred = self.starred & {one.seed for one in old}
        same = [one for one in old if one.seed not in seeds]
        new = answers[: MOST_IDEAS - len(starred - seeds)]
        for one in [one for one in same if one.seed not in starred][
            : max(0, len(same) + len(new) - MOST_IDEAS)
        ]:
            same.remove(one)
        return Ideas((*same, *new), len(same), starred) if new else self

    def without(self, index: int) -> "Ideas":
        """One is thrown away; the one after it is the current one, where it was."""
        rest = self.answers[:index] + self.answers[index + 1 :]
        at = min(self.at - (index < self.at), len(rest) - 1)
        return Ideas(rest, max(0, at), self.starred & {one.seed for one in rest})

    def starring(self, index: int, on: bool | None = None) -> "Ideas":
        """One is to stay, or no longer; None: the other way than it is."""
        seed = frozenset((self.answers[index].seed,))
        stays = not self.is_starred(index) if on is None else on
        return replace(self, starred=self.starred | seed if stays else self.starred - seed)

    def grown(self, answers: tuple[Suggestion, ...]) -> "Ideas":
        """The same ideas, those that have come again (by their seeds) in the place of what they were."""
        fresh = {answer.seed: answer for answer in answers}
        return replace(self, answers=tuple(fresh.get(old.seed, old) for old in self.answers))

    def redrawn(self, answers: tuple[Suggestion, ...]) -> "Ideas":
        """The same where they are asked for otherwise: those with a star stay as they are."""
        return self.grown(tuple(answer for answer in answers if answer.seed not in self.starred))

    @property
    def batch(self) -> tuple[int, int]:
        """The first seed, and how many follow it one by one, of the ideas that came with the current one."""
        seeds = {answer.seed for answer in self.answers}
        first = last = self.answers[self.at].seed
        while first - 1 in seeds:
            first -= 1
        while last + 1 in seeds:
            last += 1
        return first, last - first + 1

    def at_idea(self, index: int) -> "Ideas":
        """One of them by its place, from 0."""
        return replace(self, at=index) if 0 <= index < len(self.answers) else self

    def following(self, before: Score, after: Score) -> "Ideas":
        """The same, on the same tracks, which may have been sorted or taken away."""
        answers = tuple(answer.following(before, after) for answer in self.answers)
        return replace(self, answers=answers)

    def stepped(self, by: int) -> "Ideas":
        """The idea before (-1) or after (1), round and round."""
        return replace(self, at=(self.at + by) % len(self.answers)) if self.answers else self


def ghosts_of(candidate: Candidate, part: int = 0) -> tuple[Ghost, ...]:
    """The notes of an answer as ghosts of one part, in the order of the candidate."""
    pairs = zip(candidate.notes, candidate.probabilities, strict=True)
    return tuple(Ghost(note, p, part) for note, p in pairs)


def _begins(ghost: Ghost, ticks: int) -> bool:
    return ghost.note.start_ticks < ticks


def _cut(ghost: Ghost, ticks: int) -> Ghost:
    """A ghost that ends at `ticks` at the latest."""
    note = ghost.note
    if note.end_ticks <= ticks:
        return ghost
    return replace(ghost, note=replace(note, duration_ticks=ticks - note.start_ticks))


def _next(starts: list[int], after: int, end: int) -> int:
    return next((start for start in starts if start > after), end)


def _share_time(one: Chord, other: Chord) -> bool:
    return one.start_ticks < other.end_ticks and other.start_ticks < one.end_ticks


def _collides(note: Note, others: Iterable[Note]) -> bool:
    return any(other.overlaps(note.start_ticks, note.end_ticks) for other in others)
