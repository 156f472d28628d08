"""WeightList: what each picture on the pad has of the mix, to read, drag and type. GUI thread.

Invariant: `show_pad` tells nobody; while folded or hidden it builds and touches nothing.
"""

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.core.blending import is_exact, shares
from studio.core.parameter import Parameter
from studio.core.picture import Frame
from studio.core.project import BlendPad
from studio.ui.common.frame_image import thumbnail
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section

SIDE_PX = 36
HALF_A_STEP = 0.05  # percent


class WeightList(QWidget):
    """A row for each picture. `moved` gives a share from 0 to 1; the others make room for it."""

    moved = Signal(int, float)
    released = Signal()
    by_distance_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pad = BlendPad()
        self._frames: tuple[Frame | None, ...] = ()
        self.rows: list[LabelledSlider] = []
        self._pictures: list[QLabel] = []
        self.section = Section(self.tr("Exact weights"), "pad-weights")
        self.section.body.setSpacing(8)
        self.distance_button = QPushButton(self.tr("By distance"))
        self.distance_button.setObjectName("pad-by-distance-button")
        self.distance_button.setToolTip(self.tr("Let the distance to the cursor decide again"))
        self.distance_button.clicked.connect(self.by_distance_requested)
        self.section.add_action(self.distance_button)
        self.section.set_open(False)
        self.section.folded.connect(lambda folded: None if folded else self._refresh())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)

    def show_pad(self, pad: BlendPad) -> None:
        """Show the shares of a pad, by distance or by hand."""
        self._pad = pad
        self.setVisible(len(pad.points) > 1)
        self.distance_button.setVisible(is_exact(pad))
        if self.section.content.isVisible():
            self._refresh()

    def show_frames(self, frames: tuple[Frame | None, ...]) -> None:
        """The small pictures of the points."""
        self._frames = frames
        if self.section.content.isVisible():
            self._refresh()
            self._show_pictures()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self.section.content.isHidden():
            self._refresh()

    def _refresh(self) -> None:
        of_each = shares(self._pad)
        if len(self.rows) != len(of_each):
            self._build(len(of_each))
            self._show_pictures()
        for row, share in zip(self.rows, of_each, strict=True):
            if abs(row.value - 100 * share) > HALF_A_STEP:
                row.show_value(100 * share)

    def _build(self, count: int) -> None:
        while len(self.rows) > count:
            self.rows.pop().parentWidget().deleteLater()
            self._pictures.pop()
        while len(self.rows) < count:
            self._add(len(self.rows))

    def _add(self, index: int) -> None:
        words = self.tr("Picture {}").format(index + 1)
        hint = self.tr("Its share of the mix; the other pictures share what is left.")
        row = LabelledSlider(
            Parameter(f"weight-{index}", words, 0.0, 100.0, 0.0, " %", hint, 1), f"pad-weight-{index}"
        )
        row.moved.connect(lambda percent: self.moved.emit(index, percent / 100))
        row.released.connect(self.released)
        picture = QLabel()
        picture.setFixedSize(SIDE_PX, SIDE_PX)
        line = QWidget()
        across = QHBoxLayout(line)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(8)
        across.addWidget(picture)
        across.addWidget(row, 1)
        self.rows.append(row)
        self._pictures.append(picture)
        self.section.body.addWidget(line)

    def _show_pictures(self) -> None:
        for picture, frame in zip(self._pictures, self._frames, strict=False):
            if frame is not None:
                picture.setPixmap(thumbnail(frame, SIDE_PX, self.devicePixelRatioF()))
            else:
                picture.clear()
