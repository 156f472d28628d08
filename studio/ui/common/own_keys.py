"""Own keys: Delete and its like belong to the part of the window that has the focus, not to the menu. GUI thread.

The menu's Delete takes notes away; on a lane, with a chord or a point chosen, or on a slider it must not.
"""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

OWN = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)


def keeps_key(event: QEvent) -> bool:
    """To be asked in `event`: before it looks for a shortcut, Qt asks whether the focus wants the key itself."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    if event.key() not in OWN or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
        return False
    event.accept()
    return True
