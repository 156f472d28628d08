"""The commands of the window itself: desks, undo, theme, palette, help."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from studio import __version__
from studio.core.session import MUSIC, PICTURES, Session
from studio.files.locations import logs_dir
from studio.ui.commands import Command
from studio.ui.main_window import MainWindow


@dataclass(frozen=True, slots=True)
class WindowActions:
    """What the window's commands call and do not own."""

    toggle_theme: Callable[[], None]
    toggle_motion: Callable[[], None]
    has_less_motion: Callable[[], bool]
    show_palette: Callable[[], None]
    show_shortcuts: Callable[[], None]
    show_welcome: Callable[[], None]
    show_first_steps: Callable[[], None]
    show_safety: Callable[[], None]
    show_preferences: Callable[[], None]


def window_commands(window: MainWindow, session: Session, actions: WindowActions) -> tuple[Command, ...]:
    """Commands that work on both desks."""
    return (
        Command("undo", tr("Undo"), "Edit", lambda: session.undo(window.desk), "Ctrl+Z", icon="undo",
                enabled_when=lambda: bool(session.undo_label(window.desk))),
        Command("redo", tr("Redo"), "Edit", lambda: session.redo(window.desk), "Ctrl+Shift+Z", icon="redo",
                enabled_when=lambda: bool(session.redo_label(window.desk))),
        Command("preferences", tr("Preferences…"), "Edit", actions.show_preferences, "Ctrl+Alt+,",
                tr("Sound: device, buffer, MIDI port")),
        Command("show-pictures", tr("Pictures desk"), "View", lambda: window.show_desk(PICTURES), "F2"),
        Command("show-music", tr("Music desk"), "View", lambda: window.show_desk(MUSIC), "F3"),
        Command("toggle-theme", tr("Dark or light"), "View", actions.toggle_theme, "Ctrl+Shift+L",
                icon="theme-light-dark"),
        Command("less-motion", tr("Less motion"), "View", actions.toggle_motion,
                hint=tr("The picture of the first start holds still."), checked_when=actions.has_less_motion),
        Command("command-palette", tr("Find a command…"), "Help", actions.show_palette, "Ctrl+K",
                tr("Every command by a few letters of its name."), "magnify"),
        Command("first-steps", tr("First steps"), "Help", actions.show_first_steps),
        Command("safety", tr("Opening checkpoints safely"), "Help", actions.show_safety),
        Command("shortcuts", tr("Keys and gestures"), "Help", actions.show_shortcuts, "F1"),
        Command("welcome", tr("Three things to try"), "Help", actions.show_welcome),
        Command("open-logs", tr("Open the log folder"), "Help", _open_logs),
        Command("about", tr("About Latent Studio"), "Help", lambda: _about(window)),
        Command("quit", tr("Quit"), "File", window.close, "Ctrl+Q"),
    )  # fmt: skip


def _open_logs() -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(logs_dir())))


def _about(window: MainWindow) -> None:
    text = tr(
        "Latent Studio {}\n\nAn instrument for playing generative picture and music models by hand.\n"
        "Everything runs on this machine. Apache-2.0.\n\nModels, their data and licences: see each model's card."
    )
    QMessageBox.about(window, tr("About Latent Studio"), text.format(__version__))


def tr(text: str) -> str:
    return QCoreApplication.translate("WindowCommands", text)
