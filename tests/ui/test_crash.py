"""Crashes: whatever nobody caught is logged, reaches the GUI thread, and is shown in one dialog."""

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLabel, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.ui.crash import CrashDialog, CrashGuard
from tests.real_mouse import RealMouse

pytestmark = pytest.mark.expects_log


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return window


@pytest.fixture
def guard(window: QWidget) -> Iterator[CrashGuard]:
    guard = CrashGuard(window)
    guard.show_over(window)
    guard.install()
    yield guard
    guard.uninstall()


def _dialogs(window: QWidget) -> list[CrashDialog]:
    return window.findChildren(CrashDialog)


def _raise_in_slot(error: Exception) -> None:
    def slot() -> None:
        raise error

    QTimer.singleShot(0, slot)


def test_an_exception_in_a_slot_is_shown_over_the_window(
    qtbot: QtBot, guard: CrashGuard, window: QWidget
) -> None:
    with qtbot.waitSignal(guard.crashed):
        _raise_in_slot(ZeroDivisionError("in the slot"))
    qtbot.waitUntil(lambda: len(_dialogs(window)) == 1)
    assert "ZeroDivisionError: in the slot" in _dialogs(window)[0].report()


def test_an_exception_on_a_thread_names_the_thread(qtbot: QtBot, guard: CrashGuard, window: QWidget) -> None:
    def work() -> None:
        raise OSError("on the thread")

    with qtbot.waitSignal(guard.crashed) as signal:
        thread = threading.Thread(target=work, name="device-cpu")
        thread.start()
        thread.join()
    assert signal.args is not None
    assert "On the thread device-cpu." in signal.args[0]
    qtbot.waitUntil(lambda: len(_dialogs(window)) == 1)


def test_a_storm_fills_one_dialog_only(qtbot: QtBot, guard: CrashGuard, window: QWidget) -> None:
    for count in range(50):
        _raise_in_slot(ValueError(f"number {count}."))
    qtbot.waitUntil(lambda: bool(_dialogs(window)) and "number 19." in _dialogs(window)[0].report())
    qtbot.wait(20)
    assert len(_dialogs(window)) == 1
    assert "number 20." not in _dialogs(window)[0].report()


def test_an_uncaught_studio_error_is_no_crash(qtbot: QtBot, guard: CrashGuard, window: QWidget) -> None:
    error = StudioError("The picture could not be read.")
    with qtbot.waitSignal(guard.troubled) as signal:
        _raise_in_slot(error)
    assert signal.args == [error]
    assert _dialogs(window) == []


def test_an_interrupt_goes_to_the_hook_before(window: QWidget, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[type[BaseException]] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, *_: seen.append(kind))
    guard = CrashGuard(window)
    guard.install()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    guard.uninstall()
    assert seen == [KeyboardInterrupt]


def test_the_last_crash_is_offered_once(guard: CrashGuard, fresh_settings: Path) -> None:
    (fresh_settings / "logs").mkdir(parents=True)
    (fresh_settings / "logs" / "fault-7.log").write_text("Fatal Python error: Segmentation fault")
    dialog = guard.offer_previous()
    assert dialog is not None
    assert "Segmentation fault" in dialog.report()
    sentence = dialog.findChild(QLabel, "crash-sentence")
    assert sentence is not None
    assert "last time" in sentence.text()
    assert guard.offer_previous() is None


def test_details_and_copy(qtbot: QtBot) -> None:
    dialog = CrashDialog("the report")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not _details(dialog).isVisible()
    _press(qtbot, dialog, "crash-show-details")
    assert _details(dialog).isVisible()
    _press(qtbot, dialog, "crash-copy")
    assert QGuiApplication.clipboard().text() == "the report"


@pytest.mark.parametrize(("name", "result"), [("crash-continue", 1), ("crash-quit", 0)])
def test_the_ways_out(qtbot: QtBot, name: str, result: int) -> None:
    dialog = CrashDialog("the report")
    qtbot.addWidget(dialog)
    quits: list[bool] = []
    dialog.quit_requested.connect(lambda: quits.append(True))
    dialog.show()
    _press(qtbot, dialog, name)
    assert not dialog.isVisible()
    assert dialog.result() == result
    assert bool(quits) == (name == "crash-quit")


@pytest.mark.x11
def test_a_person_reads_the_report_and_goes_on(
    qtbot: QtBot, guard: CrashGuard, window: QWidget, real_mouse: RealMouse
) -> None:
    _raise_in_slot(RuntimeError("under a real X server"))
    qtbot.waitUntil(lambda: bool(_dialogs(window)))
    dialog = _dialogs(window)[0]
    qtbot.waitExposed(dialog)
    real_mouse.click(_button(dialog, "crash-show-details"))
    qtbot.waitUntil(lambda: _details(dialog).isVisible())
    assert "under a real X server" in dialog.report()
    real_mouse.click(_button(dialog, "crash-continue"))
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert window.isVisible()


def _details(dialog: QDialog) -> QPlainTextEdit:
    details = dialog.findChild(QPlainTextEdit, "crash-details")
    assert details is not None
    return details


def _button(dialog: QDialog, name: str) -> QPushButton:
    button = dialog.findChild(QPushButton, name)
    assert button is not None
    return button


def _press(qtbot: QtBot, dialog: QDialog, name: str) -> None:
    qtbot.mouseClick(_button(dialog, name), Qt.MouseButton.LeftButton)
