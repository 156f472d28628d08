"""NoteCard: what a model thinks of one note: how likely, which rank, and the pitches that it would rather have.

GUI thread. A view: hovering sounds an alternative, clicking wishes for it.
"""

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.core.messages import NoteScore
from studio.core.score import Note
from studio.ui.music.pianoroll.state import RollState

GAP_PX = 8


class NoteCard(QFrame):
    """Stands beside a note until another place is clicked, or Esc."""

    swapped = Signal(int, int)
    heard = Signal(int, int)

    def __init__(self, state: RollState, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("note-card")
        self.setProperty("role", "card")
        self.setAutoFillBackground(True)
        self._state = state
        self._note: Note | None = None
        self.title_label, self.words_label = QLabel(), QLabel()
        self.words_label.setProperty("role", "soft")
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(4)
        column.addWidget(self.title_label)
        column.addWidget(self.words_label)
        column.addLayout(self._row)
        for moved_on in (state.view_changed, state.selection_changed):
            moved_on.connect(self.hide)
        self.hide()

    def show_note(self, note: Note, score: NoteScore, beside: QPoint) -> None:
        """beside: the note's top right corner, in px of the parent."""
        self._note = note
        name = self._state.name_of(note.pitch)
        self.title_label.setText(self.tr("{0}: {1}").format(name, _percent(score.probability)))
        self.words_label.setText(self.tr("Choice no. {0} for the model").format(score.rank))
        self._show_alternatives(score, note.pitch)
        self.adjustSize()
        self.move(self._place(beside))
        self.show()
        self.raise_()

    def _show_alternatives(self, score: NoteScore, pitch: int) -> None:
        while self._row.count():
            item = self._row.takeAt(0).widget()
            item.hide()
            item.deleteLater()
        for other, probability in score.alternatives:
            button = QPushButton(f"{self._state.name_of(other)}\n{_percent(probability)}")
            button.setObjectName(f"note-card-{other}")
            button.setEnabled(other != pitch)
            button.setToolTip(self.tr("Put {0} in its place").format(self._state.name_of(other)))
            button.clicked.connect(lambda _=False, other=other: self._choose(other))
            button.installEventFilter(self)
            button.setProperty("pitch", other)
            self._row.addWidget(button)

    def _choose(self, pitch: int) -> None:
        note, self._note = self._note, None
        self.hide()
        if note is not None:
            self.swapped.emit(note.id, pitch)

    def _place(self, beside: QPoint) -> QPoint:
        """Right above the note, wholly inside the parent."""
        room = self.parentWidget().size() - self.size()
        x = min(max(0, beside.x() + GAP_PX), max(0, room.width()))
        y = beside.y() - self.height() - GAP_PX
        return QPoint(x, y if y >= 0 else min(beside.y() + 3 * GAP_PX, max(0, room.height())))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """An alternative sounds as the pointer or the focus comes to it."""
        if event.type() in (QEvent.Type.Enter, QEvent.Type.FocusIn) and self._note is not None:
            self.heard.emit(watched.property("pitch"), self._note.velocity)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.hide()
            self.parentWidget().setFocus()
        else:
            super().keyPressEvent(event)


def _percent(share: float) -> str:
    if share < 0.0005:
        return "< 0.1 %"
    return f"{100 * share:.0f} %" if share >= 0.095 else f"{100 * share:.1f} %"
