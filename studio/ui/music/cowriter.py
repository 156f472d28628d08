"""CoWriter: asks the model for ideas and takes its answers, bar by bar or whole.

GUI thread. Invariant: an answer to an older question is never shown.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.messages import (
    CancelledReply,
    Composed,
    Composing,
    Failure,
    Loaded,
    LoadRequest,
    Reply,
    Request,
)
from studio.core.score import Score
from studio.core.session import Session
from studio.inference.continuation import region_after
from studio.ui.music.asking import Place, request_for, words_for
from studio.ui.music.compose.ask import MAX_IDEAS, Ask
from studio.ui.music.compose.compose_panel import ComposePanel
from studio.ui.music.question import Asked, Question
from studio.ui.music.standing import Standing

STREAM_MS = 40  # a bar that comes sooner after the one before waits, so that drawing keeps up


class CoWriter(Standing):
    """Between the compose panel, the session and the controller. `settled`: no question is open any more."""

    settled = Signal()
    failed = Signal()

    def __init__(
        self,
        session: Session,
        panel: ComposePanel,
        submit: Callable[[Request], int],
        cancel: Callable[[int], None],
    ) -> None:
        super().__init__(session, panel)
        self._submit, self._cancel = submit, cancel
        self._model_id = ""
        self._loaded: set[str] = set()
        self._pending: Question | None = None
        self._come: Composing | None = None
        self._shown: Composing | None = None
        self._stream = QTimer(self, singleShot=True, interval=STREAM_MS)
        self._stream.timeout.connect(self._show_come)
        self.redraws_follow = True
        self._retry: Callable[[], None] = self.continue_
        self._stop_other: Callable[[], None] | None = None

    @property
    def card(self) -> Card | None:
        """The model that is asked, where there is one."""
        return self._cards.get(self._model_id)

    # --- models ------------------------------------------------------------------------------------------

    def use_models(self, cards: Sequence[Card]) -> None:
        self._cards = {card.id: card for card in cards}
        self._panel.show_models(cards)
        if cards:
            self.choose_model(cards[0].id)

    def choose_model(self, model_id: str) -> None:
        self._model_id = model_id
        self._panel.form.show_model(model_id)
        self._panel.show_ready()

    def load(self) -> None:
        """Make the model ready before it is asked for the first time."""
        if self._model_id and self._model_id not in self._loaded and self._pending is None:
            self._retry = self.load
            self._panel.show_loading()
            self._submit(LoadRequest(self._model_id))

    # --- asking ------------------------------------------------------------------------------------------

    def continue_(self) -> None:
        """Ask for notes at the current place."""
        if self._model_id and self._session.score.tracks:
            self._ask(Asked(self.place))

    def infill(self, region: tuple[int, int]) -> None:
        """Ask for notes in a stretch of the track, around those that stand there."""
        if self._model_id and self.place.track < len(self._session.score.tracks):
            self._ask(Asked(Place(self.place.track, region)))

    def vary(self, region: tuple[int, int]) -> None:
        """Ask for other notes in the place of those that begin in a stretch of the track."""
        track = self.place.track
        if self._model_id and track < len(self._session.score.tracks):
            notes = self._session.score.track(track).notes_between(*region)
            keeps = self._panel.ask.keep_notes
            anew = frozenset(note.id for note in notes if not (keeps or note.locked))
            self._ask(Asked(Place(track, region), anew))

    def again(self) -> None:
        """Another answer, from another seed, for the same place as the last."""
        self._panel.roll_seed()
        found = self._ideas.current
        if found is not None and self._others is not None:
            self._others()
        elif found is not None and self.ghosts and len(found.parts) == 1:
            (part,) = found.parts
            self._ask(Asked(Place(part.track, found.region), part.replaced))
        else:
            self.continue_()

    @property
    def is_waiting(self) -> bool:
        """Whether a question is open."""
        return self._pending is not None

    @property
    def is_growing(self) -> bool:
        """Whether an answer is there that has not come to its end."""
        return self._pending is not None and self._come is not None

    def redraw(self, only_this: bool = False) -> None:
        """Ask for the standing ideas anew, with the form as it is now and the seeds as they were. Does nothing where
        none stands, where it is another model's or like another, or while a question is open. A star keeps an idea."""
        found, ideas = self._ideas.current, self._ideas
        if not self.redraws_follow or self.is_waiting or found is None or found.request is None:
            return
        if found.kinship is not None:
            self._panel.show_refusal(
                self.tr("This idea keeps to the one you liked: what you set here is for the next ones.")
            )
            return
        if len(found.parts) > 1 or (only_this and ideas.is_starred(ideas.at)):
            return
        seed, count = (found.seed, 1) if only_this else ideas.batch
        (part,) = found.parts
        asked = Asked(Place(part.track, found.region), part.replaced, redraws=True)
        self._ask(asked, replace(self._panel.ask, seed=seed, ideas=min(count, MAX_IDEAS)))

    def play_on(self, start_ticks: int | None = None) -> None:
        """Ask for the bars that follow the idea that shows, or the notes of the track where none does; start_ticks:
        what of the idea lies behind is written anew from there."""
        head, score, track = self._ideas.current, self.heard(), self.place.track
        if head is not None:
            track = head.only_track(score)
        if not self._model_id or self._pending is not None or not 0 <= track < len(score.tracks):
            return
        ask = replace(self._panel.ask, ideas=1, seed=self._panel.roll_seed())
        start, _ = region_after(score, track, ask.bars)
        if head is not None:
            start = max(start, head.region[1]) if start_ticks is None else max(start_ticks, head.region[0])
            head = head.until(start)
            score = head.laid_into(self._session.score, head.free_of(self._session.score))
        end = score.bar_start(score.bar_of(start) + ask.bars)
        self._ask(Asked(Place(track, (start, end)), head=head), ask, score)

    def _ask(self, asked: Asked, ask: Ask | None = None, score: Score | None = None) -> None:
        """score: what is heard, where that is more than the session's."""
        self._drop_pending()
        if self._session.score.track(asked.place.track).locked:
            self._panel.show_refusal(self.tr("This track is locked: no model writes on it."))
            return
        self._others = None
        self._retry = lambda: self._ask(asked, ask, score)
        heard, anew = score or self._session.score, bool(asked.replaced)
        request = request_for(self._model_id, heard, asked.place, ask or self._panel.ask, anew)
        request = replace(request, streaming=not asked.redraws)
        if not asked.is_quiet:
            self._panel.show_thinking()
        self._pending = Question(self._submit(request), request, asked)

    def retry(self) -> None:
        self._retry()

    def stop(self) -> None:
        """The person does not want to wait any longer."""
        self._drop_pending()
        self._panel.show_ready()

    def _drop_pending(self) -> None:
        stop, self._stop_other = self._stop_other, None
        if stop is not None:
            stop()
        if self._pending is not None:
            self._cancel(self._pending.serial)
            self._pending = self._come = None
            self._stream.stop()

    # --- other models ------------------------------------------------------------------------------------

    def wait(self, stop: Callable[[], None], retry: Callable[[], None]) -> None:
        """Another model was asked: the panel thinks, Cancel and the next question stop it, Retry asks again."""
        self._drop_pending()
        self._stop_other, self._retry = stop, retry
        self._panel.show_thinking()

    def go_on_beside(self, stop: Callable[[], None]) -> None:
        """Another model still writes while its first ideas show: what is done with them, or asked next, stops it."""
        self._stop_other = stop

    def fail(self, error: StudioError, retry: Callable[[], None]) -> None:
        """Another model could not answer, or not even be asked."""
        self._stop_other, self._retry = None, retry
        self._panel.show_error(error)

    def follow(self, before: Score, after: Score, track: int) -> None:
        """What is asked stays with its track too."""
        super().follow(before, after, track)
        if self._pending is not None:
            self._pending = self._pending.following(before, after)

    def show_where(self, score: Score) -> None:
        """Tell which bars Continue would write."""
        if self.place.track < len(score.tracks):
            words = self.tr("Writes bars {0} (marked)") if self.place.marked else self.tr("Writes bars {0}")
            self._panel.show_where(words.format(words_for(score, self.place, self._panel.ask.bars)))

    # --- replies -----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        match reply:
            case Loaded() if reply.info.card.id in self._cards:
                self._take_loaded(reply)
            case Composed():
                self._take_composed(reply)
            case Composing() if self._pending is not None and reply.serial == self._pending.serial:
                self._take_composing(reply)
            case Failure():
                self._take_failure(reply)
            case CancelledReply() if self._pending is not None and reply.serial == self._pending.serial:
                self._pending = self._come = None
                self._panel.show_ready()
                self.settled.emit()

    def _take_loaded(self, reply: Loaded) -> None:
        self._loaded.add(reply.info.card.id)
        if reply.info.card.id == self._model_id and self._pending is None:
            self._panel.show_ready()

    def _take_composing(self, reply: Composing) -> None:
        """The first bars show at once, the others at the pace of drawing."""
        self._come = reply
        if not self._stream.isActive():
            self._show_come()

    def _show_come(self) -> None:
        asked, come = self._pending, self._come
        if asked is None or come is None or come is self._shown or not any(c.notes for c in come.candidates):
            return
        self._shown = come
        self._stream.start()
        score, request = self._session.score, asked.request
        first, last = (score.bar_of(t) for t in (request.region_start, request.region_end - 1))
        if not asked.asked.is_quiet:
            self._panel.show_writing(score.bar_of(come.until_ticks - 1) - first + 1, last - first + 1)
        self._ideas = asked.ideas(come.candidates, self._ideas)
        self.show_ghosts()

    def _take_composed(self, reply: Composed) -> None:
        asked = self._pending
        if asked is None or reply.serial != asked.serial:
            return
        self._stream.stop()
        self._pending = self._come = None
        self._loaded.add(asked.request.model_id)
        self._ideas = asked.ideas(reply.candidates, self._ideas)
        if not asked.asked.is_quiet:
            self._panel.show_ready()
        self.show_ghosts()
        if not asked.answered_by(self._ideas):
            self._panel.show_full()
        elif not self.ghosts:
            self._panel.show_silence()
        elif not asked.asked.is_quiet:
            self._panel.focus_answer()
        self.settled.emit()

    def _take_failure(self, failure: Failure) -> None:
        asked = self._pending is not None and failure.serial == self._pending.serial
        if asked or (failure.model_id in self._cards and self._pending is None):
            self._pending = self._come = None
            self._panel.show_error(failure.error)
            self.failed.emit()
            self.settled.emit()
