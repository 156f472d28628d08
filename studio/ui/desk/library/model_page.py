"""ModelPage: what a model is, what it learned from, and how good it is, from its card. GUI thread."""

from collections.abc import Mapping
from html import escape
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card, DataSource


class ModelPage(QDialog):
    """A non-modal page that can stay open beside the work. Of a model of one's own, name and licence can be changed."""

    kept = Signal(str, str)
    delete_wished = Signal()
    reveal_wished = Signal()

    def __init__(self, card: Card, parent: QWidget, is_own: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("model-page")
        self.setWindowTitle(card.name)
        self.resize(520, 560)
        page = QTextBrowser(objectName="model-page-text")
        page.setAccessibleName(self.tr("About this model"))
        page.setOpenExternalLinks(True)
        page.setHtml(as_html(card))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(page)
        if is_own:
            layout.addLayout(self._form(card))

    def _form(self, card: Card) -> QFormLayout:
        self.name = self._field("model-name", self.tr("Name"), card.name)
        self.licence = self._field("model-licence", self.tr("Licence"), card.licence)
        self.licence.setPlaceholderText(self.tr("As its maker told you"))
        buttons = QHBoxLayout()
        for name, text, act in (
            ("model-keep", self.tr("Keep"), self._keep),
            ("model-reveal", self.tr("Show the folder"), self.reveal_wished.emit),
            ("model-delete", self.tr("Delete…"), self._ask_to_delete),
        ):
            button = QPushButton(text, objectName=name)
            button.setAutoDefault(name == "model-keep")
            button.clicked.connect(act)
            buttons.addWidget(button)
        form = QFormLayout()
        form.setContentsMargins(20, 8, 20, 12)
        form.addRow(self.tr("Name"), self.name)
        form.addRow(self.tr("Licence"), self.licence)
        form.addRow(buttons)
        return form

    def _field(self, name: str, words: str, text: str) -> QLineEdit:
        field = QLineEdit(text, objectName=name)
        field.setAccessibleName(words)
        return field

    def _keep(self) -> None:
        self.kept.emit(self.name.text().strip(), self.licence.text().strip())
        self.close()

    def _ask_to_delete(self) -> None:
        words = self.tr("Delete {} from the disk? The file that it was imported from stays where it is.")
        answer = QMessageBox.question(self, self.tr("Delete the model"), words.format(self.windowTitle()))
        if answer == QMessageBox.StandardButton.Yes:
            self.delete_wished.emit()
            self.close()


def as_html(card: Card) -> str:
    """The card as a page; every text in it is escaped."""
    return (
        f"<h2>{escape(card.name)}</h2><p>{escape(card.summary)}</p><p>{escape(card.limits)}</p>"
        f"<p>{escape(size_words(card))}. Licence: {escape(card.licence or 'not noted')}.</p>"
        f"<h3>Learned from</h3>{''.join(_source(source) for source in card.data)}"
        f"<h3>Training</h3>{_table(card.training)}<h3>Measured</h3>{_table(card.metrics)}"
    )


def size_words(card: Card) -> str:
    """A few words on its size, such as "64 px, 6.1 M parameters"."""
    size = f"{card.parameters / 1e6:.1f} M parameters"
    return f"{card.resolution} px, {size}" if card.resolution else size


def _source(source: DataSource) -> str:
    works = f" ({source.works} works)" if source.works else ""
    parts = [part for part in (source.licence, source.source, source.credit) if part]
    return f"<p><b>{escape(source.name)}</b>{works}<br>{'<br>'.join(escape(part) for part in parts)}</p>"


def _table(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(name))}&nbsp;&nbsp;</td><td>{escape(_words(value))}</td></tr>"
        for name, value in values.items()
    )
    return f"<table cellpadding='2'>{rows}</table>" if rows else "<p>Nothing noted.</p>"


def _words(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
