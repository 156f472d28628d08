"""The built-in sound on FluidSynth's file driver: a sound card that writes what it plays, in real time."""

import time
from pathlib import Path

import numpy as np
import pytest

from studio.audio.fluid_output import FluidOutput
from studio.audio.player import Player, State
from studio.core.performance import Voice
from studio.core.score import DRUM_CHANNEL, Note, Score

SCORE = Score.empty(bpm=300).with_notes_added(0, [Note(i * 480, 120, 60 + 4 * i) for i in range(4)])
pytestmark = pytest.mark.usefixtures("fluidsynth")


def card(raw: Path) -> FluidOutput:
    return FluidOutput(audio_driver="file", audio_file_name=str(raw), audio_file_type="raw")


def test_the_sound_cards_clock_places_the_notes(tmp_path: Path) -> None:
    raw = tmp_path / "heard.raw"
    player = Player(lambda: card(raw))
    assert player.wait_ready()
    assert player.problem is None
    player.play(SCORE)
    while player.state is State.PLAYING:
        time.sleep(0.05)
    player.close()
    heard = np.abs(np.fromfile(raw, np.int16).astype(float))
    loud = heard[: len(heard) // 960 * 960].reshape(-1, 960).mean(1)  # each 10 ms
    first = int(np.argmax(loud > 0.2 * loud.max()))
    for beat in range(1, 4):  # a quarter note at 300 a minute is 200 ms
        at = first + 20 * beat
        assert loud[at : at + 3].max() > 1.5 * loud[at - 4 : at - 1].mean()


def test_struck_keys_sound_beside_the_score_and_drums_as_drums(tmp_path: Path) -> None:
    raw = tmp_path / "heard.raw"
    output = card(raw)
    output.press(Voice(DRUM_CHANNEL, 0, 100, 64), 38, 110)
    output.press(Voice(3, 48, 100, 64), 60, 110)
    begun = output.now()
    while output.now() < begun + 0.1:
        assert output.look()
        time.sleep(0.01)
    output.let_go(3, 60)
    output.close()
    assert np.abs(np.fromfile(raw, np.int16)).max() > 100
