"""The pictures to learn from: folding, splitting, packing, and one clear sentence for each bad folder."""

from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.training.picture.data import LABELS, list_works, pack_works, split_works


def test_usable_works_with_folded_genres(pictures: Path) -> None:
    works = list_works(pictures)
    assert len(works) == 9
    assert {LABELS["genre"][work.labels[0]] for work in works} == {"marine", "interior"}


def test_split_is_by_work_and_repeatable(pictures: Path) -> None:
    works = list_works(pictures)
    train, kept = split_works(works, 0.3, seed=5)
    assert (len(train), len(kept)) == (6, 3)
    assert not {w.key for w in train} & {w.key for w in kept}
    assert split_works(works, 0.3, seed=5) == (train, kept)


def test_pack_and_its_cache_give_the_same_crops(pictures: Path, tmp_path: Path) -> None:
    works = list_works(pictures)
    first = pack_works(works, 24, tmp_path / "pack.npz")
    again = pack_works(works, 24, tmp_path / "pack.npz")
    assert all(min(p.shape[:2]) == 24 for p in first.pictures)
    crops = [pack.batch(np.random.default_rng(3), 4, 16, 0.5) for pack in (first, again)]
    assert torch.equal(crops[0][0], crops[1][0])
    assert crops[0][0].shape == (4, 3, 16, 16)
    assert crops[0][0].abs().max() <= 1
    assert first.centres(8).shape == (9, 3, 8, 8)


def test_a_damaged_cache_is_made_again(pictures: Path, tmp_path: Path) -> None:
    works = list_works(pictures)
    first = pack_works(works, 24, tmp_path / "pack.npz")
    (tmp_path / "pack.npz").write_bytes((tmp_path / "pack.npz").read_bytes()[:500])
    again = pack_works(works, 24, tmp_path / "pack.npz")
    assert all(np.array_equal(a, b) for a, b in zip(first.pictures, again.pictures, strict=True))


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="There is no folder"):
        list_works(tmp_path / "nowhere")


def test_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no usable pictures"):
        list_works(tmp_path)


def test_a_manifest_without_genre(pictures: Path) -> None:
    (pictures / "paintings/manifest.csv").write_text("file,usable\n0.jpg,1\n", encoding="utf-8")
    with pytest.raises(StudioError, match=r"manifest\.csv cannot be read"):
        list_works(pictures)


@pytest.mark.parametrize("content", [b"", b"not a picture", None])
def test_a_bad_picture_in_the_middle_is_named(pictures: Path, tmp_path: Path, content: bytes | None) -> None:
    path = pictures / "paintings/4.jpg"
    path.write_bytes(path.read_bytes()[:300] if content is None else content)
    with pytest.raises(StudioError, match=r"4\.jpg cannot be read"):
        pack_works(list_works(pictures), 24, tmp_path / "pack.npz")
    assert not (tmp_path / "pack.npz").exists()


def test_a_missing_picture_is_named(pictures: Path, tmp_path: Path) -> None:
    (pictures / "paintings/4.jpg").unlink()
    with pytest.raises(StudioError, match=r"4\.jpg cannot be read"):
        pack_works(list_works(pictures), 24, tmp_path / "pack.npz")
