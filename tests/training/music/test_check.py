"""A folder of music before it is learned from: what it holds, what cannot be used, what is there twice."""

import json
import zipfile
from pathlib import Path

import pytest

from studio.cli import main
from studio.training.music.check import check
from studio.training.music.sources import is_of_music
from tests.training.music.test_tune_index import book


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "songs"
    folder.mkdir()
    (folder / "a.abc").write_text(book(55).replace("K:C\n", "K:C\n{d}", 1) + "\nX:99\nno key\n")
    with zipfile.ZipFile(tmp_path / "songs" / "more.zip", "w") as archive:
        archive.writestr("again/b.abc", book(1))
    return folder


def test_a_report(place: Path) -> None:
    report = check(place)
    assert (report.works, report.files, report.usable) == (56, 2, True)
    assert report.refused == ["songs/a.abc: 99: no key line"]
    assert report.duplicates == [["songs/1", "again/1"]]
    assert report.variants == 0
    assert (report.styles, report.metres) == ({"reel": 56}, {"4/4": 56})
    assert sum(report.keys.values()) == 56
    assert report.not_kept == {"Not kept: grace notes": 1}
    assert report.verdict == "56 works can be learned from, 1 cannot be used, 1 are there twice."


def test_the_verb_notices_what_it_is_given(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert is_of_music(place)
    assert is_of_music(place / "more.zip")
    assert main(["data", "check", str(place), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["styles"] == {"reel": 56}
    assert main(["data", "check", str(place)]) == 0
    assert "songs/1 = again/1" in capsys.readouterr().out
    (place / "photo.jpg").write_bytes(b"")
    assert not is_of_music(place)


def test_too_little_to_learn_from(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["data", "check", str(place / "more.zip")]) == 1
    assert "50 are the fewest" in capsys.readouterr().err
