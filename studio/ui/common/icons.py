"""Icons of one family (Material Design Icons, Apache-2.0) in the theme's colours. GUI thread.

The font comes from the qtawesome package, which is not imported: its Qt shim costs a fifth of the start.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap

from studio.ui.common.theme import colour

FONT, CHARMAP = "materialdesignicons6-webfont-*.ttf", "materialdesignicons6-webfont-charmap-*.json"


@cache
def icon(name: str, token: str = "text") -> QIcon:
    """The icon `name` of Material Design Icons (such as "play"), in the colour that a theme token has when it is
    painted. Raises KeyError for a name that the family does not have.

    Each is kept for good: when an icon dies, Qt destroys its engine, and PySide 6.11 now and then ends the program over
    one that is written in Python (its wrapper is released twice)."""
    return QIcon(_GlyphEngine(_glyphs()[name], token))


class _GlyphEngine(QIconEngine):
    """Paints one glyph of the icon font, crisp at every scale."""

    def __init__(self, glyph: str, token: str) -> None:
        super().__init__()
        self._glyph = glyph
        self._token = token

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        font = QFont(_family())
        font.setPixelSize(min(rect.width(), rect.height()))
        painter.save()
        painter.setFont(font)
        painter.setPen(colour("text_off" if mode == QIcon.Mode.Disabled else self._token))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._glyph)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _GlyphEngine(self._glyph, self._token)


@cache
def _glyphs() -> dict[str, str]:
    codes: dict[str, str] = json.loads(_font_file(CHARMAP).read_bytes())
    return {name: chr(int(code, 16)) for name, code in codes.items()}


@cache
def _family() -> str:
    return QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(_font_file(FONT))))[0]


def _font_file(pattern: str) -> Path:
    spec = find_spec("qtawesome")
    assert spec is not None
    assert spec.origin is not None
    return next((Path(spec.origin).parent / "fonts").glob(pattern))
