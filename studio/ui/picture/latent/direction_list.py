"""DirectionList: a slider for each direction of the model, in a group for each kind. GUI thread.

The first eight of the first kind stand open; the rest is folded.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.latent import LayerReach
from studio.core.parameter import Parameter
from studio.ui.picture.latent.moving_row import MovingRow
from studio.ui.picture.latent.row_wishes import RowWishes
from studio.ui.picture.latent.slider_group import SliderGroup

FIRST_SHOWN = 8


class DirectionList(QWidget):
    """`moved` gives a direction's name and its amount in standard deviations."""

    moved = Signal(str, float)
    released = Signal()

    def __init__(self, wishes: RowWishes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, MovingRow] = {}
        self.groups: list[SliderGroup] = []
        self._offsets: dict[str, float] = {}  # those that are shown
        self._wishes = wishes
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def show_directions(self, directions: Sequence[Parameter], layers: int = 0) -> None:
        """Build the sliders of a model; layers: of its network, where a slider can be told which of them to move."""
        self._clear()
        for number, (kind, members) in enumerate(groupby(directions, key=lambda p: p.group)):
            sliders = list(members)
            group = self._first(kind) if number == 0 else self._later(kind, len(sliders))
            for parameter in sliders:
                self._add(group, parameter, layers)
            group.set_open(number == 0)
            self._column.addWidget(group)
            self.groups.append(group)
        self.setVisible(bool(directions))

    def show_offsets(self, offsets: Mapping[str, float]) -> None:
        """Show the amounts; a direction that is not named stands at its default."""
        before, self._offsets = self._offsets, dict(offsets)
        for name in (before.keys() | self._offsets.keys()) & self.rows.keys():
            row = self.rows[name]
            row.show_value(self._offsets.get(name, row.parameter.default))

    def show_reach(self, reach: Sequence[LayerReach]) -> None:
        """Show which layers each direction moves."""
        known = {one.name: (one.first, one.last) for one in reach}
        for name, row in self.rows.items():
            row.show_reach(known.get(name))

    def _first(self, kind: str) -> SliderGroup:
        return SliderGroup(self._title(kind), "latent-sliders", FIRST_SHOWN)

    def _later(self, kind: str, count: int) -> SliderGroup:
        group = SliderGroup(self._title(kind), f"latent-{kind}")
        group.set_title(f"{self._title(kind)} ({count})")
        return group

    def _title(self, kind: str) -> str:
        titles = {
            "attribute": self.tr("Attributes"),
            "pca": self.tr("Components"),
            "sefa": self.tr("By layer"),
            "latent": self.tr("Latents"),
            "place": self.tr("Place"),
        }
        return titles.get(kind, self.tr("Sliders"))

    def _clear(self) -> None:
        for row in self.rows.values():
            row.stand_in(None)
        for gone in (*self.rows.values(), *self.groups):
            gone.setParent(None)
            gone.deleteLater()
        self.rows, self.groups, self._offsets = {}, [], {}

    def _add(self, group: SliderGroup, parameter: Parameter, layers: int) -> None:
        row = MovingRow(parameter, f"latent-slider-{len(self.rows)}", wishes=self._wishes)
        row.layers = layers
        row.moved.connect(self.moved)
        row.released.connect(self.released)
        self.rows[parameter.name] = row
        group.add(row)
