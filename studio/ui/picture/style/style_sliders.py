"""StyleSliders: eight strings along which the style moves away from the paintings. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section


class StyleSliders(QWidget):
    """`moved` gives the slider's place (0 to 7) and its amount in standard deviations."""

    moved = Signal(int, float)
    released = Signal()
    reset_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: list[LabelledSlider] = []
        self._section = Section(self.tr("Bend the style"), "restyle-sliders")
        self.reset_button = QPushButton(self.tr("Reset all"))
        self.reset_button.setObjectName("restyle-reset-all")
        self.reset_button.setToolTip(self.tr("All eight back to rest: the style as the paintings gave it"))
        self.reset_button.clicked.connect(self.reset_requested)
        self._section.add_action(self.reset_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    def show_parameters(self, parameters: Sequence[Parameter]) -> None:
        """Build the sliders of a library."""
        for slider in self.sliders:
            slider.setParent(None)
            slider.deleteLater()
        self.sliders = [self._slider(index, parameter) for index, parameter in enumerate(parameters)]
        for slider in self.sliders:
            self._section.body.addWidget(slider)

    def show_offsets(self, offsets: Sequence[float]) -> None:
        """Show where the sliders stand."""
        for slider, offset in zip(self.sliders, offsets, strict=False):
            if slider.value != offset:
                slider.show_value(offset)
        self.reset_button.setEnabled(any(offsets))

    def _slider(self, index: int, parameter: Parameter) -> LabelledSlider:
        slider = LabelledSlider(parameter, f"restyle-slider-{index}")
        slider.moved.connect(lambda value: self.moved.emit(index, value))
        slider.released.connect(self.released)
        return slider
