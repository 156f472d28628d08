"""PianoKeys: the keys at the left of the roll; press or slide to hear them. GUI thread."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from studio.ui.common.theme import colour
from studio.ui.music.instruments import drum_name
from studio.ui.music.pianoroll.painter import mixed
from studio.ui.music.pianoroll.state import RollState
from studio.ui.music.pitch_names import is_black

KEYS_WIDTH_PX, DRUMS_WIDTH_PX = 60, 120
BLACK_SHARE = 0.62
SMALL_PX = 10


class PianoKeys(QWidget):
    """Further right on a key is louder, as in other piano rolls."""

    def __init__(self, state: RollState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("piano-roll-keys")
        self.setAccessibleName(self.tr("Piano keys"))
        self.setToolTip(self.tr("Click or slide to hear a key"))
        self.setFixedWidth(KEYS_WIDTH_PX)
        self.setMouseTracking(True)
        self._state = state
        self._sounding = self._hovered = -1
        state.changed.connect(self._show)

    def _show(self) -> None:
        """Keys of a piano, or the drums of a kit by name."""
        self.setFixedWidth(DRUMS_WIDTH_PX if self._state.track.drums else KEYS_WIDTH_PX)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, geometry = QPainter(self), self._state.geometry
        drums = self._state.track.drums
        painter.fillRect(self.rect(), colour("window") if drums else _ivory())
        paint_key = self._paint_drum if drums else self._paint_key
        lowest, highest = geometry.pitch_at(self.height()), geometry.pitch_at(0)
        for pitch in range(lowest, highest + 1):
            rect = QRect(0, geometry.y_of(pitch), self.width(), geometry.row_px)
            paint_key(painter, pitch, rect)
        painter.setPen(colour("border"))
        painter.drawLine(self.width() - 1, 0, self.width() - 1, self.height())

    def _paint_key(self, painter: QPainter, pitch: int, rect: QRect) -> None:
        if is_black(pitch):
            middle = rect.center().y() + 1
            painter.fillRect(rect.adjusted(0, 0, -round(rect.width() * (1 - BLACK_SHARE)), 0), _ebony())
            painter.setPen(_seam())
            painter.drawLine(round(rect.width() * BLACK_SHARE), middle, rect.right(), middle)
        elif pitch % 12 in (0, 5):
            painter.setPen(_seam())
            painter.drawLine(0, rect.bottom() + 1, rect.right(), rect.bottom() + 1)
        if pitch == self._sounding or pitch == self._hovered:
            painter.fillRect(rect, colour("selection", 255 if pitch == self._sounding else 110))
        if pitch % 12 == 0 or pitch == self._hovered:
            self._paint_name(painter, pitch, rect)

    def _paint_drum(self, painter: QPainter, pitch: int, rect: QRect) -> None:
        """A row with the name of what it strikes; those that the track uses stand out."""
        if pitch == self._sounding or pitch == self._hovered:
            painter.fillRect(rect, colour("selection", 255 if pitch == self._sounding else 110))
        painter.setPen(colour("grid"))
        painter.drawLine(0, rect.bottom() + 1, rect.right(), rect.bottom() + 1)
        if rect.height() <= SMALL_PX:
            return
        font = painter.font()
        font.setPixelSize(SMALL_PX)
        painter.setFont(font)
        used = pitch in self._state.index.pitches or pitch == self._hovered
        painter.setPen(colour("text" if used else "text_off"))
        place = rect.adjusted(8, 0, -4, 0)
        words = painter.fontMetrics().elidedText(drum_name(pitch), Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_name(self, painter: QPainter, pitch: int, rect: QRect) -> None:
        font = painter.font()
        font.setPixelSize(SMALL_PX)
        painter.setFont(font)
        painter.setPen(QColor("#202020") if pitch != self._sounding else colour("text"))
        tall = QRect(rect.left(), rect.center().y() - 8, rect.width() - 5, 17)
        painter.drawText(
            tall, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._state.name_of(pitch)
        )

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._sound(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pitch = self._state.geometry.pitch_at(event.position().y())
        if event.buttons() & Qt.MouseButton.LeftButton and pitch != self._sounding:
            self._sound(event)
        elif pitch != self._hovered:
            self._hovered = pitch
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._sounding = -1
        self.update()

    def leaveEvent(self, event: object) -> None:
        self._hovered = -1
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll or, with Ctrl or Alt, zoom the keys."""
        geometry, turn = self._state.geometry, event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            geometry = geometry.zoomed_pitch((turn > 0) - (turn < 0), event.position().y())
        else:
            lowest = max(0, geometry.content_height_px - self.height())
            geometry = geometry.scrolled_to(geometry.left_px, min(lowest, geometry.top_px - turn / 2))
        self._state.look_at(geometry)

    def _sound(self, event: QMouseEvent) -> None:
        self._sounding = self._state.geometry.pitch_at(event.position().y())
        share = min(max(event.position().x() / self.width(), 0.0), 1.0)
        self._state.auditioned.emit(self._sounding, 50 + round(share * 70))
        self.update()


def _ivory() -> QColor:
    """Keys look like keys in both themes, only a little dimmer in the dark."""
    return mixed(QColor("#f2f2f0"), colour("window"), 0.2)


def _ebony() -> QColor:
    return mixed(QColor("#1a1a1a"), colour("window"), 0.15)


def _seam() -> QColor:
    return mixed(_ivory(), _ebony(), 0.35)
