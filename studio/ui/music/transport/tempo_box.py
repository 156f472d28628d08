"""TempoBox and MeterBox: how fast, and how many beats to a bar. GUI thread.

Invariant: only the person's hand emits; `show_...` does not.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QWidget

from studio.core.score import MeterChange, TempoChange
from studio.core.time_edits import FASTEST_BPM, SLOWEST_BPM

METERS = (
    (2, 4),
    (3, 4),
    (4, 4),
    (5, 4),
    (6, 4),
    (7, 4),
    (2, 2),
    (3, 8),
    (5, 8),
    (6, 8),
    (7, 8),
    (9, 8),
    (12, 8),
)


class TempoBox(QDoubleSpinBox):
    """Quarter notes a minute. Typed values count when Enter is pressed."""

    tempo_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tempo-box")
        self.setAccessibleName(self.tr("Tempo"))
        self.setToolTip(self.tr("Tempo in quarter notes a minute; the wheel and the arrow keys change it"))
        self.setRange(SLOWEST_BPM, FASTEST_BPM)
        self.setDecimals(1)
        self.setSuffix(self.tr(" bpm"))
        self.setKeyboardTracking(False)
        self.setProperty("role", "plain")
        self.lineEdit().setTextMargins(6, 0, 6, 0)
        self.valueChanged.connect(self.tempo_chosen)

    def show_tempo(self, tempo: TempoChange) -> None:
        self.blockSignals(True)
        self.setRange(min(SLOWEST_BPM, tempo.bpm), max(FASTEST_BPM, tempo.bpm))
        self.setValue(tempo.bpm)
        self.blockSignals(False)


class MeterBox(QComboBox):
    """The usual metres, and whichever an opened file brings."""

    meter_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("meter-box")
        self.setAccessibleName(self.tr("Metre"))
        self.setToolTip(self.tr("Metre: beats in a bar"))
        for numerator, denominator in METERS:
            self.addItem(f"{numerator}/{denominator}", (numerator, denominator))
        self.activated.connect(lambda row: self.meter_chosen.emit(*self.itemData(row)))

    def show_meter(self, meter: MeterChange) -> None:
        words = f"{meter.numerator}/{meter.denominator}"
        if self.findText(words) < 0:
            self.addItem(words, (meter.numerator, meter.denominator))
        self.setCurrentIndex(self.findText(words))
