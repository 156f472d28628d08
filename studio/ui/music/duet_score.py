"""DuetScore: calls and answers as they come into the score, each turn's a step, and where the next answer will lie.

GUI thread. Invariant: of the person's notes none is ever changed; of an answer only what has not sounded goes again.
"""

from dataclasses import replace

from studio.core.duet import MEMORY
from studio.core.duet_rules import Answer, Begun, Cut, Played
from studio.core.duet_time import DuetTime
from studio.core.music_messages import Notes
from studio.core.performance import voice_of
from studio.core.score import Note, Score, Track
from studio.core.session import Session
from studio.core.track_edits import followed
from studio.ui.music.duet.duet_panel import DuetPanel
from studio.ui.music.duet_answers import own_track, part_for
from studio.ui.music.duet_words import tr
from studio.ui.music.suggestion import Part

BEFORE_BARS = 8  # so much of what stands before the first call is told to the model


class DuetScore:
    """Follows the track that is played on, wherever it goes."""

    def __init__(self, session: Session, panel: DuetPanel) -> None:
        self._session, self._panel = session, panel
        self._runs, self._track, self._seen = 0, 0, session.score
        self._written: frozenset[Note] = frozenset()  # the last answer
        session.score_changed.connect(self._follow)

    def begin(self, track: int) -> None:
        """Another duet, played on this track."""
        self._runs, self._track, self._written = self._runs + 1, track, frozenset()

    def before(self, here: int) -> Notes:
        """What was played up to there."""
        score = self._session.score
        since = score.bar_start(max(0, score.bar_of(here) - BEFORE_BARS))
        notes = score.track(self._track).notes_between(since, here)[-MEMORY:]
        return tuple(replace(note, id=-1) for note in notes)

    def write_call(self, played: Played, time: DuetTime) -> None:
        score = self._session.score
        if self._track < len(score.tracks):
            after = score.with_notes_added(self._track, time.pieces(played.note))
            self._session.change_score(after, tr("Call"), f"duet-{self._runs}-call-{played.turn}")

    def write_answer(self, begun: Begun, time: DuetTime) -> None:
        """From its first note on it belongs to the score."""
        before = self._session.score
        after = laid(before, self.part(begun.answer, time))
        self._session.change_score(after, tr("Answer"), f"duet-{self._runs}-answer-{begun.turn}")
        ids = after.added_ids(before)
        self._written = frozenset(note for note in after.notes() if note.id in ids)

    def shorten(self, cut: Cut, time: DuetTime) -> None:
        """What did not sound any more goes again, unless the person has taken the answer back already."""
        score = self._session.score
        for index, track in enumerate(score.tracks):
            mine = self._written.intersection(track.notes)
            if mine:
                notes = [piece for note in cut.answer.notes for piece in time.pieces(note)]
                after = score.with_notes_removed(index, {note.id for note in mine})
                after = after.with_notes_added(index, notes)
                self._session.change_score(after, tr("Answer"), f"duet-{self._runs}-answer-{cut.turn}")
        self._written = frozenset()

    def part(self, answer: Answer, time: DuetTime) -> Part:
        """Where an answer lies; never on a track that is locked."""
        tracks = self._session.score.tracks
        shares = self._panel.rules.one_track and not (
            self._track < len(tracks) and tracks[self._track].locked
        )
        own = None if shares else own_track(self._session.score, self._own_name(), self._panel.program)
        return part_for(answer, time, self._track, own)

    def channel_of(self, part: Part) -> int | None:
        """The channel on which a part is heard; None where it has no note."""
        score = laid(self._session.score, part)
        place = part.place_in(score)
        return None if place is None else voice_of(score, score.track(place)).channel

    def use_program(self, program: int) -> None:
        """The instrument of the answers' own track, where there is one yet."""
        score, name = self._session.score, self._own_name()
        found = next((i for i, track in enumerate(score.tracks) if track.name == name), None)
        if found is not None:
            track = replace(score.track(found), program=program)
            self._session.change_score(score.with_track(found, track), tr("Change instrument"))

    def _own_name(self) -> str:
        """Another one than those of locked tracks and of the track that is played on."""
        name, number = tr("Answers"), 1
        taken = {track.name for i, track in enumerate(self._tracks) if track.locked or i == self._track}
        while (name if number == 1 else f"{name} {number}") in taken:
            number += 1
        return name if number == 1 else f"{name} {number}"

    @property
    def _tracks(self) -> tuple[Track, ...]:
        return self._session.score.tracks

    def _follow(self, score: Score) -> None:
        self._track = followed(self._seen, score, self._track)
        self._seen = score


def laid(score: Score, part: Part) -> Score:
    """The part's notes in the score, but for those that one of the track's own stands in the way of."""
    notes = tuple(ghost.note for ghost in part.free_of(score))
    return part.laid_into(score, notes, (0, 0)) if notes else score
