"""IconButton: a quiet button with an icon that follows the theme. GUI thread."""

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QToolButton, QWidget

from studio.ui.common.icons import icon


class IconButton(QToolButton):
    """`words` name it for the tooltip and the screen reader; role "flat" or "tiny" as in the stylesheet."""

    def __init__(self, icon_name: str, words: str, role: str = "flat", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name, self._token = icon_name, "text"
        self.setProperty("role", role)
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.show_icon(icon_name)

    def show_icon(self, icon_name: str, token: str = "text") -> None:
        """Wear another icon, in a colour of the theme."""
        self._icon_name, self._token = icon_name, token
        self.setIcon(icon(icon_name, token))

    def changeEvent(self, event: QEvent) -> None:
        """Take the icon's colour from the theme that came."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.setIcon(icon(self._icon_name, self._token))
