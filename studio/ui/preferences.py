"""Preferences: opens the dialog and joins its pages with what they change. GUI thread."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow

from studio.ui.desk.preferences.preferences_dialog import PreferencesDialog

if TYPE_CHECKING:
    from studio.ui.music.sound import Sound


class Preferences(QObject):
    """One dialog, built when it is first asked for; the music desk's sound, too, is asked for only then."""

    def __init__(self, window: QMainWindow, sound: Callable[[], "Sound"]) -> None:
        super().__init__(window)
        self._window, self._sound = window, sound
        self.dialog: PreferencesDialog | None = None

    def show(self) -> None:
        if self.dialog is None:
            self.dialog = PreferencesDialog(self._window)
            self._join(self.dialog, self._sound())
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _join(self, dialog: PreferencesDialog, sound: "Sound") -> None:
        page = dialog.sound
        page.show_choice(sound.choice)
        page.chosen.connect(sound.use)
        sound.choice_changed.connect(page.show_choice)
        sound.listed.connect(page.show_places)
        sound.state_changed.connect(page.show_state)
        dialog.shown.connect(sound.list_places)
        dialog.shown.connect(sound.show_state)
