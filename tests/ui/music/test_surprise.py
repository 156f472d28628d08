"""Notes coloured by surprise, and the card of a note: nothing changes until an alternative is clicked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.core.messages import Failure, NoteScore, NotesScored, ScoreNotesRequest
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.painter import SURPRISE_STEPS, surprise_step
from tests.ui.music.conftest import FakeController, FakePlayer
from tests.ui.music.pianoroll.test_roll import Hand

SCORE = NoteScore(0.02, 4, 1.5, ((67, 0.5), (64, 0.2), (62, 0.1), (60, 0.02), (59, 0.01)))


@pytest.fixture
def judged(desk: MusicDesk, session: Session, controller: FakeController) -> MusicDesk:
    session.add_notes(0, (Note(0, 480, 60), Note(480, 480, 64)), "Write")
    desk.surprise.toggle()
    request = controller.requests[-1]
    assert isinstance(request, ScoreNotesRequest)
    assert [note.pitch for note in request.notes] == [60, 64]
    desk.take_reply(NotesScored(len(controller.requests), request, (SCORE, NoteScore(0.9, 1, 0.2))))
    return desk


def test_likely_and_unlikely_notes_look_different(judged: MusicDesk) -> None:
    assert [score.probability for score in judged.roll.state.scores.values()] == [0.02, 0.9]
    assert surprise_step(0.9) == 0 < surprise_step(0.02) < surprise_step(1e-6) == SURPRISE_STEPS - 1
    judged.surprise.toggle()
    assert judged.roll.state.scores == {}


def test_a_click_tells_and_an_alternative_takes_the_place(
    judged: MusicDesk, session: Session, qtbot: QtBot, player: FakePlayer
) -> None:
    hand, card = Hand(qtbot, judged), judged.roll.note_card
    hand.click(hand.at(200, 60))
    assert card.isVisible()
    assert card.title_label.text() == "C4: 2.0 %"
    buttons = card.findChildren(QPushButton)
    assert next(button.text() for button in buttons if not button.isHidden()) == "G4\n50 %"
    assert not card.findChild(QPushButton, "note-card-60").isEnabled()
    assert [note.pitch for note in session.score.notes()] == [60, 64]
    qtbot.mouseClick(card.findChild(QPushButton, "note-card-67"), Qt.MouseButton.LeftButton)
    assert [note.pitch for note in session.score.notes()] == [67, 64]
    assert not card.isVisible()
    assert ("audition", 67) in player.calls
    assert session.undo(MUSIC) == "Swap a note"


def test_the_card_goes_with_the_next_click_elsewhere(judged: MusicDesk, qtbot: QtBot) -> None:
    hand = Hand(qtbot, judged)
    hand.click(hand.at(200, 60))
    hand.click(hand.at(3000, 70))
    assert not judged.roll.note_card.isVisible()


def test_it_listens_again_when_the_score_has_changed(
    judged: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    asked = len(controller.requests)
    session.add_notes(0, (Note(960, 480, 65),), "Write")
    qtbot.waitUntil(lambda: len(controller.requests) > asked)
    request = controller.requests[-1]
    assert isinstance(request, ScoreNotesRequest)
    assert len(request.notes) == 3


def test_a_model_that_cannot_judge_switches_it_off(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    session.add_notes(0, (Note(0, 480, 60),), "Write")
    desk.surprise.toggle()
    told: list[StudioError] = []
    desk.trouble.connect(told.append)
    desk.take_reply(Failure(len(controller.requests), StudioError("Cannot judge notes."), "scores"))
    assert told
    assert not desk.surprise.is_on
