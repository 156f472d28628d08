"""The square of moods: off at rest, moved by mouse and keys, and ideas that follow the hand."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.attributes import ATTRIBUTES
from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest, Failure
from studio.core.mood import Mood
from studio.core.score import KeySignature
from studio.core.session import MUSIC, Session
from studio.core.theory import scale_pitches
from studio.ui.music.asking import Place, request_for
from studio.ui.music.compose.ask import FOLLOW, Ask
from studio.ui.music.compose.mood_pad import MoodPad
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController
from tests.ui.music.test_desk import pitches, write_four
from tests.ui.music.test_ideas import answer, ghosts


@pytest.fixture
def pad(qtbot: QtBot) -> MoodPad:
    pad = MoodPad()
    qtbot.addWidget(pad)
    pad.resize(260, 220)
    with qtbot.waitExposed(pad):
        pad.show()
    return pad


def test_it_is_off_at_rest_and_follows_the_mouse(pad: MoodPad, qtbot: QtBot) -> None:
    assert pad.mood is None
    assert pad.off_button.isHidden()
    square = pad.square
    qtbot.mousePress(square, Qt.MouseButton.LeftButton, pos=square.place_of(Mood()).toPoint())
    assert pad.mood is not None
    assert abs(pad.mood.valence) < 0.02
    with qtbot.waitSignal(pad.moved):
        qtbot.mouseMove(square, square.place_of(Mood(-0.5, 0.5)).toPoint())
    assert pad.mood.valence == pytest.approx(-0.5, abs=0.02)
    assert pad.mood.energy == pytest.approx(0.5, abs=0.02)
    with qtbot.waitSignal(pad.released):
        qtbot.mouseRelease(square, Qt.MouseButton.LeftButton)
    assert "-0.5" in pad.value_label.text()
    assert "-0.5" in square.accessibleName()
    qtbot.mouseDClick(square, Qt.MouseButton.LeftButton)
    assert pad.mood is None
    assert square.accessibleName() == "Mood: No mood"


def test_keys_move_it_and_delete_switches_it_off(pad: MoodPad, qtbot: QtBot) -> None:
    qtbot.keyClick(pad.square, Qt.Key.Key_Right)
    qtbot.keyClick(pad.square, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert pad.mood == Mood(0.1, 0.02)
    with qtbot.waitSignal(pad.released):
        qtbot.keyClick(pad.square, Qt.Key.Key_Delete)
    assert pad.mood is None


@pytest.mark.parametrize(
    ("key", "own"), [(Qt.Key.Key_Delete, True), (Qt.Key.Key_Left, True), (Qt.Key.Key_K, False)]
)
def test_its_keys_come_before_those_of_commands(pad: MoodPad, key: Qt.Key, own: bool) -> None:
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    asked.ignore()
    QApplication.sendEvent(pad.square, asked)
    assert asked.isAccepted() == own


def test_a_hand_that_leaves_the_square_stays_at_its_edge(pad: MoodPad, qtbot: QtBot) -> None:
    square = pad.square
    qtbot.mousePress(square, Qt.MouseButton.LeftButton, pos=square.rect().center())
    qtbot.mouseMove(square, square.rect().bottomRight() * 2)
    assert pad.mood == Mood(1, -1)


# --- what is asked ----------------------------------------------------------------------------------------

D_MAJOR = KeySignature(0, 2)


def asked(session: Session, ask: Ask) -> ComposeRequest:
    return request_for("tune-writer", session.score, Place(0), ask)


def test_the_mode_is_the_mood_s_where_the_scale_is_free(session: Session) -> None:
    write_four(session)
    sad = Ask(mood=Mood(-0.8, 0), takes_line=True)
    assert asked(session, sad).scale == scale_pitches(0, "minor")
    follow = Ask(mood=Mood(-0.8, 0), scale=FOLLOW)
    assert asked(session, follow).scale == scale_pitches(0, "minor")
    chosen = Ask(mood=Mood(-0.8, 0), scale="lydian", tonic=5)
    assert asked(session, chosen).scale == scale_pitches(5, "lydian")
    session.change_score(session.score.with_key(2), "Key")
    assert asked(session, follow).scale == scale_pitches(2, "major"), "the written key stands in the way"


def test_a_line_of_one_s_own_comes_before_the_mood(session: Session) -> None:
    write_four(session)
    request = asked(session, Ask(mood=Mood(0, 1), takes_line=True, attributes=(("density", 0.1),)))
    assert dict(request.attributes)["density"] == 0.1
    assert set(dict(request.attributes)) <= set(ATTRIBUTES)
    assert request.best_of > 1
    assert asked(session, Ask(mood=Mood(0, 1))).attributes == ()


# --- following the hand -----------------------------------------------------------------------------------


@pytest.fixture
def ideas(desk: MusicDesk, session: Session, controller: FakeController) -> MusicDesk:
    """Three ideas stand, the second shows."""
    write_four(session)
    desk.compose.form.ideas_box.setValue(3)
    desk.compose.form.seed_box.setValue(40)
    desk.cowriter.continue_()
    answer(desk, controller, (60,), (62,), (64,))
    desk.cowriter.step(1)
    return desk


def last(controller: FakeController) -> ComposeRequest:
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    return request


def reply(desk: MusicDesk, controller: FakeController, *ideas_pitches: int) -> None:
    answer(desk, controller, *((pitch,) for pitch in ideas_pitches))


def test_the_idea_that_shows_follows_the_hand_and_the_others_when_it_rests(
    ideas: MusicDesk, controller: FakeController
) -> None:
    square, count = ideas.compose.form.mood.square, len(controller.requests)
    for step in range(1, 5):
        square.take(Mood(0.1 * step, 0))
    assert len(controller.requests) == count + 1, "one question at a time"
    assert (last(controller).seed, last(controller).candidates) == (41, 1)
    assert last(controller).mood == Mood(0.1, 0)
    assert "Thinking" not in ideas.compose.state_label.text()
    reply(ideas, controller, 72)
    assert ghosts(ideas) == [72]
    assert last(controller).mood == Mood(0.4, 0), "the newest wish comes next, the ones between never"
    square.released.emit()
    reply(ideas, controller, 74)
    assert (last(controller).seed, last(controller).candidates) == (40, 3)
    reply(ideas, controller, 81, 83, 84)
    assert ghosts(ideas) == [83]
    assert [idea.seed for idea in ideas.cowriter.ideas.answers] == [40, 41, 42]
    assert len(controller.requests) == count + 3
    assert controller.cancelled == []


def test_without_ideas_a_mood_asks_for_nothing_yet(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.compose.form.mood.square.take(Mood(1, 1))
    desk.compose.form.mood.square.released.emit()
    assert controller.requests == []
    desk.cowriter.continue_()
    assert last(controller).mood == Mood(1, 1)


def test_a_rejected_idea_does_not_come_back(ideas: MusicDesk, controller: FakeController) -> None:
    ideas.compose.form.mood.square.take(Mood(1, 1))
    ideas.cowriter.reject()
    reply(ideas, controller, 72)
    assert ghosts(ideas) == []


def test_what_cannot_be_is_said_and_the_ideas_stay(ideas: MusicDesk, controller: FakeController) -> None:
    ideas.compose.form.mood.square.take(Mood(1, 1))
    ideas.take_reply(Failure(len(controller.requests), StudioError("No note lies in this range.")))
    assert "range" in ideas.compose.state_label.text()
    assert ghosts(ideas) == [62]


def test_continue_goes_before_what_follows_the_hand(ideas: MusicDesk, controller: FakeController) -> None:
    ideas.compose.form.mood.square.take(Mood(1, 1))
    following = len(controller.requests)
    ideas.cowriter.continue_()
    assert controller.cancelled == [following]
    reply(ideas, controller, 50)
    assert ghosts(ideas) == [50]


def test_the_accepted_notes_carry_their_mood_and_seed(
    ideas: MusicDesk, session: Session, controller: FakeController
) -> None:
    ideas.compose.form.mood.square.take(Mood(0.5, 0.5))
    reply(ideas, controller, 72)
    ideas.cowriter.accept_all()
    recipe = ideas.cowriter.recipe
    assert recipe is not None
    assert recipe.compose is not None
    assert (recipe.compose.mood, recipe.compose.seed) == (Mood(0.5, 0.5), 41)
    assert pitches(session)[-1] == 72
    session.undo(MUSIC)
    assert pitches(session) == [60, 62, 64, 65]


def test_a_starred_idea_stays_as_it_was_liked(ideas: MusicDesk, controller: FakeController) -> None:
    writer, count = ideas.cowriter, len(controller.requests)
    writer.use_ideas(writer.ideas.starring(1, True))
    ideas.compose.form.mood.square.take(Mood(1, 1))
    assert len(controller.requests) == count, "the starred one shows"
    writer.step(1)
    ideas.compose.form.mood.square.take(Mood(1, 0.9))
    reply(ideas, controller, 84)
    ideas.compose.form.mood.square.released.emit()
    reply(ideas, controller, 81, 82, 84)
    assert [idea.ghosts[0].note.pitch for idea in writer.ideas.answers] == [81, 62, 84]
    writer.step(-1)
    ideas.compose.form.mood.square.take(Mood(0, 0))
    ideas.compose.form.mood.square.released.emit()
    reply(ideas, controller, 70, 71, 72)
    assert [idea.ghosts[0].note.pitch for idea in writer.ideas.answers] == [70, 62, 72]


def test_a_slider_of_the_line_is_followed_too(ideas: MusicDesk, controller: FakeController) -> None:
    count = len(controller.requests)
    ideas.compose.form.attributes.sliders["density"].go_to(0.9)
    assert len(controller.requests) == count + 1
