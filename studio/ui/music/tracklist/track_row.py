"""TrackRow: one track in the panel: number, name, instrument, mute, solo, lock, volume and pan. GUI thread.

Invariant: it shows what it is told; only hands make wishes.
"""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from studio.core.score import Track
from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.icon_button import IconButton
from studio.ui.common.quiet_slider import STEPS, QuietSlider
from studio.ui.common.theme import colour
from studio.ui.music.instruments import instrument_name
from studio.ui.music.track_shade import track_shade
from studio.ui.music.tracklist.name_field import NameField
from studio.ui.music.tracklist.pan_dial import MIDDLE, PanDial
from studio.ui.music.tracklist.wishes import Wishes
from studio.ui.music.tracklist.words_button import WordsButton

FULL, DEFAULT_VOLUME = 127, 100
REST_MS = 600
NUMBER_PX, BAR_PX = 24, 3
DRAG_PX, ICON_PX = 8, 12
OPEN, LOCKED = ("lock-open-variant-outline", "text_soft"), ("lock", "window")  # icon, colour
Key = Qt.Key


class TrackRow(QFrame):
    """`index` is its place from 0. Up and Down go to its neighbours, M, S and L mute, solo and lock, Enter chooses an
    instrument, F2 or a double click names it, Escape goes back to the notes."""

    def __init__(self, index: int, wishes: Wishes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.index, self._wishes = index, wishes
        self.track = Track()
        self.is_current = self.is_target = False
        self._gaps = (False, False)  # a dragged row would go above, or below
        self._pressed: QPoint | None = None
        self.name_label, self.name_field = ElidedLabel(), NameField(self)
        self.mute_button, self.solo_button = QToolButton(text="M"), QToolButton(text="S")
        self.lock_button = IconButton(OPEN[0], self.tr("Lock (L)"), role="letter")
        self.instrument_button = WordsButton()
        self.volume, self.pan = QuietSlider(), PanDial()
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._name_parts()
        self._lay_out()
        self._connect()

    def show_track(self, track: Track, is_current: bool) -> None:
        """Show another state of it."""
        self.track, self.is_current = track, is_current
        self.name_label.setText(track.name or instrument_name(track))
        self.name_label.setToolTip(self.name_label.text())
        self.instrument_button.show_words(instrument_name(track))
        self.mute_button.setChecked(track.muted)
        self.solo_button.setChecked(track.solo)
        self.lock_button.setChecked(track.locked)
        self.lock_button.show_icon(*(LOCKED if track.locked else OPEN))
        for part, value in ((self.volume, round(track.volume / FULL * STEPS)), (self.pan, track.pan)):
            part.blockSignals(True)
            if not part.isSliderDown():
                part.setValue(value)
            part.blockSignals(False)
        self._show_words()
        focus = Qt.FocusPolicy.StrongFocus if is_current else Qt.FocusPolicy.ClickFocus
        for control in (self, *self.controls):
            control.setFocusPolicy(focus)
        self.update()
        self.pan.update()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        return (
            self.instrument_button,
            self.mute_button,
            self.solo_button,
            self.lock_button,
            self.volume,
            self.pan,
        )

    def rename(self) -> None:
        """Open the line for its name, in its place."""
        self.name_field.open(self.name_label.geometry(), self.track.name)

    def show_target(self, is_target: bool) -> None:
        """Notes are about to be dropped here."""
        if is_target != self.is_target:
            self.is_target = is_target
            self.update()

    def show_gap(self, above: bool, below: bool) -> None:
        """A row is held over the gap above or below."""
        if self._gaps != (above, below):
            self._gaps = above, below
            self.update()

    # --- mouse and keys ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        self._wishes.chosen.emit(self.index)
        self.setFocus(Qt.FocusReason.MouseFocusReason)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            way = event.position().toPoint() - self._pressed
            if way.manhattanLength() >= DRAG_PX:
                self._pressed = None
                self._wishes.drag_begun.emit(self.index)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.name_label.geometry().adjusted(-NUMBER_PX, -4, 0, 4).contains(event.position().toPoint()):
            self.rename()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self._wishes.chosen.emit(self.index)
        self._wishes.menu_wanted.emit(event.globalPos())

    def event(self, event: QEvent) -> bool:
        """F2 and Delete mean this row here, although they are keys of the window too."""
        if event.type() == QEvent.Type.ShortcutOverride:
            assert isinstance(event, QKeyEvent)
            if event.key() in (Key.Key_F2, Key.Key_Delete) and not event.modifiers():
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wishes, index = self._wishes, self.index
        acts = {
            Key.Key_Up: lambda: wishes.stepped.emit(-1),
            Key.Key_Down: lambda: wishes.stepped.emit(1),
            Key.Key_M: lambda: wishes.muted.emit(index),
            Key.Key_S: lambda: wishes.soloed.emit(index),
            Key.Key_L: lambda: wishes.locked.emit(index),
            Key.Key_F2: self.rename,
            Key.Key_Return: self.instrument_button.click,
            Key.Key_Enter: self.instrument_button.click,
            Key.Key_Delete: lambda: wishes.asked.emit("remove-track"),
            Key.Key_Escape: wishes.left.emit,
        }
        act = acts.get(Key(event.key()))
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            act()

    # --- paint -------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, rect = QPainter(self), self.rect()
        if self.is_current or self.is_target:
            painter.fillRect(rect, colour("raised"))
        painter.fillRect(0, 0, BAR_PX, rect.height() - 1, colour("text" if self.is_current else "border"))
        painter.setPen(colour("border"))
        painter.drawLine(0, rect.bottom(), rect.right(), rect.bottom())
        swatch = self.name_label.geometry()
        painter.fillRect(9, swatch.top() + 3, 16, swatch.height() - 6, track_shade(self.index))
        painter.setPen(colour("text"))
        font = painter.font()
        font.setPixelSize(10)
        painter.setFont(font)
        painter.drawText(
            9, swatch.top(), 16, swatch.height(), Qt.AlignmentFlag.AlignCenter, str(self.index + 1)
        )
        for is_there, y in zip(self._gaps, (0, rect.bottom() - 1), strict=True):
            if is_there:
                painter.fillRect(0, y, rect.width(), 2, colour("text"))
        if self.hasFocus() or self.is_target:
            painter.setPen(colour("text_soft" if self.is_target else "accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    # --- layout ------------------------------------------------------------------------------------------

    def _name_parts(self) -> None:
        number = self.index + 1
        self.setObjectName(f"track-{number}")
        self.name_field.setObjectName(f"track-{number}-name")
        for part, name in (
            (self.instrument_button, "instrument"),
            (self.mute_button, "mute"),
            (self.solo_button, "solo"),
            (self.lock_button, "lock"),
            (self.volume, "volume"),
            (self.pan, "pan"),
        ):
            part.setObjectName(f"track-{number}-{name}")
        for button in (self.mute_button, self.solo_button, self.lock_button):
            button.setCheckable(True)
            button.setProperty("role", "letter")
        self.lock_button.setIconSize(QSize(ICON_PX, ICON_PX))

    def _show_words(self) -> None:
        """What a screen reader says, and the tooltips."""
        track, name = self.track, self.name_label.text()
        states = [self.tr("muted")] if track.muted else []
        states += [self.tr("solo")] if track.solo else []
        states += [self.tr("locked")] if track.locked else []
        self.setAccessibleName(
            ", ".join(
                [self.tr("Track {0}: {1}").format(self.index + 1, name), instrument_name(track), *states]
            )
        )
        pan = track.pan - MIDDLE
        side = (
            self.tr("middle") if not pan else f"{abs(pan)} {self.tr('left') if pan < 0 else self.tr('right')}"
        )
        for part, words in (
            (self.instrument_button, self.tr("Instrument: {0}").format(instrument_name(track))),
            (self.mute_button, self.tr("Mute (M)")),
            (self.solo_button, self.tr("Solo (S): hear only what is soloed")),
            (self.lock_button, self.tr("Lock (L): no model writes on it or changes what it holds")),
            (self.volume, self.tr("Volume {0}").format(track.volume)),
            (self.pan, self.tr("Pan: {0}").format(side)),
        ):
            part.setToolTip(words)
            part.setAccessibleName(f"{words}, {name}")

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 6, 8, 6)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(0)
        mix = QHBoxLayout()
        mix.setSpacing(8)
        mix.addWidget(self.volume, 1)
        mix.addWidget(self.pan)
        self.name_label.setSizePolicy(
            QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred
        )  # buttons first
        grid.addWidget(self.name_label, 0, 1)
        grid.addWidget(self.mute_button, 0, 2)
        grid.addWidget(self.solo_button, 0, 3)
        grid.addWidget(self.lock_button, 0, 4)
        grid.addWidget(self.instrument_button, 1, 1, 1, 4)
        grid.addLayout(mix, 2, 1, 1, 4)
        grid.setColumnMinimumWidth(0, NUMBER_PX - 4)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        wishes, index = self._wishes, self.index
        self.mute_button.clicked.connect(lambda: wishes.muted.emit(index))
        self.solo_button.clicked.connect(lambda: wishes.soloed.emit(index))
        self.lock_button.clicked.connect(lambda: wishes.locked.emit(index))
        self.instrument_button.clicked.connect(lambda: wishes.instruments_wanted.emit(index))
        self.name_field.named.connect(lambda name: wishes.renamed.emit(index, name))
        self.volume.valueChanged.connect(
            lambda step: self._turn(
                self.volume, lambda: wishes.volume_moved.emit(index, round(step * FULL / STEPS))
            )
        )
        self.pan.valueChanged.connect(
            lambda pan: self._turn(self.pan, lambda: wishes.pan_moved.emit(index, pan))
        )
        for part, home in ((self.volume, round(DEFAULT_VOLUME / FULL * STEPS)), (self.pan, MIDDLE)):
            part.sliderReleased.connect(wishes.released)
            part.reset_requested.connect(lambda part=part, home=home: part.setValue(home))
        self._rest.timeout.connect(wishes.released)

    def _turn(self, part: QAbstractSlider, wish: Callable[[], None]) -> None:
        """Follow the hand; keys and the wheel let go by resting."""
        wish()
        if not part.isSliderDown():
            self._rest.start()
