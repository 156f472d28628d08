"""Popovers for the moment where the playhead or the ruler's menu stands: tempo, metre, key, bars. GUI thread.

Each is a form that emits what the person chose; the score is not its business.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QSpinBox, QWidget

from studio.core.score import KeySignature, MeterChange, TempoChange
from studio.core.time_edits import FASTEST_BPM, SLOWEST_BPM
from studio.ui.music.pianoroll.popover import Popover, named
from studio.ui.music.pitch_names import key_name

BEATS = (2, 4, 8, 16)
KEYS = tuple((fifths, minor) for minor in (False, True) for fifths in range(-7, 8))
MOST_BARS = 999


class TempoPopover(Popover):
    """`chosen(bpm, bars)`: the tempo from here on, reached at once or step by step over some bars."""

    chosen = Signal(float, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("tempo-popover", self.tr("Tempo"), self.tr("Change"), parent)
        self.bpm_box = QDoubleSpinBox(objectName="tempo-popover-bpm", decimals=1, suffix=self.tr(" bpm"))
        self.bpm_box.setRange(SLOWEST_BPM, FASTEST_BPM)
        named(self.bpm_box, self.tr("Tempo in quarter notes a minute"))
        self.bars_box = QSpinBox(objectName="tempo-popover-bars", suffix=self.tr(" bars"))
        self.bars_box.setRange(0, MOST_BARS)
        self.bars_box.setSpecialValueText(self.tr("at once"))
        named(self.bars_box, self.tr("How many bars the change takes"))
        self.form.addRow(self.tr("From here on"), self.bpm_box)
        self.form.addRow(self.tr("Gradually, over"), self.bars_box)
        self.taken.connect(lambda: self.chosen.emit(self.bpm_box.value(), self.bars_box.value()))

    def ask(self, where: str, tempo: TempoChange) -> None:
        self.say(where)
        self.bpm_box.setValue(tempo.bpm)
        self.bars_box.setValue(0)
        self.open(self.bpm_box)
        self.bpm_box.selectAll()


class MeterPopover(Popover):
    """`chosen(numerator, denominator)`: the metre from this bar on."""

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("meter-popover", self.tr("Metre"), self.tr("Change"), parent)
        self.beats_box = QSpinBox(objectName="meter-popover-beats")
        self.beats_box.setRange(1, 64)
        named(self.beats_box, self.tr("Beats in a bar"))
        self.unit_box = QComboBox(objectName="meter-popover-unit")
        self.unit_box.setAccessibleName(self.tr("The note value of a beat"))
        for unit in BEATS:
            self.unit_box.addItem(str(unit), unit)
        self.form.addRow(self.tr("Beats in a bar"), self.beats_box)
        self.form.addRow(self.tr("Note value of a beat"), self.unit_box)
        self.taken.connect(lambda: self.chosen.emit(self.beats_box.value(), self.unit_box.currentData()))

    def ask(self, where: str, meter: MeterChange) -> None:
        self.say(where)
        self.beats_box.setValue(meter.numerator)
        if self.unit_box.findData(meter.denominator) < 0:
            self.unit_box.addItem(str(meter.denominator), meter.denominator)
        self.unit_box.setCurrentIndex(self.unit_box.findData(meter.denominator))
        self.open(self.beats_box)
        self.beats_box.selectAll()


class KeyPopover(Popover):
    """`chosen(fifths, minor)`: the key from this bar on."""

    chosen = Signal(int, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("key-popover", self.tr("Key"), self.tr("Change"), parent)
        self.key_box = QComboBox(objectName="key-popover-key", maxVisibleItems=15)
        self.key_box.setAccessibleName(self.tr("Key signature"))
        for fifths, minor in KEYS:
            self.key_box.addItem(f"{key_name(KeySignature(0, fifths, minor))}  {_signs(fifths)}")
        self.form.addRow(self.tr("From here on"), self.key_box)
        self.taken.connect(lambda: self.chosen.emit(*KEYS[self.key_box.currentIndex()]))

    def ask(self, where: str, key: KeySignature) -> None:
        self.say(where)
        self.key_box.setCurrentIndex(KEYS.index((key.fifths, key.minor)))
        self.open(self.key_box)


class BarsPopover(Popover):
    """`chosen(bar from 0, count)`: empty bars to put in before a bar."""

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("bars-popover", self.tr("Insert bars"), self.tr("Insert"), parent)
        self.count_box = QSpinBox(objectName="bars-popover-count")
        self.count_box.setRange(1, MOST_BARS)
        named(self.count_box, self.tr("How many bars"))
        self.bar_box = QSpinBox(objectName="bars-popover-bar")
        self.bar_box.setRange(1, 100_000)
        named(self.bar_box, self.tr("Before which bar"))
        self.form.addRow(self.tr("How many"), self.count_box)
        self.form.addRow(self.tr("Before bar"), self.bar_box)
        self.say(self.tr("All tracks, chords, markers, tempo and metre move along."))
        self.taken.connect(lambda: self.chosen.emit(self.bar_box.value() - 1, self.count_box.value()))

    def ask(self, bar: int) -> None:
        self.bar_box.setValue(bar + 1)
        self.open(self.count_box)
        self.count_box.selectAll()


def _signs(fifths: int) -> str:
    return f"{abs(fifths)}{'♯' if fifths > 0 else '♭'}" if fifths else ""
