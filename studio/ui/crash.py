"""What happens when something breaks that nobody caught: it is logged, shown in clear words, and survived.

Invariant: a hook never raises and never touches a widget; only signals cross to the GUI thread.
"""

import logging
import platform
import sys
import threading
import traceback
from types import TracebackType

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio import __version__
from studio.core.errors import StudioError
from studio.files.fault_log import previous_crash

_log = logging.getLogger(__name__)


class CrashGuard(QObject):
    """Owns the exception hooks. Lives on the GUI thread; its hooks are called on any thread."""

    crashed = Signal(str)  # the report, ready to copy
    troubled = Signal(object)  # a StudioError that nobody caught: a toast is enough

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._window: QWidget | None = None
        self._dialog: CrashDialog | None = None
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        self.crashed.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Take over the three hooks of the interpreter."""
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_exception
        threading.excepthook = self._on_thread_exception
        sys.unraisablehook = self._on_unraisable

    def uninstall(self) -> None:
        """Give the hooks back to whoever had them before."""
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._before

    def show_over(self, window: QWidget) -> None:
        """Show crash dialogs over `window` from now on."""
        self._window = window

    def offer_previous(self) -> "CrashDialog | None":
        """Show what struck the last run down, once; None where it ended well."""
        report = previous_crash()
        if report is None:
            return None
        dialog = CrashDialog(_with_system(report), self._window, over=True)
        dialog.open()
        return dialog

    def _on_exception(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            self._before[0](kind, error, trace)
            return
        self._report(error, "")

    def _on_thread_exception(self, happened: threading.ExceptHookArgs) -> None:
        if happened.exc_value is None or issubclass(happened.exc_type, SystemExit):
            return
        name = happened.thread.name if happened.thread else "a thread that has ended"
        self._report(happened.exc_value, f"On the thread {name}.\n")

    def _on_unraisable(self, happened: "sys.UnraisableHookArgs") -> None:
        _log.error("ignored in %r: %s", happened.object, happened.err_msg, exc_info=happened.exc_value)

    def _report(self, error: BaseException, where: str) -> None:
        _log.error("uncaught. %s", where.strip(), exc_info=error)
        if isinstance(error, StudioError):
            self.troubled.emit(error)
            return
        self.crashed.emit(_with_system(where + "".join(traceback.format_exception(error))))

    def _show(self, report: str) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.add_report(report)
            return
        self._dialog = CrashDialog(report, self._window)
        self._dialog.quit_requested.connect(lambda: QGuiApplication.exit(1))
        self._dialog.open()


class CrashDialog(QDialog):
    """Says that something broke, shows the report on demand, and lets the user go on or quit. GUI thread."""

    quit_requested = Signal()
    _MOST_REPORTS = 20  # a broken paintEvent reports at every frame

    def __init__(self, report: str, parent: QWidget | None = None, over: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("crash-dialog")
        self.setWindowTitle(self.tr("Latent Studio"))
        self._reports = 1
        self._details = self._build_details(report)
        layout = QVBoxLayout(self)
        layout.addWidget(self._build_sentence(over))
        layout.addWidget(self._details)
        layout.addWidget(self._build_buttons(over))

    def add_report(self, report: str) -> None:
        """Append one more report to the details."""
        if self._reports < self._MOST_REPORTS:
            self._reports += 1
            self._details.appendPlainText("\n" + report)

    def report(self) -> str:
        """Return the whole text of the details."""
        return self._details.toPlainText()

    def copy_report(self) -> None:
        """Put the details on the clipboard."""
        QGuiApplication.clipboard().setText(self.report())

    def _build_sentence(self, over: bool) -> QLabel:
        now = self.tr("Something went wrong. Your work is still open: save it under a new name to be safe.")
        before = self.tr("Latent Studio ended unexpectedly last time. Nothing is needed from you.")
        label = QLabel(before if over else now)
        label.setObjectName("crash-sentence")
        label.setWordWrap(True)
        return label

    def _build_details(self, report: str) -> QPlainTextEdit:
        details = QPlainTextEdit(report)
        details.setObjectName("crash-details")
        details.setAccessibleName(self.tr("Report of what went wrong"))
        details.setReadOnly(True)
        details.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        details.setMinimumSize(520, 220)
        details.hide()
        return details

    def _build_buttons(self, over: bool) -> QDialogButtonBox:
        box = QDialogButtonBox()
        go_on = self._add_button(box, "crash-continue", self.tr("Close") if over else self.tr("Continue"))
        go_on.setDefault(True)
        go_on.clicked.connect(self.accept)
        details = self._add_button(box, "crash-show-details", self.tr("Details"))
        details.setCheckable(True)
        details.toggled.connect(self._show_details)
        self._add_button(box, "crash-copy", self.tr("Copy")).clicked.connect(self.copy_report)
        if not over:
            self._add_button(box, "crash-quit", self.tr("Quit")).clicked.connect(self._quit)
        return box

    def _add_button(self, box: QDialogButtonBox, name: str, text: str) -> QPushButton:
        button = box.addButton(text, QDialogButtonBox.ButtonRole.ActionRole)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

    def _show_details(self, shown: bool) -> None:
        self._details.setVisible(shown)
        self.adjustSize()

    def _quit(self) -> None:
        self.reject()
        self.quit_requested.emit()


def _with_system(text: str) -> str:
    system = f"Latent Studio {__version__}, Python {platform.python_version()}, {platform.platform()}"
    return f"{system}\n{text}"
