"""Slot: a kept picture as a thumbnail that recalls it, and the button that keeps another. GUI thread."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QBoxLayout, QPushButton, QToolButton, QWidget

from studio.core.picture import Frame
from studio.ui.common.frame_image import thumbnail

SIDE_PX = 44


class Slot(QWidget):
    """`letter` is "a" or "b". An empty slot shows its letter and cannot be recalled."""

    keep_requested = Signal()
    recall_requested = Signal()

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = letter.upper()
        self.picture = QToolButton()
        self.picture.setObjectName(f"slot-{letter}")
        self.picture.setProperty("role", "slot")
        self.picture.setFixedSize(SIDE_PX + 6, SIDE_PX + 6)
        self.picture.setIconSize(QSize(SIDE_PX, SIDE_PX))
        self.picture.clicked.connect(self.recall_requested)
        self.keep = QPushButton(self.tr("Keep {}").format(self._title))
        self.keep.setObjectName(f"keep-{letter}")
        self.keep.setToolTip(self.tr("Keep the picture on the canvas as {}").format(self._title))
        self.keep.clicked.connect(self.keep_requested)
        ways = QBoxLayout.Direction
        row = QBoxLayout(
            ways.LeftToRight if letter == "a" else ways.RightToLeft, self
        )  # the pictures stand outside
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for part in (self.picture, self.keep):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        self.show_kept(False)
        self.show_thumbnail(None)

    def show_kept(self, is_kept: bool) -> None:
        """Whether there is something to recall."""
        words = self.tr("Go back to {}") if is_kept else self.tr("{} is empty")
        self.picture.setEnabled(is_kept)
        self.picture.setToolTip(words.format(self._title))
        self.picture.setAccessibleName(words.format(self._title))

    def show_thumbnail(self, frame: Frame | None) -> None:
        """The kept picture, or the slot's letter while there is none."""
        self.picture.setText("" if frame is not None else self._title)
        picture = thumbnail(frame, SIDE_PX, self.devicePixelRatioF()) if frame is not None else None
        self.picture.setIcon(QIcon(picture) if picture is not None else QIcon())
