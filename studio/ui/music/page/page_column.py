"""PageColumn: where pages lie below each other in a view, and what lies at a place of a page. Pure values."""

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QRectF, QSize

from studio.files.engraved_page import Place
from studio.ui.music.page.page_images import PAGE_SHAPE

GAP_PX = 12
USUAL_WIDTH_PX = 794  # of A4 at 96 dots per inch
SMALLEST_PX = 120
NEAR = 0.006  # of the page's width: how near a note counts as hit
AROUND = 0.012  # of its height: how far above and below its staves a bar reaches


@dataclass(frozen=True, slots=True)
class PageColumn:
    """`count` pages in a view of a size; zoom 0: as wide as the view, else times their usual width."""

    view: QSize
    count: int
    zoom: float = 0.0

    @property
    def page_size(self) -> QSize:
        width = round(self.zoom * USUAL_WIDTH_PX) if self.zoom else self.view.width() - 2 * GAP_PX
        width = max(SMALLEST_PX, width)
        return QSize(width, round(width * PAGE_SHAPE))

    @property
    def step_px(self) -> int:
        """From the top of a page to that of the next."""
        return self.page_size.height() + GAP_PX

    @property
    def content_size(self) -> QSize:
        return QSize(self.page_size.width() + 2 * GAP_PX, GAP_PX + self.count * self.step_px)

    def page_rect(self, index: int) -> QRect:
        """Where a page lies among all that can be scrolled to."""
        left = max(GAP_PX, (self.view.width() - self.page_size.width()) // 2)
        return QRect(QPoint(left, GAP_PX + index * self.step_px), self.page_size)

    def page_at(self, y_px: int) -> int:
        """The page nearest to a height."""
        return min(max(0, (y_px - GAP_PX) // self.step_px), max(0, self.count - 1))

    def seen(self, top_px: int) -> range:
        """The pages that can be seen when the view is scrolled to `top_px`."""
        first = max(0, (top_px - GAP_PX) // self.step_px)
        return range(first, min(self.count, (top_px + self.view.height()) // self.step_px + 1))


def area_of(place: Place, page: QRect) -> QRectF:
    """A place on the page as it lies in `page`."""
    width, height = page.width(), page.height()
    return QRectF(
        page.left() + place.left * width,
        page.top() + place.top * height,
        (place.right - place.left) * width,
        (place.bottom - place.top) * height,
    )


def bar_at(bars: tuple[Place, ...], x: float, y: float) -> int | None:
    """The bar whose staves are there, or just above or below."""
    held = (
        bar for bar in bars if bar.left <= x <= bar.right and bar.top - AROUND <= y <= bar.bottom + AROUND
    )
    return next((bar.number for bar in held), None)


def note_at(notes: tuple[Place, ...], x: float, y: float) -> int | None:
    """The note whose head is there, or very near."""

    def away(place: Place) -> float:
        dx, dy = x - (place.left + place.right) / 2, y - (place.top + place.bottom) / 2
        return dx * dx + dy * dy * PAGE_SHAPE * PAGE_SHAPE

    near = [
        place
        for place in notes
        if place.left - NEAR <= x <= place.right + NEAR and place.top - NEAR <= y <= place.bottom + NEAR
    ]
    return min(near, key=away).number if near else None
