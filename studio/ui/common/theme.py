"""Theme: named colours from resources/themes -> QPalette and stylesheet. GUI thread.

Widgets that paint themselves read `colour("accent")` at paint time: a theme change needs only a repaint.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

SPACE_PX = 4
FONT_SIZES = {"small": 11, "normal": 13, "title": 15, "large": 20}
THEMES = ("dark", "light")
_tokens: dict[str, str] = {}

_ROLES = {
    QPalette.ColorRole.Window: "window",
    QPalette.ColorRole.Base: "sunken",
    QPalette.ColorRole.AlternateBase: "panel",
    QPalette.ColorRole.Button: "raised",
    QPalette.ColorRole.ToolTipBase: "raised",
    QPalette.ColorRole.Highlight: "selection",
    QPalette.ColorRole.WindowText: "text",
    QPalette.ColorRole.Text: "text",
    QPalette.ColorRole.ButtonText: "text",
    QPalette.ColorRole.ToolTipText: "text",
    QPalette.ColorRole.HighlightedText: "text",
    QPalette.ColorRole.PlaceholderText: "text_off",
    QPalette.ColorRole.Link: "accent",
    QPalette.ColorRole.Mid: "border",
    QPalette.ColorRole.Dark: "border",
    QPalette.ColorRole.Light: "raised",
}


def colour(token: str, alpha: int = 255) -> QColor:
    """A named colour of the current theme; alpha 0 to 255. Raises KeyError for a name that no theme has."""
    chosen = QColor(_tokens[token])
    chosen.setAlpha(alpha)
    return chosen


def read_tokens(path: Path) -> dict[str, str]:
    """The colours of a theme file."""
    return {name: str(value) for name, value in tomllib.loads(path.read_text("utf-8")).items()}


def apply_theme(app: QApplication, folder: Path, name: str) -> None:
    """Dress the application; `name` is one of THEMES, `folder` holds the theme files and style.qss."""
    _tokens.clear()
    _tokens.update(read_tokens(folder / f"{name}.toml"))
    app.setStyle("Fusion")
    app.setPalette(_palette())
    names = {**_tokens, "folder": folder.as_posix(), "theme": name}
    app.setStyleSheet(_stylesheet((folder / "style.qss").read_text("utf-8"), names))


def _palette() -> QPalette:
    palette = QPalette()
    for role, token in _ROLES.items():
        palette.setColor(role, colour(token))
    disabled = QPalette.ColorGroup.Disabled
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(disabled, role, colour("text_off"))
    return palette


def _stylesheet(source: str, tokens: Mapping[str, str]) -> str:
    sizes = {f"font_{name}": f"{px}px" for name, px in FONT_SIZES.items()}
    return Template(source).substitute(tokens, **sizes)
