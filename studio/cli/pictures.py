"""The verbs for pictures."""

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
from studio.cli.motion import FilmQuality, FilmSize, film_project
from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.messages import RenderRequest
from studio.core.parameter import PSI
from studio.core.timeline import MAX_FPS
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe
from studio.inference.export_jobs import ExportPictureJob, picture_recipe, request_of


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


@app.command(
    epilog="`latent-studio render 85.png -o again.png --scale 4`  \n"
    "`latent-studio render work.latent --timeline --size 1024 --fps 30 -o film.mp4`"
)
def render(
    file: Annotated[Path, typer.Argument(help="A PNG that Latent Studio wrote, or a project.")],
    out: Out,
    scale: Annotated[int, typer.Option(help="1, 2 or 4; 0 is as in the recipe.")] = 0,
    timeline: Annotated[bool, typer.Option("--timeline", help="Film the timeline of a project.")] = False,
    size: FilmSize = 0,
    fps: Annotated[int, typer.Option(min=0, max=MAX_FPS, help="Of a film; 0 is the timeline's own.")] = 0,
    quality: FilmQuality = "good",
    loops: Annotated[int, typer.Option(min=0, max=1000, help="How often a film goes round.")] = 0,
    device: Device = "auto",
) -> None:
    """Make a picture again from the recipe that stands in it, or a film from a project's timeline."""
    if timeline:
        film_project(file, out, size, fps, quality, loops, device)
    else:
        _render_picture(file, out, scale, device)


def _render_picture(file: Path, out: Path, scale: int, device: str) -> None:
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


def export_picture(request: RenderRequest, sha256: str, out: Path, scale: int, device: str) -> None:
    """Render a request and write it with its recipe; refuses any file but a PNG."""
    if out.suffix.lower() != ".png":
        raise typer.BadParameter("pictures are written as .png, which keeps the recipe", param_hint="--out")
    if scale not in (1, 2, 4):
        raise typer.BadParameter("1, 2 or 4", param_hint="--scale")
    recipe = picture_recipe(request, sha256, __version__)
    with errand(device) as now:
        now.do(ExportPictureJob(request, out, scale, recipe))
