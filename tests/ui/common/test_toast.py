"""Messages at the bottom right."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.ui.common.error_details import ErrorDetails
from studio.ui.common.toast import MOST, Toasts

LEFT = Qt.MouseButton.LeftButton
ERROR = StudioError("The picture is cut off.", "13 bytes are missing", "Open another copy.")


@pytest.fixture
def toasts(qtbot: QtBot) -> Toasts:
    ground = QWidget()
    qtbot.addWidget(ground)
    ground.resize(800, 600)
    ground.show()
    qtbot.waitExposed(ground)
    return Toasts(ground)


def test_they_stack_upwards_in_the_corner_and_follow_it(toasts: Toasts) -> None:
    older, newer = toasts.show_notice("Saved."), toasts.show_error(ERROR)
    assert older.geometry().bottom() < newer.geometry().top()
    toasts._ground.resize(1000, 700)
    assert newer.geometry().right() == 1000 - 16 - 1
    assert newer.geometry().bottom() == 700 - 16 - 1


def test_the_fourth_sends_the_oldest_away(toasts: Toasts) -> None:
    for number in range(MOST + 1):
        toasts.show_notice(str(number))
    assert [toast.accessibleName() for toast in toasts.toasts] == ["1", "2", "3"]


def test_an_error_says_what_to_do_and_details_tell_the_rest(toasts: Toasts, qtbot: QtBot) -> None:
    toast = toasts.show_error(ERROR)
    assert toast.accessibleName() == "The picture is cut off. Open another copy."
    qtbot.mouseClick(toast.findChild(QPushButton, "toast-details"), LEFT)
    details = toasts._ground.findChild(ErrorDetails)
    assert details is not None
    assert not details.isModal()
    qtbot.mouseClick(details.copy, LEFT)
    assert "13 bytes are missing" in QGuiApplication.clipboard().text()
    details.close()


def test_the_cross_and_escape_close(toasts: Toasts, qtbot: QtBot) -> None:
    first, second = toasts.show_notice("One"), toasts.show_notice("Two")
    qtbot.mouseClick(first.findChild(QToolButton, "toast-close"), LEFT)
    assert toasts.toasts == [second]
    qtbot.keyClick(second, Qt.Key.Key_Escape)
    assert toasts.toasts == []


def test_it_goes_by_itself(toasts: Toasts, qtbot: QtBot) -> None:
    toast = toasts.show_notice("Saved.")
    toast._rest.start(1)
    qtbot.waitUntil(lambda: not toasts.toasts)
