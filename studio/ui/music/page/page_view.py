"""PageView: engraved pages one below the other, to look at, turn, zoom and point into. GUI thread.

It only asks for the pages that can be seen. Places on a page are shares of its sides, as `EngravedPage` has them.
"""

from bisect import bisect_right
from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from studio.files.engraved_page import EngravedPage, Place
from studio.ui.common.theme import colour
from studio.ui.music.page.page_column import GAP_PX, USUAL_WIDTH_PX, PageColumn, area_of, bar_at, note_at
from studio.ui.music.page.page_images import Look, PageImages
from studio.ui.music.page.page_painter import Marks, paint_focus, paint_page

SMALLEST, LARGEST = 0.25, 4.0
ZOOM_STEP = 1.2


class PageView(QAbstractScrollArea):
    """Signals are the person's wishes; `show_...` tells nobody."""

    page_wanted = Signal(int)
    note_clicked = Signal(int, bool)
    bar_clicked = Signal(int)
    bar_step_requested = Signal(int)
    page_changed = Signal()

    def __init__(self, images: PageImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page-view")
        self.setAccessibleName(self.tr("Engraved pages"))
        self.setAccessibleDescription(
            self.tr("Page up and down turn pages, left and right go from bar to bar.")
        )
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.viewport().setMouseTracking(True)
        self.zoom = 0.0  # 0: as wide as the panel
        self._images = images
        self._first_bars: tuple[int, ...] = ()
        self._pages: dict[int, EngravedPage] = {}
        self._wanted: set[int] = set()
        self._inks: Mapping[int, str] = {}
        self._bar = 0
        self._awaits_bar = False
        images.drawn.connect(lambda _: self.viewport().update())

    # --- what is shown -----------------------------------------------------------------------------------

    @property
    def page_count(self) -> int:
        return len(self._first_bars)

    @property
    def current_page(self) -> int:
        """The page that a third of the way down belongs to."""
        return self.column.page_at(self.verticalScrollBar().value() + self.viewport().height() // 3)

    def show_layout(self, first_bars: tuple[int, ...]) -> None:
        """Another score: the first bar of each of its pages. The old pages show until the new ones come."""
        self._first_bars = first_bars
        self._pages.clear()
        self._wanted.clear()
        self._show_scroll()
        self.viewport().update()
        self.page_changed.emit()

    def show_page(self, page: EngravedPage) -> None:
        self._wanted.discard(page.index)
        if page.index < self.page_count:
            self._pages[page.index] = page
            if self._awaits_bar and self._page_of(self._bar) == page.index:
                self.reveal_bar(self._bar)
            self.viewport().update()

    def show_inks(self, inks: Mapping[int, str]) -> None:
        """Notes that stand out: their ids, and the theme's colour for each (see page_painter)."""
        if inks != self._inks:
            self._inks = dict(inks)
            self.viewport().update()

    def show_bar(self, bar: int) -> None:
        """Mark the bar where the music stands, and turn to it."""
        if bar != self._bar:
            self._bar = bar
            self.reveal_bar(bar)
            self.viewport().update()

    def reveal_bar(self, bar: int) -> None:
        """Scroll to a bar where it cannot be seen."""
        if not self.page_count:
            return
        index = self._page_of(bar)
        place = self._place_of(bar)
        self._awaits_bar = place is None
        page = self.page_rect(index)
        top = page.top() if place is None else page.top() + round(place.top * page.height())
        bottom = top + (page.height() // 8 if place is None else self._height_of(place))
        bar_at, view = self.verticalScrollBar(), self.viewport().height()
        if top < bar_at.value() or bottom > bar_at.value() + view:
            bar_at.setValue(top - min(view // 6, max(0, view - (bottom - top)) // 2))

    def turn(self, by: int) -> None:
        """Go to the beginning of the page after (1) or before (-1); before: first to the top of this one."""
        top = self.page_rect(self.current_page).top() - GAP_PX
        here = self.verticalScrollBar().value()
        index = self.current_page + by + (by < 0 and here > top + GAP_PX)
        index = min(max(0, index), max(0, self.page_count - 1))
        self.verticalScrollBar().setValue(self.page_rect(index).top() - GAP_PX)

    def use_zoom(self, zoom: float) -> None:
        """Larger or smaller, what is in the middle staying there; 0: as wide as the panel."""
        bar = self.verticalScrollBar()
        share = (bar.value() + self.viewport().height() / 2) / max(1, self.column.content_size.height())
        self.zoom = min(max(zoom, SMALLEST), LARGEST) if zoom else 0.0
        self._show_scroll()
        bar.setValue(round(share * self.column.content_size.height() - self.viewport().height() / 2))
        self.viewport().update()
        self.page_changed.emit()

    def zoom_by(self, steps: float) -> None:
        self.use_zoom(self.column.page_size.width() / USUAL_WIDTH_PX * ZOOM_STEP**steps)

    # --- where it lies -----------------------------------------------------------------------------------

    @property
    def column(self) -> PageColumn:
        """Where the pages lie."""
        return PageColumn(self.viewport().size(), self.page_count, self.zoom)

    def page_rect(self, index: int) -> QRect:
        return self.column.page_rect(index)

    def _seen(self) -> range:
        """The pages that can be seen."""
        return self.column.seen(self.verticalScrollBar().value())

    def _page_of(self, bar: int) -> int:
        return max(0, bisect_right(self._first_bars, bar) - 1)

    def _place_of(self, bar: int) -> Place | None:
        page = self._pages.get(self._page_of(bar))
        return next((place for place in page.bars if place.number == bar), None) if page else None

    def _height_of(self, place: Place) -> int:
        return round((place.bottom - place.top) * self.column.page_size.height())

    def _shift(self) -> QPoint:
        return QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())

    def place_of_note(self, note_id: int) -> QPoint | None:
        """The middle of a note on the viewport, where its page is there; None elsewhere."""
        for index, page in self._pages.items():
            for place in page.notes:
                if place.number == note_id:
                    return area_of(place, self.page_rect(index)).center().toPoint() - self._shift()
        return None

    # --- painting ----------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), colour("sunken"))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-self._shift())
        for index in self._seen():
            self._paint_page(painter, index)
        self._images.keep_only(range(self._seen().start - 1, self._seen().stop + 1))
        if self.hasFocus():
            painter.resetTransform()
            paint_focus(painter, self.viewport().rect())
        painter.end()

    def _paint_page(self, painter: QPainter, index: int) -> None:
        rect, page = self.page_rect(index), self._pages.get(index)
        look = Look(round(rect.width() * self.devicePixelRatioF()), colour("text").name())
        image = self._images.image(page, look) if page else self._images.old_image(index)
        paint_page(painter, rect, page, image, Marks(self._bar, self._inks))
        if page is None:
            self._want(index)

    def _want(self, index: int) -> None:
        if index not in self._wanted:
            self._wanted.add(index)
            self.page_wanted.emit(index)

    # --- the hand ----------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        note, bar = self._hit(event.position())
        if note is not None:
            self.note_clicked.emit(note, bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif bar is not None:
            self.bar_clicked.emit(bar)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        note, bar = self._hit(event.position())
        hot = note is not None or bar is not None
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if hot else Qt.CursorShape.ArrowCursor)

    def _hit(self, at: QPointF) -> tuple[int | None, int | None]:
        """The note and the bar at a place of the viewport."""
        spot = at + QPointF(self._shift())
        for index in self._seen():
            page, rect = self._pages.get(index), self.page_rect(index)
            if page is not None and rect.contains(spot.toPoint()):
                x, y = (spot.x() - rect.left()) / rect.width(), (spot.y() - rect.top()) / rect.height()
                return note_at(page.notes, x, y), bar_at(page.bars, x, y)
        return None, None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom_by(event.angleDelta().y() / 120)
            event.accept()
        else:
            super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_PageDown:
                self.turn(1)
            case Qt.Key.Key_PageUp:
                self.turn(-1)
            case Qt.Key.Key_Left:
                self.bar_step_requested.emit(-1)
            case Qt.Key.Key_Right:
                self.bar_step_requested.emit(1)
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_by(1)
            case Qt.Key.Key_Minus:
                self.zoom_by(-1)
            case Qt.Key.Key_0:
                self.use_zoom(0)
            case _:
                super().keyPressEvent(event)

    # --- scrolling ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        old, new = event.oldSize(), event.size()
        grown = (new.width() - 2 * GAP_PX) / max(1, old.width() - 2 * GAP_PX) if old.isValid() else 1
        at = self.verticalScrollBar().value()
        self._show_scroll()
        if not self.zoom and grown != 1:
            self.verticalScrollBar().setValue(round(at * grown))

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self.viewport().update()
        self.page_changed.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.viewport().update()

    def _show_scroll(self) -> None:
        view, content = self.viewport().size(), self.column.content_size
        for bar, whole, seen in (
            (self.horizontalScrollBar(), content.width(), view.width()),
            (self.verticalScrollBar(), content.height(), view.height()),
        ):
            bar.setPageStep(seen)
            bar.setSingleStep(24)
            bar.setRange(0, max(0, whole - seen))
