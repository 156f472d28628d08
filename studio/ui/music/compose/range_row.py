"""RangeRow: the lowest and the highest note that the model may write, by name. GUI thread."""

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSpinBox, QWidget

from studio.core.errors import StudioError
from studio.core.pitch import pitch_class
from studio.ui.music.pitch_names import pitch_name

SMALLEST_RANGE = 5


class PitchBox(QSpinBox):
    """A pitch by name; C4, F#3, Bb5 or a MIDI number can be typed."""

    def __init__(self, name: str, words: str, pitch: int) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.setRange(0, 127)
        self.setProperty("role", "plain")
        self.lineEdit().setTextMargins(6, 0, 6, 0)
        self.setKeyboardTracking(False)
        self.setValue(pitch)

    def textFromValue(self, value: int) -> str:
        return pitch_name(value)

    def valueFromText(self, text: str) -> int:
        pitch = pitch_of(text)
        return self.value() if pitch is None else pitch

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        known = pitch_of(text) is not None
        return (QValidator.State.Acceptable if known else QValidator.State.Intermediate, text, position)


def pitch_of(text: str) -> int | None:
    """The MIDI number of a pitch's name or number; None for anything else."""
    words = text.strip().replace("♯", "#").replace("♭", "b")
    if words.isdigit():
        return min(int(words), 127)
    name = words.rstrip("-0123456789")
    octave = words[len(name) :]
    try:
        pitch = pitch_class(name) + 12 * (int(octave) + 1)
    except (StudioError, ValueError):
        return None
    return pitch if 0 <= pitch <= 127 else None


class RangeRow(QWidget):
    """Invariant: the range is never smaller than SMALLEST_RANGE semitones."""

    def __init__(self, low: int, high: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.low_box = PitchBox("compose-low", self.tr("Lowest note the model may write"), low)
        self.high_box = PitchBox("compose-high", self.tr("Highest note the model may write"), high)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.low_box, 1)
        row.addWidget(QLabel(self.tr("to")))
        row.addWidget(self.high_box, 1)
        self.low_box.valueChanged.connect(
            lambda low: self._keep_apart(self.high_box, low + SMALLEST_RANGE, 127)
        )
        self.high_box.valueChanged.connect(
            lambda high: self._keep_apart(self.low_box, 0, high - SMALLEST_RANGE)
        )
        self.low_box.setMaximum(127 - SMALLEST_RANGE)
        self.high_box.setMinimum(SMALLEST_RANGE)

    @staticmethod
    def _keep_apart(other: PitchBox, low: int, high: int) -> None:
        if not low <= other.value() <= high:
            other.setValue(min(max(other.value(), low), high))
