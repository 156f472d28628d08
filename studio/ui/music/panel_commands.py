"""The commands that bring the keyboard to a panel beside the roll; Esc comes back from there. GUI thread.

Invariant: Tab walks through ideas in the roll, so there is always a key that leads out of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from studio.core.session import MUSIC
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk


def panel_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """One for each of the panels in which something is asked of the models."""
    writing, phrases, duet = desk.compose, desk.phrasing.panel, desk.duetting.panel
    hint = tr("Tab goes on from there, Esc comes back to the notes")

    def go_to_writing() -> None:
        bring_keys_to(writing, writing.continue_button)
        writing.focus_answer()

    return (
        Command("focus-compose", tr("Bring the keyboard to Co-write"), "View", go_to_writing, "Ctrl+Alt+1", hint,
                desk=MUSIC),
        Command("focus-phrases", tr("Bring the keyboard to Phrases"), "View",
                partial(bring_keys_to, phrases, phrases.pad), "Ctrl+Alt+2", hint, desk=MUSIC),
        Command("focus-duet", tr("Bring the keyboard to Duet"), "View",
                partial(bring_keys_to, duet, duet.start_button), "Ctrl+Alt+3", hint, desk=MUSIC),
    )  # fmt: skip


def bring_to_front(panel: QWidget) -> None:
    """Show a panel, in front of its neighbours."""
    dock = panel.parentWidget()
    if isinstance(dock, QDockWidget):
        dock.show()
        dock.raise_()


def bring_keys_to(panel: QWidget, first: QWidget) -> None:
    """Show a panel, in front of its neighbours, with the keys on `first` or on another that can have them now."""
    bring_to_front(panel)
    parts = (part for part in (first, *panel.findChildren(QWidget)) if _takes_keys(part, panel))
    next(parts, panel).setFocus(Qt.FocusReason.ShortcutFocusReason)


def _takes_keys(part: QWidget, panel: QWidget) -> bool:
    tabs = Qt.FocusPolicy.TabFocus
    return part.isEnabled() and part.isVisibleTo(panel) and part.focusPolicy() & tabs == tabs


def tr(text: str) -> str:
    return QCoreApplication.translate("PanelCommands", text)
