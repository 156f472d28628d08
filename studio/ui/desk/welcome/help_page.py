"""HelpPage: the in-app help, a page of Markdown from the resources. GUI thread."""

from pathlib import Path

from PySide6.QtWidgets import QDialog, QTextBrowser, QVBoxLayout, QWidget


class HelpPage(QDialog):
    """A non-modal page that can stay open beside the work. `path`'s stem names it for those who look for it."""

    def __init__(self, path: Path, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName(path.stem)
        self.setWindowTitle(title)
        self.resize(620, 680)
        page = QTextBrowser(objectName=f"{path.stem}-text")
        page.setAccessibleName(title)
        page.setMarkdown(path.read_text("utf-8"))
        page.document().setDocumentMargin(20)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)
