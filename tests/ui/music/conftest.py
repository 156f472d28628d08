"""A music desk with a silent player that keeps no time of its own, and a model that answers when it is told to."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from studio.core.card import Card, ModelInfo, WeightsInfo
from studio.core.errors import StudioError
from studio.core.messages import Candidate, Composed, ComposeRequest, Loaded, Request
from studio.core.performance import Voice, is_drum
from studio.core.score import Note, Score
from studio.core.session import Session
from studio.ui.music.desk import MusicDesk

CARD = Card(
    "tune-writer", "Tune writer", "music.melody_lstm", "Writes tunes", WeightsInfo("w", ""),
    styles=("reel", "jig", "air"),
)  # fmt: skip


class FakeState(Enum):
    STOPPED = "stopped"
    PLAYING = "playing"


@dataclass
class FakePlayer:
    """Notes what it is asked for; the test moves `position`."""

    problem: StudioError | None = None
    position: int = 0
    state: FakeState = FakeState.STOPPED
    calls: list[tuple[object, ...]] = field(default_factory=list)

    latency_seconds: float = 0.0
    counting: int = 0
    sounds_on: str = "Card"
    gaps: int = 0
    late_events: int = 0
    changed: Callable[[], None] = lambda: None

    def use_output(self, opener: Callable[[], object]) -> None:
        self.calls.append(("use_output",))

    def try_again(self) -> None:
        self.calls.append(("try_again",))

    def listen(self, changed: Callable[[], None]) -> None:
        self.changed = changed

    def press(self, pitch: int, velocity: int, voice: Voice) -> None:
        self.calls.append(("press", pitch, velocity))

    def let_go(self, pitch: int) -> None:
        self.calls.append(("let_go", pitch))

    def cut(self, channel: int, pitches: frozenset[int]) -> None:
        self.calls.append(("cut", channel, pitches))

    def panic(self) -> None:
        self.calls.append(("panic",))

    def play(self, score: Score, from_ticks: int = 0, count_in: bool = False, endless: bool = False) -> None:
        self.state, self.position = FakeState.PLAYING, from_ticks
        self.calls.append(("play", from_ticks, *(["counted in"] if count_in else [])))

    def metronome(self, on: bool) -> None:
        self.calls.append(("metronome", on))

    def stop(self) -> None:
        self.state = FakeState.STOPPED
        self.calls.append(("stop",))

    def seek(self, ticks: int) -> None:
        self.position = ticks
        self.calls.append(("seek", ticks))

    def loop(self, start_ticks: int, end_ticks: int) -> None:
        self.calls.append(("loop", start_ticks, end_ticks))

    def set_score(self, score: Score) -> None:
        self.calls.append(("set_score", score))

    def position_ticks(self) -> int:
        return self.position

    def audition(self, pitch: int, velocity: int, voice: Voice) -> None:
        self.calls.append(("audition", pitch, *(["drums"] if is_drum(voice.channel) else [])))


@dataclass
class FakeController:
    """Keeps the requests; `answer` makes the reply that a model would give."""

    requests: list[Request] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)

    def submit(self, request: Request) -> int:
        self.requests.append(request)
        return len(self.requests)

    def loaded(self) -> Loaded:
        return Loaded(len(self.requests), ModelInfo(CARD), 1.0)

    def answer(self, *pitches: int) -> Composed:
        """A quarter note of each pitch from the start of the region of the last request."""
        request = self.requests[-1]
        assert isinstance(request, ComposeRequest)
        start = request.region_start
        notes = tuple(Note(start + 480 * i, 480, pitch) for i, pitch in enumerate(pitches))
        candidate = Candidate(notes, tuple(0.5 for _ in notes), request.seed)
        return Composed(len(self.requests), request, (candidate,), 1.0)


@pytest.fixture
def player() -> FakePlayer:
    return FakePlayer()


@pytest.fixture
def controller() -> FakeController:
    return FakeController()


@pytest.fixture
def session() -> Session:
    return Session()


@pytest.fixture
def desk(
    qtbot: QtBot, session: Session, controller: FakeController, player: FakePlayer
) -> Iterator[MusicDesk]:
    """Shown at 1000 x 700, with one model, its roll focused."""
    desk = MusicDesk(session, controller.submit, controller.cancelled.append, player)
    qtbot.addWidget(desk.centre)
    for _, _, panel, _ in desk.docks:  # each: a panel that stays alive is dressed anew with every theme
        qtbot.addWidget(panel)
    desk.cowriter.use_models([CARD])
    desk.centre.resize(1000, 700)
    with qtbot.waitExposed(desk.centre):
        desk.centre.show()
    desk.compose.setGeometry(0, 720, 300, 280)  # beside the roll, so that a real pointer reaches it
    desk.compose.show()
    desk.tracklist.setGeometry(320, 720, 220, 270)
    desk.tracklist.show()
    desk.roll.setFocus()
    yield desk
    QGuiApplication.clipboard().clear()  # what Python made must not outlive it: offscreen, the clipboard does
