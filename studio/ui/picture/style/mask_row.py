"""MaskRow: where the styles work, everywhere or only where a mask is white. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from studio.core.restyle import Mask
from studio.ui.common.icon_button import IconButton

PREVIEW_PX = 28


class MaskRow(QWidget):
    """`asked` wishes for a mask from a file, `selection_asked` for one from the selection; `removed` for none."""

    asked = Signal()
    selection_asked = Signal()
    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mask: Mask | None = None
        self.preview = QLabel()
        self.words = QLabel()
        self.file_button = QPushButton(self.tr("Mask…"))
        self.selection_button = IconButton("selection", self.tr("Style only what is selected on the canvas"))
        self.remove_button = IconButton("close", self.tr("Style the whole picture again"), role="tiny")
        self._describe()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.preview)
        line.addWidget(self.words, 1)
        line.addWidget(self.remove_button)
        line.addWidget(self.selection_button)
        line.addWidget(self.file_button)
        self.file_button.clicked.connect(self.asked)
        self.selection_button.clicked.connect(self.selection_asked)
        self.remove_button.clicked.connect(self.removed)
        self._show()

    def show_mask(self, mask: Mask | None) -> None:
        """Show a mask; None: the styles work everywhere."""
        if mask != self._mask:
            self._mask = mask
            self._show()

    def _show(self) -> None:
        there = self._mask is not None
        self.words.setText(self.tr("Inside the mask") if there else self.tr("Whole picture"))
        self.preview.setVisible(there)
        self.remove_button.setVisible(there)
        self.preview.setPixmap(preview(self._mask) if self._mask else QPixmap())

    def _describe(self) -> None:
        self.setObjectName("restyle-mask")
        self.file_button.setObjectName("restyle-mask-file")
        self.selection_button.setObjectName("restyle-mask-selection")
        self.selection_button.setEnabled(False)
        self.file_button.setToolTip(
            self.tr("Open a picture as a mask: white is painted, black stays as it is, grey is between")
        )
        self.remove_button.setObjectName("restyle-mask-remove")
        self.words.setObjectName("restyle-mask-words")
        self.preview.setFixedHeight(PREVIEW_PX)


def preview(mask: Mask) -> QPixmap:
    """The mask in small, in its own proportions."""
    levels = mask.levels  # (H, W) uint8
    image = QImage(levels.data, mask.width, mask.height, mask.width, QImage.Format.Format_Grayscale8)
    smooth, keep = Qt.TransformationMode.SmoothTransformation, Qt.AspectRatioMode.KeepAspectRatio
    return QPixmap.fromImage(image.scaled(PREVIEW_PX * 2, PREVIEW_PX, keep, smooth))
