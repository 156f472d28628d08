"""Run a function off the GUI thread (reading and writing files) and hand its result back on it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from studio.core.errors import StudioError


class Background(QObject):
    """Owns a small pool. Results arrive on the GUI thread; nothing arrives after `close`.

    Invariant: only this object receives from the pool, so that what is on its way is dropped when it goes."""

    _ended = Signal(int, object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(2)
        self._waiting: dict[int, tuple[Callable[[Any], None], Callable[[StudioError], None]]] = {}
        self._count = 0
        self._ended.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def run(
        self, work: Callable[[], Any], done: Callable[[Any], None], failed: Callable[[StudioError], None]
    ) -> None:
        """Call `done(result)` or, for a StudioError, `failed(error)` once `work` has ended."""
        self._count += 1
        number = self._count
        self._waiting[number] = (done, failed)
        self._pool.start(lambda: self._work(number, work))

    def close(self) -> None:
        """Wait for what runs; deliver none of it."""
        self._waiting.clear()
        self._pool.waitForDone()

    def _work(self, number: int, work: Callable[[], Any]) -> None:
        """On a thread of the pool."""
        try:
            self._ended.emit(number, work(), None)
        except StudioError as error:
            self._ended.emit(number, None, error)

    def _deliver(self, number: int, result: Any, error: StudioError | None) -> None:
        done, failed = self._waiting.pop(number, (_drop, _drop))
        if error is None:
            done(result)
        else:
            failed(error)


def _drop(_: object) -> None:
    """Nobody waits any more."""
