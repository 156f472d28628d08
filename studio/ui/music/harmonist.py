"""Harmonist: asks for chords over the melody, voices around it and an accompaniment under it, and suggests the answers.

GUI thread. Invariant: the score is not touched here: answers become suggestions of the co-writer, who lays them in when
they are accepted; an answer that comes too late, for other tracks than there are now, is not shown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import (
    CancelledReply,
    ChordsCandidate,
    ChordsReady,
    ChordsRequest,
    Composed,
    Failure,
    Reply,
    Request,
    VoicesComposed,
)
from studio.core.recipe import AccompanySettings, HarmoniseSettings
from studio.core.score import Score
from studio.core.session import Session
from studio.inference.accompanying import (
    BASS_HAND,
    CHANGES_A_BAR,
    CHORDS_FAMILY,
    CHORDS_HAND,
    Accompanying,
)
from studio.inference.harmonising import Harmonising
from studio.inference.piano_texture import TEXTURE_FAMILY, PianoTexture
from studio.ui.music.compose.ask import Ask
from studio.ui.music.compose.voices_list import VoicesWish
from studio.ui.music.cowriter import CoWriter
from studio.ui.music.suggesting import accompaniment_suggestions, chords_suggestions, voices_suggestions
from studio.ui.music.suggestion import Suggestion

VOICES_FAMILY = "music.chorale_lstm"
IDEAS_A_TEXTURE = 4  # of so many ideas one is a piano texture: the figures were measured to be better
Region = tuple[int, int]
Wish = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Pending:
    """What was asked: its serial, the tracks that there were, who takes the answer, and what asks again; aside: while
    other ideas show already, so that nobody waits for it."""

    serial: int
    tracks: tuple[str, ...]
    take: Callable[[Reply], None]
    wish: Wish
    aside: bool = False


class Harmonist(QObject):
    """One wish at a time, a new one stops the last. ask: what the person set beside; voices: which ones are wanted."""

    trouble = Signal(object)
    notice = Signal(str)
    changed = Signal()

    def __init__(
        self,
        session: Session,
        writer: CoWriter,
        submit: Callable[[Request], int],
        cancel: Callable[[int], None],
    ) -> None:
        super().__init__(writer)
        self._session, self._writer = session, writer
        self._submit, self._cancel = submit, cancel
        self.models: dict[str, Card] = {}
        self.ask: Callable[[], Ask] = Ask
        self.voices: Callable[[], VoicesWish] = VoicesWish
        self._pending: Pending | None = None

    def use_models(self, cards: Iterable[Card]) -> None:
        """The models that can be asked, the first of each family."""
        self.models = {}
        for card in cards:
            self.models.setdefault(card.family, card)
        self.changed.emit()

    @property
    def can_find_chords(self) -> bool:
        return CHORDS_FAMILY in self.models

    @property
    def can_write_voices(self) -> bool:
        return VOICES_FAMILY in self.models

    @property
    def can_accompany(self) -> bool:
        return self.can_find_chords or bool(self._session.score.chords)

    # --- chords ------------------------------------------------------------------------------------------

    def find_chords(self, track: int, region: Region | None) -> None:
        """Chords for the notes of a track: in the marked bars, or all through. Those that stand there stay."""
        score, ask = self._session.score, self.ask()
        notes = score.tracks[track].heard if track < len(score.tracks) else ()
        if not notes:
            self.notice.emit(self.tr("Write a melody first: chords are found for its notes."))
            return
        start, end = region or (0, notes[-1].end_ticks)
        start, last = score.bar_start(score.bar_of(start)), score.bar_of(max(start, end - 1))
        request = ChordsRequest(
            self.models[CHORDS_FAMILY].id,
            notes,
            start,
            score.bar_start(last + 1),
            score.chords,
            a_bar=CHANGES_A_BAR,
            meter=score.meter_at(start),
            key=score.key_at(start),
            candidates=ask.ideas,
            seed=ask.seed,
            meters=score.meters if len(score.meters) > 1 else (),
        )
        wish = lambda: self.find_chords(track, region)  # noqa: E731
        self._wait(request, lambda reply: self._show_chords(reply, wish), wish)

    def _show_chords(self, reply: Reply, wish: Wish) -> None:
        assert isinstance(reply, ChordsReady)
        region = (reply.request.region_start, reply.request.region_end)
        ideas = chords_suggestions(self._session.score, region, reply.candidates)
        self._suggest(ideas, wish)
        if not ideas:
            self.notice.emit(self.tr("There is a chord everywhere already. Delete those that may change."))

    # --- voices ------------------------------------------------------------------------------------------

    def write_voices(self, region: Region | None = None) -> None:
        """The voices of soprano, alto, tenor and bass that are missing in the marked bars, or all through."""
        ask, wanted, score = self.ask(), self.voices(), self._session.score
        settings = HarmoniseSettings(seed=ask.seed, candidates=ask.ideas, ranges=wanted.ranges)
        wish = lambda: self.write_voices(region)  # noqa: E731
        try:
            plan = Harmonising.of(score, self.models[VOICES_FAMILY], settings, region)
            _check_wanted(plan, wanted)
        except StudioError as error:
            self._writer.fail(error, wish)
            return
        self._wait(plan.request, lambda reply: self._show_voices(reply, plan, wanted, wish), wish)

    def _show_voices(self, reply: Reply, plan: Harmonising, wanted: VoicesWish, wish: Wish) -> None:
        assert isinstance(reply, VoicesComposed)
        self._suggest(voices_suggestions(plan, reply.candidates, wanted.names), wish)

    # --- an accompaniment --------------------------------------------------------------------------------

    def accompany(self, track: int, region: Region | None = None) -> None:
        """Figures over the chords that stand or are found under a track's melody, then a piano texture."""
        score = self._session.score
        own = track < len(score.tracks) and score.track(track).name in (CHORDS_HAND, BASS_HAND)
        melody = None if own or track >= len(score.tracks) or not score.track(track).heard else track + 1
        settings = AccompanySettings(seed=self.ask().seed, track=melody)
        wish = lambda: self.accompany(track, region)  # noqa: E731
        try:
            plan = Accompanying.of(score, self.models.get(CHORDS_FAMILY), settings, region)
            _check_hands(score)
        except StudioError as error:
            self._writer.fail(error, wish)
            return
        if plan.request is None:
            self._show_figures((), plan, wish)
        else:
            self._wait(plan.request, lambda reply: self._take_chords(reply, plan, wish), wish)

    def _take_chords(self, reply: Reply, plan: Accompanying, wish: Wish) -> None:
        assert isinstance(reply, ChordsReady)
        self._show_figures(reply.candidates, plan, wish)

    def _show_figures(self, found: tuple[ChordsCandidate, ...], plan: Accompanying, wish: Wish) -> None:
        count, player = self.ask().ideas, self.models.get(TEXTURE_FAMILY)
        textures = count // IDEAS_A_TEXTURE if player is not None else 0
        figures = accompaniment_suggestions(plan, plan.ideas(found, count - textures))
        self._suggest(figures, wish)
        if textures and player is not None and figures:
            texture = PianoTexture.of(plan, player, plan.chords_of(found))
            first = figures[0]
            self._send(
                texture.request, lambda reply: self._add_textures(reply, texture, textures, first), wish, True
            )
            self._writer.go_on_beside(self.stop)

    def _add_textures(self, reply: Reply, texture: PianoTexture, count: int, to: Suggestion) -> None:
        assert isinstance(reply, Composed)
        ideas, first = texture.ideas(reply.candidates, count), len(self._writer.ideas.answers)
        self._writer.extend_ideas(accompaniment_suggestions(texture.plan, ideas, first), to)

    # --- answers -----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        asked = self._pending
        if asked is None or getattr(reply, "serial", None) != asked.serial:
            return
        match reply:
            case Failure():
                self._pending = None
                self._writer.fail(reply.error, asked.wish)
            case CancelledReply():
                self._pending = None
            case ChordsReady() | VoicesComposed() | Composed():
                self._pending = None
                if asked.tracks == _names(self._session.score):
                    asked.take(reply)
                elif not asked.aside:
                    self._writer.stop()
                    self.notice.emit(self.tr("The tracks changed while the model wrote; ask again."))

    def _wait(self, request: Request, take: Callable[[Reply], None], wish: Wish) -> None:
        """Ask a model while the panel thinks."""
        self._writer.wait(self.stop, wish)
        self._send(request, take, wish)

    def _send(self, request: Request, take: Callable[[Reply], None], wish: Wish, aside: bool = False) -> None:
        self.stop()
        self._pending = Pending(self._submit(request), _names(self._session.score), take, wish, aside)

    def stop(self) -> None:
        """Nobody waits for the answer any longer."""
        if self._pending is not None:
            self._cancel(self._pending.serial)
            self._pending = None

    def _suggest(self, ideas: tuple[Suggestion, ...], again: Wish) -> None:
        if ideas:
            self._writer.suggest_all(ideas, again)
        else:
            self._writer.stop()


def _names(score: Score) -> tuple[str, ...]:
    return tuple(track.name for track in score.tracks)


def _check_wanted(plan: Harmonising, wanted: VoicesWish) -> None:
    """StudioError where all that is wanted is there already."""
    written = {name for name, new in zip(plan.names, plan.request.written, strict=True) if new}
    if not written & set(wanted.names):
        raise StudioError("None of the chosen voices is missing here.", hint="Choose others under Voices.")


def _check_hands(score: Score) -> None:
    """StudioError where both tracks of the accompaniment are there and locked."""
    locked = {track.name for track in score.tracks if track.locked}
    if {CHORDS_HAND, BASS_HAND} <= locked:
        raise StudioError("The accompaniment is locked.", hint="Unlock one of its tracks first.")
