"""The commands of a duet. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import MUSIC
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk


def duet_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """Begin or end one, and drop an answer."""
    duet = desk.duetting
    return (
        Command("duet", tr("Duet: start or stop"), "Compose", duet.toggle, "Ctrl+Alt+Q",
                tr("You play a phrase, the model answers; its answer shows before it sounds"), "music-note-plus",
                desk=MUSIC, enabled_when=lambda: desk.cowriter.card is not None, checked_when=lambda: duet.is_on),
        Command("duet-skip", tr("Skip the duet's answer (Esc)"), "Compose", duet.skip, "Ctrl+Alt+Shift+Q",
                desk=MUSIC, enabled_when=lambda: duet.can_skip),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("DuetCommands", text)
