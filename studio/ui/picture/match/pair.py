"""Pair: the person's picture beside what was found for it, with a word under each. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from studio.core.picture import Frame
from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.frame_image import thumbnail

SIDE_PX = 124
ENOUGH_PX = 512


class Pair(QWidget):
    """Left what is looked for, right what was found; an empty place shows its frame alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.target, self.found = _place("match-target"), _place("match-found")
        self.name, self.words = ElidedLabel(), ElidedLabel()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(4)
        for column, (place, label) in enumerate(((self.target, self.name), (self.found, self.words))):
            label.setProperty("role", "soft")
            label.setFixedWidth(SIDE_PX)
            grid.addWidget(place, 0, column)
            grid.addWidget(label, 1, column)
        grid.setColumnStretch(2, 1)
        self.show_found(None)

    def show_target(self, frame: Frame, name: str) -> None:
        """The picture that is looked for; what was found for another goes."""
        every = max(1, min(frame.width, frame.height) // ENOUGH_PX)  # a large photograph is not scaled here
        small = Frame(frame.pixels[::every, ::every])
        self.target.setPixmap(thumbnail(small, SIDE_PX, self.devicePixelRatioF()))
        self.target.setAccessibleName(self.tr("Your picture: {}").format(name))
        self.name.setText(name)
        self.name.setToolTip(name)
        self.show_found(None)

    def show_found(self, frame: Frame | None) -> None:
        """The model's picture, as far as it has come."""
        ratio = self.devicePixelRatioF()
        self.found.setPixmap(QPixmap() if frame is None else thumbnail(frame, SIDE_PX, ratio))
        self.words.setText(self.tr("Nothing found yet") if frame is None else self.tr("Found"))
        self.found.setAccessibleName(self.words.text())

    def show_step(self, step: int) -> None:
        """At which step that was."""
        self.words.setText(self.tr("Found, step {}").format(step))


def _place(name: str) -> QLabel:
    place = QLabel(objectName=name)
    place.setFixedSize(SIDE_PX, SIDE_PX)
    place.setAlignment(Qt.AlignmentFlag.AlignCenter)
    place.setProperty("role", "well")
    return place
