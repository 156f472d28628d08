"""Section: a heading that folds what stands below it. GUI thread."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from studio.ui.common.icons import icon


class Section(QWidget):
    """`body` is the layout for the contents, `add_action` puts a button at the heading's right end."""

    folded = Signal(bool)

    def __init__(self, title: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.header = QToolButton()
        self.header.setText(title)
        self.header.setCheckable(True)
        self.header.setChecked(True)
        self.header.setObjectName(f"{name}-header")
        self.header.setProperty("role", "section")
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setAccessibleName(title)
        self.content = QWidget()
        self.body = QVBoxLayout(self.content)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(4)
        self._lay_out()
        self.header.toggled.connect(self._unfold)
        self._show_arrow()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold."""
        self.header.setChecked(is_open)

    def set_title(self, title: str) -> None:
        self.header.setText(title)
        self.header.setAccessibleName(title)

    def add_action(self, button: QWidget) -> None:
        """Put a button at the heading's right end."""
        self._top.addWidget(button)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._show_arrow()

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.setSpacing(4)
        self._top.addWidget(self.header)
        self._top.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(self._top)
        column.addWidget(self.content)

    def _unfold(self, is_open: bool) -> None:
        self.content.setVisible(is_open)
        self._show_arrow()
        self.folded.emit(not is_open)

    def _show_arrow(self) -> None:
        self.header.setIcon(icon("chevron-down" if self.header.isChecked() else "chevron-right"))
