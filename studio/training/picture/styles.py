"""Makes the style library: reads every painting's style and palette, and finds the PCA of all styles.

    python -m studio.training.picture.styles RECIPE.toml --data DIR --out models/style-transfer

No painting is copied: of each, 100 numbers, five colours, and the words of the manifest remain.
"""

import argparse
import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import save_file
from tqdm import tqdm

from studio.core.picture import Pixels
from studio.core.restyle import STYLE_SLIDERS
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.picture.style_library import LIBRARY_FILE, StyleAxis, StyleEntry, Vector, plain
from studio.engines.picture.style_transfer import read_networks, read_style

COLOURS = 5


@dataclass(frozen=True, slots=True)
class Painting:
    """One usable row of a manifest and where its picture lies."""

    path: Path
    row: Mapping[str, str]

    @property
    def key(self) -> str:
        """What titles.toml calls it."""
        return self.path.name[:3]


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
    counted = small.quantize(COLOURS, Image.Quantize.MEDIANCUT, kmeans=2).convert("RGB").getcolors(96 * 96) or []
    colours = [colour for _, colour in counted if isinstance(colour, tuple)]
    colours.sort(key=lambda c: 299 * c[0] + 587 * c[1] + 114 * c[2])
    return tuple("#{:02x}{:02x}{:02x}".format(*colour) for colour in colours)


def entry_of(painting: Painting, words: Mapping[str, Mapping[str, Any]], colours: tuple[str, ...]) -> StyleEntry:
    """The library's words for a painting; `words` are the tables of titles.toml."""
    row = painting.row
    given = row["title"].replace("\N{WORD JOINER}", "").strip()
    russian = bool(re.search("[а-яё]", given.casefold()))
    title = words["titles"].get(painting.key, given) if russian else given
    year = first_year(row.get("year") or row.get("year_as_given") or "")
    return StyleEntry(
        id="",
        artist=words["artists"].get(row["artist"], row["artist"]),
        title=title,
        year=words["years"].get(painting.key, year) if russian else year,
        genre=row["genre"],
        style=row["style"],
        title_original=given if title != given else "",
        palette=colours,
    )


def first_year(text: str) -> int:
    """1818 of '1818-1819'; 0 where no year is given."""
    found = re.search(r"\d{3,4}", text)
    return int(found[0]) if found else 0


def with_ids(entries: Iterable[StyleEntry]) -> tuple[StyleEntry, ...]:
    """Each entry with an id made of artist and title; a second one of the same name gets a number."""
    seen: Counter[str] = Counter()
    named = []
    for entry in entries:
        slug = re.sub(r"[^\w]+", "-", plain(f"{entry.artist} {entry.title}")).strip("-")
        seen[slug] += 1
        named.append(replace(entry, id=slug if seen[slug] == 1 else f"{slug}-{seen[slug]}"))
    return tuple(named)


def principal(vectors: Vector) -> dict[str, Vector]:
    """mean (100,), components (8, 100) and deviations (8,) of the styles; each component's sign is the
    one in which its largest number is positive, so that a second run gives the same sliders."""
    mean = vectors.mean(0)
    _, spread, components = np.linalg.svd(vectors - mean, full_matrices=False)
    components = components[:STYLE_SLIDERS]
    largest = np.abs(components).argmax(1)
    components = components * np.sign(components[np.arange(STYLE_SLIDERS), largest])[:, None]
    deviations = spread[:STYLE_SLIDERS] / np.sqrt(len(vectors) - 1)
    return {"mean": mean, "components": components, "deviations": deviations}


def axes_of(labels: Sequence[str], entries: Sequence[StyleEntry], along: NDArray[np.float32]) -> list[StyleAxis]:
    """Names for the sliders: their labels, and the paintings farthest along (N, 8) to both sides."""
    ends = zip(labels, along.argmin(0), along.argmax(0), strict=True)
    return [StyleAxis(label, entries[low].label, entries[high].label) for label, low, high in ends]


def build(recipe: Mapping[str, Any], folder: Path, data: Path, out: Path) -> Path:
    """The library file, written beside the model in `out`."""
    networks = read_networks(CatalogueEntry(read_card(out / "card.json"), out))
    words = tomllib.loads((folder / recipe["titles"]).read_text(encoding="utf-8"))
    entries, vectors = [], []
    for painting in tqdm(list(paintings(data, recipe["folders"])), desc="styles"):
        pixels = pixels_of(painting, recipe["inset"])
        entries.append(entry_of(painting, words, palette(pixels)))
        vectors.append(read_style(networks, pixels))
    return write(out / LIBRARY_FILE, with_ids(entries), np.stack(vectors), recipe["axes"])


def write(path: Path, entries: tuple[StyleEntry, ...], vectors: Vector, labels: Sequence[str]) -> Path:
    """Vectors in half precision, which is far finer than any eye; the words as JSON in the metadata."""
    numbers = principal(vectors)
    along = (vectors - numbers["mean"]) @ numbers["components"].T  # (N, 8)
    axes = axes_of(labels, entries, along)
    words = {"styles": msgspec.json.encode(entries).decode(), "axes": msgspec.json.encode(axes).decode()}
    save_file({"vectors": vectors.astype(np.float16), **numbers}, path, metadata=words)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="the folder with the paintings' folders")
    parser.add_argument("--out", type=Path, required=True, help="the model's folder")
    wishes = parser.parse_args()
    recipe = tomllib.loads(wishes.recipe.read_text(encoding="utf-8"))["library"]
    path = build(recipe, wishes.recipe.parent, wishes.data, wishes.out)
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
