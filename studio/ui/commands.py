"""Commands: every action of the window as data -> menus, palette, shortcut page. GUI thread.

A desk offers its commands as a tuple; the window makes one QAction of each and nobody writes a menu by hand.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from studio.ui.common.icons import icon

ALWAYS = ""


@dataclass(frozen=True, slots=True)
class Command:
    """id: kebab case, also the action's objectName; title: in the menu's words; menu: its menu's title;
    shortcut: portable text such as "Ctrl+Z"; desk: the desk where it works, ALWAYS for both;
    enabled_when: asked each time a menu or the palette opens, and when `refresh` is called;
    icon: a Material Design Icons name."""

    id: str
    title: str
    menu: str
    run: Callable[[], object]
    shortcut: str = ""
    hint: str = ""
    icon: str = ""
    desk: str = ALWAYS
    enabled_when: Callable[[], bool] = field(default=lambda: True)
    checked_when: Callable[[], bool] | None = None


class CommandSet:
    """Owns the actions made from commands. `use_desk` switches off the other desk's shortcuts."""

    def __init__(self, owner: QWidget, commands: Iterable[Command]) -> None:
        self.commands = tuple(commands)
        self._desk = ALWAYS
        self._actions = {command.id: _action(owner, command) for command in self.commands}
        self.refresh()

    def action(self, command_id: str) -> QAction:
        return self._actions[command_id]

    def available(self) -> tuple[Command, ...]:
        """The commands that can run now, for the palette."""
        return tuple(command for command in self.commands if self._is_enabled(command))

    def use_desk(self, desk: str) -> None:
        self._desk = desk
        self.refresh()

    def refresh(self) -> None:
        """Ask every command whether it can run now."""
        for command in self.commands:
            action = self._actions[command.id]
            action.setVisible(command.desk in (ALWAYS, self._desk))
            action.setEnabled(self._is_enabled(command))
            if command.checked_when is not None:
                action.setChecked(command.checked_when())

    def _is_enabled(self, command: Command) -> bool:
        return command.desk in (ALWAYS, self._desk) and command.enabled_when()


def _action(owner: QWidget, command: Command) -> QAction:
    action = QAction(command.title, owner)
    action.setObjectName(command.id)
    action.setCheckable(command.checked_when is not None)
    if command.shortcut:
        action.setShortcut(QKeySequence.fromString(command.shortcut))
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    action.setToolTip(f"{command.hint or command.title}{f' ({keys})' if keys else ''}")
    action.setIconVisibleInMenu(False)
    if command.icon:
        action.setIcon(icon(command.icon))
    action.triggered.connect(lambda _checked=False: command.run())
    owner.addAction(action)
    return action
