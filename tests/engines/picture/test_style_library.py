"""The style library: what it holds, how it is searched and mixed, and what a damaged file says."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.restyle import StyleMix, StylePart
from studio.engines.picture.style_library import LIBRARY_FILE, StyleLibrary

LIBRARY = Path(__file__).resolve().parents[3] / "models" / "style-transfer" / LIBRARY_FILE


@pytest.fixture(scope="module")
def library() -> StyleLibrary:
    return StyleLibrary.read(LIBRARY)


def test_reading_it_does_not_import_torch() -> None:
    program = (
        "import sys; from pathlib import Path; from studio.engines.picture.style_library import StyleLibrary;"
        f"StyleLibrary.read(Path({str(LIBRARY)!r})); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_every_style_is_known_by_name(library: StyleLibrary) -> None:
    assert len(library.entries) > 500
    assert len({entry.id for entry in library.entries}) == len(library.entries)
    for entry in library.entries:
        assert entry.artist
        assert entry.title
        assert entry.year == 0 or 1300 < entry.year < 1957
        assert 1 <= len(entry.palette) <= 5
        assert all(len(colour) == 7 and colour.startswith("#") for colour in entry.palette)


def test_the_sliders_are_directions_of_unit_length(library: StyleLibrary) -> None:
    np.testing.assert_allclose(library.components @ library.components.T, np.eye(8), atol=1e-5)
    assert (np.diff(library.deviations) <= 0).all()
    assert library.sliders[0].label == "Light to Dark"
    for axis in library.axes:
        assert library.entry(axis.low_style) != library.entry(axis.high_style)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("starry night", "vincent-van-gogh-the-starry-night"),
        ("EDOUARD manet folies", "edouard-manet-a-bar-at-the-folies-bergere"),
        ("Звёздная ночь", "vincent-van-gogh-the-starry-night"),
        ("1893 scream", "edvard-munch-the-scream"),
    ],
)
def test_search_minds_neither_case_nor_accents(library: StyleLibrary, words: str, wanted: str) -> None:
    assert wanted in [entry.id for entry in library.search(words)]


def test_search_for_nothing_finds_all_and_for_nonsense_nothing(library: StyleLibrary) -> None:
    assert library.search("  ") == library.entries
    assert library.search("qwertz") == ()


def test_a_mix_is_the_weighted_mean_moved_along_the_sliders(library: StyleLibrary) -> None:
    first, second = library.entries[0].id, library.entries[1].id
    mix = StyleMix((StylePart(first, 3.0), StylePart(second, 1.0), StylePart(library.entries[2].id, 0.0)))
    mean = 0.75 * library.vector(first) + 0.25 * library.vector(second)
    own = np.zeros(100, np.float32)
    np.testing.assert_allclose(library.target(mix, own), mean, atol=1e-5)
    moved = StyleMix(mix.parts, (0.0, 2.0) + (0.0,) * 6)
    along = 2 * library.deviations[1] * library.components[1]
    np.testing.assert_allclose(library.target(moved, own), mean + along, atol=1e-5)


def test_without_a_style_the_sliders_move_the_pictures_own(library: StyleLibrary) -> None:
    own = library.mean
    np.testing.assert_array_equal(library.target(StyleMix(), own), own)
    assert np.abs(library.target(StyleMix(offsets=(1.0,) * 8), own) - own).max() > 0


def test_a_painting_is_most_like_itself(library: StyleLibrary) -> None:
    entry = library.entries[100]
    assert library.nearest(library.vector(entry.id), 3)[0] == entry


@pytest.mark.parametrize("vector", [(1.0,) * 99, (float("nan"),) * 100], ids=["short", "nan"])
def test_a_brought_style_must_be_a_hundred_numbers(library: StyleLibrary, vector: tuple[float, ...]) -> None:
    with pytest.raises(StudioError):
        library.target(StyleMix((StylePart("mine", 1.0, vector),)), library.mean)


@pytest.mark.parametrize("damage", ["missing", "cut", "text", "another"])
def test_a_damaged_file_says_so(tmp_path: Path, damage: str) -> None:
    path = tmp_path / LIBRARY_FILE
    if damage == "cut":
        path.write_bytes(LIBRARY.read_bytes()[:5000])
    elif damage == "text":
        path.write_text("not a library")
    elif damage == "another":
        path.write_bytes(LIBRARY.with_name("model.safetensors").read_bytes())
    with pytest.raises(StudioError, match="style library cannot be read"):
        StyleLibrary.read(path)
