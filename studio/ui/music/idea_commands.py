"""The commands about the model's ideas: go through them, hear, keep, accept, throw away, ask for more. GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from studio.core.session import MUSIC
from studio.ui.commands import Command

if TYPE_CHECKING:
    from studio.ui.music.desk import MusicDesk


def idea_commands(desk: MusicDesk) -> tuple[Command, ...]:
    """What can be done while there are ghost notes."""
    writer = desk.cowriter

    def has_ghosts() -> bool:
        return desk.roll.state.has_suggestion

    return (
        Command("idea-before", tr("The idea before"), "Compose", lambda: writer.step(-1), "Ctrl+[", desk=MUSIC,
                enabled_when=has_ghosts),
        Command("idea-after", tr("The idea after"), "Compose", lambda: writer.step(1), "Ctrl+]", desk=MUSIC,
                enabled_when=has_ghosts),
        Command("idea-hear", tr("Hear the idea"), "Compose", desk.browsing.toggle_play, "Shift+Space",
                tr("From a bar before it to its end; the playhead goes back"), desk=MUSIC, enabled_when=has_ghosts,
                checked_when=lambda: desk.auditioning.is_on),
        Command("idea-keep", tr("Keep the idea while others come"), "Compose", desk.browsing.toggle_star,
                "Ctrl+Shift+K", desk=MUSIC, enabled_when=has_ghosts),
        Command("idea-more", tr("More like this idea"), "Compose", desk.browsing.ask_for_more, "Ctrl+Alt+Shift+L",
                tr("Keeps it, and brings others that resemble it"), desk=MUSIC,
                enabled_when=lambda: has_ghosts() and desk.more_like.can_ask),
        Command("idea-drop", tr("Throw the idea away"), "Compose", desk.browsing.drop, "Ctrl+Del", desk=MUSIC,
                enabled_when=has_ghosts),
        Command("accept-suggestion", tr("Accept the suggestion (Enter)"), "Compose", writer.accept_all,
                "Ctrl+Alt+Return", desk=MUSIC, enabled_when=has_ghosts),
        Command("accept-bar", tr("Accept its next bar (Shift+Enter)"), "Compose", writer.accept_bar,
                "Ctrl+Alt+Shift+Return", desk=MUSIC, enabled_when=has_ghosts),
        Command("reject-suggestion", tr("Reject the suggestion (Esc)"), "Compose", writer.reject, "Ctrl+Backspace",
                desk=MUSIC, enabled_when=has_ghosts),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("IdeaCommands", text)
