"""Paints one page: paper, the bar that plays and the selected notes behind the ink, the ink, notes in other inks."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from studio.files.engraved_page import EngravedPage
from studio.ui.common.theme import colour
from studio.ui.music.page.page_column import area_of
from studio.ui.music.page.page_images import recoloured

SELECTED = "selection"
_WHOLE = QRect(0, 0, 1, 1)


@dataclass(frozen=True, slots=True)
class Marks:
    """The bar that plays, and the theme's colour of notes that stand out, by id; SELECTED: behind them."""

    bar: int
    inks: Mapping[int, str]


def paint_page(
    painter: QPainter, rect: QRect, page: EngravedPage | None, image: QImage | None, marks: Marks
) -> None:
    """A page that has not come yet is what stood in its place, or empty."""
    painter.fillRect(rect, colour("panel"))
    if page is not None:
        _paint_behind(painter, rect, page, marks)
    if image is not None:
        painter.drawImage(QRectF(rect), image)
        if page is not None:
            _paint_inks(painter, rect, page, image, marks)


def paint_focus(painter: QPainter, rect: QRect) -> None:
    """The frame that says where the keys go."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setPen(colour("accent"))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect.adjusted(0, 0, -1, -1))


def _paint_behind(painter: QPainter, rect: QRect, page: EngravedPage, marks: Marks) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("grid_strong", 70))
    for place in page.bars:
        if place.number == marks.bar:
            painter.drawRoundedRect(area_of(place, rect).adjusted(0, -8, 0, 8), 3, 3)
    painter.setBrush(colour("selection"))
    for place in page.notes if marks.inks else ():
        if marks.inks.get(place.number) == SELECTED:
            painter.drawRoundedRect(area_of(place, rect).adjusted(-3, -3, 3, 3), 4, 4)


def _paint_inks(painter: QPainter, rect: QRect, page: EngravedPage, image: QImage, marks: Marks) -> None:
    scale = rect.width() / image.width()
    for place in page.notes if marks.inks else ():
        token = marks.inks.get(place.number, SELECTED)
        if token != SELECTED:
            where, part = recoloured(image, area_of(place, _WHOLE), colour(token))
            target = QRectF(where.topLeft() * scale + rect.topLeft(), where.size() * scale)
            painter.drawImage(target, part)
