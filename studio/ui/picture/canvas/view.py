"""CanvasView: where the picture lies in the window. Pure geometry, in device-independent pixels.

Invariant: the point of the picture in the middle of the window stays inside the picture.
A zoom of 1 is one picture pixel on one pixel of the screen.
"""

from PySide6.QtCore import QPointF, QRectF, QSizeF

MIN_ZOOM, MAX_ZOOM = 0.05, 32.0
MARGIN_PX = 24


class CanvasView:
    """Owns zoom and place. `ratio` is how many pixels of the screen make one device-independent pixel."""

    def __init__(self) -> None:
        self.window = QSizeF(1, 1)
        self.picture = QSizeF(0, 0)
        self.ratio = 1.0
        self.zoom = 1.0
        self.fitted = True
        self._middle = QPointF(0.5, 0.5)  # the share of the picture that lies in the middle of the window

    @property
    def scale(self) -> float:
        """Device-independent pixels for each picture pixel."""
        return self.zoom / self.ratio

    def target(self) -> QRectF:
        """Where the picture lies in the window."""
        width, height = self.picture.width() * self.scale, self.picture.height() * self.scale
        left = self.window.width() / 2 - self._middle.x() * width
        top = self.window.height() / 2 - self._middle.y() * height
        return QRectF(left, top, width, height)

    def resize(self, window: QSizeF, ratio: float) -> None:
        """The window has another size, or moved to another screen."""
        self.window, self.ratio = QSizeF(window), ratio
        self._refit()

    def set_picture(self, size: QSizeF) -> None:
        """Another nominal size: a view that was chosen by hand keeps the picture's place and size."""
        old, self.picture = self.picture, QSizeF(size)
        if not self.fitted and old.width() > 0 and _same_shape(old, size):
            self.zoom = _clamp(self.zoom * old.width() / size.width())
        else:
            self.fit()

    def fit(self) -> None:
        """The whole picture, with a margin."""
        self.fitted = True
        self._middle = QPointF(0.5, 0.5)
        self._refit()

    def zoom_to(self, zoom: float, around: QPointF | None = None) -> None:
        """Zoom so that what lies under `around` (else the middle of the window) stays there."""
        spot = around if around is not None else QPointF(self.window.width() / 2, self.window.height() / 2)
        before = self.share_at(spot)
        self.zoom = _clamp(zoom)
        self.fitted = False
        offset = before - self.share_at(spot)
        self._move_middle(self._middle + offset)

    def pan(self, dx_px: float, dy_px: float) -> None:
        """Push the picture by a distance in the window."""
        area = self.target()
        if area.isEmpty():
            return
        self.fitted = False
        self._move_middle(self._middle - QPointF(dx_px / area.width(), dy_px / area.height()))

    def share_at(self, spot: QPointF) -> QPointF:
        """The share of the picture's width and height that lies under a point of the window."""
        area = self.target()
        if area.isEmpty():
            return QPointF(0.5, 0.5)
        return QPointF((spot.x() - area.left()) / area.width(), (spot.y() - area.top()) / area.height())

    def _refit(self) -> None:
        if not self.fitted or self.picture.isEmpty():
            return
        room_x = max(16.0, self.window.width() - 2 * MARGIN_PX)
        room_y = max(16.0, self.window.height() - 2 * MARGIN_PX)
        scale = min(room_x / self.picture.width(), room_y / self.picture.height())
        self.zoom = _clamp(scale * self.ratio)

    def _move_middle(self, share: QPointF) -> None:
        self._middle = QPointF(min(max(share.x(), 0.0), 1.0), min(max(share.y(), 0.0), 1.0))


def _clamp(zoom: float) -> float:
    return min(max(zoom, MIN_ZOOM), MAX_ZOOM)


def _same_shape(a: QSizeF, b: QSizeF) -> bool:
    return abs(a.width() * b.height() - b.width() * a.height()) <= max(a.width(), b.width())
