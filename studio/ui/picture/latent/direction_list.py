"""DirectionList: a slider for each direction of the model; the first eight stand open. GUI thread."""

from collections.abc import Mapping, Sequence

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
        self._section = Section(self.tr("Sliders"), "latent-sliders")
        self._more = Section(self.tr("More"), "latent-more")
        self.reset_button = QPushButton(self.tr("Reset all"))
        self.reset_button.setObjectName("latent-reset-all")
        self.reset_button.setToolTip(self.tr("All sliders back to rest: the picture as the seed gave it"))
        self.reset_button.clicked.connect(self.reset_all_requested)
        self._section.add_action(self.reset_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._section)
        column.addWidget(self._more)

    def show_directions(self, directions: Sequence[Parameter]) -> None:
        """Build the sliders of a model."""
        for row in self.rows.values():
            row.setParent(None)
            row.deleteLater()
        self.rows = {}
        for index, parameter in enumerate(directions):
            self._add(index, parameter)
        rest = len(directions) - FIRST_SHOWN
        self._more.set_title(self.tr("{} more").format(rest))
        self._more.setVisible(rest > 0)
        self._more.set_open(False)
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

    def _add(self, index: int, parameter: Parameter) -> None:
        row = MovingRow(parameter, f"latent-slider-{index}")
        row.moved.connect(self.moved)
        row.released.connect(self.released)
        self.rows[parameter.name] = row
        place = self._section if index < FIRST_SHOWN else self._more
        place.body.addWidget(row)
