"""Clips: frames in order, each at its time, and a clear sentence for what is broken."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import StudioError
from studio.files.clip import open_clip


def frames(count: int = 3) -> list[Image.Image]:
    return [Image.new("RGB", (16, 12), (n * 60, 0, 0)) for n in range(count)]


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a.png"])
def test_an_animation_gives_its_frames_and_times(tmp_path: Path, name: str) -> None:
    first, *more = frames()
    options = {"lossless": True} if name == "a.webp" else {}
    first.save(tmp_path / name, save_all=True, append_images=more, duration=[40, 80, 120], **options)
    clip = open_clip(tmp_path / name)
    found = list(clip.frames())
    assert clip.count == 3
    assert [frame.pixels[0, 0, 0] // 50 for frame in found] == [0, 1, 2]
    assert [frame.duration_ms for frame in found] == [40, 80, 120]
    assert [frame.pixels[0, 0, 0] // 50 for frame in clip.frames()] == [0, 1, 2]


def test_a_folder_gives_its_pictures_by_number(tmp_path: Path) -> None:
    for number, image in zip((10, 9, 2), frames(), strict=True):
        image.save(tmp_path / f"shot 3 frame {number}.png")
    (tmp_path / "notes.txt").write_text("not a frame")
    found = [frame.pixels[0, 0, 0] for frame in open_clip(tmp_path).frames()]
    assert found == [120, 60, 0]


def test_a_still_picture_is_a_clip_of_one_frame(tmp_path: Path) -> None:
    frames()[1].save(tmp_path / "a.webp")
    assert open_clip(tmp_path / "a.webp").count == 1


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "empty"), (b"words", "not an animation"), (b"GIF89a\1\0", "damaged|not an")]
)
def test_what_is_no_clip(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "a.gif").write_bytes(content)
    with pytest.raises(StudioError, match=words):
        open_clip(tmp_path / "a.gif")


def test_no_clip_at_all(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="does not exist"):
        open_clip(tmp_path / "a.gif")
    with pytest.raises(StudioError, match="holds no pictures"):
        open_clip(tmp_path)


def test_a_frame_that_is_cut_is_named(tmp_path: Path) -> None:
    for number, image in enumerate(frames()):
        image.resize((160, 120)).save(tmp_path / f"{number}.png")
    (tmp_path / "1.png").write_bytes((tmp_path / "1.png").read_bytes()[:90])
    found = open_clip(tmp_path).frames()
    next(found)
    with pytest.raises(StudioError, match=r"1\.png is damaged"):
        next(found)


def test_an_animation_that_is_cut_says_so(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    first, *more = (Image.fromarray(random.integers(0, 255, (60, 80, 3), np.uint8)) for _ in range(3))
    first.save(tmp_path / "a.gif", save_all=True, append_images=more)
    whole = (tmp_path / "a.gif").read_bytes()
    (tmp_path / "a.gif").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StudioError, match=r"a\.gif"):
        list(open_clip(tmp_path / "a.gif").frames())
