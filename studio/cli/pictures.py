"""The verbs for pictures."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from studio import __version__
from studio.cli import common
from studio.cli.common import (
    Device,
    Offsets,
    Out,
    PrintSize,
    Seed,
    Weights,
    app,
    card_of,
    errand,
    errors,
    pairs,
)
from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED, Latent, LatentPath
from studio.core.messages import RenderRequest
from studio.core.parameter import PSI
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe
from studio.inference.export_jobs import ExportPictureJob, InterpolateJob, picture_recipe, request_of


@app.command(epilog="`latent-studio generate paintings-gan --seed 85 --psi 0.8 -o 85.png`")
def generate(
    model: str,
    out: Out,
    seed: Seed = 0,
    psi: Annotated[float, typer.Option(help=PSI.hint)] = PSI.default,
    style: Weights = [],  # noqa: B006
    direction: Offsets = [],  # noqa: B006
    scale: PrintSize = 1,
    device: Device = "auto",
) -> None:
    """Draw a picture from a seed; its recipe stands in the PNG."""
    latent = Latent(seed, styles=pairs(style), psi=PSI.check(psi), offsets=pairs(direction))
    card = card_of(model, "picture")
    export_picture(RenderRequest(card.id, latent), card.weights.sha256, out, scale, device)


@app.command(epilog="`latent-studio render 85.png -o again.png --scale 4`")
def render(
    file: Annotated[Path, typer.Argument(help="A PNG that Latent Studio wrote.")],
    out: Out,
    scale: Annotated[int, typer.Option(help="1, 2 or 4; 0 is as in the recipe.")] = 0,
    device: Device = "auto",
) -> None:
    """Make a picture again from the recipe that stands in it."""
    found = read_recipe(file)
    if found is None:
        open_picture(file)  # says so where it is no picture at all
        raise StudioError(
            f"There is no recipe in {file.name}.", hint="Only Latent Studio's own PNGs carry one."
        )
    recipe, source = found
    request = request_of(recipe, source)
    sha256 = common.catalogue().entry(request.model_id).card.weights.sha256 if request.model_id else ""
    if source is None and recipe.weights_sha256 not in ("", sha256):
        errors.print("The model has changed since this picture was made; it may look different.")
    export_picture(request, sha256, out, scale or recipe.scale, device)


@app.command(
    epilog="`latent-studio interpolate paintings-gan --seeds 1,2,3 --frames 120 --loop -o walk.webp`"
)
def interpolate(
    model: str,
    out: Annotated[Path, typer.Option("--out", "-o", help="A .webp or .gif file, or a new folder.")],
    seeds: Annotated[str, typer.Option(help="Seeds to pass through, as in 1,2,3.")],
    frames: Annotated[int, typer.Option(min=1, max=100_000)] = 120,
    loop: Annotated[bool, typer.Option("--loop", help="Go on from the last seed back to the first.")] = False,
    psi: Annotated[float, typer.Option(help=PSI.hint)] = PSI.default,
    style: Weights = [],  # noqa: B006
    fps: Annotated[int, typer.Option(min=1, max=100, help="Frames a second.")] = 24,
    device: Device = "auto",
) -> None:
    """Wander from seed to seed and write what passes as an animation."""
    start = Latent(styles=pairs(style), psi=PSI.check(psi))
    way = LatentPath(tuple(replace(start, seed=seed) for seed in seeds_of(seeds, "--seeds")), loop)
    with errand(device) as now:
        now.do(InterpolateJob(card_of(model, "picture").id, way, frames, out, fps))


def export_picture(request: RenderRequest, sha256: str, out: Path, scale: int, device: str) -> None:
    """Render a request and write it with its recipe; refuses any file but a PNG."""
    if out.suffix.lower() != ".png":
        raise typer.BadParameter("pictures are written as .png, which keeps the recipe", param_hint="--out")
    if scale not in (1, 2, 4):
        raise typer.BadParameter("1, 2 or 4", param_hint="--scale")
    recipe = picture_recipe(request, sha256, __version__)
    with errand(device) as now:
        now.do(ExportPictureJob(request, out, scale, recipe))


def seeds_of(text: str, option: str) -> list[int]:
    """Numbers with commas between."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) <= MAX_SEED for part in parts):
        raise typer.BadParameter("give numbers with commas between, as in 1,2,3", param_hint=option)
    return [int(part) for part in parts]
