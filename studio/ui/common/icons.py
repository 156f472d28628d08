"""Icons of one family (Material Design Icons), in the theme's text colour. GUI thread."""

import qtawesome
from PySide6.QtGui import QIcon

from studio.ui.common.theme import colour


def icon(name: str, token: str = "text") -> QIcon:
    """The icon `name` of Material Design Icons (such as "play"), coloured by a theme token."""
    return qtawesome.icon(f"mdi6.{name}", color=colour(token), color_disabled=colour("text_off"))
