"""Videos are read back with what they were made of; a broken one is never left."""

import hashlib
import resource
from pathlib import Path

import av
import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.files.video import VideoWriter, even_size

COLOURS = ((200, 40, 90), (20, 180, 60), (60, 60, 220), (240, 240, 240))


def plain(colour: tuple[int, int, int], height: int = 48, width: int = 64) -> Pixels:
    return np.full((height, width, 3), colour, np.uint8)


def moving(index: int) -> Pixels:
    y, x = np.mgrid[:48, :64]
    return np.stack([(x * 3 + index * 9) % 256, (y * 5) % 256, (x + y + index) % 256], -1).astype(np.uint8)


def write(path: Path, frames: list[Pixels], **wish: object) -> Path:
    with VideoWriter(path, **wish) as writer:  # type: ignore[arg-type]
        for frame in frames:
            writer.add(frame)
        return writer.finish()


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_it_is_read_back_as_it_was_meant(tmp_path: Path, ending: str) -> None:
    path = write(tmp_path / f"a{ending}", [plain(c) for c in COLOURS] * 3, fps=30, comment="made of this")
    with av.open(str(path)) as found:
        stream = found.streams.video[0]
        frames = list(found.decode(stream))
        assert (len(frames), stream.average_rate, stream.width, stream.height) == (12, 30, 64, 48)
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.codec_context.colorspace, stream.codec_context.color_range) == (1, 1)
        tags = {key.lower(): value for key, value in found.metadata.items()}
        assert tags["comment"] == "made of this"
    for frame, colour in zip(frames, COLOURS, strict=False):
        shown = frame.to_ndarray(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709")
        assert np.abs(shown.mean(axis=(0, 1)) - colour).max() < 6
    assert list(tmp_path.iterdir()) == [path]


def test_an_mp4_plays_before_it_is_all_there(tmp_path: Path) -> None:
    content = write(tmp_path / "a.mp4", [moving(i) for i in range(4)]).read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_the_same_frames_are_the_same_bytes(tmp_path: Path, ending: str) -> None:
    """Also where the sides are no multiples of 16, and whatever the memory held before."""
    frames = [moving(i) for i in range(30)]
    found = set()
    for turn in range(6):
        _used = [np.random.bytes(300_000 * turn) for _ in range(4)]
        found.add(hashlib.sha256(write(tmp_path / f"a{ending}", frames, size=66).read_bytes()).hexdigest())
    assert len(found) == 1


@pytest.mark.parametrize(
    ("shape", "size", "wanted"),
    [
        ((64, 48), 0, (64, 48)),
        ((65, 49), 0, (64, 48)),
        ((65, 49), 100, (100, 76)),
        ((1, 1), 0, (2, 2)),
        ((90, 160), 300, (168, 300)),
    ],
)
def test_sides_are_even(shape: tuple[int, int], size: int, wanted: tuple[int, int]) -> None:
    assert even_size(*shape, size) == wanted


def test_odd_and_enlarged_frames(tmp_path: Path) -> None:
    odd = write(tmp_path / "odd.mp4", [plain(COLOURS[0], 33, 51)] * 2)
    large = write(tmp_path / "large.mp4", [plain(COLOURS[0], 33, 51)] * 2, size=120)
    for path, size in ((odd, (50, 32)), (large, (120, 78))):
        with av.open(str(path)) as found:
            frame = next(found.decode(video=0))
            assert (frame.width, frame.height) == size


def test_a_frame_of_another_size_is_fitted(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [plain(COLOURS[0], 48, 64), plain(COLOURS[1], 96, 128)])
    with av.open(str(path)) as found:
        last = list(found.decode(video=0))[-1]
    shown = last.to_ndarray(format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709")
    assert shown.shape == (48, 64, 3)
    assert np.abs(shown.mean(axis=(0, 1)) - COLOURS[1]).max() < 6


def test_better_is_larger(tmp_path: Path) -> None:
    noise = np.random.RandomState(0).randint(0, 255, (8, 48, 64, 3), dtype=np.uint8)
    sizes = [
        len(write(tmp_path / f"{q}.mp4", list(noise), quality=q).read_bytes())
        for q in ("small", "good", "best")
    ]
    assert sizes == sorted(sizes)


def test_what_is_left_early_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"old")
    with VideoWriter(path) as writer:
        writer.add(moving(0))
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", [".mp4", ".webm"])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(tmp_path: Path, ending: str) -> None:
    noise = np.random.RandomState(0).randint(0, 255, (40, 96, 128, 3), dtype=np.uint8)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(StudioError, match="could not be written"):
            write(tmp_path / f"a{ending}", list(noise), quality="best")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"cannot be written as \.avi"):
        VideoWriter(tmp_path / "a.avi")
    with pytest.raises(StudioError, match="could not be written"), VideoWriter(tmp_path / "no" / "a.mp4"):
        pass
    with pytest.raises(StudioError, match="at least one frame"), VideoWriter(tmp_path / "a.mp4") as writer:
        writer.finish()
    assert list(tmp_path.iterdir()) == []
