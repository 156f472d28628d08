"""Bridge: controller replies -> one Qt signal. The only crossing from a device thread to the GUI thread."""

from PySide6.QtCore import QObject, Qt, Signal, Slot

from studio.core.messages import Reply


class Bridge(QObject):
    """`deliver` may be called on any thread; `reply_arrived` is emitted on the GUI thread, in order."""

    reply_arrived = Signal(object)
    _crossing = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._crossing.connect(self._pass_on, Qt.ConnectionType.QueuedConnection)

    def deliver(self, reply: Reply) -> None:
        if self._open:
            self._crossing.emit(reply)

    def close(self) -> None:
        """Deliver nothing more: the window is going."""
        self._open = False

    @Slot(object)
    def _pass_on(self, reply: Reply) -> None:
        if self._open:
            self.reply_arrived.emit(reply)
