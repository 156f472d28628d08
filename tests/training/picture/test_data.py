"""The pictures to learn from: folding, splitting, packing, and one clear sentence for each bad folder."""

import logging
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from studio.core.errors import StudioError
from studio.training.picture.data import LABELS, Pack, list_works, pack_works, split_works
from studio.training.picture.recipes import PictureData

ANY = PictureData(collections=(), labels=())


def pack(folder: Path, cache: Path) -> Pack:
    return pack_works(list_works(folder), 24, cache)


def test_usable_works_with_folded_genres(pictures: Path) -> None:
    works = list_works(pictures)
    assert len(works) == 9
    assert {LABELS["genre"][work.labels[0]] for work in works} == {"marine", "interior"}
    assert works[3].key == "paintings/3.jpg"
    assert works[3].collection == "paintings"


def test_split_is_by_work_and_repeatable(pictures: Path) -> None:
    works = list_works(pictures)
    train, kept = split_works(works, 0.3, seed=5)
    assert (len(train), len(kept)) == (6, 3)
    assert not {w.key for w in train} & {w.key for w in kept}
    assert split_works(works, 0.3, seed=5) == (train, kept)


def test_the_split_has_not_changed_since_the_first_models(pictures: Path) -> None:
    """Runs of long ago are continued and measured with the same works."""
    _, kept = split_works(list_works(pictures), 0.3, seed=5)
    expected = sorted(np.random.RandomState(5).permutation(9)[:3])
    assert [work.key for work in kept] == [f"paintings/{i}.jpg" for i in expected]


@pytest.mark.parametrize("mirrored", [False, True])
def test_no_picture_is_learned_and_held_out(drawings: Path, mirrored: bool) -> None:
    """Every picture stands there twice, once smaller and in another format: no twin crosses the split."""
    for path in sorted(drawings.glob("*.png")):
        with Image.open(path) as image:
            twin = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if mirrored else image
            twin.resize((90, 60)).convert("RGB").save(path.with_suffix(".jpg"), quality=80)
    train, kept = split_works(list_works(drawings, ANY), 0.5, seed=3)
    assert len(train) == 8
    assert kept
    assert not {w.title for w in train} & {w.title for w in kept}


def test_crops_of_held_out_works_are_never_drawn(tmp_path: Path) -> None:
    """Each picture has one grey level of its own, so that a crop tells where it comes from."""
    for level in range(0, 200, 10):
        Image.new("L", (40, 30), level).save(tmp_path / f"{level:03d}.png")
    train, kept = split_works(list_works(tmp_path, ANY), 0.25, seed=1)
    crops, _ = pack_works(train, 24, tmp_path / "pack").batch(np.random.default_rng(0), 400, 16, 0.3)
    seen = {round(level) for level in ((crops.mean(dim=(1, 2, 3)) + 1) * 127.5).tolist()}
    assert seen == {int(work.title) for work in train}
    assert not seen & {int(work.title) for work in kept}


def test_pack_and_its_cache_give_the_same_crops(pictures: Path, tmp_path: Path) -> None:
    first, again = (pack(pictures, tmp_path / "pack.npz") for _ in range(2))
    assert all(min(p.shape[:2]) == 24 for p in first.pictures)
    crops = [pack.batch(np.random.default_rng(3), 4, 16, 0.5) for pack in (first, again)]
    assert torch.equal(crops[0][0], crops[1][0])
    assert crops[0][0].shape == (4, 3, 16, 16)
    assert crops[0][0].abs().max() <= 1
    assert first.centres(8).shape == (9, 3, 8, 8)


def test_the_cache_is_used(pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pack(pictures, tmp_path / "pack.npz")
    monkeypatch.setattr("studio.training.picture.packing.decode", None)
    again = pack(pictures, tmp_path / "pack.npz")
    assert all(np.array_equal(a, b) for a, b in zip(first.pictures, again.pictures, strict=True))


def test_a_changed_picture_is_packed_again(pictures: Path, tmp_path: Path) -> None:
    pack(pictures, tmp_path / "pack.npz")
    Image.new("RGB", (40, 34), "red").save(pictures / "paintings/4.jpg")
    changed = pack(pictures, tmp_path / "pack.npz").pictures[4]
    assert changed[..., 0].min() > 240
    assert changed[..., 1].max() < 15


@pytest.mark.parametrize(
    "damage", [lambda c: c[:500], lambda c: b"", lambda c: c[:-1] + b"\xff", lambda c: c[9:]]
)
def test_a_damaged_cache_is_made_again(pictures: Path, tmp_path: Path, damage: object) -> None:
    cache = tmp_path / "pack.pack"
    first = [picture.copy() for picture in pack(pictures, cache).pictures]
    content = damage(cache.read_bytes())  # type: ignore[operator]
    cache.unlink()
    cache.write_bytes(content)
    again = pack(pictures, cache)
    assert all(np.array_equal(a, b) for a, b in zip(first, again.pictures, strict=True))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="There is no folder"):
        list_works(tmp_path / "nowhere")


