"""The slider under a careful hand: fine drags, fine steps, and a wheel that lets pages scroll."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.parameter import Parameter
from studio.ui.common.labelled_slider import LabelledSlider

LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
NONE, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
PARAMETER = Parameter("pca-0", "Dark – light", -3.0, 3.0, 0.0)


@pytest.fixture
def slider(qtbot: QtBot) -> LabelledSlider:
    made = LabelledSlider(PARAMETER, "one")
    qtbot.addWidget(made)
    made.resize(272, 48)
    made.show()
    qtbot.waitExposed(made)
    return made


def turn(slider: LabelledSlider, notches: float, modifier: Qt.KeyboardModifier = NONE) -> bool:
    """Turn the wheel over the slider; whether it took the turn."""
    spot = QPointF(slider.slider.rect().center())
    delta = QPoint(round(notches * 120), 0) if modifier == ALT else QPoint(0, round(notches * 120))
    event = QWheelEvent(
        spot, slider.slider.mapToGlobal(spot), QPoint(), delta, Qt.MouseButton.NoButton, modifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(slider.slider, event)
    return event.isAccepted()


@pytest.mark.parametrize(("button", "modifier"), [(MIDDLE, NONE), (LEFT, SHIFT)])
def test_a_fine_drag_goes_a_tenth_of_the_way_as_one_step(
    slider: LabelledSlider, qtbot: QtBot, button: Qt.MouseButton, modifier: Qt.KeyboardModifier
) -> None:
    told: list[object] = []
    slider.moved.connect(told.append)
    slider.released.connect(lambda: told.append("released"))
    far = QPoint(20, 8)  # not on the handle: a fine drag does not jump to the pointer
    slider.slider.setFocus()
    told.clear()
    qtbot.mousePress(slider.slider, button, modifier, far)
    for x in range(1, 101):
        qtbot.mouseMove(slider.slider, far + QPoint(x, 0))
    assert slider.value == pytest.approx(6 * 100 / 260 / 10, abs=0.02)
    qtbot.mouseRelease(slider.slider, button, modifier, far + QPoint(100, 0))
    assert told.count("released") == 1
    assert told[-1] == "released"
    assert told[:-1] == sorted(told[:-1])


def test_shift_makes_arrows_fine(slider: LabelledSlider, qtbot: QtBot) -> None:
    qtbot.keyClick(slider.slider, Qt.Key.Key_Right)
    assert slider.value == pytest.approx(0.06)
    for count in range(1, 31):
        before = slider.value
        qtbot.keyClick(slider.slider, Qt.Key.Key_Right, SHIFT)
        assert 0.005 < slider.value - before < 0.025, f"step {count}"
    qtbot.keyClick(slider.slider, Qt.Key.Key_Left, SHIFT)
    assert slider.value < before + 0.02


def test_the_wheel_moves_only_with_focus_or_alt(slider: LabelledSlider) -> None:
    slider.slider.clearFocus()
    assert not turn(slider, 1)
    assert slider.value == 0.0
    assert turn(slider, 1, ALT)
    assert slider.value == pytest.approx(0.06)
    slider.slider.setFocus()
    assert turn(slider, -1)
    assert slider.value == pytest.approx(0.0)
    turn(slider, 1, SHIFT)
    assert slider.value == pytest.approx(0.01)


def test_small_turns_of_a_touch_pad_add_up(slider: LabelledSlider) -> None:
    slider.slider.setFocus()
    for _ in range(8):
        turn(slider, 0.25)
    assert slider.value == pytest.approx(0.12)


def test_turns_of_the_wheel_end_as_one_step(slider: LabelledSlider, qtbot: QtBot) -> None:
    slider.slider.setFocus()
    with qtbot.waitSignal(slider.released) as _:
        for _ in range(5):
            turn(slider, 1)


def test_a_middle_double_click_does_not_reset(slider: LabelledSlider, qtbot: QtBot) -> None:
    slider.show_value(2.0)
    centre = slider.slider.rect().center()
    qtbot.mouseDClick(slider.slider, MIDDLE, pos=centre)
    qtbot.mouseRelease(slider.slider, MIDDLE, pos=centre)
    assert slider.value == 2.0
    qtbot.mouseDClick(slider.slider, LEFT, pos=centre)
    assert slider.value == 0.0
