"""ModelPainter: draws one row of the model list: preview, name, summary in two lines, state. GUI thread."""

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter, QTextLayout, QTextOption
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from studio.ui.common.frame_image import square_pixmap
from studio.ui.common.icons import icon
from studio.ui.common.theme import FONT_SIZES, colour
from studio.ui.desk.library.model_list_model import (
    CURRENT,
    PREVIEW,
    PREVIEW_PX,
    ROW,
    STATE,
    ModelRow,
    ModelState,
)

Index = QModelIndex | QPersistentModelIndex
ROW_PX = 88
PAD_PX = 8
INFO_PX = 20
STATE_TOKENS = {"ready": "good", "loading": "text_soft", "error": "danger"}


class ModelPainter(QStyledItemDelegate):
    """Rows of one height; the small "i" at the right of the name asks for details (`info_area`)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state_words = {
            "": self.tr("not loaded"), "loading": self.tr("loading…"), "ready": self.tr("ready"),
            "error": self.tr("cannot be loaded"),
        }  # fmt: skip

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        self._draw_ground(painter, option, bool(index.data(CURRENT)))
        self._draw_preview(painter, option.rect, index.data(PREVIEW))
        self._draw_words(painter, option.rect, index.data(ROW), index.data(STATE))
        icon("information-outline", "text_soft").paint(painter, info_area(option.rect))
        painter.restore()

    def _draw_ground(self, painter: QPainter, option: QStyleOptionViewItem, is_current: bool) -> None:
        area = QRectF(option.rect).adjusted(1, 1, -1, -1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if is_current or hovered:
            painter.setBrush(colour("selection", 110) if is_current else colour("raised"))
            painter.drawRoundedRect(area, 4, 4)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(colour("accent"))
            painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def _draw_preview(self, painter: QPainter, area: QRect, preview: QImage) -> None:
        spot = QRect(area.left() + PAD_PX, area.top() + PAD_PX + 2, PREVIEW_PX, PREVIEW_PX)
        if preview.isNull():
            painter.fillRect(spot, colour("sunken"))
            icon("image-outline", "text_off").paint(painter, spot.adjusted(16, 16, -16, -16))
        else:
            painter.drawPixmap(spot, square_pixmap(preview, PREVIEW_PX, painter.device().devicePixelRatioF()))

    def _draw_words(self, painter: QPainter, area: QRect, row: ModelRow, state: ModelState) -> None:
        left = area.left() + PAD_PX + PREVIEW_PX + 10
        room = QRect(left, area.top() + PAD_PX, area.right() - PAD_PX - left, ROW_PX - 2 * PAD_PX)
        name_room = QRect(room.left(), room.top(), room.width() - INFO_PX - 4, 18)
        self._draw_line(painter, name_room, row.name, "text", _font(painter, "normal", True))
        failed = state.state == "error" and bool(state.text)
        painter.setPen(colour("danger" if failed else "text_soft"))
        painter.setFont(_font(painter, "small"))
        _draw_two_lines(painter, room.adjusted(0, 21, 0, 0), state.text if failed else row.summary)
        foot = QRect(room.left(), room.bottom() - 17, room.width(), 16)
        token = STATE_TOKENS.get(state.state, "text_soft")
        self._draw_line(painter, foot, self._foot_words(row, state), token, _font(painter, "small"))

    def _foot_words(self, row: ModelRow, state: ModelState) -> str:
        own = state.text if state.state != "error" else ""
        words = own or self._state_words.get(state.state, state.state)
        return f"{words} · {row.details}" if row.details and not own else words

    def _draw_line(self, painter: QPainter, room: QRect, words: str, token: str, font: QFont) -> None:
        painter.setFont(font)
        painter.setPen(colour(token))
        short = QFontMetricsF(font).elidedText(words, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, short)


def info_area(area: QRect) -> QRect:
    """Where in a row the "i" lies."""
    return QRect(area.right() - PAD_PX - INFO_PX, area.top() + PAD_PX - 1, INFO_PX, INFO_PX)


def _font(painter: QPainter, size: str, is_bold: bool = False) -> QFont:
    font = QFont(painter.font())
    font.setPixelSize(FONT_SIZES[size])
    font.setBold(is_bold)
    return font


def _draw_two_lines(painter: QPainter, room: QRect, words: str) -> None:
    """Wrap at words; what does not fit into two lines ends in an ellipsis."""
    metrics = QFontMetricsF(painter.font())
    layout = QTextLayout(words, painter.font())
    wrapping = QTextOption()
    wrapping.setWrapMode(QTextOption.WrapMode.WordWrap)
    layout.setTextOption(wrapping)
    layout.beginLayout()
    first = layout.createLine()
    first.setLineWidth(room.width())
    layout.endLayout()
    rest = words[first.textLength() :]
    baseline = QPointF(room.left(), room.top() + metrics.ascent())
    painter.drawText(baseline, words[: first.textLength()].rstrip())
    short = metrics.elidedText(rest, Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(baseline + QPointF(0, metrics.lineSpacing()), short)
