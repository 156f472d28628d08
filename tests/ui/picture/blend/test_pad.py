"""The pad under mouse and keyboard: what it tells, what it shows, and what it keeps to itself."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QSlider
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.picture import Frame
from studio.core.project import BlendPad, PadPoint
from studio.ui.picture.blend.pad_panel import PadPanel

LEFT = Qt.MouseButton.LeftButton
THREE = BlendPad(
    (PadPoint(Latent(1), 0.2, 0.2), PadPoint(Latent(2), 0.8, 0.2), PadPoint(Latent(3), 0.5, 0.8))
)


@pytest.fixture
def panel(qtbot: QtBot) -> PadPanel:
    made = PadPanel()
    qtbot.addWidget(made)
    made.resize(280, 600)
    made.show()
    qtbot.waitExposed(made)
    made.show_pad(THREE, is_shown=True)
    return made


@pytest.fixture
def told(panel: PadPanel) -> list[tuple[object, ...]]:
    """All wishes in their order."""
    heard: list[tuple[object, ...]] = []
    panel.cursor_moved.connect(lambda x, y: heard.append(("cursor", round(x, 2), round(y, 2))))
    panel.point_moved.connect(lambda i, x, y: heard.append(("point", i, round(x, 2), round(y, 2))))
    panel.visit_requested.connect(lambda i: heard.append(("visit", i)))
    panel.remove_requested.connect(lambda i: heard.append(("remove", i)))
    panel.weight_moved.connect(lambda i, share: heard.append(("weight", i, round(share, 3))))
    panel.add_requested.connect(lambda place: heard.append(("add", place)))
    panel.released.connect(lambda: heard.append(("released",)))
    return heard


def spot(panel: PadPanel, x: float, y: float) -> QPoint:
    return panel.pad.look.spot(panel.pad.room(), x, y).toPoint()


Told = list[tuple[object, ...]]


def test_a_click_moves_the_cursor_there_and_a_drag_takes_it_along(
    panel: PadPanel, qtbot: QtBot, told: Told
) -> None:
    qtbot.mousePress(panel.pad, LEFT, pos=spot(panel, 0.5, 0.5))
    qtbot.mouseMove(panel.pad, spot(panel, 0.25, 0.75))
    qtbot.mouseRelease(panel.pad, LEFT, pos=spot(panel, 0.25, 0.75))
    assert [name for name, *_ in told] == ["cursor", "cursor", "released"]
    assert told[1][1:] == pytest.approx((0.25, 0.75), abs=0.02)


def test_a_picture_is_chosen_by_a_click_and_moved_by_a_drag(
    panel: PadPanel, qtbot: QtBot, told: Told
) -> None:
    qtbot.mouseClick(panel.pad, LEFT, pos=spot(panel, 0.2, 0.2))
    assert (panel.pad.look.selected, told) == (0, [])
    qtbot.mousePress(panel.pad, LEFT, pos=spot(panel, 0.2, 0.2) + QPoint(8, 8))
    qtbot.mouseMove(panel.pad, spot(panel, 0.4, 0.6) + QPoint(8, 8))
    qtbot.mouseRelease(panel.pad, LEFT, pos=spot(panel, 0.4, 0.6))
    assert told[0] == ("point", 0, pytest.approx(0.4, abs=0.02), pytest.approx(0.6, abs=0.02))
    assert told[-1] == ("released",)


def test_a_place_beyond_the_rim_is_the_rim(panel: PadPanel, qtbot: QtBot, told: Told) -> None:
    qtbot.mousePress(panel.pad, LEFT, pos=spot(panel, 0.5, 0.5))
    qtbot.mouseMove(panel.pad, QPoint(-50, 5000))
    qtbot.mouseRelease(panel.pad, LEFT)
    assert told[1] == ("cursor", 0.0, 1.0)


def test_the_cursor_on_a_picture_is_taken_before_the_picture(
    panel: PadPanel, qtbot: QtBot, told: Told
) -> None:
    panel.show_pad(BlendPad(THREE.points, (0.2, 0.2)), is_shown=True)
    qtbot.mousePress(panel.pad, LEFT, pos=spot(panel, 0.2, 0.2))
    qtbot.mouseMove(panel.pad, spot(panel, 0.5, 0.5))
    qtbot.mouseRelease(panel.pad, LEFT)
    assert {name for name, *_ in told} == {"cursor", "released"}


def test_a_double_click_goes_to_a_picture(panel: PadPanel, qtbot: QtBot, told: Told) -> None:
    qtbot.mouseDClick(panel.pad, LEFT, pos=spot(panel, 0.8, 0.2))
    assert told == [("visit", 1)]


def test_everything_works_by_keyboard(panel: PadPanel, qtbot: QtBot, told: Told) -> None:
    pad, key = panel.pad, Qt.Key
    pad.setFocus()
    qtbot.keyClick(pad, key.Key_Right)
    qtbot.keyClick(pad, key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(pad, key.Key_3)
    qtbot.keyClick(pad, key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.keyClick(pad, key.Key_Return)
    qtbot.keyClick(pad, key.Key_Delete)
    assert told == [
        ("cursor", 0.55, 0.5),
        ("cursor", 0.5, 0.49),
        ("point", 2, 0.45, 0.8),
        ("visit", 2),
        ("remove", 2),
    ]
    qtbot.keyClick(pad, key.Key_Escape)
    assert pad.look.selected == -1
    qtbot.waitUntil(lambda: told[-1] == ("released",), timeout=5000)


def test_tab_goes_from_picture_to_picture_and_on(panel: PadPanel, qtbot: QtBot) -> None:
    panel.pad.setFocus()
    chosen = []
    for _ in range(3):
        qtbot.keyClick(panel.pad, Qt.Key.Key_Tab)
        chosen.append(panel.pad.look.selected)
    assert chosen == [0, 1, 2]
    assert panel.pad.focusNextPrevChild(False)
    assert panel.pad.look.selected == 1


def test_its_keys_are_its_own(panel: PadPanel) -> None:
    for key in (Qt.Key.Key_Delete, Qt.Key.Key_Left, Qt.Key.Key_Return):
        event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
        assert panel.pad.event(event)
    event = QKeyEvent(QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    event.ignore()
    panel.pad.event(event)
    assert not event.isAccepted()


def test_showing_tells_nobody(panel: PadPanel, told: Told, frame: Callable[..., Frame]) -> None:
    panel.weights.section.set_open(True)
    panel.show_pad(BlendPad(THREE.points, (0.1, 0.9)), is_shown=False)
    panel.show_frames((frame(), None, frame()))
    panel.show_pad(BlendPad(), is_shown=False)
    assert told == []


def test_an_empty_pad_says_what_to_do_and_takes_no_click(panel: PadPanel, qtbot: QtBot, told: Told) -> None:
    panel.show_pad(BlendPad(), is_shown=False)
    assert "drag between them" in panel.pad.accessibleDescription()
    qtbot.mouseClick(panel.pad, LEFT, pos=QPoint(100, 100))
    qtbot.keyClick(panel.pad, Qt.Key.Key_Left)
    assert told == []
    qtbot.mouseClick(panel.findChild(QPushButton, "pad-add"), LEFT)
    assert told == [("add", None)]
    assert not panel.weights.isVisible()


def test_exact_weights_are_read_and_set(panel: PadPanel, qtbot: QtBot, told: Told) -> None:
    panel.weights.section.set_open(True)
    panel.show_pad(BlendPad(THREE.points, (0.5, 0.5), (0.5, 0.25, 0.25)), is_shown=True)
    assert [row.value for row in panel.weights.rows] == [50.0, 25.0, 25.0]
    assert panel.weights.distance_button.isVisible()
    box = panel.weights.rows[1].value_box
    box.setValue(75.0)
    assert told[0] == ("weight", 1, 0.75)
    panel.show_pad(BlendPad(THREE.points[:2], (0.2, 0.2)), is_shown=True)
    assert [row.value for row in panel.weights.rows] == [100.0, 0.0]
    assert not panel.weights.distance_button.isVisible()
    assert panel.findChild(QSlider, "pad-weight-0-slider") is not None


def test_the_menu_offers_what_can_be_done_there(panel: PadPanel, told: Told) -> None:
    on_picture, on_empty = panel.menu(1, QPointF(0.8, 0.2)), panel.menu(-1, QPointF(0.3, 0.4))
    on_picture.actions()[0].trigger()
    on_picture.actions()[1].trigger()
    on_empty.actions()[0].trigger()
    assert told == [("visit", 1), ("remove", 1), ("add", (0.3, 0.4))]


def test_the_pad_stays_a_square_that_fits(panel: PadPanel) -> None:
    for width in (200, 280, 900):
        panel.resize(width, 700)
        room = panel.pad.room()
        assert room.width() == room.height() <= 420
    assert "40" in panel.pad.tip(QPointF(spot(panel, 0.2, 0.2))) or "%" in panel.pad.tip(
        QPointF(spot(panel, 0.2, 0.2))
    )
