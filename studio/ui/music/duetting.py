"""Duetting: the duet's machine between the recorder, the transport, the model and the score. GUI thread.

Invariant: what sounded is in the score, call and answer a step each; an answer that has not begun is a ghost only.
"""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal

from studio.core.card import Card
from studio.core.duet import Duet
from studio.core.duet_rules import Answer, Ask, Begun, Cut, Done, Event, Played, State, Withdrawn
from studio.core.duet_time import DuetTime
from studio.core.messages import Composed, Failure, LoadRequest, Reply, Request
from studio.core.score import Note, Score
from studio.core.session import Session
from studio.ui.music.compose.ask import Ask as Wishes
from studio.ui.music.duet.duet_panel import DuetPanel
from studio.ui.music.duet_answers import Question, question
from studio.ui.music.duet_score import DuetScore, laid
from studio.ui.music.duet_words import words_for
from studio.ui.music.recorder import Recorder
from studio.ui.music.suggestion import Ghost, Part

LEAD_SECONDS = 0.3  # the player hands notes over so much ahead, and takes edits a moment later
JUMP_SECONDS = 2.0


class Duetting(QObject):
    """Start, play, see the answer before it sounds. `answer_shown` when there is a new one to look at."""

    trouble = Signal(object)
    notice = Signal(str)
    ghosts_changed = Signal()
    answer_shown = Signal()
    switched = Signal(bool)

    def __init__(
        self,
        session: Session,
        recorder: Recorder,
        submit: Callable[[Request], int],
        cancel: Callable[[int], None],
    ) -> None:
        super().__init__(recorder)
        self._session, self._recorder = session, recorder
        self._submit, self._cancel = submit, cancel
        self.panel = DuetPanel()
        self.ask: Callable[[], Wishes] = Wishes
        self.card: Callable[[], Card | None] = lambda: None
        self.duet = Duet()
        self.shown_ms = 0.0  # from the last question to its answer on the screen
        self._score = DuetScore(session, self.panel)
        self._pending: tuple[int, Question, float] | None = None
        self._shown: Part | None = None
        self._answer: Answer | None = None  # the one that is shown
        self._ended: set[int] = set()  # keys that are still down, whose notes were ended for them
        recorder.began.connect(self._press)
        recorder.took.connect(self._let_go)
        recorder.switched.connect(self._follow)
        recorder.playback.moved.connect(lambda _ticks, playing: self._advance(playing))
        self.panel.toggled.connect(self.toggle)
        self.panel.skip_requested.connect(self.skip)
        self.panel.rules_changed.connect(self._use_rules)
        self.panel.program_chosen.connect(self._score.use_program)
        self._tell()

    @property
    def is_on(self) -> bool:
        return self.duet.state is not State.RESTING

    @property
    def can_skip(self) -> bool:
        """Whether there is an answer that has not been heard."""
        return self.duet.state in (State.ANSWERING, State.SHOWN)

    @property
    def ghosts(self) -> tuple[Ghost, ...]:
        """The answer that is about to sound, or sounds."""
        return self._shown.ghosts if self._shown is not None else ()

    def laid_into(self, score: Score) -> Score:
        """What is heard: the score with the answer that is about to sound."""
        part = self._shown
        if part is None or self.duet.state is not State.SHOWN:
            return score
        return laid(score, part)

    def show_model(self) -> None:
        """The models that can be asked have changed."""
        self.panel.show_model(self.card())
        self._tell()

    # --- wishes ------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Begin at the playhead, or end."""
        if self.is_on:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """The transport plays on without an end; what is played is recorded, and answered."""
        card = self.card()
        if card is None or not self._session.score.tracks:
            self.notice.emit(self.tr("A duet needs a music model and a track to play on."))
            return
        self._score.begin(self._recorder.track)
        self._ended.clear()
        self._submit(LoadRequest(card.id))
        self._recorder.writes = False
        if not self._recorder.is_on:
            self._recorder.toggle()
        self._begin()
        self.switched.emit(True)

    def stop(self) -> None:
        """The end of it, and of the recording."""
        if self._recorder.is_on:
            self._recorder.toggle()

    def skip(self) -> None:
        """Drop the answer before it is heard."""
        self.duet.skip()
        self._work()

    # --- what happens ------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """Listen from where the music is now."""
        playback = self._recorder.playback
        lead = LEAD_SECONDS + playback.latency_seconds
        self.duet = Duet(self.panel.rules, self._time(), lead, self.shown_ms / 1000)
        here = playback.heard_ticks
        self.duet.start(here, self._score.before(here))
        self._work()

    def _press(self, note: Note) -> None:
        if self.is_on:
            self.duet.time = self._time()
            at = self.duet.time.unfold(note.start_ticks, self.duet.now)
            self.duet.press(note.pitch, note.velocity, at)
            self._work()

    def _let_go(self, note: Note) -> None:
        """A key that was down before the duet began is written as it is; what a jump has ended is written already."""
        if not self.is_on or note.pitch in self._ended:
            self._ended.discard(note.pitch)
        elif note.pitch in self.duet.held:
            self.duet.let_go(note.pitch, self._end_of(note))
            self._work()
        else:
            self._score.write_call(Played(note, self.duet.turn), self.duet.time)

    def _advance(self, playing: bool) -> None:
        if not (self.is_on and playing):
            return
        self.duet.time = self._time()
        now = self._now()
        if abs(now - self.duet.now) > self.duet.time.ticks_in(JUMP_SECONDS, now):
            self._jump()  # the person went somewhere else
        else:
            self.duet.advance(now)
            self._work()

    def _end_of(self, note: Note) -> int:
        """When its key came up: a moment ago, or now."""
        if not self._recorder.playback.is_playing:
            return self.duet.now
        ago = self._recorder.playback.heard_ticks - note.end_ticks
        return self._now() - (ago if 0 < ago < self.duet.time.beat_ticks(self.duet.now) else 0)

    def _jump(self) -> None:
        self._ended |= self.duet.held
        self.duet.stop(self.duet.now)
        self._work()
        self._begin()

    def _follow(self, recording: bool) -> None:
        """The recording ended: so does the duet."""
        if recording or not self.is_on:
            return
        self.duet.stop(self.duet.now)
        self._recorder.writes = True
        self._work()
        self._session.end_gesture()
        self.switched.emit(False)

    def _use_rules(self) -> None:
        self.duet.rules, self._answer = self.panel.rules, None
        self._work()

    def _time(self) -> DuetTime:
        return DuetTime(self._session.score, self._recorder.playback.loop)

    def _now(self) -> int:
        return self.duet.time.unfold(self._recorder.playback.heard_ticks, self.duet.now)

    # --- what the machine wants --------------------------------------------------------------------------

    def _work(self) -> None:
        """Do what has come out of the machine, and show how it stands."""
        for event in self.duet.events():
            self._do(event)
        self._show()
        self._tell()

    def _do(self, event: Event) -> None:
        match event:
            case Ask():
                self._ask(event)
            case Withdrawn():
                self._forget()
                if event.handed:
                    self._hush()
            case Played():
                self._score.write_call(event, self.duet.time)
            case Begun():
                self._score.write_answer(event, self.duet.time)
            case Cut():
                self._score.shorten(event, self.duet.time)
                self._hush()
            case Done():
                QTimer.singleShot(0, self, self.stop)

    def _ask(self, ask: Ask) -> None:
        card = self.card()
        if card is None:
            self.duet.failed(ask.number)
            return
        self._forget()
        asked = question(card.id, ask, self.ask(), self.duet.time)
        self._pending = (self._submit(asked.request), asked, perf_counter())

    def _forget(self) -> None:
        """Nobody waits for what was asked any more."""
        if self._pending is not None:
            self._cancel(self._pending[0])
            self._pending = None

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those for others are left alone."""
        if self._pending is None or not isinstance(reply, Composed | Failure):
            return
        serial, asked, since = self._pending
        if reply.serial != serial:
            return
        self._pending = None
        if isinstance(reply, Failure):
            self.duet.failed(asked.ask.number)
            self.trouble.emit(reply.error)
        else:
            self.duet.answered(asked.ask.number, *asked.answer(reply.candidates))
        self._work()
        self.shown_ms = (perf_counter() - since) * 1000
        self.duet.answer_seconds = self.shown_ms / 1000

    def _hush(self) -> None:
        """The answer that was shown until now must not sound on."""
        channel = self._score.channel_of(self._shown) if self._shown is not None else None
        if channel is not None:
            self._recorder.playback.cut(channel, frozenset(ghost.note.pitch for ghost in self.ghosts))

    # --- what is shown -----------------------------------------------------------------------------------

    def _show(self) -> None:
        """The answer as ghosts; while it sounds too."""
        answer = self.duet.answer
        if answer is self._answer:
            return
        self._answer, self._shown = answer, self._part_of(answer)
        self.ghosts_changed.emit()
        if answer is not None:
            self.answer_shown.emit()

    def _part_of(self, answer: Answer | None) -> Part | None:
        return None if answer is None else self._score.part(answer, self.duet.time)

    def _tell(self) -> None:
        duet = self.duet
        self.panel.show_running(self.is_on)
        self.panel.show_words(words_for(duet))
        self.panel.show_progress(duet.progress, duet.state in (State.SHOWN, State.SOUNDING))
        self.panel.show_skip(self.can_skip)
