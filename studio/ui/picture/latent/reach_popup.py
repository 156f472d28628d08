"""ReachPopup: from which layer to which a slider reaches, in two small boxes. GUI thread.

Each change is told at once, so that the picture follows; closing ends the step.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSpinBox, QWidget


class ReachPopup(QFrame):
    """`chosen` gives (first, last), the first never after the last."""

    chosen = Signal(object)
    closed = Signal()

    def __init__(self, layers: int, reach: tuple[int, int], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("reach-popup")
        self.setProperty("role", "toast")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.first = self._box("reach-first", self.tr("First layer"), layers, reach[0])
        self.last = self._box("reach-last", self.tr("Last layer"), layers, reach[1])
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 12, 8)
        row.setSpacing(8)
        for part in (QLabel(self.tr("Layers")), self.first, QLabel("–"), self.last):
            row.addWidget(part)
        self.first.valueChanged.connect(self._first_moved)
        self.last.valueChanged.connect(self._last_moved)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.closed.emit()
        super().closeEvent(event)

    def _box(self, name: str, words: str, layers: int, value: int) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setProperty("role", "plain")
        box.setFixedWidth(48)
        box.setAlignment(Qt.AlignmentFlag.AlignRight)
        box.setAccessibleName(words)
        box.setToolTip(self.tr("0 is the coarsest layer, {} the finest").format(layers - 1))
        box.setRange(0, layers - 1)
        box.setValue(value)
        return box

    def _first_moved(self, first: int) -> None:
        self._put(self.last, max(first, self.last.value()))

    def _last_moved(self, last: int) -> None:
        self._put(self.first, min(last, self.first.value()))

    def _put(self, box: QSpinBox, value: int) -> None:
        box.blockSignals(True)
        box.setValue(value)
        box.blockSignals(False)
        self.chosen.emit((self.first.value(), self.last.value()))
