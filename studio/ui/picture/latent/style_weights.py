"""StyleWeights: how much of each style that the model knows goes into the picture. GUI thread."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.section import Section
from studio.ui.picture.latent.moving_row import MovingRow


class StyleWeights(QWidget):
    """A slider from 0 to 1 for each style; none moved is the model's usual mix. Two groups have a heading each."""

    moved = Signal(str, float)
    released = Signal()
    even_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, MovingRow] = {}
        self._headings: list[QLabel] = []
        self._section = Section(self.tr("Styles"), "style-weights")
        self.even_button = QPushButton(self.tr("Usual mix"))
        self.even_button.setObjectName("style-even-mix")
        self.even_button.setToolTip(self.tr("No style before another: all that the model has learned"))
        self.even_button.clicked.connect(self.even_requested)
        self._section.add_action(self.even_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    def show_styles(self, names: Sequence[str], groups: Sequence[int] = ()) -> None:
        """Build the sliders of a model; without styles the section goes away. groups: how many styles each has."""
        self._clear()
        titles = (self.tr("Genre"), self.tr("Manner"))
        starts = list(accumulate(groups, initial=0))[:-1] if len(groups) == len(titles) else []
        for index, name in enumerate(names):
            if index in starts:
                self._head(titles[starts.index(index)])
            self._add(name)
        self.setVisible(bool(names))

    def show_weights(self, weights: Mapping[str, float]) -> None:
        """Show the weights; a style that is not named has none."""
        for name, row in self.rows.items():
            row.show_value(weights.get(name, 0.0))
        self.even_button.setEnabled(bool(weights))

    def _clear(self) -> None:
        for gone in (*self.rows.values(), *self._headings):
            gone.setParent(None)
            gone.deleteLater()
        self.rows, self._headings = {}, []

    def _head(self, title: str) -> None:
        label = QLabel(title)
        label.setProperty("role", "soft")
        self._headings.append(label)
        self._section.body.addWidget(label)

    def _add(self, name: str) -> None:
        label = name.replace("-", " ").replace("_", " ").capitalize()
        hint = self.tr("How much {} goes into the picture.").format(label.lower())
        row = MovingRow(Parameter(name, label, 0.0, 1.0, 0.0, hint=hint), f"style-weight-{_kebab(name)}")
        row.moved.connect(self.moved)
        row.released.connect(self.released)
        self.rows[name] = row
        self._section.body.addWidget(row)


def _kebab(name: str) -> str:
    return name.lower().replace(" ", "-").replace("_", "-")
