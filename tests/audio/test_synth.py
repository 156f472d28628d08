"""FluidSynth: what is found, and what is said when something is missing."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from studio.audio import synth
from studio.core.errors import StudioError


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
def test_loading_writes_nothing_where_a_command_writes_its_answer() -> None:
    code = "from studio.audio.synth import load_fluidsynth; load_fluidsynth()"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == ""
