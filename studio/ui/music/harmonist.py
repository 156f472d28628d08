"""Harmonist: asks the models for chords under the melody and for more voices, and lays the answer into the score.

GUI thread. Invariant: nothing that stands is changed: written chords stay, voices come on tracks of their own; each
answer is one undo step, and one that comes too late, for another score, is not taken.
"""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, Signal

from studio.core.card import Card
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import ChordsReady, ChordsRequest, Failure, Reply, Request, VoicesComposed
from studio.core.recipe import HarmoniseSettings
from studio.core.score import Score
from studio.core.session import Session
from studio.inference.harmonising import Harmonising

CHORDS_FAMILY, VOICES_FAMILY = "music.lead_sheet", "music.chorale_lstm"
CHANGES_A_BAR = 2  # as often as the harmony may change
Region = tuple[int, int]


class Harmonist(QObject):
    """One wish at a time; the same wish again is answered from another seed."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, session: Session, submit: Callable[[Request], int], parent: QObject) -> None:
        super().__init__(parent)
        self._session, self._submit = session, submit
        self._models: dict[str, Card] = {}
        self._pending: tuple[int, Score, Harmonising | None] | None = None
        self._seed = -1

    def use_models(self, cards: Iterable[Card]) -> None:
        """The models that can be asked, one of each family."""
        self._models = {card.family: card for card in cards}

    @property
    def can_find_chords(self) -> bool:
        return CHORDS_FAMILY in self._models and self._pending is None

    @property
    def can_write_voices(self) -> bool:
        return VOICES_FAMILY in self._models and self._pending is None

    # --- wishes ------------------------------------------------------------------------------------------

    def find_chords(self, track: int, region: Region | None) -> None:
        """Chords for the notes of a track: in the marked bars, or all through. Those that stand there stay."""
        score = self._session.score
        notes = score.tracks[track].heard if track < len(score.tracks) else ()
        if not notes:
            self.notice.emit(self.tr("Write a melody first: chords are found for its notes."))
            return
        start, end = region or (0, notes[-1].end_ticks)
        start, last = score.bar_start(score.bar_of(start)), score.bar_of(max(start, end - 1))
        request = ChordsRequest(
            self._models[CHORDS_FAMILY].id,
            notes,
            start,
            score.bar_start(last + 1),
            score.chords,
            a_bar=CHANGES_A_BAR,
            meter=score.meter_at(start),
            key=score.key_at(start),
            seed=self._next_seed(),
            meters=score.meters if len(score.meters) > 1 else (),
        )
        self._pending = (self._submit(request), score, None)

    def write_voices(self) -> None:
        """The voices that are missing of soprano, alto, tenor and bass."""
        score = self._session.score
        try:
            plan = Harmonising.of(
                score, self._models[VOICES_FAMILY], HarmoniseSettings(seed=self._next_seed())
            )
        except StudioError as error:
            self.trouble.emit(error)
            return
        self._pending = (self._submit(plan.request), score, plan)
        self.notice.emit(self.tr("Writing the voices…"))

    def _next_seed(self) -> int:
        self._seed += 1
        return self._seed

    # --- answers -----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        if self._pending is None or getattr(reply, "serial", None) != self._pending[0]:
            return
        (_, score, plan), self._pending = self._pending, None
        match reply:
            case Failure():
                self.trouble.emit(reply.error)
            case ChordsReady():
                self._lay_chords(reply.candidates[0].chords)
            case VoicesComposed() if plan is not None and self._session.score == score:
                after = plan.with_answer(reply.candidates[0])
                self._session.change_score(after, self.tr("Write the voices"))
                self.notice.emit(self.tr("The voices stand on tracks of their own; Undo takes them away."))
            case VoicesComposed():
                self.notice.emit(self.tr("The score changed while the voices were written; ask again."))

    def _lay_chords(self, found: tuple[Chord, ...]) -> None:
        """Those for which there is still room."""
        score = self._session.score
        new = [chord for chord in found if not any(_overlap(chord, other) for other in score.chords)]
        if new:
            self._session.change_score(score.with_chords([*score.chords, *new]), self.tr("Find chords"))
        else:
            self.notice.emit(self.tr("There is a chord everywhere already. Delete those that may change."))


def _overlap(one: Chord, other: Chord) -> bool:
    return one.start_ticks < other.end_ticks and other.start_ticks < one.end_ticks
