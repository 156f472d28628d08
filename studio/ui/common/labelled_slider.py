"""LabelledSlider: a name, a quiet wide slider and a typed value for one Parameter. GUI thread.

Invariant: only the person's hand emits `moved`; `show_value` does not.
"""

import math

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QGridLayout, QHBoxLayout, QSizePolicy, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.quiet_slider import STEPS, QuietSlider

REST_MS = 500


class LabelledSlider(QWidget):
    """One string of the instrument. `moved(value)` follows the hand; `released()` says that it let go.

    `name` becomes the objectName of the whole; its parts are `<name>-slider` and `<name>-value`.
    """

    moved = Signal(float)
    released = Signal()

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.setObjectName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.label = ElidedLabel(parameter.label)
        self.slider = QuietSlider()
        self.slider.fine_step = math.ceil(STEPS * 10**-parameter.decimals / (parameter.high - parameter.low))
        self.value_box = _value_box(parameter)
        self._ranks: list[int] = []  # of the widgets in the corner
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._lay_out()
        self._connect()
        self.show_value(parameter.default)

    @property
    def value(self) -> float:
        return self.value_box.value()

    def show_value(self, value: float) -> None:
        """Show a value without telling anybody."""
        for part in (self.slider, self.value_box):
            part.blockSignals(True)
        self.slider.setValue(self._to_step(value))
        self.value_box.setValue(value)
        for part in (self.slider, self.value_box):
            part.blockSignals(False)

    def show_label(self, words: str) -> None:
        """Wear another name."""
        self.label.setText(words)
        for part in (self.slider, self.value_box):
            part.setAccessibleName(words)

    def go_to(self, value: float) -> None:
        """To a value, as one step of the hand."""
        self._take(value)
        self._let_go()

    def reset(self) -> None:
        """Back to the default, as one step."""
        self.go_to(self.parameter.default)

    def add_corner(self, widget: QWidget, rank: int = 0) -> None:
        """Put a small widget between the name and the value; those of a higher rank stand more to the right."""
        self._ranks.append(rank)
        self._ranks.sort()
        self._corner.insertWidget(self._ranks.index(rank), widget)

    def add_ends(self, low: QWidget, high: QWidget) -> None:
        """Put a widget at either end of the slider."""
        self._line.insertWidget(0, low)
        self._line.addWidget(high)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A double click on the name resets, as on the slider; the number takes the wheel only with focus."""
        if watched is self.label and event.type() == QEvent.Type.MouseButtonDblClick:
            self.reset()
            return True
        if watched is self.value_box and event.type() == QEvent.Type.Wheel and not self.value_box.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _lay_out(self) -> None:
        self.label.setToolTip(self.parameter.hint)
        self.slider.setToolTip(self.parameter.hint)
        self.label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.label.installEventFilter(self)
        self.value_box.installEventFilter(self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(0)
        self._corner, self._line = QHBoxLayout(), QHBoxLayout()
        self._corner.setSpacing(4)
        self._line.setSpacing(8)
        self._line.addWidget(self.slider, 1)
        grid.addWidget(self.label, 0, 0)
        grid.addLayout(self._corner, 0, 1)
        grid.addWidget(self.value_box, 0, 2)
        grid.addLayout(self._line, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self.label.setBuddy(self.slider)
        name = self.objectName()
        for part, suffix in ((self.slider, "slider"), (self.value_box, "value")):
            part.setObjectName(f"{name}-{suffix}")
            part.setAccessibleName(self.parameter.label)
            part.setAccessibleDescription(self.parameter.hint)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(lambda step: self._take(self._to_value(step)))
        self.slider.sliderReleased.connect(self._let_go)
        self.slider.reset_requested.connect(self.reset)
        self.value_box.valueChanged.connect(self._take)
        self.value_box.editingFinished.connect(self._let_go)
        self._rest.timeout.connect(self._let_go)

    def _take(self, value: float) -> None:
        value = round(value, self.parameter.decimals)
        self.moved.emit(value)  # first of all: what follows the hand is already being made
        self.show_value(value)
        if not self.slider.isSliderDown():
            self._rest.start()

    def _let_go(self) -> None:
        if not self.slider.isSliderDown():
            self._rest.stop()
            self.released.emit()

    def _to_step(self, value: float) -> int:
        low, high = self.parameter.low, self.parameter.high
        return round((self.parameter.clamp(value) - low) / (high - low) * STEPS)

    def _to_value(self, step: int) -> float:
        low, high = self.parameter.low, self.parameter.high
        return low + (high - low) * step / STEPS


def _value_box(parameter: Parameter) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setDecimals(parameter.decimals)
    box.setRange(parameter.low, parameter.high)
    box.setSingleStep((parameter.high - parameter.low) / 100)
    box.setSuffix(parameter.unit)
    box.setKeyboardTracking(False)
    box.setProperty("role", "value")  # the stylesheet hides its arrows (NoButtons would hide the number too)
    box.setAlignment(Qt.AlignmentFlag.AlignRight)
    box.setFixedWidth(64)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    return box
