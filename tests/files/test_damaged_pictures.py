"""Random damage to pictures of every kind: they open, or one sentence says why not; nothing else ever comes out."""

import io
import warnings
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.recipe import Recipe
from studio.files.picture_file import MAX_PIXELS, decode
from studio.files.png import png_bytes, read_recipe


def encoded(kind: str) -> bytes:
    y, x = np.mgrid[0:48, 0:64]
    picture = Image.fromarray(np.stack([x * 4, y * 5, x + y], -1).astype(np.uint8))
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 3
    options = {"exif": exif} if kind in ("JPEG", "WEBP", "PNG", "TIFF") else {}
    picture.save(out, kind, **options)
    return out.getvalue()


FILES = {kind: encoded(kind) for kind in ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")}
OURS = png_bytes(np.zeros((8, 8, 3), dtype=np.uint8), Recipe("picture", "gan", latent=Latent(seed=3)))
damage = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=12)


def damaged(content: bytes, changes: list[tuple[float, int]], kept: float) -> bytes:
    """The content with some bytes changed, more of them near the start, and its end cut off."""
    broken = bytearray(content)
    for place, value in changes:
        broken[int(place**3 * len(broken))] = value
    return bytes(broken[: int(len(broken) * kept)])


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=150)
@given(changes=damage, kept=st.sampled_from([1.0, 1.0, 1.0, 0.99, 0.6, 0.1]))
def test_a_damaged_picture_opens_or_is_refused(
    kind: str, changes: list[tuple[float, int]], kept: float
) -> None:
    with warnings.catch_warnings(), suppress(StudioError):
        warnings.simplefilter("ignore")
        pixels = decode(damaged(FILES[kind], changes, kept), "cat")
        assert pixels.dtype == np.uint8
        assert pixels.shape[2] == 3
        assert pixels.size <= 3 * MAX_PIXELS


@settings(max_examples=200)
@given(changes=damage, kept=st.sampled_from([1.0, 1.0, 0.99, 0.6]))
def test_a_damaged_recipe_is_read_missed_or_refused(
    tmp_path: Path, changes: list[tuple[float, int]], kept: float
) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(damaged(OURS, changes, kept) or b"x")
    with suppress(StudioError):
        found = read_recipe(path)
        assert found is None or isinstance(found[0], Recipe)
