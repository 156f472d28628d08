"""VoicesList: which voices Harmonise writes, and how low and how high each may go. GUI thread."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.ui.common.section import Section
from studio.ui.music.compose.range_row import PitchBox

VOICES = {"Soprano": (60, 81), "Alto": (53, 74), "Tenor": (48, 69), "Bass": (40, 64)}
SMALLEST = 7  # semitones


@dataclass(frozen=True, slots=True)
class VoicesWish:
    """names: the voices that are wanted where they are missing; ranges: of all four, empty: wherever they lie well."""

    names: tuple[str, ...] = tuple(VOICES)
    ranges: tuple[tuple[int, int], ...] = ()


class VoicesList(QWidget):
    """A row for each voice. Invariant: no range is smaller than SMALLEST semitones. `changed`: others are wanted."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes: dict[str, QCheckBox] = {}
        self.ranges: dict[str, tuple[PitchBox, PitchBox]] = {}
        self.range_box = QCheckBox(
            self.tr("Keep to these ranges"), objectName="voices-keep-range", checked=True
        )
        self.range_box.setToolTip(self.tr("Else the voices lie where they suit the melody"))
        self.range_box.toggled.connect(self._show_ranges)
        section = Section(self.tr("Voices"), "compose-voices")
        section.body.addWidget(self._rows())
        section.body.addWidget(self.range_box)
        section.set_open(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)
        self._show_ranges(True)

    @property
    def wish(self) -> VoicesWish:
        names = tuple(name for name, box in self.boxes.items() if box.isChecked())
        ranges = tuple((low.value(), high.value()) for low, high in self.ranges.values())
        return VoicesWish(names, ranges if self.range_box.isChecked() else ())

    def _rows(self) -> QWidget:
        rows = QWidget()
        grid = QGridLayout(rows)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        titles = (self.tr("Soprano"), self.tr("Alto"), self.tr("Tenor"), self.tr("Bass"))
        for row, ((name, (low, high)), title) in enumerate(zip(VOICES.items(), titles, strict=True)):
            parts = self._row(name, title, low, high)
            for column, part in enumerate(parts):
                grid.addWidget(part, row, column)
        return rows

    def _row(self, name: str, title: str, low: int, high: int) -> tuple[QWidget, ...]:
        box = QCheckBox(title, objectName=f"voice-{name.lower()}", checked=True)
        box.setToolTip(self.tr("Harmonise writes it where it is missing and not locked"))
        bottom = PitchBox(f"voice-{name.lower()}-low", self.tr("{0}: lowest note").format(title), low)
        top = PitchBox(f"voice-{name.lower()}-high", self.tr("{0}: highest note").format(title), high)
        bottom.valueChanged.connect(lambda value: top.setMinimum(min(127, value + SMALLEST)))
        bottom.setMaximum(127 - SMALLEST)
        top.setMinimum(low + SMALLEST)
        self.boxes[name], self.ranges[name] = box, (bottom, top)
        box.toggled.connect(self.changed)
        return box, bottom, QLabel(self.tr("to")), top

    def _show_ranges(self, on: bool) -> None:
        for pair in self.ranges.values():
            for box in pair:
                box.setEnabled(on)
