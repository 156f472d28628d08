"""DirectionList: a slider for each direction of the model, under a heading for each kind. GUI thread.

The first eight of the first kind stand open; the rest is folded.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.core.picture import Frame
from studio.ui.common.section import Section
from studio.ui.picture.latent.moving_row import MovingRow

FIRST_SHOWN = 8


class DirectionList(QWidget):
    """`moved` gives a direction's name and its amount in standard deviations."""

    moved = Signal(str, float)
    released = Signal()
    reset_all_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: dict[str, MovingRow] = {}
        self._first = Section(self.tr("Sliders"), "latent-sliders")
        self._folded: list[Section] = []
        self.reset_button = QPushButton(self.tr("Reset all"))
        self.reset_button.setObjectName("latent-reset-all")
        self.reset_button.setToolTip(self.tr("All sliders back to rest: the picture as the seed gave it"))
        self.reset_button.clicked.connect(self.reset_all_requested)
        self._first.add_action(self.reset_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(self._first)

    def show_directions(self, directions: Sequence[Parameter]) -> None:
        """Build the sliders of a model."""
        self._clear()
        for number, (group, members) in enumerate(groupby(directions, key=lambda p: p.group)):
            sliders = list(members)
            if number == 0:
                self._first.set_title(self._title(group))
                self._fill(self._first, sliders[:FIRST_SHOWN])
                rest = sliders[FIRST_SHOWN:]
                self._fold(self.tr("{} more").format(len(rest)), "latent-more", rest)
            else:
                self._fold(f"{self._title(group)} ({len(sliders)})", f"latent-{group}", sliders)
        self.setVisible(bool(directions))

    def show_offsets(self, offsets: Mapping[str, float]) -> None:
        """Show the amounts; a direction that is not named stands at its default."""
        for name, row in self.rows.items():
            row.show_value(offsets.get(name, row.parameter.default))
        self.reset_button.setEnabled(bool(offsets))

    def show_ends(self, name: str, low: Frame | None, high: Frame | None) -> None:
        """Tiny pictures at the ends of one slider."""
        if name in self.rows:
            self.rows[name].show_ends(low, high)

    def _title(self, group: str) -> str:
        titles = {
            "attribute": self.tr("Attributes"),
            "pca": self.tr("Components"),
            "sefa": self.tr("By layer"),
            "latent": self.tr("Latents"),
        }
        return titles.get(group, self.tr("Sliders"))

    def _clear(self) -> None:
        for gone in (*self.rows.values(), *self._folded):
            gone.setParent(None)
            gone.deleteLater()
        self.rows, self._folded = {}, []

    def _fold(self, title: str, name: str, sliders: Sequence[Parameter]) -> None:
        if sliders:
            section = Section(title, name)
            self._fill(section, sliders)
            section.set_open(False)
            self._column.addWidget(section)
            self._folded.append(section)

    def _fill(self, section: Section, sliders: Sequence[Parameter]) -> None:
        for parameter in sliders:
            row = MovingRow(parameter, f"latent-slider-{len(self.rows)}")
            row.moved.connect(self.moved)
            row.released.connect(self.released)
            self.rows[parameter.name] = row
            section.body.addWidget(row)
