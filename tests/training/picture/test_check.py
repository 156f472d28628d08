"""The examination of a folder: everything odd is told, and the exit code says whether there is anything to learn."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio import cli
from studio.training.picture.check import DataReport, check
from studio.training.picture.recipes import PictureData
from tests.training.picture.test_sources import huge_png

ANY = PictureData(collections=(), pack_side=1)


def examine(folder: Path, data: PictureData = ANY) -> DataReport:
    return check(folder, data, seed=3)


def test_a_good_folder(drawings: Path) -> None:
    report = examine(drawings)
    assert report.usable
    assert report.pictures == 8
    assert report.short_sides_px == (80, 80, 80)
    assert report.kinds == {"colour": 8}
    assert [report.broken, report.small, report.odd, report.duplicates, report.labels] == [[], [], [], [], {}]


def test_broken_small_odd_huge_and_other_files(drawings: Path) -> None:
    (drawings / "cut.png").write_bytes((drawings / "1.png").read_bytes()[:900])
    (drawings / "huge.png").write_bytes(huge_png())
    (drawings / "words.txt").write_text("x")
    noise = np.random.RandomState(1).randint(0, 256, (50, 200, 3), dtype=np.uint8)
    Image.fromarray(noise).save(drawings / "long.png")
    report = examine(drawings)
    assert [line.split(":")[0] for line in report.broken] == ["cut.png", "huge.png"]
    assert "too large" in report.broken[1]
    assert report.small == report.odd == ["long.png: 200 x 50 px"]
    assert report.ignored == 1
    assert not report.usable  # two of eleven
    assert report.verdict.startswith("2 of 11 pictures are broken")


def test_small_is_what_the_recipe_finds_small(drawings: Path) -> None:
    assert len(examine(drawings, PictureData(collections=(), pack_side=100)).small) == 8


def test_twins_are_found(drawings: Path) -> None:
    with Image.open(drawings / "0.png") as image:
        image.resize((90, 60)).save(drawings / "smaller.jpg", quality=70)
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(drawings / "turned.webp")
        Image.eval(image, lambda level: level // 2 + 40).save(drawings / "paler.png")
    assert examine(drawings).duplicates == [["0.png", "paler.png", "smaller.jpg", "turned.webp"]]


def test_twins_across_the_split_are_told(drawings: Path) -> None:
    for path in sorted(drawings.glob("*.png")):
        shutil.copy(path, path.with_name(f"b{path.name}"))
    report = examine(drawings, PictureData(collections=(), held_out=0.3))
    assert report.twins
    assert len(report.duplicates) == 8


def test_flat_pictures_of_different_tone_are_not_the_same(tmp_path: Path) -> None:
    for level in (10, 100, 200):
        Image.new("L", (90, 80), level).save(tmp_path / f"{level}.png")
    Image.new("L", (90, 80), 100).save(tmp_path / "again.png")
    assert examine(tmp_path).duplicates == [["100.png", "again.png"]]


def test_kinds_and_orientation(drawings: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    with Image.open(drawings / "0.png") as image:
        image.convert("L").save(drawings / "0.png")
    with Image.open(drawings / "1.png") as image:
        image.convert("CMYK").save(drawings / "one.jpg", exif=exif)
    Image.fromarray(np.arange(9600, dtype=np.uint16).reshape(80, 120) * 6).save(drawings / "2.png")
    with Image.open(drawings / "3.png") as image:
        image.quantize(9).save(drawings / "3.png")
    with Image.open(drawings / "4.png") as image:
        image.convert("RGBA").save(drawings / "4.png")
    report = examine(drawings)
    assert report.kinds == {
        "colour": 4,
        "grey": 1,
        "16 bit or more": 1,
        "palette": 1,
        "transparent": 1,
        "CMYK": 1,
    }
    assert report.turned == 1


def test_manifest_and_files_are_compared(pictures: Path) -> None:
    (pictures / "paintings/3.jpg").unlink()
    shutil.copy(pictures / "paintings/0.jpg", pictures / "paintings/new.jpg")
    for report in (examine(pictures), examine(pictures, PictureData(collections=("paintings",)))):
        assert report.missing == ["paintings/3.jpg"]
        assert report.unlisted == ["paintings/new.jpg"]
        assert report.left_out == 1
        assert report.labels == {"genre": {"marine": 5, "still-life": 4}}


def test_the_verb(drawings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "check", str(drawings)]) == 0
    assert "8 pictures can be learned from" in capsys.readouterr().out
    assert cli.main(["data", "check", str(drawings), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["pictures"] == 8
    recipe = tmp_path / "r.toml"
    recipe.write_text('family = "picture.gan"\nseed = 4\n[data]\ncollections = []\npack_side = 90\n')
    assert cli.main(["data", "check", str(drawings), "--recipe", str(recipe)]) == 0
    assert "Short side under 90 px" in capsys.readouterr().out


@pytest.mark.parametrize(("count", "words"), [(0, "holds no picture"), (1, "holds one picture")])
def test_nothing_to_learn(drawings: Path, capsys: pytest.CaptureFixture[str], count: int, words: str) -> None:
    for i in range(count, 8):
        (drawings / f"{i}.png").unlink()
    for form in ([], ["--json"]):
        assert cli.main(["data", "check", str(drawings), *form]) == 1
        err = capsys.readouterr().err
        assert words in err
        assert err.count("\n") == 1


def test_no_such_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["data", "check", str(tmp_path / "nowhere")]) == 1
    assert "There is no folder" in capsys.readouterr().err
