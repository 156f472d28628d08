"""FluidSynth: what is found, what is heard, what is said when something is missing."""

import importlib
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from studio.audio import synth
from studio.audio.player import Player, State
from studio.core.control import BEND, SUSTAIN, Control
from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track

SCORE = Score.empty(bpm=120).with_notes_added(0, [Note(i * 480, 120, 60 + 4 * i) for i in range(4)])


@pytest.fixture
def fluidsynth() -> None:
    try:
        synth.load_fluidsynth()
        synth.find_soundfont()
    except StudioError as error:
        pytest.skip(error.sentence())


def rendered(score: Score, folder: Path) -> NDArray[np.int16]:
    """The samples (frames, 2) of a score's WAV file."""
    synth.render_wav(score, folder / "score.wav")
    samples: NDArray[np.int16] = soundfile.read(folder / "score.wav", dtype="int16")[0]
    return samples


@pytest.mark.usefixtures("fluidsynth")
def test_notes_sound_where_they_stand(tmp_path: Path) -> None:
    samples = rendered(SCORE, tmp_path)
    assert samples.shape[1] == 2
    loud = np.abs(samples.astype(float)).mean(1)
    for beat in range(4):
        at = round(beat * 0.5 * synth.SAMPLE_RATE)
        assert loud[at + 500 : at + 3000].mean() > 2 * loud[max(0, at - 2500) : at + 1].mean()
    assert loud.max() > 300


@pytest.mark.usefixtures("fluidsynth")
def test_a_muted_score_is_silent(tmp_path: Path) -> None:
    muted = SCORE.with_track(0, SCORE.tracks[0].__class__("A", notes=SCORE.tracks[0].notes, muted=True))
    assert np.abs(rendered(muted, tmp_path)).max() <= 2


def controlled(*controls: Control) -> Score:
    """One short note on strings, with controls."""
    return Score((Track(program=48, notes=(Note(0, 240, 69),), controls=controls),))


@pytest.mark.usefixtures("fluidsynth")
def test_a_pedal_holds_a_note_and_lets_it_go(tmp_path: Path) -> None:
    def loud_at(second: float, score: Score) -> float:
        at = round(second * synth.SAMPLE_RATE)
        return float(np.abs(rendered(score, tmp_path)[at : at + 4000].astype(float)).mean())

    dry, held = controlled(), controlled(Control(0, SUSTAIN, 127))
    lifted = controlled(Control(0, SUSTAIN, 127), Control(480, SUSTAIN, 0))
    assert loud_at(1.2, held) > 5 * loud_at(1.2, dry)
    assert loud_at(1.6, held) > 5 * loud_at(1.6, lifted)


@pytest.mark.usefixtures("fluidsynth")
def test_a_bend_bends(tmp_path: Path) -> None:
    def pitch(score: Score) -> float:
        part = rendered(score, tmp_path)[4000:12192, 0].astype(float)
        return float(np.abs(np.fft.rfft(part * np.hanning(8192))).argmax() * synth.SAMPLE_RATE / 8192)

    straight, bent = pitch(controlled()), pitch(controlled(Control(0, BEND, 8191)))
    assert bent / straight == pytest.approx(2 ** (2 / 12), rel=0.02)


@pytest.mark.usefixtures("fluidsynth")
def loudness(score: Score, path: Path) -> float:
    synth.render_wav(score, path)
    return float(np.abs(soundfile.read(path)[0]).mean())


def test_a_second_drum_kit_and_a_twentieth_instrument_sound_as_themselves(tmp_path: Path) -> None:
    kit = Track("Loud kit", 0, tuple(Note(480 * i, 120, 38) for i in range(4)), 9)
    quiet = Track("No kit", 0, (Note(0, 120, 36),), 9, volume=0)
    assert loudness(Score((kit, quiet)), tmp_path / "kits.wav") > 0.5 * loudness(
        Score((kit,)), tmp_path / "kit.wav"
    )
    many = [Track(f"{n}", n, (Note(0, 120, 40),), n % 9, volume=0) for n in range(20)]
    tune = Track("Tune", 56, (Note(0, 960, 72),), 3)
    assert loudness(Score((tune, *many)), tmp_path / "all.wav") > 0.9 * loudness(
        Score((tune,)), tmp_path / "one.wav"
    )
    kick = Track("Second kit", 0, (Note(0, 240, 35),), 9, volume=101)
    both, alone = tmp_path / "both.wav", tmp_path / "alone.wav"
    synth.render_wav(Score((quiet, kick)), both)
    synth.render_wav(Score((kick,)), alone)
    np.testing.assert_allclose(soundfile.read(both)[0], soundfile.read(alone)[0], atol=0.02)


def test_a_wav_file_is_written_whole(tmp_path: Path) -> None:
    synth.render_wav(SCORE, tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes()[:4] == b"RIFF"
    with pytest.raises(StudioError, match="could not be written"):
        synth.render_wav(SCORE, tmp_path / "none" / "a.wav")
    assert [path.name for path in tmp_path.iterdir()] == ["a.wav"]


@pytest.mark.usefixtures("fluidsynth")
def test_the_sound_cards_clock_places_the_notes(tmp_path: Path) -> None:
    """FluidSynth's file driver is a sound card that writes what it plays, in real time."""
    raw, fast = tmp_path / "heard.raw", Score.empty(bpm=300).with_notes_added(0, SCORE.tracks[0].notes)
    settings = {"audio_driver": "file", "audio_file_name": str(raw), "audio_file_type": "raw"}
    player = Player(lambda: synth.FluidOutput(**settings))
    assert player.wait_ready()
    assert player.problem is None
    player.play(fast)
    while player.state is State.PLAYING:
        time.sleep(0.05)
    player.close()
    heard = np.abs(np.fromfile(raw, np.int16).astype(float))
    loud = heard[: len(heard) // 882 * 882].reshape(-1, 882).mean(1)  # each 10 ms
    first = int(np.argmax(loud > 0.2 * loud.max()))
    for beat in range(1, 4):  # a quarter note at 300 a minute is 200 ms
        at = first + 20 * beat
        assert loud[at : at + 3].max() > 1.5 * loud[at - 4 : at - 1].mean()


def test_the_users_soundfont_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "own.sf2"
    own.touch()
    monkeypatch.setenv(synth.SOUNDFONT_VARIABLE, str(own))
    assert synth.find_soundfont() == own
    own.unlink()
    with pytest.raises(StudioError, match="not there"):
        synth.find_soundfont()


def test_the_bundled_soundfont_is_the_last_resort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synth, "SOUNDFONT_FOLDERS", ())
    monkeypatch.delenv(synth.SOUNDFONT_VARIABLE, raising=False)
    assert synth.find_soundfont().name == "TimGM6mb.sf2"
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(StudioError, match="No SoundFont"):
        synth.find_soundfont()


def test_a_missing_library_gives_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"no {name}")

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(StudioError, match="FluidSynth is not installed"):
        synth.load_fluidsynth()


@pytest.mark.usefixtures("fluidsynth")
def test_a_cancelled_export_leaves_no_file(tmp_path: Path) -> None:
    steps = synth.wav_steps(SCORE, tmp_path / "a.wav")
    done, total = next(steps)
    assert 0 < done <= total
    steps.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("fluidsynth")
def test_loading_writes_nothing_where_a_command_writes_its_answer() -> None:
    code = "from studio.audio.synth import load_fluidsynth; load_fluidsynth()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == ""
