"""The layers panel under a hand: eyes, locks, names, order, opacity and mode, by mouse and by keyboard."""

import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, QUrl
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from studio.core.layers import Layer
from studio.ui.picture.layers.layer_painter import eye_rect, lock_rect, words_about
from studio.ui.picture.layers.layers_panel import LayersPanel

STACK = (
    Layer(0, "Picture", "live"),
    Layer(1, "Sky", "picture", mode="soft-light", opacity=0.6),
    Layer(2, "Paint", "paint"),
)


@pytest.fixture
def panel(qtbot: QtBot) -> LayersPanel:
    panel = LayersPanel()
    qtbot.addWidget(panel)
    panel.resize(280, 480)
    panel.show()
    panel.show_stack(STACK, 2, is_alone=False)
    return panel


def row_of(panel: LayersPanel, layer_id: int) -> QModelIndex:
    return panel.list.layers.index(panel.list.layers.row_of(layer_id))


def test_the_uppermost_layer_stands_first(panel: LayersPanel) -> None:
    names = [panel.list.layers.index(row).data() for row in range(3)]
    assert names == ["Paint", "Sky", "Picture"]
    assert words_about(STACK[1]) == "Soft light · 60 %"
    assert row_of(panel, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "Sky, Soft light · 60 %"


def test_showing_a_stack_makes_no_wish(panel: LayersPanel, qtbot: QtBot) -> None:
    for signal in (panel.list.chosen, panel.opacity_moved, panel.mode_chosen):
        with qtbot.assertNotEmitted(signal):
            panel.show_stack(STACK, 1, is_alone=False)
    assert panel.opacity.value == 0.6
    assert panel.mode_box.currentData() == "soft-light"


def test_a_click_on_the_eye_or_the_lock_does_not_choose(panel: LayersPanel, qtbot: QtBot) -> None:
    view = panel.list
    rect = view.visualRect(row_of(panel, 1))
    for place, signal in ((eye_rect(rect), view.eye_toggled), (lock_rect(rect), view.lock_toggled)):
        with qtbot.waitSignal(signal) as told, qtbot.assertNotEmitted(view.chosen):
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place.center())
        assert told.args == [1]


def test_keys_choose_hide_and_remove(panel: LayersPanel, qtbot: QtBot) -> None:
    view = panel.list
    with qtbot.waitSignal(view.chosen) as told:
        qtbot.keyClick(view, Qt.Key.Key_Down)
    assert told.args == [1]
    with qtbot.waitSignal(view.eye_toggled):
        qtbot.keyClick(view, Qt.Key.Key_Space)
    with qtbot.waitSignal(panel.asked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert told.args == ["remove-layer"]


def test_a_name_is_typed_in_place(panel: LayersPanel, qtbot: QtBot) -> None:
    view = panel.list
    view.edit(row_of(panel, 1))
    editor = view.findChild(QLineEdit)
    assert editor is not None
    editor.setText("Evening")
    with qtbot.waitSignal(view.layers.renamed) as told:
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert told.args == [1, "Evening"]


@pytest.mark.parametrize(
    ("layer_id", "row", "index"), [(2, 3, 0), (2, 2, 1), (0, 0, 2), (0, 1, 1), (1, -1, 0)]
)
def test_a_dragged_row_gets_an_index_from_below(
    panel: LayersPanel, qtbot: QtBot, layer_id: int, row: int, index: int
) -> None:
    model = panel.list.layers
    data = model.mimeData([row_of(panel, layer_id)])
    with qtbot.waitSignal(model.dropped) as told:
        model.dropMimeData(data, Qt.DropAction.MoveAction, row, 0, QModelIndex())
    assert told.args == [layer_id, index]


def test_files_can_be_dropped(panel: LayersPanel, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/tmp/a.png")])
    with qtbot.waitSignal(panel.list.layers.files_dropped) as told:
        panel.list.layers.dropMimeData(data, Qt.DropAction.CopyAction, -1, 0, QModelIndex())
    assert told.args == [["/tmp/a.png"]]


def test_a_double_click_on_the_eye_is_no_name(panel: LayersPanel, qtbot: QtBot) -> None:
    view = panel.list
    spot: QPoint = eye_rect(view.visualRect(row_of(panel, 1))).center()
    with qtbot.waitSignal(view.eye_toggled):
        qtbot.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert view.findChild(QLineEdit) is None


def test_a_locked_layer_keeps_its_mode(panel: LayersPanel) -> None:
    locked = Layer(3, "Locked", "paint", locked=True)
    panel.show_stack((*STACK, locked), 3, is_alone=False)
    assert not panel.opacity.isEnabled()
    assert not panel.mode_box.isEnabled()


def test_every_button_has_a_name_and_words(panel: LayersPanel) -> None:
    for command, button in panel.buttons.items():
        assert button.objectName() == f"layers-{command}"
        assert button.accessibleName()
        assert button.toolTip()
