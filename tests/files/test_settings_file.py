"""The settings file: what was saved comes back, and nothing in it can stop the start."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.files import settings_file
from studio.files.locations import settings_path
from studio.files.settings_file import load_settings, save_settings

BROKEN = {
    "empty": b"",
    "cut": b'{"version": 1, "theme": "da',
    "not utf-8": b"\xff\xfe\x00",
    "another type": b"[1, 2]",
    "wrong type": b'{"version": 1, "welcome_seen": 9.5}',
    "wrong word": b'{"version": 1, "theme": "pink"}',
    "no version": b"{}",
}


def test_the_first_start_has_the_defaults_and_no_warning() -> None:
    assert load_settings() == (Settings(), None)


def test_a_newer_file_with_unknown_fields_is_read() -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_text('{"version": 99, "theme": "light", "hologram": true}')
    loaded = load_settings()
    assert loaded.warning is None
    assert loaded.settings.theme == "light"


@given(
    folder=st.text(max_size=20),
    layouts=st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3),
    theme=st.sampled_from(["system", "dark", "light"]),
)
def test_what_is_saved_comes_back(tmp_path: Path, folder: str, layouts: dict[str, str], theme: str) -> None:
    settings = Settings(last_folder=folder, window_layouts=layouts, theme=theme)  # type: ignore[arg-type]
    save_settings(settings, tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json") == (settings, None)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_gives_the_defaults_and_is_kept_aside(content: bytes) -> None:
    settings_path().parent.mkdir(parents=True)
    settings_path().write_bytes(content)
    settings, warning = load_settings()
    assert settings == Settings()
    assert warning is not None
    assert warning.hint.endswith("settings.broken.json.")
    assert settings_path().with_name("settings.broken.json").read_bytes() == content
    assert load_settings().warning is None


def test_a_folder_in_place_of_the_file_is_only_a_warning() -> None:
    settings_path().mkdir(parents=True)
    assert load_settings().warning is not None


def test_a_save_that_fails_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError, match="cannot be created"):
        save_settings(Settings(), tmp_path / "file" / "settings.json")


def test_a_save_cut_short_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "settings.json"
    save_settings(Settings(theme="light"), path)

    def no_space(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings_file.os, "replace", no_space)
    with pytest.raises(StudioError, match="could not be saved"):
        save_settings(Settings(theme="dark"), path)
    assert load_settings(path).settings.theme == "light"
    assert os.listdir(tmp_path) == ["settings.json"]
