"""FirstSteps: the in-app help, a page of Markdown from the resources. GUI thread."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget


class FirstSteps(QDialog):
    """A non-modal page that can stay open beside the work."""

    def __init__(self, page_path: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("first-steps")
        self.setWindowTitle(self.tr("First steps"))
        self.resize(620, 680)
        page = QTextBrowser(objectName="first-steps-text")
        page.setAccessibleName(self.tr("First steps"))
        page.setMarkdown(page_path.read_text("utf-8"))
        page.document().setDocumentMargin(20)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)
