"""The verbs that mix pictures of one model: by weights, or layer by layer as a contact sheet."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.common import Device, Out, PrintSize, app, card_of, errand, errors, pair, seeds_of
from studio.cli.pictures import export_picture
from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED, Latent, mixed
from studio.core.messages import RenderRequest
from studio.core.mixing import MAX_SIDE, MixGrid, bands, first_latent, layer_count
from studio.core.parameter import PSI
from studio.files.png import read_recipe
from studio.inference.sheet_job import MixSheetJob

Psi = Annotated[float | None, typer.Option(help=f"Of the seeds. {PSI.hint}")]
SEED = "seed:"


@app.command(
    epilog="`latent-studio blend paintings-gan --picture seed:85=0.7 --picture wood.png=0.3 -o mix.png`"
)
def blend(
    model: str,
    out: Out,
    picture: Annotated[
        list[str],
        typer.Option(
            "--picture",
            help="seed:NUMBER=WEIGHT, or FILE.png=WEIGHT for a picture exported from this model; may be repeated.",
            metavar="PICTURE=W",
        ),
    ],
    psi: Psi = None,
    scale: PrintSize = 1,
    device: Device = "auto",
) -> None:
    """Mix pictures by weight; only their proportions count. The recipe stands in the PNG."""
    card = card_of(model, "picture")
    latent = mixed(_part(text, card, psi) for text in picture)
    export_picture(RenderRequest(card.id, latent), card.weights.sha256, out, scale, device)


@app.command(
    epilog="`latent-studio mix paintings-gan --rows 1,2,3 --columns 4,5,6,7 --layers 4-5 -o sheet.png`"
)
def mix(
    model: str,
    out: Out,
    rows: Annotated[str, typer.Option(help="Seeds of the rows, as in 1,2,3.")],
    columns: Annotated[str, typer.Option(help="Seeds of the columns.")],
    layers: Annotated[
        str, typer.Option(help="From the column: coarse, middle, fine, or numbers as in 4-7.")
    ] = "middle",
    psi: Psi = None,
    device: Device = "auto",
) -> None:
    """Mix pictures layer by layer: a sheet on which every row keeps its picture, with the column's layers."""
    card = card_of(model, "picture")
    grid = MixGrid(_rim(rows, "--rows", card, psi), _rim(columns, "--columns", card, psi))
    if out.suffix.lower() != ".png":
        raise typer.BadParameter("sheets are written as .png", param_hint="--out")
    with errand(device) as now:
        now.do(MixSheetJob(card, grid.with_layers(*_layers(layers, card)), out))


def _part(text: str, card: Card, psi: float | None) -> tuple[Latent, float]:
    name, weight = pair(text) if "=" in text else (text, 1.0)
    if weight < 0:
        raise typer.BadParameter(f"{text!r} has a weight below 0", param_hint="--picture")
    if not name.startswith(SEED):
        return _kept(Path(name), card), weight
    seed = name.removeprefix(SEED)
    if not seed.isdecimal() or int(seed) > MAX_SEED:
        raise typer.BadParameter(f"{name!r} is not of the form seed:NUMBER", param_hint="--picture")
    return _of_seed(int(seed), card, psi), weight


def _of_seed(seed: int, card: Card, psi: float | None) -> Latent:
    return first_latent(card, seed) if psi is None else Latent(seed, psi=PSI.check(psi))


def _kept(path: Path, card: Card) -> Latent:
    """Where a picture that was exported lies in the model."""
    found = read_recipe(path)
    recipe = found[0] if found is not None else None
    if recipe is None or recipe.latent is None or recipe.model_id != card.id:
        other = f"It was made with {recipe.model_id}." if recipe is not None and recipe.model_id else ""
        raise StudioError(
            f"{path.name} is no picture of {card.name}.",
            other,
            "Give a PNG that was exported from this model, or seed:NUMBER.",
        )
    if recipe.weights_sha256 not in ("", card.weights.sha256):
        errors.print(f"The model has changed since {path.name} was made; it may look different.")
    return recipe.latent


def _rim(text: str, name: str, card: Card, psi: float | None) -> tuple[Latent, ...]:
    seeds = seeds_of(text, name)
    if len(seeds) > MAX_SIDE:
        raise typer.BadParameter(f"at most {MAX_SIDE}", param_hint=name)
    return tuple(_of_seed(seed, card, psi) for seed in seeds)


def _layers(text: str, card: Card) -> tuple[int, int]:
    """first and last, of a band's name or of numbers; (0, 0) for a model without layers."""
    count = layer_count(card)
    if not count:
        return 0, 0
    named = {band.name: (band.first, band.last) for band in bands(count)}
    low, _, high = text.partition("-")
    if text in named:
        return named[text]
    if not low.isdecimal() or not (high or low).isdecimal() or max(int(low), int(high or low)) >= count:
        words = f"{', '.join(named)}, or numbers from 0 to {count - 1} as in 0-3"
        raise typer.BadParameter(words, param_hint="--layers")
    return int(low), int(high or low)
