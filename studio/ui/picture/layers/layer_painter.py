"""LayerPainter: draws one row of the layers: eye, small picture, name, how it mixes, lock. GUI thread."""

from PySide6.QtCore import QCoreApplication, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from studio.core.layers import Layer
from studio.ui.common.icons import icon
from studio.ui.common.theme import FONT_SIZES, colour

LAYER_ROLE = Qt.ItemDataRole.UserRole
PICTURE_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_PX = 52
THUMB_PX = 40
PAD_PX = 8
ICON_PX = 18
NAME_LEFT_PX = PAD_PX + ICON_PX + PAD_PX + THUMB_PX + PAD_PX
CHECKER_PX = 5

Index = QModelIndex | QPersistentModelIndex


def eye_rect(row: QRect) -> QRect:
    """Where the eye stands in a row."""
    return QRect(row.left() + PAD_PX, row.top() + (ROW_PX - ICON_PX) // 2, ICON_PX, ICON_PX)


def lock_rect(row: QRect) -> QRect:
    left = row.right() - PAD_PX - ICON_PX
    return QRect(left, row.top() + (ROW_PX - ICON_PX) // 2, ICON_PX, ICON_PX)


def name_rect(row: QRect) -> QRect:
    return QRect(
        row.left() + NAME_LEFT_PX, row.top() + 6, row.width() - NAME_LEFT_PX - 2 * PAD_PX - ICON_PX, 20
    )


def words_about(layer: Layer) -> str:
    """What a layer is, and how it mixes where it does."""
    parts = [] if layer.mode == "normal" else [mode_words(layer.mode)]
    if layer.opacity < 1:
        parts.append(f"{round(layer.opacity * 100)} %")
    if layer.region is not None:
        parts.append(tr("region"))
    kinds = {"live": tr("Live"), "picture": tr("Picture"), "paint": tr("Paint")}
    if layer.kind == "live" or not parts:
        parts.insert(0, kinds[layer.kind])
    return " · ".join(parts)


def mode_words(mode: str) -> str:
    """The name of a blend mode for people."""
    return tr(mode.replace("-", " ").capitalize().replace("Color", "Colour"))


class LayerPainter(QStyledItemDelegate):
    """Hidden layers are drawn faintly."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(120, ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        option.text = ""
        option.widget.style().drawControl(
            QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget
        )
        layer = index.data(LAYER_ROLE)
        self._paint_signs(painter, option, layer)
        painter.setOpacity(1.0 if layer.visible else 0.45)
        self._paint_picture(painter, option.rect, index.data(PICTURE_ROLE))
        self._paint_words(painter, option.rect, layer)
        painter.setOpacity(1.0)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(name_rect(option.rect).adjusted(-8, -2, 0, 6))

    def _paint_signs(self, painter: QPainter, option: QStyleOptionViewItem, layer: Layer) -> None:
        eye = "eye-outline" if layer.visible else "eye-off-outline"
        icon(eye, "text" if layer.visible else "text_off").paint(painter, eye_rect(option.rect))
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if layer.locked or hovered:
            sign = "lock-outline" if layer.locked else "lock-open-outline"
            icon(sign, "text" if layer.locked else "text_off").paint(painter, lock_rect(option.rect))

    def _paint_picture(self, painter: QPainter, row: QRect, picture: QPixmap | None) -> None:
        place = QRect(
            row.left() + PAD_PX + ICON_PX + PAD_PX, row.top() + (ROW_PX - THUMB_PX) // 2, THUMB_PX, THUMB_PX
        )
        if picture is not None:
            size = picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio)
            inner = QRect(place.topLeft(), size)
            inner.moveCenter(place.center())
            paint_checker(painter, inner)
            painter.drawPixmap(inner, picture)
            place = inner
        painter.setPen(colour("border"))
        painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _paint_words(self, painter: QPainter, row: QRect, layer: Layer) -> None:
        upper = name_rect(row)
        lower = upper.translated(0, 20)
        for place, words, size, token in (
            (upper, layer.name, "normal", "text"),
            (lower, words_about(layer), "small", "accent" if layer.kind == "live" else "text_soft"),
        ):
            font = painter.font()
            font.setPixelSize(FONT_SIZES[size])
            painter.setFont(font)
            painter.setPen(colour(token))
            short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, short)


def paint_checker(painter: QPainter, place: QRect) -> None:
    """Light and dark squares: here nothing covers what is below."""
    painter.fillRect(place, colour("text_soft"))
    for row in range(0, place.height(), CHECKER_PX):
        for column in range(row // CHECKER_PX % 2 * CHECKER_PX, place.width(), 2 * CHECKER_PX):
            square = QRect(place.left() + column, place.top() + row, CHECKER_PX, CHECKER_PX)
            painter.fillRect(square & place, QBrush(colour("text")))


def tr(text: str) -> str:
    return QCoreApplication.translate("LayersPanel", text)
