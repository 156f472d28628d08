"""FileNotes: what of a file that was opened or written is not as it was, to be read again at any time. GUI thread."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QVBoxLayout, QWidget

from studio.ui.common.icons import icon

WIDTH_PX = 420


class FileNotes(QToolButton):
    """A quiet button that counts them; a click shows the list over it. Away while there is nothing to say."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("file-notes")
        self.setProperty("role", "flat")
        self.setIcon(icon("file-alert-outline", "warning"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.warnings: tuple[str, ...] = ()
        self._name = ""
        self._list = _List(self)
        self.clicked.connect(self.show_list)
        self.hide()

    def show_warnings(self, name: str, warnings: tuple[str, ...]) -> None:
        """Of the file that was opened or written last."""
        self.warnings, self._name = warnings, name
        count = len(warnings)
        words = (
            self.tr("1 thing in {0} is not as it was")
            if count == 1
            else self.tr("{1} things in {0} are not as they were")
        )
        self.setText(str(count))
        self.setToolTip(words.format(name, count))
        self.setAccessibleName(self.toolTip())
        self.setVisible(bool(warnings))

    def show_list(self) -> None:
        """All of them, in the order of the file."""
        self._list.show_words(self._name, self.warnings)
        corner = self.mapToGlobal(QPoint(self.width(), -8))
        size = self._list.sizeHint()
        screen = self.screen().availableGeometry()
        left = max(screen.left() + 8, corner.x() - size.width())
        top = max(screen.top() + 8, corner.y() - size.height())
        self._list.move(left, top)
        self._list.show()


class _List(QFrame):
    """A card that goes when one clicks elsewhere, or with Escape."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("file-notes-list")
        self.setProperty("role", "card")
        self.title_label = QLabel(objectName="file-notes-title")
        self.title_label.setProperty("role", "title")
        self.words_label = QLabel(objectName="file-notes-words", wordWrap=True)
        self.words_label.setAccessibleName(self.tr("Notes on the file"))
        self.words_label.setTextFormat(Qt.TextFormat.PlainText)
        self.words_label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 12)
        column.setSpacing(8)
        column.addWidget(self.title_label)
        column.addWidget(self.words_label)
        self.setFixedWidth(WIDTH_PX)

    def show_words(self, name: str, warnings: tuple[str, ...]) -> None:
        metrics = self.title_label.fontMetrics()
        self.title_label.setText(metrics.elidedText(name, Qt.TextElideMode.ElideMiddle, WIDTH_PX - 32))
        self.words_label.setText("\n".join(f"– {warning}" for warning in warnings))
        self.adjustSize()
