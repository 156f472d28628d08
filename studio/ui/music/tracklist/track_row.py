"""TrackRow: one track in the panel: number, name, instrument, mute, solo, volume and pan. GUI thread.

Invariant: it shows what it is told; only hands make wishes.
"""

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QToolButton, QWidget

from studio.core.score import Track
from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.icon_button import IconButton
from studio.ui.common.theme import colour
from studio.ui.music.instruments import instrument_name
from studio.ui.music.track_shade import track_shade
from studio.ui.music.tracklist.mix_line import MixLine
from studio.ui.music.tracklist.name_field import NameField
from studio.ui.music.tracklist.pan_dial import MIDDLE
from studio.ui.music.tracklist.wishes import Wishes
from studio.ui.music.tracklist.words_button import WordsButton

NUMBER_PX, BAR_PX = 24, 3
DRAG_PX = 8
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
        self.instrument_button = WordsButton()
        self.lock_button = IconButton("lock-open-outline", "", "tiny")
        self.mix = MixLine()
        self.volume, self.pan = self.mix.volume, self.mix.pan
        self._name_parts()
        self._lay_out()
        self._connect()

    def show_track(self, track: Track, is_current: bool, is_heard: bool) -> None:
        """Show another state of it. is_heard: it is not muted, nor silent because others are soloed."""
        self.track, self.is_current = track, is_current
        self.name_label.setText(track.name or instrument_name(track))
        self.name_label.setEnabled(is_heard)
        self.instrument_button.show_words(instrument_name(track))
        self.mute_button.setChecked(track.muted)
        self.solo_button.setChecked(track.solo)
        sign = ("lock-outline", "text") if track.locked else ("lock-open-outline", "text_off")
        self.lock_button.show_icon(*sign)
        self.lock_button.setVisible(track.locked or is_current)
        self.mix.show_mix(track.volume, track.pan)
        self._show_words()
        focus = Qt.FocusPolicy.StrongFocus if is_current else Qt.FocusPolicy.ClickFocus
        for control in (self, *self.controls):
            control.setFocusPolicy(focus)
        self.update()

    @property
    def controls(self) -> tuple[QWidget, ...]:
        """In the order of the Tab key."""
        switches = self.lock_button, self.mute_button, self.solo_button
        return self.instrument_button, *switches, self.volume, self.pan

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

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The row that has the keyboard is the track that is edited."""
        super().focusInEvent(event)
        if not self.is_current:
            self._wishes.chosen.emit(self.index)

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
            Key.Key_Return: self._press,
            Key.Key_Enter: self._press,
            Key.Key_Delete: lambda: wishes.asked.emit("remove-track"),
            Key.Key_Escape: wishes.left.emit,
        }
        act = acts.get(Key(event.key()))
        if act is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        else:
            act()

    def _press(self) -> None:
        """Enter: the button that has the keyboard, else the instrument's."""
        buttons = (self.mute_button, self.solo_button, self.lock_button)
        next((button for button in buttons if button.hasFocus()), self.instrument_button).click()

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
        for button in (self.mute_button, self.solo_button):
            button.setCheckable(True)
            button.setProperty("role", "letter")

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
        lock = self.tr("Locked: no model writes here (L)") if track.locked else self.tr("Keep models out (L)")
        for part, words in (
            (self.instrument_button, self.tr("Instrument: {0}").format(instrument_name(track))),
            (self.mute_button, self.tr("Mute (M)")),
            (self.solo_button, self.tr("Solo (S): hear only what is soloed")),
            (self.lock_button, lock),
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
        self.lock_button.setFixedSize(20, 20)
        self.name_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        grid.addWidget(self.name_label, 0, 1)
        grid.addWidget(self.mute_button, 0, 2)
        grid.addWidget(self.solo_button, 0, 3)
        grid.addWidget(self.instrument_button, 1, 1, 1, 2)
        grid.addWidget(self.lock_button, 1, 3, Qt.AlignmentFlag.AlignCenter)
        grid.addWidget(self.mix, 2, 1, 1, 3)
        grid.setColumnMinimumWidth(0, NUMBER_PX - 4)
        grid.setColumnStretch(1, 1)

    def _connect(self) -> None:
        wishes, index = self._wishes, self.index
        self.mute_button.clicked.connect(lambda: wishes.muted.emit(index))
        self.solo_button.clicked.connect(lambda: wishes.soloed.emit(index))
        self.lock_button.clicked.connect(lambda: wishes.locked.emit(index))
        self.instrument_button.clicked.connect(lambda: wishes.instruments_wanted.emit(index))
        self.name_field.named.connect(lambda name: wishes.renamed.emit(index, name))
        self.mix.volume_moved.connect(lambda volume: wishes.volume_moved.emit(index, volume))
        self.mix.pan_moved.connect(lambda pan: wishes.pan_moved.emit(index, pan))
        self.mix.released.connect(wishes.released)
