"""Folders and zip files: all pictures are found, and hostile or broken archives do no harm."""

import io
import shutil
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import StudioError
from studio.training.picture import sources
from studio.training.picture.data import label_groups, label_names, list_works, pack_works, split_works
from studio.training.picture.recipes import PictureData
from studio.training.picture.sources import leads_outside, open_source

ANY = PictureData(collections=(), labels=())
FOLDERS = PictureData(collections=(), labels=("folder",))


@pytest.fixture
def zipped(drawings: Path) -> Path:
    path = drawings.parent / "drawings.zip"
    with zipfile.ZipFile(path, "w") as file:
        for picture in sorted(drawings.glob("*.png")):
            file.write(picture, f"mine/{picture.name}")
        file.writestr("__MACOSX/mine/._0.png", b"fork")
        file.writestr("mine/notes.txt", b"hello")
    return path


def test_a_folder_is_read_to_the_bottom(drawings: Path) -> None:
    (drawings / "a/b").mkdir(parents=True)
    shutil.copy(drawings / "0.png", drawings / "a/b/Deep.PNG")
    (drawings / ".hidden.png").write_bytes(b"")
    (drawings / "notes.txt").write_text("x")
    keys = [work.key for work in list_works(drawings, ANY)]
    assert keys == [*(f"{i}.png" for i in range(8)), "a/b/Deep.PNG"]


def test_the_sheets_of_a_run_are_no_data(drawings: Path) -> None:
    (drawings / "run/sheets").mkdir(parents=True)
    (drawings / "run/recipe.toml").write_text("")
    shutil.copy(drawings / "0.png", drawings / "run/sheets")
    assert len(list_works(drawings, ANY)) == 8


def test_a_zip_is_as_good_as_a_folder(drawings: Path, zipped: Path, tmp_path: Path) -> None:
    works = list_works(zipped, ANY)
    assert [work.key for work in works] == [f"mine/{i}.png" for i in range(8)]
    assert len(split_works(works, 0.25, 1)[1]) == 2
    before = set(tmp_path.rglob("*"))
    packs = pack_works(list_works(drawings, ANY), 24, tmp_path / "a"), pack_works(works, 24, tmp_path / "b")
    assert all(np.array_equal(a, b) for a, b in zip(*(p.pictures for p in packs), strict=True))
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "a.pack", tmp_path / "b.pack"}


def test_a_zip_with_a_manifest(pictures: Path) -> None:
    path = Path(shutil.make_archive(str(pictures.parent / "all"), "zip", pictures))
    assert [w.key for w in list_works(path)] == [w.key for w in list_works(pictures)]
    assert [w.labels for w in list_works(path)] == [w.labels for w in list_works(pictures)]


@pytest.mark.parametrize(
    ("name", "outside"),
    [
        ("a/b.png", False),
        ("a: b..png", False),
        ("../b.png", True),
        ("a/../../b.png", True),
        ("/b.png", True),
        ("c:/b.png", True),
        ("..\\b.png", True),
        ("a//b.png", True),
    ],
)
def test_names_that_lead_outside(name: str, outside: bool) -> None:
    assert leads_outside(name) is outside


def test_a_zip_that_climbs_out_is_read_without_those(zipped: Path) -> None:
    with zipfile.ZipFile(zipped, "a") as file:
        for name in ("../evil.png", "/evil.png", "mine/../../evil.png"):
            file.writestr(name, b"x")
    assert len(list_works(zipped, ANY)) == 8


