"""PagePanel: the engraved pages with what turns, zooms and prints them, or a word on why there are none. GUI thread."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.empty_state import EmptyState
from studio.ui.common.icon_button import IconButton
from studio.ui.music.dropped_scores import dropped_scores
from studio.ui.music.page.page_images import PageImages
from studio.ui.music.page.page_view import PageView


class PagePanel(QWidget):
    """`seen_changed(is_seen)`: whether the panel can be seen, told by its dock. `files_dropped(paths)`: scores,
    let fall on it."""

    seen_changed = Signal(bool)
    retry_requested = Signal()
    print_requested = Signal()
    export_requested = Signal()
    files_dropped = Signal(object)

    def __init__(self, images: PageImages, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("page-panel")
        self.setAccessibleName(self.tr("Page"))
        self.setProperty("closed", True)
        self.setProperty("share", 280)
        self.setAcceptDrops(True)
        self.is_seen = False
        self.view = PageView(images)
        self.empty = EmptyState(parent=self)
        self.page_label = QLabel(objectName="page-number")
        self.page_label.setProperty("role", "soft")
        self.warning_label = ElidedLabel()
        self.warning_label.setObjectName("page-warnings")
        self.warning_label.setProperty("role", "soft")
        self.warning_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.before_button = _button("chevron-up", "page-before", self.tr("The page before (Page up)"))
        self.next_button = _button("chevron-down", "page-next", self.tr("The next page (Page down)"))
        self.smaller_button = _button("minus", "page-smaller", self.tr("Smaller (-)"))
        self.larger_button = _button("plus", "page-larger", self.tr("Larger (+, or Ctrl and the wheel)"))
        self.fit_button = _button("arrow-expand-horizontal", "page-fit", self.tr("As wide as the panel (0)"))
        self.print_button = _button("printer-outline", "page-print", self.tr("Print the pages"))
        self.export_button = _button(
            "export", "page-export", self.tr("Export the pages: PDF, PNG or SVG (Ctrl+P)")
        )
        self._lay_out()
        self._connect()
        self.show_pages()

    def sizeHint(self) -> QSize:
        return QSize(480, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 120)

    def set_seen(self, seen: bool) -> None:
        """The panel came into sight, or went out of it."""
        if seen != self.is_seen:
            self.is_seen = seen
            self.seen_changed.emit(seen)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_scores(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = dropped_scores(event)
        if paths:
            event.acceptProposedAction()
            self.files_dropped.emit(paths)

    # --- what is shown -----------------------------------------------------------------------------------

    def show_pages(self, warnings: tuple[str, ...] = ()) -> None:
        """The pages, and what of the score could not be written as it is."""
        self._stack.setCurrentIndex(0)
        self.warning_label.setText(" ".join(warnings))
        self.warning_label.setToolTip("\n".join(warnings))
        self._show_place()

    def show_words(self, title: str, text: str, action: str = "") -> None:
        """Why there are no pages."""
        self.empty.show_words(title, text, action)
        self.warning_label.setText("")
        self._stack.setCurrentIndex(1)
        self._show_place()

    def show_busy(self) -> None:
        """The next pages take a while."""
        self.warning_label.setText(self.tr("Engraving…"))

    def _show_place(self) -> None:
        """Which page of how many."""
        view, shows = self.view, self._stack.currentIndex() == 0
        count = view.page_count if shows else 0
        self.page_label.setText(self.tr("{0} of {1}").format(view.current_page + 1, count) if count else "")
        self.page_label.setAccessibleName(self.tr("Page {0}").format(self.page_label.text()))
        for button in (self.smaller_button, self.larger_button, self.print_button, self.export_button):
            button.setEnabled(count > 0)
        self.fit_button.setEnabled(count > 0 and view.zoom > 0)
        scroll = view.verticalScrollBar()
        self.before_button.setEnabled(count > 0 and scroll.value() > 0)
        self.next_button.setEnabled(count > 0 and scroll.value() < scroll.maximum())

    # --- layout ------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        view = self.view
        self.before_button.clicked.connect(lambda: view.turn(-1))
        self.next_button.clicked.connect(lambda: view.turn(1))
        self.smaller_button.clicked.connect(lambda: view.zoom_by(-1))
        self.larger_button.clicked.connect(lambda: view.zoom_by(1))
        self.fit_button.clicked.connect(lambda: view.use_zoom(0))
        self.print_button.clicked.connect(self.print_requested)
        self.export_button.clicked.connect(self.export_requested)
        self.empty.action_requested.connect(self.retry_requested)
        view.page_changed.connect(self._show_place)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        for part in (self.before_button, self.next_button, self.page_label):
            row.addWidget(part)
        row.addSpacing(12)
        row.addWidget(self.warning_label, 1)
        row.addSpacing(12)
        for part in (self.smaller_button, self.larger_button, self.fit_button):
            row.addWidget(part)
        row.addSpacing(12)
        row.addWidget(self.print_button)
        row.addWidget(self.export_button)
        words = QWidget()
        middle = QVBoxLayout(words)
        middle.addWidget(self.empty, 0, Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(words)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(self._stack, 1)


def _button(icon_name: str, name: str, words: str) -> IconButton:
    button = IconButton(icon_name, words)
    button.setObjectName(name)
    return button
