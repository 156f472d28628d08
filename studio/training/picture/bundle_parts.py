"""What the bundles of all picture families share: half-precision weights, the preview and the data's licences."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PIL import Image
from torch import Tensor, nn

from studio.core.card import DataSource
from studio.training.picture.data import list_works, split_works
from studio.training.picture.recipes import GanRecipe, VaeRecipe
from studio.training.picture.restoration_recipe import RestorationRecipe
from studio.training.picture.sheets import grid

PREVIEW_CELL = 96  # px
ModuleT = TypeVar("ModuleT", bound=nn.Module)
DATA = {
    "paintings": (
        "Paintings from the covers of Standard Ebooks",
        "Artwork believed to be in the public domain in the United States; selection CC0 1.0.",
        "github.com/standardebooks",
    ),
    "ornaments": (
        "Engravings, initials, ornaments and flowers of the Vintage Art collection",
        "CC0 1.0; traced from public-domain magazines and seed catalogues, about 1880 to 1910.",
        "github.com/WelshPixie/vintageart",
    ),
    "masters": (
        "Famous paintings",
        "Public-domain paintings by painters who died before 1956.",
        "github.com/irinainina/image-data",
    ),
}
OWN = ("Pictures of the artist's own choice", "The rights in them are not stated.", "")


def half_precision(module: ModuleT, draw: Callable[[ModuleT], Tensor]) -> dict[str, Tensor]:
    """The weights in float16 where no drawn level moves by more than one, else in float32.

    The module is left with the weights that are returned, so that what is measured is what is shipped.
    """
    state = {name: value.contiguous() for name, value in module.state_dict().items()}
    halved = {name: value.half() for name, value in state.items()}
    copied = copy.deepcopy(module)
    copied.load_state_dict({name: value.float() for name, value in halved.items()})
    moved = (draw(copied).clamp(-1, 1) - draw(module).clamp(-1, 1)).abs().max() * 127.5
    if moved > 1:
        return {name: value.clone() for name, value in state.items()}
    module.load_state_dict(copied.state_dict())
    return halved


def preview(pictures: Tensor, columns: int) -> Image.Image:
    """A grid of pictures (n, 3, S, S) with cells of PREVIEW_CELL px."""
    sheet = Image.fromarray(grid(pictures, columns))
    scale = PREVIEW_CELL / pictures.shape[-1]
    return sheet.resize((round(sheet.width * scale), round(sheet.height * scale)), Image.Resampling.BICUBIC)


def sources(
    works: int, recipe: GanRecipe | VaeRecipe | RestorationRecipe, data_dir: Path | None
) -> tuple[DataSource, ...]:
    """The collections learned from, with the number of training works of each."""
    if data_dir is None:
        known = [DATA[name] for name in recipe.data.collections if name in DATA] or [OWN]
        return (DataSource(" and ".join(k[0] for k in known), " ".join(k[1] for k in known), works),)
    training, _ = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    counts = Counter(work.collection for work in training)
    found = {key: DATA.get(key, (key or OWN[0], *OWN[1:])) for key in sorted(counts)}
    return tuple(DataSource(*found[key][:2], works=counts[key], source=found[key][2]) for key in found)
