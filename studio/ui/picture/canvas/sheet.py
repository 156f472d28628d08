"""Sheet: draws one frame into a rectangle, smooth or pixel by pixel. GUI thread."""

from math import floor

import numpy as np
from PIL import Image
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from studio.core.picture import Frame
from studio.ui.common.frame_image import frame_image

CRISP_FROM = 8.0
SHRINK_WELL_BELOW = 0.6
GROW_WELL_ABOVE = 1.5
GROWN_SIDE_PX = 256  # up to here a bicubic step costs about a millisecond
DRAFT_GROWN_SIDE_PX = 128  # while a hand drags, every half millisecond counts


class Sheet:
    """Owns the image of the frame in view. `pixelated`: show crisp pixels from 800% on."""

    def __init__(self) -> None:
        self.frame: Frame | None = None
        self.pixelated = False
        self._is_draft = False
        self._image = QImage()
        self._shrunk = QImage()
        self._grown = QImage()

    def put(self, frame: Frame | None, is_draft: bool = False) -> None:
        """Take another frame; its pixels are not copied."""
        self.frame = frame
        self._is_draft = is_draft
        self._image = frame_image(frame) if frame is not None else QImage()
        self._shrunk = QImage()
        self._grown = QImage()

    def colour_at(self, point: QPointF, picture: QSizeF) -> QColor | None:
        """The px of the frame under a point of a picture of that size; None beside it."""
        if self._image.isNull() or picture.isEmpty():
            return None
        column = floor(point.x() / picture.width() * self._image.width())
        row = floor(point.y() / picture.height() * self._image.height())
        return self._image.pixelColor(column, row) if self._image.valid(column, row) else None

    def draw(self, painter: QPainter, area: QRectF, ratio: float) -> None:
        """Fill the rectangle; ratio is how many pixels of the screen make one device-independent pixel."""
        if self._image.isNull() or area.isEmpty():
            return
        growth = area.width() * ratio / self._image.width()
        crisp = (self.pixelated and growth >= CRISP_FROM) or abs(growth - 1.0) < 1e-6
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not crisp)
        if growth < SHRINK_WELL_BELOW:
            painter.drawImage(area, self._shrink(area, ratio))
        else:
            painter.drawImage(area, self._image if crisp or growth < GROW_WELL_ABOVE else self._grow())

    def _grow(self) -> QImage:
        """A small picture enlarged by cubic curves, kept for the next paint (lines alone show its grid)."""
        frame = self.frame
        side = DRAFT_GROWN_SIDE_PX if self._is_draft else GROWN_SIDE_PX
        factor = side // max(self._image.width(), self._image.height())
        if frame is None or factor < 2:
            return self._image
        if self._grown.isNull():
            size = (frame.width * factor, frame.height * factor)
            pixels = np.asarray(Image.fromarray(frame.pixels).resize(size, Image.Resampling.BICUBIC))
            # The painter scales 32-bit images three times as fast.
            self._grown = frame_image(Frame(pixels)).convertToFormat(QImage.Format.Format_RGB32)
        return self._grown

    def _shrink(self, area: QRectF, ratio: float) -> QImage:
        """A well filtered smaller image, kept for the next paint (the painter alone leaves jagged lines)."""
        size = QSize(max(1, round(area.width() * ratio)), max(1, round(area.height() * ratio)))
        if self._shrunk.size() != size:
            smooth = Qt.TransformationMode.SmoothTransformation
            self._shrunk = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        return self._shrunk


def whole_pixels(area: QRectF, ratio: float) -> QRectF:
    """The rectangle with its edges on whole pixels of the screen, so that they are sharp."""
    left, top = round(area.left() * ratio) / ratio, round(area.top() * ratio) / ratio
    right, bottom = round(area.right() * ratio) / ratio, round(area.bottom() * ratio) / ratio
    return QRectF(left, top, right - left, bottom - top)
