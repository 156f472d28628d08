"""Lanes below the notes: a pedal drawn by hand is heard, undone, erased; any controller of a file can be shown."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.control import BEND, EXPRESSION, SUSTAIN, Control, value_at
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.lanes import VELOCITY, lane_name
from studio.ui.music.snap import SNAPS

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


@pytest.fixture
def drag(qtbot: QtBot, desk: MusicDesk):
    lane, x_of = desk.roll.lanes.control, desk.roll.state.geometry.x_of

    def drag(start: int, end: int, from_y: float, to_y: float, button: Qt.MouseButton = LEFT) -> None:
        height = lane.height()
        places = [
            QPoint(
                round(x_of(start) + (x_of(end) - x_of(start)) * i / 5),
                round(height * (from_y + (to_y - from_y) * i / 5)),
            )
            for i in range(6)
        ]
        qtbot.mousePress(lane, button, Qt.KeyboardModifier.NoModifier, places[0])
        for place in places[1:]:
            qtbot.mouseMove(lane, place)
            lane.mouseMoveEvent(_moved(lane, place, button))
        qtbot.mouseRelease(lane, button, Qt.KeyboardModifier.NoModifier, places[-1])

    return drag


def _moved(lane, place: QPoint, button: Qt.MouseButton):
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    return QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(lane.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )


def controls(session: Session) -> tuple[Control, ...]:
    return session.score.track(0).controls


def test_a_pedal_is_drawn_on_the_grid_in_one_step(session: Session, desk: MusicDesk, drag) -> None:
    desk.roll.lanes.show_lane(SUSTAIN)
    desk.roll.use_snap(SNAPS[0])
    drag(470, 1450, 0.2, 0.2)
    assert controls(session) == (Control(480, SUSTAIN, 127), Control(1440, SUSTAIN, 0))
    assert session.score_history.labels == ("Draw a course",)
    session.undo(MUSIC)
    assert controls(session) == ()


def test_a_curve_follows_the_hand_and_leaves_the_rest_alone(session: Session, desk: MusicDesk, drag) -> None:
    before = (Control(0, EXPRESSION, 50), Control(3000, EXPRESSION, 20), Control(10, SUSTAIN, 127))
    session.change_score(session.score.with_controls(0, before), "Set")
    desk.roll.lanes.show_lane(EXPRESSION)
    drag(480, 1440, 0.9, 0.2)
    after = controls(session)
    assert value_at(after, EXPRESSION, 100) == 50
    values = [value_at(after, EXPRESSION, ticks) for ticks in range(490, 1440, 50)]
    assert values == sorted(values)
    assert values[0] < 25 < 90 < values[-1]
    assert value_at(after, EXPRESSION, 2000) == 50
    assert value_at(after, EXPRESSION, 3000) == 20
    assert value_at(after, SUSTAIN, 500) == 127


def test_the_right_button_takes_a_stretch_away(session: Session, desk: MusicDesk, drag) -> None:
    desk.roll.lanes.show_lane(BEND)
    drag(480, 1440, 0.1, 0.9)
    assert len(controls(session)) > 4
    drag(0, 2400, 0.5, 0.5, RIGHT)
    assert {control.value for control in controls(session)} <= {0}
    assert all(value_at(controls(session), BEND, ticks) == 0 for ticks in range(0, 3000, 100))


def test_the_menu_offers_what_the_track_has(session: Session, desk: MusicDesk) -> None:
    lanes = desk.roll.lanes
    session.change_score(session.score.with_controls(0, (Control(0, 74, 9),)), "Set")
    menu = lanes.chooser.menu()
    menu.aboutToShow.emit()
    words = [action.text() for action in menu.actions()]
    assert words[0] == lane_name(VELOCITY)
    assert words[-1] == "CC 74  •"
    menu.actions()[-1].trigger()
    assert lanes.shown == 74
    assert lanes.chooser.text() == "CC 74"
    assert lanes.can_clear
    lanes.clear()
    assert controls(session) == ()
    lanes.show_next()
    assert lanes.currentWidget() is lanes.velocities


def test_the_pedal_through_the_selection_by_keyboard(session: Session, desk: MusicDesk) -> None:
    session.add_notes(0, (Note(480, 480, 60), Note(960, 480, 64), Note(1920, 480, 67)), "Write")
    first, second, _ = sorted(note.id for note in session.score.notes())
    desk.roll.state.select({first, second})
    next(command for command in desk.commands() if command.id == "pedal-notes").run()
    assert controls(session) == (Control(480, SUSTAIN, 127), Control(1440, SUSTAIN, 0))
    desk.roll.lanes.show_next()
    assert desk.roll.lanes.shown == SUSTAIN
