"""StyleBrowser: find a painting by artist, title or year, and add its style. GUI thread."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.engines.picture.style_library import StyleEntry, StyleLibrary, plain
from studio.ui.picture.style.style_list import StyleList

EPITHETS = (" da vinci", " of derby", " the elder", " the younger")
WALK_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class StyleBrowser(QWidget):
    """`taken` gives the StyleEntry that the person wants in the mix."""

    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._library: StyleLibrary | None = None
        self.search_box = QLineEdit(clearButtonEnabled=True)
        self.list = StyleList()
        self.add_button = QPushButton(self.tr("Add to the mix"))
        self.nothing = QLabel(wordWrap=True)
        self._describe()
        self._lay_out()
        self.search_box.textChanged.connect(self._search)
        self.search_box.returnPressed.connect(self.list.take_current)
        self.search_box.installEventFilter(self)
        self.add_button.clicked.connect(self.list.take_current)
        self.list.taken.connect(self.taken)

    def show_library(self, library: StyleLibrary) -> None:
        """Show the paintings of a library, by artist and year."""
        self._library = library
        self._search(self.search_box.text())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Up and down walk through the list while the hands stay in the search box."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in WALK_KEYS:
            self.list.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _search(self, text: str) -> None:
        found = self._library.search(text) if self._library else ()
        self.list.show_entries(sorted(found, key=by_artist))
        self.list.setVisible(bool(found))
        self.add_button.setEnabled(bool(found))
        self.nothing.setVisible(not found)
        self.nothing.setText(self.tr("No painting is named “{}”.").format(text))

    def _describe(self) -> None:
        self.search_box.setObjectName("restyle-search")
        self.search_box.setPlaceholderText(self.tr("Artist, title, year or school"))
        self.search_box.setAccessibleName(self.tr("Find a style"))
        self.search_box.setToolTip(self.tr("Type a name, a year or a word such as impressionist or marine"))
        self.add_button.setObjectName("restyle-add")
        self.add_button.setToolTip(self.tr("Let this painting's manner take part in the picture (Enter)"))
        self.nothing.setProperty("role", "soft")
        self.nothing.setTextFormat(Qt.TextFormat.PlainText)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for part in (self.search_box, self.list, self.nothing, self.add_button):
            column.addWidget(part)


def by_artist(entry: StyleEntry) -> tuple[str, str, int, str]:
    """The order of the list: by family name, as in a catalogue."""
    artist = plain(entry.artist)
    for epithet in EPITHETS:
        artist = artist.removesuffix(epithet)
    return artist.split()[-1], artist, entry.year, plain(entry.title)
