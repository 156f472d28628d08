"""Opening pictures of every kind, and of none."""

import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from studio.core.errors import StudioError
from studio.files import picture_file
from studio.files.picture_file import LONGEST_PX, open_picture

RED = (200, 30, 20)


def save(image: Image.Image, path: Path, **options: object) -> Path:
    image.save(path, **options)
    return path


def first_pixel(path: Path) -> list[int]:
    return open_picture(path).pixels[0, 0].tolist()


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "tif", "bmp", "gif"])
def test_common_pictures_open(tmp_path: Path, suffix: str) -> None:
    picture = open_picture(save(Image.new("RGB", (40, 30), RED), tmp_path / f"red.{suffix}"))
    assert picture.name == f"red.{suffix}"
    assert picture.pixels.shape == (30, 40, 3)
    assert np.abs(picture.pixels[15, 20].astype(int) - RED).max() <= 4


def test_the_camera_may_be_turned(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    path = save(Image.new("RGB", (40, 30)), tmp_path / "turned.jpg", exif=exif)
    assert open_picture(path).pixels.shape == (40, 30, 3)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_transparency_lies_on_white(tmp_path: Path, mode: str) -> None:
    image = Image.new("RGBA", (9, 9), (*RED, 0)).convert(mode)
    assert (
        first_pixel(save(image, tmp_path / "clear.tif" if mode == "PA" else tmp_path / "clear.png"))
        == [255] * 3
    )


def test_a_transparent_palette_colour_is_white(tmp_path: Path) -> None:
    path = save(Image.new("P", (9, 9), 0), tmp_path / "palette.gif", transparency=0)
    assert first_pixel(path) == [255, 255, 255]


@pytest.mark.parametrize(("mode", "expected"), [("1", 255), ("L", 128), ("P", 0), ("CMYK", 127)])
def test_other_modes_become_rgb(tmp_path: Path, mode: str, expected: int) -> None:
    colour = {"1": 1, "L": 128, "P": 0, "CMYK": (0, 0, 0, 128)}[mode]
    assert first_pixel(save(Image.new(mode, (9, 9), colour), tmp_path / "x.tif")) == [expected] * 3


def test_sixteen_bits_and_floats_are_reduced(tmp_path: Path) -> None:
    deep = Image.fromarray(np.full((9, 9), 32896, dtype=np.uint16))
    floating = Image.fromarray(np.full((9, 9), 0.5, dtype=np.float32))
    assert first_pixel(save(deep, tmp_path / "deep.png")) == [128] * 3
    assert first_pixel(save(floating, tmp_path / "float.tif")) == [128] * 3


def test_another_colour_profile_is_understood(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = save(Image.new("RGB", (9, 9), RED), tmp_path / "profiled.png", icc_profile=profile)
    assert np.abs(np.array(first_pixel(path)) - RED).max() <= 2
    broken = save(Image.new("RGB", (9, 9), RED), tmp_path / "broken.png", icc_profile=b"junk" * 40)
    assert first_pixel(broken) == list(RED)


def test_a_very_large_picture_is_scaled_down(tmp_path: Path) -> None:
    path = save(Image.new("L", (LONGEST_PX * 2, 50)), tmp_path / "wide.png")
    assert open_picture(path).pixels.shape == (25, LONGEST_PX, 3)


def test_a_picture_bomb_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_file, "MAX_PIXELS", 1000)
    path = save(Image.new("1", (100, 100)), tmp_path / "bomb.png")
    with pytest.raises(StudioError, match=r"bomb\.png is too large"):
        open_picture(path)


def cut(suffix: str) -> bytes:
    out = io.BytesIO()
    noise = np.random.RandomState(0).randint(0, 255, (64, 64, 3), dtype=np.uint8)
    Image.fromarray(noise).save(out, suffix)
    return out.getvalue()[: len(out.getvalue()) * 2 // 3]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (cut("png"), "is damaged or cut short"),
        (cut("jpeg"), "is damaged or cut short"),
        (cut("webp"), "is damaged or cut short"),
        (cut("tiff"), "is damaged or cut short"),
        (b"just words\n" * 9, "is not a picture that can be opened"),
        (b"\x89PNG\r\n\x1a\n", "is not a picture that can be opened|is damaged or cut short"),
        (b"", "is empty"),
    ],
    ids=["png", "jpeg", "webp", "tiff", "text", "signature only", "empty"],
)
def test_what_is_no_whole_picture_is_one_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "cat.png"
    path.write_bytes(content)
    with pytest.raises(StudioError, match=rf"cat\.png ({words})") as caught:
        open_picture(path)
    assert "\n" not in caught.value.sentence()


def test_what_is_not_there_or_a_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="does not exist"):
        open_picture(tmp_path / "no.png")
    with pytest.raises(StudioError, match="is a folder"):
        open_picture(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_said(tmp_path: Path) -> None:
    path = save(Image.new("L", (9, 9)), tmp_path / "secret.png")
    path.chmod(0)
    with pytest.raises(StudioError, match="cannot be read"):
        open_picture(path)
