"""Frame -> QImage and QPixmap. The image shares the frame's memory and keeps it alive."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage, QPixmap

from studio.core.picture import Frame


def frame_image(frame: Frame) -> QImage:
    """The frame as an RGB image, without a copy."""
    pixels = frame.pixels  # (H, W, 3) uint8
    return QImage(pixels.data, frame.width, frame.height, pixels.strides[0], QImage.Format.Format_RGB888)


def thumbnail(frame: Frame, side_px: int, ratio: float = 1.0) -> QPixmap:
    """The middle square of a frame, side_px wide on a screen with that many device pixels to a pixel."""
    return square_pixmap(frame_image(frame), side_px, ratio)


def square_pixmap(image: QImage, side_px: int, ratio: float = 1.0) -> QPixmap:
    """The middle square of an image at a size; an empty image gives an empty pixmap."""
    side = min(image.width(), image.height())
    crop = QRect((image.width() - side) // 2, (image.height() - side) // 2, side, side)
    target = round(side_px * ratio)
    smooth = Qt.TransformationMode.SmoothTransformation
    small = image.copy(crop).scaled(target, target, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
    pixmap = QPixmap.fromImage(small)
    pixmap.setDevicePixelRatio(ratio)
    return pixmap
