"""Popover: a small form over the notes that stays while one works on: Enter takes it, Esc leaves it. GUI thread.

Nothing modal: the roll, the transport and all shortcuts go on. It keeps mouse and keys that it has no use for from the
notes below, and can be dragged aside by its ground.
"""

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal, SignalInstance
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.ui.common.own_keys import keeps_key

GAP_PX, WIDTH_PX = 12, 296


class Popover(QFrame):
    """`taken` is Enter or the button, `left` Esc or the other button; both close it. Subclasses fill `form`."""

    taken = Signal()
    left = Signal()

    def __init__(self, name: str, title: str, verb: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self.setFixedWidth(WIDTH_PX)
        self.title_label = QLabel(title)
        self.title_label.setProperty("role", "title")
        self.words_label = QLabel()
        self.words_label.setProperty("role", "soft")
        self.words_label.setWordWrap(True)
        self.words_label.hide()
        self.form = QFormLayout()
        self.form.setVerticalSpacing(8)
        self.form.setHorizontalSpacing(12)
        self.take_button = QPushButton(verb, objectName=f"{name}-take")
        self.leave_button = QPushButton(self.tr("Cancel"), objectName=f"{name}-leave")
        self.take_button.clicked.connect(self.take)
        self.leave_button.clicked.connect(self.leave)
        self._grabbed: QPointF | None = None
        self._lay_out()
        self.hide()

    def say(self, words: str) -> None:
        """A quiet line below the title; none when empty."""
        self.words_label.setText(words)
        self.words_label.setVisible(bool(words))

    def open(self, first: QWidget, at: QPoint | None = None) -> None:
        """Show it, the focus on its first field; `at`: its top left corner, else the right side of its parent."""
        for other in self.parentWidget().findChildren(Popover):
            if other is not self:
                other.give_way()
        self.adjustSize()
        room = self.parentWidget().size() - self.size()
        place = at or QPoint(room.width() - GAP_PX, GAP_PX)
        self.move(min(max(0, place.x()), max(0, room.width())), min(max(0, place.y()), max(0, room.height())))
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.PopupFocusReason)

    def give_way(self) -> None:
        """Another one opens: as if this one was left."""
        self.leave()

    def take(self) -> None:
        self.close_with(self.taken)

    def leave(self) -> None:
        self.close_with(self.left)

    def close_with(self, fact: SignalInstance) -> None:
        """Give the focus back to the notes, hide, then tell which way it was."""
        if not self.isHidden():
            self.parentWidget().setFocus()
            self.hide()
            fact.emit()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.leave_button)
        row.addWidget(self.take_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.title_label)
        column.addWidget(self.words_label)
        column.addLayout(self.form)
        column.addSpacing(4)
        column.addLayout(row)

    # --- hand and keys -----------------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        return keeps_key(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.leave() if self.leave_button.hasFocus() else self.take()
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self.move(self.pos() + (event.position() - self._grabbed).toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._grabbed = None


def named(box: QAbstractSpinBox, words: str) -> None:
    """A number of a form: its name for the screen reader, and the look of one that is typed."""
    box.setAccessibleName(words)
    box.setProperty("role", "plain")
    box.lineEdit().setTextMargins(6, 0, 6, 0)
