"""Makes the style library: reads every painting's style and palette, and finds the PCA of all styles.

    python -m studio.training.picture.styles RECIPE.toml --data DIR --out models/style-transfer

No painting is copied: of each, 100 numbers, five colours, and the words of the manifest remain.
"""

import argparse
import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image
from safetensors.numpy import save_file
from tqdm import tqdm

from studio.core.picture import Pixels
from studio.core.restyle import STYLE_SLIDERS
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.picture.style_library import LIBRARY_FILE, StyleAxis, StyleEntry, Vector, plain
from studio.engines.picture.style_transfer import read_networks, read_style

COLOURS = 5
LAST_YEAR = 1956


@dataclass(frozen=True, slots=True)
class Painting:
    """One usable row of a manifest and where its picture lies."""

    path: Path
    row: Mapping[str, str]

    @property
    def key(self) -> str:
        """What titles.toml calls it: the leading number of the file's name, or the name."""
        return self.path.stem[:3] if self.path.stem[:3].isdigit() else self.path.stem


def paintings(data: Path, folders: Iterable[str]) -> Iterator[Painting]:
    """The usable paintings of each folder's manifest."""
    for folder in folders:
        with (data / folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["usable"] == "1":
                    yield Painting(data / folder / row["file"], row)


def pixels_of(painting: Painting, inset: float) -> Pixels:
    """The painting without `inset` of each side."""
    with Image.open(painting.path) as file:
        image = file.convert("RGB")
    dx, dy = round(image.width * inset), round(image.height * inset)
    return np.asarray(image.crop((dx, dy, image.width - dx, image.height - dy)))


def palette(pixels: Pixels) -> tuple[str, ...]:
    """Five colours as #rrggbb from dark to light."""
    small = Image.fromarray(pixels).resize((96, 96), Image.Resampling.BOX)
    painted = small.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2).convert("RGB")
    counted = painted.getcolors(96 * 96) or []
    colours = [colour for _, colour in counted if isinstance(colour, tuple)]
    colours.sort(key=lambda c: 299 * c[0] + 587 * c[1] + 114 * c[2])
    return tuple("#{:02x}{:02x}{:02x}".format(*colour) for colour in colours)


def entry_of(
    painting: Painting, words: Mapping[str, Mapping[str, Any]], colours: tuple[str, ...]
) -> StyleEntry:
    """The library's words for a painting; `words` are the tables of titles.toml."""
    row = painting.row
    given = row["title"].replace("\N{WORD JOINER}", "").strip()
    artist = words["artists"].get(row["artist"], row["artist"])
    title = words["titles"].get(painting.key, given)
    year = first_year(row.get("year") or row.get("year_as_given") or "")
    return StyleEntry(
        id=slug(f"{artist} {title}"),
        artist=artist,
        title=title,
        year=words["years"].get(painting.key, year),
        genre=row["genre"],
        style=row["style"],
        title_original=given if title != given else "",
        palette=colours,
    )


def first_year(text: str) -> int:
    """1818 of '1818-1819'; 0 where none is given, or one in which the painter was long dead."""
    found = re.search(r"\d{4}", text)
    return int(found[0]) if found and int(found[0]) <= LAST_YEAR else 0


def slug(text: str) -> str:
    """'vincent-van-gogh-the-starry-night'."""
    return re.sub(r"[^\w]+", "-", plain(text)).strip("-")


def principal(vectors: Vector) -> dict[str, Vector]:
    """mean (100,), components (8, 100) and deviations (8,) of the styles; each component's sign is the
    one in which its largest number is positive, so that a second run gives the same sliders."""
    mean = vectors.mean(0)
    _, spread, components = np.linalg.svd(vectors - mean, full_matrices=False)
    components = components[:STYLE_SLIDERS]
    largest = np.abs(components).argmax(1)
    components = components * np.sign(components[np.arange(STYLE_SLIDERS), largest])[:, None]
    deviations = spread[:STYLE_SLIDERS] / np.sqrt(len(vectors) - 1)
    numbers = {"mean": mean, "components": components, "deviations": deviations}
    return {name: np.asarray(number, np.float32) for name, number in numbers.items()}


def axes_of(names: Sequence[Sequence[str]], entries: Sequence[StyleEntry], along: Vector) -> list[StyleAxis]:
    """The sliders: names for both ends, and the paintings farthest along (N, 8) to either."""
    ends = zip(names, along.argmin(0), along.argmax(0), strict=True)
    return [StyleAxis(low, high, entries[a].id, entries[b].id) for (low, high), a, b in ends]


def build(recipe: Mapping[str, Any], folder: Path, data: Path, out: Path) -> Path:
    """The library file, written beside the model in `out`; a painting that both folders hold stands once."""
    networks = read_networks(CatalogueEntry(read_card(out / "card.json"), out))
    words = tomllib.loads((folder / recipe["titles"]).read_text(encoding="utf-8"))
    found: dict[str, tuple[StyleEntry, Vector]] = {}
    for painting in tqdm(list(paintings(data, recipe["folders"])), desc="styles"):
        pixels = pixels_of(painting, recipe["inset"])
        entry = entry_of(painting, words, palette(pixels))
        found.setdefault(entry.id, (entry, read_style(networks, pixels)))
    entries, vectors = zip(*found.values(), strict=True)
    return write(out / LIBRARY_FILE, entries, np.stack(vectors), recipe["axes"])


def write(
    path: Path, entries: tuple[StyleEntry, ...], vectors: Vector, axes: Sequence[Sequence[str]]
) -> Path:
    """Vectors in half precision, which is far finer than any eye; the words as JSON in the metadata."""
    numbers = principal(vectors)
    along = np.asarray((vectors - numbers["mean"]) @ numbers["components"].T, np.float32)  # (N, 8)
    sliders = axes_of(axes, entries, along)
    words = {"styles": msgspec.json.encode(entries).decode(), "axes": msgspec.json.encode(sliders).decode()}
    save_file({"vectors": vectors.astype(np.float16), **numbers}, path, metadata=words)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the paintings' folders")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    wishes = parser.parse_args()
    recipe = tomllib.loads(wishes.recipe.read_text(encoding="utf-8"))["library"]
    path = build(recipe, wishes.recipe.parent, wishes.data, wishes.out)
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
