"""MixList: the styles that take part, each with its weight. GUI thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.core.restyle import StylePart
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.picture.style.swatches import Swatches

PALETTE_PX = QSize(25, 12)


@dataclass(frozen=True, slots=True)
class MixRow:
    """What a row says: the part, its name, all that is known of it, and its colours."""

    part: StylePart
    title: str
    about: str = ""
    palette: tuple[str, ...] = ()


class MixList(QWidget):
    """`weight_moved` gives the row and its weight from 0 to 1, `removed` the row."""

    weight_moved = Signal(int, float)
    released = Signal()
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sliders: list[LabelledSlider] = []
        self._ids: tuple[str, ...] = ()
        self.nothing = QLabel(wordWrap=True)
        self.nothing.setText(self.tr("Nothing chosen yet. Add a painting, or use a picture of your own."))
        self.nothing.setProperty("role", "soft")
        self.nothing.setObjectName("restyle-mix-empty")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(self.nothing)

    def show_rows(self, rows: Sequence[MixRow]) -> None:
        """Show the parts of a mix; rows are built anew only where other styles take part."""
        ids = tuple(row.part.style_id for row in rows)
        if ids != self._ids:
            self._rebuild(rows)
            self._ids = ids
        for slider, row in zip(self.sliders, rows, strict=True):
            if slider.value != row.part.weight:
                slider.show_value(row.part.weight)

    def _rebuild(self, rows: Sequence[MixRow]) -> None:
        for slider in self.sliders:
            slider.setParent(None)
            slider.deleteLater()
        self.sliders = [self._slider(index, row) for index, row in enumerate(rows)]
        for slider in self.sliders:
            self._column.addWidget(slider)
        self.nothing.setVisible(not rows)

    def _slider(self, index: int, row: MixRow) -> LabelledSlider:
        weight = Parameter(row.part.style_id, row.title, 0.0, 1.0, 1.0, hint=row.about or row.title)
        slider = LabelledSlider(weight, f"restyle-weight-{index}")
        slider.label.setTextFormat(Qt.TextFormat.PlainText)
        slider.add_corner(self._corner(index, row))
        slider.moved.connect(lambda value: self.weight_moved.emit(index, value))
        slider.released.connect(self.released)
        return slider

    def _corner(self, index: int, row: MixRow) -> QWidget:
        remove = IconButton("close", self.tr("Take {} out of the mix").format(row.title), role="tiny")
        remove.setObjectName(f"restyle-remove-{index}")
        remove.clicked.connect(lambda: self.removed.emit(index))
        corner = QWidget()
        line = QHBoxLayout(corner)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(Swatches(row.palette, PALETTE_PX))
        line.addWidget(remove)
        return corner
