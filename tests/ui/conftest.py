"""Every test of the window sees the dark theme, as the first start does."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from studio.ui.common.theme import apply_theme

THEMES = Path(__file__).resolve().parents[2] / "resources" / "themes"


@pytest.fixture(autouse=True, scope="session")
def _dressed(qapp: QApplication) -> None:
    apply_theme(qapp, THEMES, "dark")
