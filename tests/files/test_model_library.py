"""The user's own models: whole or not there, and what never came to its end is swept away."""

import os
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue
from studio.files.model_library import delete_model, new_model, own_folder, settle, slug


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Own Faces", "own-faces"),
        ("Größe, été!", "groe-ete"),
        ("../..", "model"),
        ("絵", "model"),
        ("a" * 99, "a" * 40),
    ],
)
def test_a_name_becomes_a_folder(name: str, folder: str) -> None:
    assert slug(name) == folder


def test_a_model_is_there_when_it_is_whole(tmp_path: Path) -> None:
    with new_model(tmp_path) as spool:
        (spool / "card.json").write_text("{}")
        assert Catalogue.scan((tmp_path,)).problems == ()  # not even looked at
        home = settle(spool, tmp_path, "mine")
    assert (home / "card.json").read_text() == "{}"
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="could not be written"):
        _fill_the_disk(tmp_path)
    assert list(tmp_path.iterdir()) == []


def _fill_the_disk(library: Path) -> None:
    with new_model(library) as spool:
        (spool / "card.json").write_text("{}")
        raise OSError("the disk is full")


def test_what_was_left_behind_is_swept_away(tmp_path: Path) -> None:
    old, new = tmp_path / ".importing-old", tmp_path / ".importing-new"
    for folder in (old, new):
        folder.mkdir()
    os.utime(old, (1, 1))
    with new_model(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == [new]


def test_only_ones_own_models_are_deleted(tmp_path: Path) -> None:
    mine = tmp_path / "library" / "mine"
    mine.mkdir(parents=True)
    delete_model(own_folder(tmp_path / "library", mine))
    assert list((tmp_path / "library").iterdir()) == []
    with pytest.raises(StudioError, match="came with the program"):
        own_folder(tmp_path / "library", tmp_path / "other")
    with pytest.raises(StudioError, match="could not be deleted"):
        delete_model(mine)
