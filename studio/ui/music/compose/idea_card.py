"""IdeaCard: one idea as a card: its number, how expected it is, a small picture, a star, and a button to hear it.

GUI thread. Invariant: its picture is drawn anew only when what it shows, its size or the theme has changed.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QWidget

from studio.ui.common.icon_button import IconButton
from studio.ui.common.theme import colour
from studio.ui.music.compose.sketch import Sketch, sketched

HEAD_PX, HEIGHT_PX, WIDTH_PX, NARROWEST_PX = 20, 64, 116, 92
EXPECTED_STEPS = (0.12, 0.24)  # a note's mean probability: thirds of what the bundled melody model writes
MARKS, MARK_PX = 3, 4
Key = Qt.Key


@dataclass(frozen=True, slots=True)
class IdeaView:
    """What a card shows. expected: the geometric mean of its notes' probabilities, None where they say nothing;
    hint: where the idea comes from, for the tooltip."""

    sketch: Sketch
    notes: int
    expected: float | None = None
    starred: bool = False
    playing: bool = False
    hint: str = ""


class IdeaCard(QAbstractButton):
    """Signals are wishes about this card's idea; `stepped` is to another card: left, right, up or down."""

    chosen = Signal()
    accepted = Signal()
    dropped = Signal()
    star_toggled = Signal()
    play_toggled = Signal()
    menu_wanted = Signal(object)
    stepped = Signal(int, int)

    def __init__(self, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(f"idea-{number}")
        self.setCheckable(True)
        self.setFixedHeight(HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.number = number
        self.view: IdeaView | None = None
        self._pixmap: QPixmap | None = None
        self.star_button = self._tiny("star-outline", "star", self.tr("Keep this idea while others come (S)"))
        self.play_button = self._tiny("play", "play", self.tr("Hear it with your notes (Shift+Space)"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 3, HEIGHT_PX - HEAD_PX - 1)
        row.setSpacing(1)
        row.addStretch(1)
        row.addWidget(self.play_button)
        row.addWidget(self.star_button)
        self.star_button.clicked.connect(self.star_toggled)
        self.play_button.clicked.connect(self.play_toggled)
        self.clicked.connect(self.chosen)

    def show_view(self, view: IdeaView, current: bool, total: int) -> None:
        """Nothing happens where nothing changed."""
        if current != self.isChecked():
            self.setChecked(current)
        old, self.view = self.view, view
        if view == old:
            return
        if old is None or view.sketch != old.sketch:
            self._pixmap = None
        self.star_button.show_icon("star" if view.starred else "star-outline")
        self.play_button.show_icon("stop" if view.playing else "play")
        self._describe(view, total)
        self.update()

    def _describe(self, view: IdeaView, total: int) -> None:
        words = [self.tr("Idea {0}").format(self.number), self._count(view.notes)]
        words += [self._expected(view.expected)] if view.expected is not None else []
        words += [self.tr("kept")] if view.starred else []
        self.setAccessibleName(", ".join(words))
        chance = "" if view.expected is None else self._chance(view.expected)
        keys = self.tr("Enter accepts it, Delete throws it away.")
        self.setToolTip("\n".join(part for part in (", ".join(words), chance, view.hint, keys) if part))

    def _count(self, notes: int) -> str:
        chords = len(self.view.sketch.chords) if self.view else 0
        if chords and not notes:
            return self.tr("1 chord") if chords == 1 else self.tr("{0} chords").format(chords)
        return self.tr("1 note") if notes == 1 else self.tr("{0} notes").format(notes)

    def _expected(self, share: float) -> str:
        return (self.tr("surprising"), self.tr("somewhat expected"), self.tr("expected"))[
            expected_step(share)
        ]

    def _chance(self, share: float) -> str:
        return self.tr("The model gave each of its notes a chance of {0} % on average.").format(
            round(share * 100)
        )

    def _tiny(self, icon: str, name: str, words: str) -> IconButton:
        button = IconButton(icon, words, role="tiny", parent=self)
        button.setObjectName(f"idea-{self.number}-{name}")
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return button

    # --- painting ----------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(WIDTH_PX, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROWEST_PX, HEIGHT_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(self._edge(), 2 if self.isChecked() else 1))
        painter.setBrush(colour("raised"))
        painter.drawRoundedRect(frame, 4, 4)
        if self.view is not None:
            painter.drawPixmap(3, HEAD_PX, self._picture(self.view.sketch))
            self._paint_head(painter, self.view)
        if self.hasFocus():
            painter.setPen(QPen(colour("text"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(frame.adjusted(1.5, 1.5, -1.5, -1.5), 3, 3)

    def _edge(self) -> QColor:
        if self.isChecked():
            return colour("accent")
        return colour("text_soft") if self.underMouse() or self.hasFocus() else colour("border")

    def _picture(self, sketch: Sketch) -> QPixmap:
        size = QSize(self.width() - 6, HEIGHT_PX - HEAD_PX - 3)
        ratio = self.devicePixelRatioF()
        if self._pixmap is None or self._pixmap.deviceIndependentSize().toSize() != size:
            self._pixmap = sketched(sketch, size, ratio)
        return self._pixmap

    def _paint_head(self, painter: QPainter, view: IdeaView) -> None:
        painter.setPen(colour("text"))
        painter.drawText(QRectF(8, 1, 16, HEAD_PX - 1), Qt.AlignmentFlag.AlignVCenter, str(self.number))
        if view.expected is None:
            return
        full = expected_step(view.expected) + 1
        painter.setPen(Qt.PenStyle.NoPen)
        for mark in range(MARKS):
            painter.setBrush(colour("text_soft" if mark < full else "border"))
            painter.drawEllipse(QRectF(24 + mark * (MARK_PX + 3), HEAD_PX / 2 - 1.5, MARK_PX, MARK_PX))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self._pixmap = None

    # --- hands -------------------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Tab shows what it comes to."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.chosen.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.accepted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def nextCheckState(self) -> None:
        """What is current is told from outside."""

    def event(self, event: QEvent) -> bool:
        """Its own keys come before the menus' shortcuts for the same."""
        asks = event.type() == QEvent.Type.ShortcutOverride
        if asks and isinstance(event, QKeyEvent) and self._wish(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wish = self._wish(event)
        if wish is None:
            super().keyPressEvent(event)
        else:
            wish()

    def _wish(self, event: QKeyEvent) -> Callable[[], object] | None:
        held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if held:
            return None
        return {
            Key.Key_Return: self.accepted.emit,
            Key.Key_Enter: self.accepted.emit,
            Key.Key_Delete: self.dropped.emit,
            Key.Key_Backspace: self.dropped.emit,
            Key.Key_S: self.star_toggled.emit,
            Key.Key_Left: lambda: self.stepped.emit(-1, 0),
            Key.Key_Right: lambda: self.stepped.emit(1, 0),
            Key.Key_Up: lambda: self.stepped.emit(0, -1),
            Key.Key_Down: lambda: self.stepped.emit(0, 1),
        }.get(Key(event.key()))


def expected_step(share: float) -> int:
    """0 surprising, 1 between, 2 as the model expects."""
    return sum(share >= step for step in EXPECTED_STEPS)
