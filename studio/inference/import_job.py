"""Importing a checkpoint as a job: read without running anything, converted once, with its sliders and a preview.

Invariant: the library has the whole model or none. Lives on the device thread.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from studio.core.card import Card, WeightsInfo
from studio.core.latent import Latent
from studio.core.parameter import PSI
from studio.engines.base import ImageEngine
from studio.engines.catalogue import Catalogue, CatalogueEntry
from studio.files.checkpoint import checked_content, read_checkpoint
from studio.files.checkpoint_parts import LIGHTWEIGHT, Array, Checkpoint
from studio.files.model_library import PREVIEW, WEIGHTS, new_model, settle, slug, write_card
from studio.files.safetensors_file import Written, write_safetensors
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps

MOST_CLASSES = 100  # that a card names
CELL_PX, COLUMNS = 96, 3
LIMITS = "Imported: nothing is known of what it learned from. Ask its maker before you publish its pictures."
MOVES = "directions.moves"
Found = tuple[Mapping[str, Any], dict[str, Array]]


@dataclass(frozen=True)
class Imported:
    """What an import came to. was_here: the same generator had been imported before, as this model."""

    card: Card
    was_here: bool = False


@dataclass(frozen=True)
class ImportModelJob:
    """Converts one file into a model folder of `library`. A generator that is there already is not converted again."""

    path: Path
    library: Path
    name: str = ""
    licence: str = ""
    title: str = "Import model"

    def steps(self, room: EngineRoom) -> Steps:
        yield 0, 0
        checkpoint = read_checkpoint(self.path)
        content = checked_content(checkpoint)
        known = known_contents(Catalogue.scan((self.library,)).entries())
        if content in known:
            return Imported(known[content], was_here=True)
        config, tensors = yield from _with_sliders(checkpoint)
        with new_model(self.library) as folder:
            written = write_safetensors(folder / WEIGHTS, tensors)
            card = self._card(checkpoint, content, config, written)
            write_card(folder, card)
            engine = room.backend.open_entry(CatalogueEntry(card, folder))
            assert isinstance(engine, ImageEngine)
            sheet = yield from _preview(engine)
            Image.fromarray(sheet).save(folder / PREVIEW, quality=80)
            settle(folder, self.library, card.id)
        return Imported(card)

    def _card(self, found: Checkpoint, content: str, config: Mapping[str, Any], written: Written) -> Card:
        name = self.name.strip() or self.path.stem
        side = "grey" if found.config["colours"] == 1 else "colour"
        height, width = found.config["size"]
        return Card(
            id=f"{slug(name)}-{content[:8]}",
            name=name,
            family=found.family,
            summary=f"{found.kind}, {width} × {height} px in {side}, imported from {self.path.name}.",
            weights=WeightsInfo(WEIGHTS, written.sha256, "float32", written.bytes),
            licence=self.licence.strip(),
            config=config,
            resolution=found.resolution,
            z_dim=found.config["z_dim"],
            styles=tuple(f"class-{i}" for i in range(min(found.classes, MOST_CLASSES))),
            parameters=found.parameters,
            training={
                "kind": found.kind,
                "content": content,
                "imported_from": self.path.name,
                "date": datetime.now(UTC).date().isoformat(),
            },
            limits=LIMITS,
        )


def _with_sliders(checkpoint: Checkpoint) -> Generator[tuple[int, int], None, Found]:
    """The config and the tensors, with sliders."""
    from studio.engines.picture import lightweight_sliders, stylegan_sliders

    module = lightweight_sliders if checkpoint.family == LIGHTWEIGHT else stylegan_sliders
    sliders, moves = yield from module.find_sliders(checkpoint.config, checkpoint.tensors)
    return {**checkpoint.config, "sliders": sliders}, {**checkpoint.tensors, MOVES: moves}


def _preview(engine: ImageEngine) -> Generator[tuple[int, int], None, np.ndarray]:
    """A sheet of the first seeds, none left out; fewer where the network can draw no small ones."""
    columns = COLUMNS if engine.info.sizes else COLUMNS - 1
    cells = []
    for seed in range(columns**2):
        yield seed, columns**2
        cells.append(_cell(engine, seed))
    rows = [np.concatenate(cells[i : i + columns], axis=1) for i in range(0, len(cells), columns)]
    return np.concatenate(rows, axis=0)


def _cell(engine: ImageEngine, seed: int) -> np.ndarray:
    """One picture in the middle of a square."""
    picture = Image.fromarray(engine.render(Latent(seed, psi=PSI.default), CELL_PX * 2))
    scale = CELL_PX / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    cell = Image.new("RGB", (CELL_PX, CELL_PX))
    cell.paste(
        picture.resize(size, Image.Resampling.LANCZOS), ((CELL_PX - size[0]) // 2, (CELL_PX - size[1]) // 2)
    )
    return np.asarray(cell)


def known_contents(entries: Iterable[CatalogueEntry]) -> dict[str, Card]:
    """Imported models by what is in them."""
    cards = (entry.card for entry in entries)
    return {str(card.training["content"]): card for card in cards if "content" in card.training}
