"""Where the desk sounds: chosen in the menus, told in the figure and its tooltip, and a word when a device goes."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlace, SoundPlaces
from studio.inference.sound_job import RenderSoundJob
from studio.ui.music.desk import MusicDesk
from studio.ui.music.score_files import sound_kinds
from tests.ui.music.conftest import FakePlayer

PLACES = SoundPlaces(
    (SoundPlace("alsa", "", "ALSA"), SoundPlace("alsa", "plughw:CARD=USB,DEV=0", "USB")), ("Synth 20:0",)
)


def test_the_figure_is_the_buffer_and_the_measured_way_of_a_real_key(
    desk: MusicDesk, player: FakePlayer
) -> None:
    player.latency_seconds = 0.012
    desk.sound.show_state()
    button = desk.transport.sound_button
    assert button.text() == "12 ms"
    assert "measured too" in button.toolTip()
    desk.toggle_typing()
    QTest.keyClick(desk.roll, Qt.Key.Key_A)
    assert ("press", 60, 90) in player.calls
    assert 0 < desk.sound.strikes.median_ms < 1000
    assert "from the key to the synthesiser" in button.toolTip()
    assert "12.0 ms: the buffer of Card" in button.toolTip()


def test_missing_sound_and_late_notes_are_told_when_there_were_any(
    desk: MusicDesk, player: FakePlayer
) -> None:
    desk.sound.show_state()
    assert "missing" not in desk.transport.sound_button.toolTip()
    player.gaps, player.late_events = 2, 3
    desk.sound.show_state()
    assert "missing 2 times" in desk.transport.sound_button.toolTip()
    assert "3 notes came too late" in desk.transport.sound_button.toolTip()


def test_a_device_and_a_buffer_are_chosen_in_the_menu(desk: MusicDesk, player: FakePlayer) -> None:
    kept: list[SoundChoice] = []
    desk.sound.choice_changed.connect(kept.append)
    button = desk.transport.sound_button
    button.show_places(PLACES)
    actions = {action.text().strip(): action for action in button.menu().actions()}
    actions["USB"].trigger()
    assert kept[-1] == SoundChoice("alsa", "plughw:CARD=USB,DEV=0")
    actions = {action.text().strip(): action for action in button.menu().actions()}
    assert actions["USB"].isChecked()
    actions["Safe, 43 ms"].trigger()
    assert kept[-1] == SoundChoice("alsa", "plughw:CARD=USB,DEV=0", "safe")
    assert player.calls.count(("use_output",)) == 2
    button.retry.trigger()
    assert ("try_again",) in player.calls


def test_a_midi_port_is_chosen_by_the_keys_and_the_built_in_sound_can_stay(
    desk: MusicDesk, player: FakePlayer
) -> None:
    keys = desk.transport.keys_button
    keys.show_outputs(PLACES.midi_ports, "", False)
    keys.outputs.actions()[1].trigger()
    assert desk.sound.choice == SoundChoice(route="midi", midi_port="Synth 20:0")
    keys.both.trigger()
    assert desk.sound.choice.route == "both"
    keys.outputs.actions()[0].trigger()
    assert desk.sound.choice == SoundChoice()
    assert not keys.both.isEnabled()
    assert player.calls.count(("use_output",)) == 3


def test_what_is_there_is_looked_for_in_the_background(desk: MusicDesk, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.sound.listed, timeout=10_000) as listed:
        desk.transport.sound_button.menu().aboutToShow.emit()
    assert isinstance(listed.args[0], SoundPlaces)


def test_a_device_that_goes_and_comes_gives_one_sentence_each(
    desk: MusicDesk, player: FakePlayer, qtbot: QtBot
) -> None:
    told: list[str] = []
    desk.notice.connect(told.append)
    player.changed()
    qtbot.waitUntil(lambda: desk.sound._was_silent is False)
    player.problem = StudioError("The audio device is gone; music plays on without sound.", "", "Connect it.")
    player.sounds_on = ""
    player.changed()
    player.changed()
    qtbot.waitUntil(lambda: desk.transport.sound_button.text() == "No sound")
    assert desk.transport.problem_label.text() == player.problem.title
    assert desk.transport.sound_button.toolTip() == player.problem.sentence()
    player.problem, player.sounds_on = None, "Card"
    player.changed()
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told == ["The audio device is gone; music plays on without sound.", "Sound is back: Card."]
    assert desk.transport.problem_label.text() == ""


def test_sound_is_exported_by_the_name_and_in_stems(desk: MusicDesk) -> None:
    jobs: list[RenderSoundJob] = []
    desk.render_requested.connect(jobs.append)
    desk.files.render("/nowhere/song")
    desk.files.render("/nowhere/song.FLAC", sound_kinds()["FLAC, 24 bit (*.flac)"], stems=True)
    assert [job.path.name for job in jobs] == ["song.wav", "song.FLAC"]
    assert [(job.stems, job.kind.bits) for job in jobs] == [(False, 16), (True, 24)]
