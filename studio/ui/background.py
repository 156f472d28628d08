"""Run a function off the GUI thread (reading and writing files) and hand its result back on it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, Qt, QThreadPool, Signal

from studio.core.errors import StudioError


class _Outcome(QObject):
    done = Signal(object)
    failed = Signal(object)


class _Task(QRunnable):
    def __init__(self, work: Callable[[], Any], outcome: _Outcome) -> None:
        super().__init__()
        self._work = work
        self._outcome = outcome

    def run(self) -> None:
        try:
            result = self._work()
        except StudioError as error:
            self._outcome.failed.emit(error)
        else:
            self._outcome.done.emit(result)


class Background(QObject):
    """Owns a small pool. Results arrive on the GUI thread; nothing arrives after `close`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._pending: set[_Outcome] = set()

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[StudioError], None]
    ) -> None:
        """Call `done(result)` or, for a StudioError, `failed(error)` once `work` has ended."""
        outcome = _Outcome(self)
        self._pending.add(outcome)
        outcome.done.connect(done, Qt.ConnectionType.QueuedConnection)
        outcome.failed.connect(failed, Qt.ConnectionType.QueuedConnection)
        for signal in (outcome.done, outcome.failed):
            signal.connect(lambda _value, o=outcome: self._forget(o), Qt.ConnectionType.QueuedConnection)
        self._pool.start(_Task(work, outcome))

    def close(self) -> None:
        """Wait for what runs; deliver none of it."""
        for outcome in self._pending:
            outcome.blockSignals(True)
        self._pool.waitForDone()

    def _forget(self, outcome: _Outcome) -> None:
        self._pending.discard(outcome)
        outcome.deleteLater()
