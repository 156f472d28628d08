"""What there is to play through, as the library and the machine tell it."""

from pathlib import Path

import pytest

from studio.audio import drivers
from studio.core.settings import SoundChoice
from studio.core.sound_places import SoundPlace


@pytest.mark.usefixtures("fluidsynth")
def test_the_drivers_are_those_of_the_library_without_the_file() -> None:
    built = drivers.drivers()
    assert built
    assert "file" not in built
    assert set(drivers.attempts(SoundChoice())) <= set(built)
    assert drivers.attempts(SoundChoice("jack")) == ("jack",)
    assert {place.driver for place in drivers.every_place()} == set(built)


def test_cards_have_lasting_names(tmp_path: Path) -> None:
    for card, pcm, name in (
        ("card0", "pcm3p", "HDMI 0"),
        ("card1", "pcm0p", "USB Audio"),
        ("card1", "pcm0c", "Mic"),
    ):
        (tmp_path / card / pcm).mkdir(parents=True)
        (tmp_path / card / "id").write_text(f"{card.upper()}\n")
        (tmp_path / card / pcm / "info").write_text(f"card: 0\nname: {name}\nsubname: x\n")
    assert list(drivers.alsa_devices(tmp_path)) == [
        SoundPlace("alsa", "plughw:CARD=CARD0,DEV=3", "CARD0: HDMI 0"),
        SoundPlace("alsa", "plughw:CARD=CARD1,DEV=0", "CARD1: USB Audio"),
    ]
    assert list(drivers.alsa_devices(tmp_path / "none")) == []


def test_alsa_comes_first_only_where_it_is_shared(tmp_path: Path) -> None:
    assert not drivers.alsa_is_shared([tmp_path, tmp_path / "none"])
    (tmp_path / "99-pipewire-default.conf").touch()
    assert drivers.alsa_is_shared([tmp_path])


@pytest.mark.parametrize("driver", ["alsa", "pulseaudio", "pipewire", "jack", "coreaudio", "wasapi"])
def test_the_normal_buffer_keeps_a_key_under_twenty_milliseconds(driver: str) -> None:
    small, normal, safe = drivers.buffers_ms(driver)
    assert small < normal < 19 < safe
