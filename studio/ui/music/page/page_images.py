"""PageImages: engraved pages as pictures at the width and in the ink that they are shown with. GUI thread.

They are drawn in the background, line by line of music. Invariant: a page keeps its last picture until the next one
is there, so that nothing flickers while somebody writes.
"""

from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from studio.files.engraved_page import EngravedPage
from studio.files.engraving import PAGE_MM
from studio.ui.background import Background

PAGE_SHAPE = PAGE_MM[1] / PAGE_MM[0]  # height by width


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is to look: its width in device pixels, and its ink."""

    width_px: int
    ink: str


class PageImages(QObject):
    """Owns the pictures. `drawn(page)`: another picture is there."""

    drawn = Signal(int)

    def __init__(self, background: Background) -> None:
        super().__init__(background)
        self._background = background
        self._images: dict[int, tuple[EngravedPage, Look, QImage]] = {}
        self._asked: dict[int, tuple[EngravedPage, Look]] = {}

    def image(self, page: EngravedPage, look: Look) -> QImage | None:
        """The page as it is best known; draws it where that is not as it should be."""
        known = self._images.get(page.index)
        if known is None or known[0] is not page or known[1] != look:
            self._draw(page, look)
        return known[2] if known else None

    def old_image(self, index: int) -> QImage | None:
        """The picture of a page that is not there yet: what stood in its place."""
        known = self._images.get(index)
        return known[2] if known else None

    def keep_only(self, pages: range) -> None:
        """Forget the pictures of all other pages."""
        for index in [index for index in self._images if index not in pages]:
            del self._images[index]

    def _draw(self, page: EngravedPage, look: Look) -> None:
        if self._asked.get(page.index) != (page, look):
            self._asked[page.index] = (page, look)
            self._background.run(
                lambda: drawn_page(page, look), lambda image: self._take(page, look, image), lambda _: None
            )

    def _take(self, page: EngravedPage, look: Look, image: QImage) -> None:
        if self._asked.get(page.index) == (page, look):
            del self._asked[page.index]
            self._images[page.index] = (page, look, image)
            self.drawn.emit(page.index)


def drawn_page(page: EngravedPage, look: Look) -> QImage:
    """The page in ink on nothing. Any thread."""
    image = QImage(
        look.width_px, round(look.width_px * PAGE_SHAPE), QImage.Format.Format_ARGB32_Premultiplied
    )
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for layer in page.layers:
        QSvgRenderer(layer.encode("utf-8")).render(painter, QRectF(image.rect()))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(image.rect(), QColor(look.ink))
    painter.end()
    return image


def recoloured(image: QImage, share: QRectF, colour: QColor) -> tuple[QRectF, QImage]:
    """A part of a picture in another ink, and where it lies in it, in its pixels; `share`: of its sides, 0 to 1."""
    width, height = image.width(), image.height()
    place = QRectF(share.x() * width, share.y() * height, share.width() * width, share.height() * height)
    box = place.toAlignedRect().intersected(image.rect())
    part = image.copy(box)
    painter = QPainter(part)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(part.rect(), colour)
    painter.end()
    return QRectF(box), part
