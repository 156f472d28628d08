"""StepsPanel: every step of a desk by name; a click or Enter goes to any of them. GUI thread.

Invariant: it reads the history only while it can be seen, and never changes it by itself.
"""

from PySide6.QtCore import QModelIndex, QSize, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from studio.core.session import Session
from studio.ui.desk.steps.step_list_model import StepListModel


class StepsPanel(QListView):
    """Up and down only look; Enter, Space or a click goes there."""

    def __init__(self, session: Session, desk: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._desk = desk
        self.rows = StepListModel(self)
        self.setModel(self.rows)
        self._furnish()
        self.clicked.connect(self._jump)
        session.history_changed.connect(self._history_changed)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._jump(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._history_changed()

    def _furnish(self) -> None:
        self.setObjectName("steps-list")
        self.setAccessibleName(self.tr("Steps"))
        self.setToolTip(
            self.tr("Everything you did here, oldest first. Click a step to go back or forth to it.")
        )
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(16, 16))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def _history_changed(self) -> None:
        if self.isVisible():
            self.rows.show_steps(*self._session.steps(self._desk))
            here = self.rows.index(self.rows.done)
            self.setCurrentIndex(here)
            self.scrollTo(here)

    def _jump(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() != self.rows.done:
            self._session.jump(self._desk, index.row())


def steps_panel(session: Session, desk: str) -> QWidget:
    """The list with room around it, as a dock holds it."""
    room = QWidget(objectName=f"{desk}-steps")
    column = QVBoxLayout(room)
    column.setContentsMargins(8, 4, 8, 8)
    column.addWidget(StepsPanel(session, desk))
    return room
