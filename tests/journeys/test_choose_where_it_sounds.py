"""Open the preferences, take a larger buffer while music plays: it plays on from where it was, and is kept."""

from collections.abc import Callable

from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.core.settings import SoundChoice
from studio.files.settings_file import load_settings
from tests.journeys.conftest import PATIENCE_MS


def test_a_buffer_is_chosen_while_music_plays(open_app: Callable[..., StudioApp], qtbot: QtBot) -> None:
    studio = open_app()
    studio.window.show_desk(MUSIC)
    studio.session.add_notes(0, tuple(Note(480 * step, 480, 60 + step) for step in range(32)), "Draw")
    player = studio._player
    assert player is not None
    qtbot.waitUntil(lambda: player.state.value != "opening", timeout=PATIENCE_MS)
    studio.music.playback.toggle()
    qtbot.waitUntil(lambda: player.position_ticks() > 200, timeout=PATIENCE_MS)
    studio.window.commands.action("preferences").trigger()
    dialog = studio.preferences.dialog
    assert dialog is not None
    assert dialog.isVisible()
    assert not dialog.isModal()
    before = player.position_ticks()
    box = dialog.findChild(QComboBox, "sound-buffer")
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert studio.music.sound.choice == SoundChoice(buffer="safe")
    qtbot.waitUntil(lambda: player.position_ticks() > before + 200, timeout=PATIENCE_MS)
    assert studio.music.playback.is_playing
    studio.window.close()
    assert load_settings().settings.sound == SoundChoice(buffer="safe")
