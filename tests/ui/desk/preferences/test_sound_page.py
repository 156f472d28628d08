"""The page on which the sound is chosen."""

import pytest
from pytestqt.qtbot import QtBot

from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlace, SoundPlaces, SoundState
from studio.ui.desk.preferences.preferences_dialog import PreferencesDialog
from studio.ui.desk.preferences.sound_page import SoundPage

PLACES = SoundPlaces(
    (SoundPlace("alsa", "", "ALSA"), SoundPlace("alsa", "plughw:CARD=USB,DEV=0", "USB")), ("Synth 20:0",)
)


@pytest.fixture
def dialog(qtbot: QtBot) -> PreferencesDialog:
    dialog = PreferencesDialog()
    qtbot.addWidget(dialog)
    return dialog


@pytest.fixture
def page(dialog: PreferencesDialog) -> SoundPage:
    dialog.sound.show_places(PLACES)
    return dialog.sound


def choose(page: SoundPage, box: str, row: int) -> None:
    chosen = getattr(page, box)
    chosen.setCurrentIndex(row)
    chosen.activated.emit(row)


def test_every_change_is_told_at_once(page: SoundPage) -> None:
    told: list[SoundChoice] = []
    page.chosen.connect(told.append)
    choose(page, "device_box", 2)
    choose(page, "buffer_box", 0)
    choose(page, "route_box", 2)
    choose(page, "port_box", 1)
    choose(page, "port_box", 1)
    assert len(told) == 4
    assert told[-1] == SoundChoice("alsa", "plughw:CARD=USB,DEV=0", "small", "both", "Synth 20:0")


def test_only_what_counts_can_be_changed(page: SoundPage) -> None:
    assert not page.port_box.isEnabled()
    page.show_choice(SoundChoice(route="midi"))
    assert page.port_box.isEnabled()
    assert not page.device_box.isEnabled()


def test_what_was_chosen_and_is_away_stays_in_the_list(page: SoundPage) -> None:
    told: list[SoundChoice] = []
    page.chosen.connect(told.append)
    away = SoundChoice("alsa", "plughw:CARD=Gone,DEV=0", route="both", midi_port="Old synth")
    page.show_choice(away)
    page.show_places(SoundPlaces())
    assert page.device_box.currentText().endswith("plughw:CARD=Gone,DEV=0")
    assert page.port_box.currentText() == "Old synth"
    assert told == []


def test_it_says_how_it_sounds_now(page: SoundPage) -> None:
    page.show_state(SoundState("ALSA", 10.7, 0.4), "")
    assert page.state_label.text() == "Now: ALSA, 10.7 ms of buffer. A key reaches the synthesiser in 0.4 ms."
    page.show_state(SoundState(), "There is no audio device.")
    assert page.state_label.text() == "There is no audio device."
