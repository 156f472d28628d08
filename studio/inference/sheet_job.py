"""The mixing grid as one large picture: the rim above and at the left, the cells in between."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.core.card import Card
from studio.core.latent import Latent
from studio.core.mixing import MixGrid, cells, layer_count
from studio.core.picture import Pixels
from studio.files.png import save_png
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps

GAP_PX, RIM_GAP_PX = 4, 16
PAPER = 38


@dataclass(frozen=True)
class MixSheetJob:
    """Renders a grid and its rim at full size and writes them as one PNG. The result is the path."""

    card: Card
    grid: MixGrid
    path: Path
    title: str = "Mixing sheet"

    def steps(self, room: EngineRoom) -> Steps:
        engine = room.image(self.card.id)
        table = _table(self.grid, layer_count(self.card))
        total = sum(latent is not None for row in table for latent in row)
        done, pictures = 0, []
        for row in table:
            pictures.append([engine.render(latent) if latent is not None else None for latent in row])
            done += sum(latent is not None for latent in row)
            yield done, total
        save_png(self.path, laid_out(pictures))
        return self.path


def laid_out(pictures: list[list[Pixels | None]]) -> Pixels:
    """A table of equal pictures on dark paper, the first row and column set apart."""
    side = next(one.shape[0] for row in pictures for one in row if one is not None)
    starts = [
        0,
        *(side + RIM_GAP_PX + i * (side + GAP_PX) for i in range(max(len(pictures), len(pictures[0])))),
    ]
    height, width = starts[len(pictures) - 1] + side, starts[len(pictures[0]) - 1] + side
    sheet = np.full((height, width, 3), PAPER, np.uint8)
    for top, row in zip(starts, pictures, strict=False):
        for left, one in zip(starts, row, strict=False):
            if one is not None:
                sheet[top : top + side, left : left + side] = one
    return sheet


def _table(grid: MixGrid, layers: int) -> list[list[Latent | None]]:
    """The rim and the cells; nothing stands in the corner."""
    table: list[list[Latent | None]] = [[None, *grid.columns]]
    table.extend([row, *line] for row, line in zip(grid.rows, cells(grid, layers), strict=True))
    return table
