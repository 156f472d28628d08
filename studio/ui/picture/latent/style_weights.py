"""StyleWeights: how much of each style that the model knows goes into the picture. GUI thread."""

from collections.abc import Mapping, Sequence
from itertools import accumulate

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.core.sliders import STYLE
from studio.ui.picture.latent.moving_row import MovingRow
from studio.ui.picture.latent.row_wishes import RowWishes
from studio.ui.picture.latent.slider_group import SliderGroup


class StyleWeights(QWidget):
    """A slider from 0 to 1 for each style; none moved is the model's usual mix. Two kinds have a group each."""

    moved = Signal(str, float)
    released = Signal()

    def __init__(self, wishes: RowWishes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, MovingRow] = {}
        self.groups: list[SliderGroup] = []
        self._wishes = wishes
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def show_styles(self, names: Sequence[str], counts: Sequence[int] = ()) -> None:
        """Build the sliders of a model; without styles the groups go away. counts: how many styles each kind has."""
        self._clear()
        titles = (self.tr("Genre"), self.tr("Manner"))
        two = len(counts) == len(titles)
        starts = list(accumulate(counts, initial=0))[:-1] if two else [0]
        for index, name in enumerate(names):
            if index in starts:
                self._begin(titles[starts.index(index)] if two else self.tr("Styles"))
            self._add(name)
        self.setVisible(bool(names))

    def show_weights(self, weights: Mapping[str, float]) -> None:
        """Show the weights; a style that is not named has none."""
        for name, row in self.rows.items():
            row.show_value(weights.get(name, 0.0))

    def _clear(self) -> None:
        for row in self.rows.values():
            row.stand_in(None)
        for gone in (*self.rows.values(), *self.groups):
            gone.setParent(None)
            gone.deleteLater()
        self.rows, self.groups = {}, []

    def _begin(self, title: str) -> None:
        group = SliderGroup(title, f"style-{_kebab(title)}")
        group.reset_button.setToolTip(self.tr("Usual mix: no style before another"))
        self._column.addWidget(group)
        self.groups.append(group)

    def _add(self, name: str) -> None:
        label = name.replace("-", " ").replace("_", " ").capitalize()
        hint = self.tr("How much {} goes into the picture.").format(label.lower())
        parameter = Parameter(name, label, 0.0, 1.0, 0.0, hint=hint)
        row = MovingRow(parameter, f"style-weight-{_kebab(name)}", STYLE + name, self._wishes)
        row.moved.connect(self.moved)
        row.released.connect(self.released)
        self.rows[name] = row
        self.groups[-1].add(row)


def _kebab(name: str) -> str:
    return name.lower().replace(" ", "-").replace("_", "-")
