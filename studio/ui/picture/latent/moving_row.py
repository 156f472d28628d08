"""MovingRow: a labelled slider with a small reset button and tiny pictures at its ends. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from studio.core.parameter import Parameter
from studio.core.picture import Frame
from studio.ui.common.frame_image import thumbnail
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider

END_PX = 28


class MovingRow(QWidget):
    """One slider that shows when it was moved. `moved` gives the parameter's name and the value."""

    moved = Signal(str, float)
    released = Signal()

    def __init__(self, parameter: Parameter, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parameter = parameter
        self.slider = LabelledSlider(parameter, name)
        self.low_end, self.high_end = QLabel(), QLabel()
        self.reset_button = IconButton("restore", self.tr("Reset {}").format(parameter.label), role="tiny")
        self.reset_button.setObjectName(f"{name}-reset")
        self.reset_button.clicked.connect(self.slider.reset)
        self.slider.moved.connect(self._tell)
        self.slider.released.connect(self.released)
        self._lay_out()
        self._show_reset(parameter.default)

    def show_value(self, value: float) -> None:
        """Show a value without telling anybody; costs next to nothing where it is shown already."""
        if abs(self.slider.value - value) > 0.5 * 10**-self.parameter.decimals:
            self.slider.show_value(value)
            self._show_reset(value)

    def show_ends(self, low: Frame | None, high: Frame | None) -> None:
        """What the two ends of the slider lead to; None takes the picture away."""
        for label, frame in ((self.low_end, low), (self.high_end, high)):
            label.setVisible(frame is not None)
            if frame is not None:
                label.setPixmap(thumbnail(frame, END_PX, self.devicePixelRatioF()))

    def _tell(self, value: float) -> None:
        self.moved.emit(self.parameter.name, value)
        self._show_reset(value)

    def _show_reset(self, value: float) -> None:
        moved = abs(value - self.parameter.default) > 0.5 * 10**-self.parameter.decimals
        if moved == self.reset_button.isHidden():
            self.reset_button.setVisible(moved)

    def _lay_out(self) -> None:
        policy = self.reset_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset_button.setSizePolicy(policy)
        self.reset_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keyboard has Delete
        self.reset_button.hide()
        self.slider.add_corner(self.reset_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (self.low_end, self.slider, self.high_end):
            row.addWidget(part, 1 if part is self.slider else 0, Qt.AlignmentFlag.AlignVCenter)
        for end in (self.low_end, self.high_end):
            end.setFixedSize(END_PX, END_PX)
            end.hide()
