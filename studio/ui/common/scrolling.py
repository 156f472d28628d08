"""A panel that may be taller than its place: its contents scroll up and down, never sideways. GUI thread."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

PANEL_WIDTH_PX = 288


def scroll(panel: QWidget, inside: QWidget) -> None:
    """Fill a panel with contents that scroll; Tab goes from part to part, not to the area around them."""
    area = QScrollArea(widgetResizable=True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(inside)
    outer = QVBoxLayout(panel)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area)
    panel.setMinimumWidth(PANEL_WIDTH_PX)
