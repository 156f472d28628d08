"""StyleList: how much of each style goes into the answer; a field finds styles by name. GUI thread."""

from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section

SHOWN_AT_FIRST = 6


class StyleList(QWidget):
    """No style moved means the model's own mix. The first few show; the rest unfolds or is found."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: dict[str, LabelledSlider] = {}
        self.section = Section(self.tr("Styles"), "compose-styles")
        self.find_box = QLineEdit(objectName="compose-style-find", clearButtonEnabled=True)
        self.find_box.setPlaceholderText(self.tr("Find a style"))
        self.find_box.setAccessibleName(self.tr("Find a style"))
        self.more_button = QPushButton(objectName="compose-style-more")
        self.more_button.setCheckable(True)
        self.reset_button = QPushButton(self.tr("Even mix"), objectName="compose-style-even")
        self.reset_button.setToolTip(self.tr("No style before another: all that the model has learned"))
        self.section.add_action(self.reset_button)
        self.section.body.addWidget(self.find_box)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.section.body.addLayout(self._rows)
        self.section.body.addWidget(self.more_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
        self.find_box.textChanged.connect(self._show_rows)
        self.more_button.toggled.connect(self._show_rows)
        self.reset_button.clicked.connect(self.reset)
        self.show_styles(())

    def show_styles(self, names: Sequence[str]) -> None:
        """The sliders of a model; without styles the whole section goes away."""
        for slider in self.sliders.values():
            slider.setParent(None)
            slider.deleteLater()
        self.sliders = {name: self._slider(name) for name in names}
        for slider in self.sliders.values():
            self._rows.addWidget(slider)
        self.setVisible(bool(names))
        self._show_rows()

    def weights(self) -> tuple[tuple[str, float], ...]:
        """The styles that were moved up."""
        return tuple((name, slider.value) for name, slider in self.sliders.items() if slider.value > 0)

    def show_weights(self, weights: Mapping[str, float]) -> None:
        """A style that is not named has no weight."""
        for name, slider in self.sliders.items():
            slider.show_value(weights.get(name, 0.0))
        self._show_rows()

    def reset(self) -> None:
        self.show_weights({})

    def _slider(self, name: str) -> LabelledSlider:
        label = name.replace("-", " ").replace("_", " ").capitalize()
        hint = self.tr("How much {0} goes into the melody").format(label.lower())
        slider = LabelledSlider(
            Parameter(name, label, 0.0, 1.0, 0.0, hint=hint), f"compose-style-{_kebab(name)}"
        )
        slider.released.connect(self._show_rows)
        return slider

    def _show_rows(self) -> None:
        """A style shows when it is among the first, was moved, is looked for, or when all are shown."""
        many = len(self.sliders) > SHOWN_AT_FIRST
        words, everything = self.find_box.text().strip().lower(), self.more_button.isChecked()
        for row, slider in enumerate(self.sliders.values()):
            fits = words in slider.parameter.label.lower() if words else everything or row < SHOWN_AT_FIRST
            slider.setVisible(fits or slider.value > 0)
        self.find_box.setVisible(many)
        self.more_button.setVisible(many and not words)
        fewer, more = self.tr("Fewer"), self.tr("All {0} styles").format(len(self.sliders))
        self.more_button.setText(fewer if everything else more)


def _kebab(name: str) -> str:
    return name.lower().replace(" ", "-").replace("_", "-")
