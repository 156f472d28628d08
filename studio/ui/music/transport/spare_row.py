"""SpareRow: a row of tools that does without some of them where it is narrow, so that it never widens the window.

GUI thread. Invariant: what a narrow row leaves out is not lost: a menu has the same.
"""

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget


class SpareRow(QWidget):
    """`spare`: those it can do without, the first to go first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.spare: tuple[QWidget, ...] = ()

    def minimumSizeHint(self) -> QSize:
        """Of what stays in any case."""
        least = self.row.totalMinimumSize()
        return least - QSize(sum(self._room_of(tool) for tool in self.spare if not tool.isHidden()), 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """A tool may have become wider."""
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return done

    def _fit(self) -> None:
        hidden = sum(self._room_of(tool) for tool in self.spare if tool.isHidden())
        needed = self.row.totalMinimumSize().width() + hidden
        for tool in self.spare:
            goes = needed > self.width()
            needed -= self._room_of(tool) if goes else 0
            if tool.isHidden() != goes:
                tool.setHidden(goes)

    def _room_of(self, tool: QWidget) -> int:
        return max(tool.minimumSizeHint().width(), tool.minimumWidth()) + self.row.spacing()


class Slot(QWidget):
    """The place of a tool that comes and goes by itself."""

    def __init__(self, tool: QWidget) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(tool)