@pytest.mark.expects_log
def test_a_bomb_in_a_zip_is_not_unpacked(zipped: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(zipped, "a", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mine/4a.png", bytes(5 * 2**20))
    with open_source(zipped) as source, pytest.raises(StudioError, match="too large to be unpacked"):
        source.read("mine/4a.png")
    assert len(pack_works(list_works(zipped, ANY), 24, tmp_path / "pack")) == 8


def test_a_zip_of_too_much_is_refused(zipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_TOTAL", 1000)
    with pytest.raises(StudioError, match="more than a data set should"):
        list_works(zipped, ANY)
    monkeypatch.undo()
    monkeypatch.setattr(sources, "MAX_MEMBERS", 3)
    with pytest.raises(StudioError, match="more than a data set should"):
        list_works(zipped, ANY)


@pytest.mark.expects_log
def test_a_member_that_lies_about_itself(zipped: Path, tmp_path: Path) -> None:
    content = bytearray(zipped.read_bytes())
    with zipfile.ZipFile(zipped) as file:
        info = file.getinfo("mine/4.png")
    start = info.header_offset + 30 + len(info.filename) + 40
    content[start : start + 8] = bytes(8)
    zipped.write_bytes(content)
    assert len(pack_works(list_works(zipped, ANY), 24, tmp_path / "pack")) == 7


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", None])
def test_a_broken_zip(zipped: Path, content: bytes | None) -> None:
    zipped.write_bytes(zipped.read_bytes()[:-30] if content is None else content)
    with pytest.raises(StudioError, match=r"drawings\.zip is damaged or no zip file"):
        list_works(zipped, ANY)


def test_sub_folders_are_styles(drawings: Path) -> None:
    for i in range(6):
        (drawings / ("sea", "woods", "words")[i % 3]).mkdir(exist_ok=True)
        shutil.move(drawings / f"{i}.png", drawings / ("sea", "woods", "words")[i % 3])
    works = list_works(drawings, FOLDERS)
    folders = ("sea", "woods", "words", "other")
    names = label_names(("folder",), folders)
    assert names == folders
    assert {(work.key, names[work.labels[0]]) for work in works} >= {("sea/0.png", "sea"), ("7.png", "other")}
    assert label_groups(("genre", "folder"), folders) == (6, 4)
    assert [work.flips for work in works if work.key.startswith("words")] == [False, False]


def test_one_folder_in_another_is_no_style(drawings: Path) -> None:
    with pytest.raises(StudioError, match="no sub-folders to take the styles from"):
        list_works(drawings.parent, FOLDERS)


def test_no_labels_are_one_style() -> None:
    assert label_names(()) == ("all",)
    assert label_groups(()) == (1,)


def test_all_kinds_of_files_become_pictures(tmp_path: Path) -> None:
    """Grey, palette, transparent, CMYK, 16 bit and turned files are packed as upright colour pictures."""
    folder = tmp_path / "kinds"
    folder.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    wide = Image.new("RGB", (90, 60), "red")
    wide.save(folder / "turned.jpg", exif=exif)
    for mode in ("L", "P", "RGBA", "CMYK", "1"):
        wide.convert(mode).save(folder / f"{mode}.tif")
    Image.fromarray(np.full((60, 90), 40_000, np.uint16)).save(folder / "deep.png")
    pack = pack_works(list_works(folder, ANY), 24, tmp_path / "pack")
    shapes = {p.shape for p in pack.pictures[:-1]}
    assert shapes == {(24, 36, 3)}
    assert pack.pictures[-1].shape == (36, 24, 3)


def huge_png() -> bytes:
    """A small file that claims 30,000 x 30,000 px."""
    out = io.BytesIO()
    Image.new("1", (8, 8)).save(out, "PNG")
    head = b"IHDR" + struct.pack(">II", 30_000, 30_000) + out.getvalue()[24:29]
    return out.getvalue()[:12] + head + struct.pack(">I", zlib.crc32(head)) + out.getvalue()[33:]


def test_a_huge_picture_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for name in ("a.png", "b.png"):
        (tmp_path / "p" / name).write_bytes(huge_png())
    with pytest.raises(StudioError, match=r"a\.png is too large"):
        pack_works(list_works(tmp_path / "p", ANY), 24, tmp_path / "pack")
