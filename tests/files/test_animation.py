"""Animations: whole or not at all."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files import animation
from studio.files.animation import AnimationWriter


def frame(value: int) -> Pixels:
    return np.full((12, 16, 3), value, dtype=np.uint8)


def write(path: Path, count: int = 5) -> Path:
    with AnimationWriter(path, fps=25) as writer:
        for index in range(count):
            writer.add(frame(index * 40))
        return writer.finish()


@pytest.mark.parametrize("suffix", ["webp", "gif"])
def test_a_file_holds_every_frame_at_its_time(tmp_path: Path, suffix: str) -> None:
    with Image.open(write(tmp_path / f"a.{suffix}")) as image:
        assert image.n_frames == 5
        assert image.size == (16, 12)
        assert image.info["loop"] == 0
        for index in range(5):
            image.seek(index)
            assert abs(image.convert("RGB").getpixel((8, 6))[0] - index * 40) <= 4
            assert image.info["duration"] == 40
    assert [p.name for p in tmp_path.iterdir()] == [f"a.{suffix}"]


def test_a_folder_holds_numbered_pictures(tmp_path: Path) -> None:
    folder = write(tmp_path / "frames")
    assert sorted(p.name for p in folder.iterdir()) == [f"frame-{i:05d}.png" for i in range(1, 6)]
    assert [p.name for p in tmp_path.iterdir()] == ["frames"]


def test_an_empty_folder_is_taken_and_a_full_one_refused(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    write(tmp_path / "frames")
    with pytest.raises(StudioError, match="exists already"):
        write(tmp_path / "frames", 2)
    assert len(list((tmp_path / "frames").iterdir())) == 5


@pytest.mark.parametrize("name", ["a.webp", "a.gif", "a"])
def test_a_writer_left_early_changes_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.webp").write_text("old")
    with AnimationWriter(tmp_path / name) as writer:
        writer.add(frame(1))
    assert [p.read_text() for p in tmp_path.iterdir()] == ["old"]


def test_other_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"cannot be written as \.mp4"):
        write(tmp_path / "a.mp4")


def test_a_place_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="could not be written"):
        write(tmp_path / "nowhere" / "a.webp")


def test_nothing_is_no_animation(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="at least one frame"):
        write(tmp_path / "a.webp", 0)


def test_an_animation_too_long_for_memory_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(animation, "MAX_FILE_PIXELS", 500)
    with pytest.raises(StudioError, match="too long for one file"):
        write(tmp_path / "a.webp")
    assert len(list(write(tmp_path / "frames").iterdir())) == 5
