"""AttributeList: how the line is to move: dense or sparse, high or low, in steps or leaps ... GUI thread."""

from collections.abc import Mapping

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.core.attributes import ATTRIBUTES
from studio.core.parameter import Parameter
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section

USUAL = 0.5


class AttributeList(QWidget):
    """A slider in the middle asks for nothing. Shown for models that can be asked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = Section(self.tr("Line"), "compose-line")
        self.free_button = QPushButton(self.tr("Free"), objectName="compose-line-free")
        self.free_button.setToolTip(self.tr("Ask for nothing: the line goes as the model likes"))
        self.section.add_action(self.free_button)
        self.sliders = {name: self._slider(name, *words) for name, words in self._words().items()}
        rows = QVBoxLayout()
        rows.setSpacing(4)
        for slider in self.sliders.values():
            rows.addWidget(slider)
        self.section.body.addLayout(rows)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
        self.free_button.clicked.connect(lambda: self.show_values({}))

    def values(self) -> tuple[tuple[str, float], ...]:
        """What was moved, 0 to 1: more than that share of the tunes that the model knows."""
        if self.isHidden():
            return ()
        return tuple((name, slider.value) for name, slider in self.sliders.items() if slider.value != USUAL)

    def show_values(self, values: Mapping[str, float]) -> None:
        """An attribute that is not named is free."""
        for name, slider in self.sliders.items():
            slider.show_value(values.get(name, USUAL))

    def _slider(self, name: str, label: str, hint: str) -> LabelledSlider:
        return LabelledSlider(Parameter(name, label, 0.0, 1.0, USUAL, hint=hint), f"compose-line-{name}")

    def _words(self) -> dict[str, tuple[str, str]]:
        """Name and hint of each attribute."""
        words = {
            "density": (self.tr("Density"), self.tr("Left: few, long notes. Right: many, short ones.")),
            "register": (self.tr("Register"), self.tr("Left: low. Right: high.")),
            "range": (self.tr("Range"), self.tr("Left: close together. Right: from low to high.")),
            "syncopation": (self.tr("Syncopation"), self.tr("Left: on the beat. Right: against it.")),
            "leaps": (self.tr("Leaps"), self.tr("Left: by steps. Right: by leaps.")),
            "repetition": (self.tr("Repetition"), self.tr("Left: always new. Right: bars come back.")),
        }
        middle = self.tr("In the middle: as the model likes.")
        return {name: (words[name][0], f"{words[name][1]} {middle}") for name in ATTRIBUTES}
