"""The timeline's panel under mouse and keyboard."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QPixmap, QShortcut
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.settings import FilmChoice
from studio.core.timeline import EASINGS, Timeline
from studio.ui.picture.timeline.film_form import FilmForm
from studio.ui.picture.timeline.timeline_panel import TimelinePanel
from studio.ui.picture.timeline.track_look import RULER_PX, STRIP_TOP
from tests.ui.picture.timeline.conftest import TIMELINE

LEFT = Qt.MouseButton.LeftButton
LANE = RULER_PX + 12
STRIP = STRIP_TOP + 20


def told(signal: object) -> list[tuple[object, ...]]:
    heard: list[tuple[object, ...]] = []
    signal.connect(lambda *values: heard.append(values))  # type: ignore[attr-defined]
    return heard


def at(panel: TimelinePanel, time_s: float, y: int) -> QPoint:
    return QPoint(panel.track.state.scale.x_of(time_s), y)


def test_a_drag_on_the_ruler_scrubs_and_ends_at_rest(panel: TimelinePanel, qtbot: QtBot) -> None:
    heard = told(panel.track.scrubbed)
    qtbot.mousePress(panel.track, LEFT, pos=at(panel, 1.0, 8))
    QTest.mouseMove(panel.track, at(panel, 3.0, 8))
    qtbot.mouseRelease(panel.track, LEFT, pos=at(panel, 3.0, 8))
    assert [at_rest for _, at_rest in heard] == [False, False, True]
    assert heard[0][0] == pytest.approx(1.0, abs=0.05)
    assert heard[-1][0] == pytest.approx(3.0, abs=0.05)
    assert heard[-1][0] * 24 == round(heard[-1][0] * 24)  # type: ignore[operator]


@pytest.mark.parametrize("y", [LANE, STRIP])
def test_a_click_on_a_keyframe_goes_there(panel: TimelinePanel, qtbot: QtBot, y: int) -> None:
    chosen, visited, moved = (
        told(panel.track.key_chosen),
        told(panel.track.key_visited),
        told(panel.track.key_moved),
    )
    qtbot.mouseClick(panel.track, LEFT, pos=at(panel, 2.0, y))
    assert (chosen, visited, moved) == ([(1,)], [(1,)], [])


def test_a_keyframe_is_dragged_from_frame_to_frame(panel: TimelinePanel, qtbot: QtBot) -> None:
    moved, released = told(panel.track.key_moved), told(panel.track.released)
    qtbot.mousePress(panel.track, LEFT, pos=at(panel, 2.0, LANE))
    for time_s in (2.5, 3.01, 3.5):
        QTest.mouseMove(panel.track, at(panel, time_s, LANE))
    qtbot.mouseRelease(panel.track, LEFT, pos=at(panel, 3.5, LANE))
    assert len(moved) >= 3
    assert all(index == 1 and (time_s * 24) == round(time_s * 24) for index, time_s in moved)  # type: ignore[operator]
    assert released == [()]


def test_a_double_click_keeps_or_takes(panel: TimelinePanel, qtbot: QtBot) -> None:
    added, taken = told(panel.track.add_requested), told(panel.track.key_taken)
    qtbot.mouseDClick(panel.track, LEFT, pos=at(panel, 3.0, LANE))
    qtbot.mouseDClick(panel.track, LEFT, pos=at(panel, 4.0, LANE))
    assert added[0][0] == pytest.approx(3.0, abs=0.05)
    assert taken == [(2,)]


def test_the_track_has_its_keys(panel: TimelinePanel, qtbot: QtBot) -> None:
    keys = panel.track.keys
    cases = (
        (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier, keys.stepped, (1,)),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, keys.second_stepped, (-1,)),
        (Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier, keys.nudged, (1,)),
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, keys.ended, (1,)),
        (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier, keys.delete_requested, ()),
        (Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier, keys.duplicate_requested, ()),
        (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, keys.play_requested, ()),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, keys.take_requested, ()),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, keys.back_requested, ()),
        (Qt.Key.Key_5, Qt.KeyboardModifier.NoModifier, keys.easing_chosen, ("hold",)),
    )
    for key, modifier, signal, values in cases:
        heard = told(signal)
        qtbot.keyClick(panel.track, key, modifier)
        assert heard == [values], key


def test_the_track_s_keys_go_before_the_window_s(panel: TimelinePanel, qtbot: QtBot) -> None:
    shortcut = QShortcut(QKeySequence("Ctrl+D"), panel)
    stolen, heard = told(shortcut.activated), told(panel.track.keys.duplicate_requested)
    panel.activateWindow()
    panel.track.setFocus()
    qtbot.keyClick(panel.track, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert (stolen, heard) == ([], [()])


def test_showing_tells_nobody_and_enables_what_can_be_done(panel: TimelinePanel) -> None:
    row = panel.row
    heard = [told(s) for s in (row.way_chosen, row.easing_chosen, row.fps_chosen, row.length_chosen)]
    panel.show_timeline(Timeline(TIMELINE.keyframes, "spline", True, 9.0, 30), 2)
    assert not any(heard)
    assert (row.fps.value(), row.length.value(), row.loop.isChecked()) == (30, 9.0, True)
    assert all(part.isEnabled() for part in (row.play, row.easing, row.delete, row.update_key))
    panel.show_timeline(Timeline(), None)
    assert not any(part.isEnabled() for part in (row.play, row.easing, row.delete, row.export, row.length))


def test_the_row_tells_what_is_chosen(panel: TimelinePanel, qtbot: QtBot) -> None:
    row = panel.row
    panel.show_timeline(TIMELINE, 0)
    ways, easings, rates = told(row.way_chosen), told(row.easing_chosen), told(row.fps_chosen)
    row.way.setFocus()
    qtbot.keyClick(row.way, Qt.Key.Key_Down)
    qtbot.keyClick(row.easing, Qt.Key.Key_Down)
    row.fps.setValue(30)
    assert (ways, easings, rates) == ([("spline",)], [("hold",)], [(30,)])


def test_the_menu_of_a_keyframe_marks_its_easing(panel: TimelinePanel) -> None:
    chosen, easings = told(panel.track.key_chosen), told(panel.row.easing_chosen)
    menu = panel.menu(1, 2.0)
    marked = [action.isChecked() for action in menu.actions()[: len(EASINGS)]]
    assert marked == [easing == "in-out" for easing in EASINGS]
    menu.actions()[4].trigger()
    assert (chosen, easings) == ([(1,)], [("hold",)])
    assert [action.text() for action in panel.menu(-1, 1.0).actions() if action.text()] == [
        "Keep the picture here", "Even out", "Reverse", "Clear",
    ]  # fmt: skip


def test_it_paints_at_any_size_with_and_without_pictures(panel: TimelinePanel) -> None:
    pixmap = QPixmap(44, 44)
    pixmap.fill(Qt.GlobalColor.red)
    panel.track.show_pictures({tile.time_s: pixmap for tile in panel.track.state.tiles})
    panel.show_state(True, True, False)
    panel.track.show_words("24 fps")
    for width in (40, 720, 2000):
        panel.resize(width, 140)
        panel.show_time(width / 500)
        assert not panel.grab().isNull()
    panel.show_timeline(Timeline(), None)
    assert not panel.grab().isNull()


def test_a_playhead_that_runs_on_stays_on_the_track(panel: TimelinePanel) -> None:
    for time_s in (1.0, 4.0, 30.0, 100.0):
        panel.show_time(time_s)
        assert panel.track.state.scale.x_of(time_s) < panel.track.width()


def test_the_form_says_what_will_be_made(qtbot: QtBot) -> None:
    form = FilmForm()
    qtbot.addWidget(form)
    form.show_choice(FilmChoice(), TIMELINE, (128, 96))
    assert form.choice == FilmChoice()
    assert form.summary.text() == "96 frames, 0:04.0, 128 × 96 px"
    form.show_choice(FilmChoice("webp", 1000, 12, "best", 3), TIMELINE, (128, 96))
    assert form.choice == FilmChoice("webp", 1000, 12, "best", 3)
    assert form.summary.text() == "48 frames, 0:04.0, 1000 × 750 px"
    form.kind.setCurrentIndex(0)
    assert form.summary.text().startswith("144 frames, 0:12.0")
    form.size_box.setEditText("99999")
    assert form.choice.size == 8192
