"""Films of every kind, encoded on a thread of their own."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files.clip import open_clip
from studio.files.film import FilmFormat, encoding, shown_ms

FRAMES = [np.full((20, 30, 3), 20 * i, np.uint8) for i in range(9)]


def film(path: Path, frames: list[Pixels], wish: FilmFormat) -> Path:
    with encoding(path, wish) as running:
        for frame in (*frames, None):
            while not running.offer(frame, 0.01):
                pass
        while not running.is_done(0.01):
            pass
    return path


@pytest.mark.parametrize("name", ["a.gif", "a.webp", "a"])
def test_pictures_that_move_have_all_frames_in_their_size(tmp_path: Path, name: str) -> None:
    clip = open_clip(film(tmp_path / name, FRAMES, FilmFormat(fps=24, size=60)))
    shown = list(clip.frames())
    assert [frame.pixels.shape for frame in shown] == [(40, 60, 3)] * 9
    if name != "a":
        assert sum(frame.duration_ms for frame in shown) == pytest.approx(9000 / 24, abs=10)


@pytest.mark.parametrize("name", ["a.mp4", "a.webm"])
def test_videos_have_all_frames_in_their_size(tmp_path: Path, name: str) -> None:
    with av.open(str(film(tmp_path / name, FRAMES, FilmFormat(fps=25, size=60)))) as found:
        frames = list(found.decode(video=0))
    assert [(frame.width, frame.height) for frame in frames] == [(60, 40)] * 9


@pytest.mark.parametrize(
    ("name", "loops", "said"), [("a.gif", 3, 2), ("a.webp", 3, 3), ("a.gif", 0, 0), ("a.gif", 1, None)]
)
def test_how_often_it_is_shown(tmp_path: Path, name: str, loops: int, said: int | None) -> None:
    with Image.open(film(tmp_path / name, FRAMES, FilmFormat(loops=loops))) as image:
        assert image.info.get("loop") == said


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif", "a.webp", "a"])
def test_left_early_it_leaves_nothing(tmp_path: Path, name: str) -> None:
    with encoding(tmp_path / name, FilmFormat(size=64)) as running:
        for frame in FRAMES:
            running.offer(frame, 0.5)
    running._thread.join()
    assert list(tmp_path.iterdir()) == []


def test_what_goes_wrong_on_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    (tmp_path / "a.mp4" / "kept").touch()
    with pytest.raises(StudioError, match="could not be written"):
        film(tmp_path / "a.mp4", FRAMES, FilmFormat())
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_an_unknown_ending_or_place_is_told_at_once(tmp_path: Path) -> None:
    for name, words in (("a.avi", "cannot be written as .avi"), ("no/a.mp4", "could not be written")):
        with pytest.raises(StudioError, match=words), encoding(tmp_path / name, FilmFormat()):
            pass
    with pytest.raises(StudioError, match="8192 px"), encoding(tmp_path / "a.mp4", FilmFormat(size=9000)):
        pass


def test_frames_keep_time() -> None:
    assert sum(shown_ms(i, 24, ".webp") for i in range(24)) == 1000
    assert sum(shown_ms(i, 30, ".gif") for i in range(30)) == 1000
    assert {shown_ms(i, 30, ".gif") for i in range(30)} == {30, 40}