@pytest.mark.parametrize("data", [PictureData(), ANY])
def test_empty_folder(tmp_path: Path, data: PictureData) -> None:
    with pytest.raises(StudioError, match="no usable pictures"):
        list_works(tmp_path, data)


def test_one_picture(tmp_path: Path) -> None:
    Image.new("RGB", (90, 60)).save(tmp_path / "only.png")
    with pytest.raises(StudioError, match="one usable picture only"):
        list_works(tmp_path, ANY)


def test_a_manifest_without_genre(pictures: Path) -> None:
    (pictures / "paintings/manifest.csv").write_text("file,usable\n0.jpg,1\n1.jpg,1\n", encoding="utf-8")
    with pytest.raises(StudioError, match='have no "genre"') as error:
        list_works(pictures)
    assert "labels = []" in error.value.hint
    assert len(list_works(pictures, PictureData(labels=()))) == 2


@pytest.mark.parametrize("text", ["", "title\nA\n", "\0", "file\n" + "x" * 200_000 + "\n"])
def test_a_bad_manifest(pictures: Path, text: str) -> None:
    (pictures / "paintings/manifest.csv").write_text(text, encoding="utf-8")
    with pytest.raises(StudioError, match=r"manifest\.csv|no usable pictures"):
        list_works(pictures)


def test_a_manifest_does_not_lead_outside(pictures: Path) -> None:
    shutil.copy(pictures / "paintings/0.jpg", pictures.parent / "secret.jpg")
    rows = "file\n0.jpg\n1.jpg\n../../secret.jpg\n/etc/passwd\n"
    (pictures / "paintings/manifest.csv").write_text(rows, encoding="utf-8")
    assert [w.path.name for w in list_works(pictures, PictureData(labels=()))] == ["0.jpg", "1.jpg"]


@pytest.mark.expects_log
@pytest.mark.parametrize("content", [b"", b"not a picture", None, "gone"])
def test_a_bad_picture_in_the_middle_is_named_and_left_out(
    pictures: Path, tmp_path: Path, content: bytes | str | None, caplog: pytest.LogCaptureFixture
) -> None:
    whole = pack(pictures, tmp_path / "whole")
    path = pictures / "paintings/4.jpg"
    if isinstance(content, str):
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:300] if content is None else content)
    for _ in range(2):  # also where the cache is used
        caplog.clear()
        rest = pack(pictures, tmp_path / "pack")
        assert "4.jpg" in caplog.text
        assert "1 of 9 pictures were left out" in caplog.text
        assert [r.levelno for r in caplog.records] == [logging.WARNING] * 2
    assert len(rest) == 8
    assert rest.labels[:, 0].tolist() == np.delete(whole.labels[:, 0], 4).tolist()
    assert np.array_equal(rest.pictures[4], whole.pictures[5])


def test_many_bad_pictures_end_it(pictures: Path, tmp_path: Path) -> None:
    for i in (2, 4):
        (pictures / f"paintings/{i}.jpg").write_bytes(b"")
    with pytest.raises(StudioError, match=r"2 of 9 pictures cannot be read.*2\.jpg.*4\.jpg"):
        pack(pictures, tmp_path / "pack")


def test_a_full_disk_leaves_no_cache(pictures: Path, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    works = list_works(pictures)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        with pytest.raises(StudioError, match="cannot be written") as error:
            pack_works(works, 24, tmp_path / "run/pack")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "disk full" in error.value.hint
    assert os.listdir(tmp_path / "run") == []


@pytest.mark.parametrize(("words", "turned"), [(("letters",), 3), (("all",), 0), ((), 8)])
def test_mirrored_where_it_makes_sense(drawings: Path, words: tuple[str, ...], turned: int) -> None:
    (drawings / "letters").mkdir()
    for i in range(5):
        shutil.move(drawings / f"{i}.png", drawings / "letters")
    works = list_works(drawings, PictureData(collections=(), labels=(), unmirrored=words))
    assert sum(work.flips for work in works) == turned
