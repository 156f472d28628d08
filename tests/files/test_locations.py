"""Locations: the program's data in checkout, wheel and bundle; the user's files all under one home."""

import sys
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.files import locations


def _pretend_package(monkeypatch: pytest.MonkeyPatch, package: Path) -> None:
    monkeypatch.setattr(locations, "__file__", str(package / "files" / "locations.py"))


def test_in_a_checkout_the_data_lies_beside_the_package() -> None:
    assert (locations.models_dir().parent / "pyproject.toml").is_file()
    assert locations.resources_dir().name == "resources"


def test_in_a_wheel_the_data_lies_inside_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "studio"
    _pretend_package(monkeypatch, package)
    assert locations.models_dir() == package / "_data" / "models"


def test_in_a_frozen_bundle_the_data_lies_where_it_was_unpacked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    assert locations.resources_dir() == tmp_path / "resources"


def test_the_home_variable_moves_every_user_file(fresh_settings: Path) -> None:
    mine = [
        locations.settings_path(),
        locations.user_models_dir(),
        locations.autosave_dir(),
        locations.logs_dir(),
    ]
    assert all(path.is_relative_to(fresh_settings) for path in mine)
    assert len(set(mine)) == len(mine)


def test_without_the_variable_the_system_folders_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(locations.HOME_VARIABLE)
    assert locations.user_home() is None
    assert "latent-studio" in str(locations.settings_path())
    assert "latent-studio" in str(locations.logs_dir())


def test_a_relative_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(locations.HOME_VARIABLE, "here")
    assert locations.user_home() == tmp_path / "here"


def test_a_folder_that_cannot_be_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StudioError) as raised:
        locations.ensure_folder(tmp_path / "file" / "folder")
    assert locations.HOME_VARIABLE in raised.value.hint
