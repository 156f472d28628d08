"""The verbs for pictures."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.common import (
    Device,
    Offsets,
    Out,
    PrintSize,
    Seed,
    Weights,
    app,
    card_of,
    pairs,
)
from studio.cli.exporting import Dpi, PictureSize, made_of, render_file, wish_for, write_picture
from studio.cli.motion import FilmQuality, film_project
from studio.core.latent import MAX_SEED, Latent
from studio.core.messages import RenderRequest
from studio.core.parameter import NOISE, PSI
from studio.core.timeline import MAX_FPS
from studio.files.video import LARGEST_PX


@app.command(epilog="`latent-studio generate paintings-gan --seed 85 --psi 0.8 -o 85.png`")
def generate(
    model: str,
    out: Out,
    seed: Seed = 0,
    psi: Annotated[float, typer.Option(help=PSI.hint)] = PSI.default,
    style: Weights = [],  # noqa: B006
    direction: Offsets = [],  # noqa: B006
    cutoff: Annotated[
        int | None, typer.Option(help="Psi for the first so many layers only.", min=0, max=64)
    ] = None,
    noise: Annotated[float, typer.Option(help=NOISE.hint)] = NOISE.default,
    noise_seed: Annotated[
        int, typer.Option(min=0, max=MAX_SEED, help="Another texture; 0 is the model's own.")
    ] = 0,
    scale: PrintSize = 1,
    device: Device = "auto",
) -> None:
    """Draw a picture from a seed; its recipe stands in the PNG."""
    moved = Latent(seed, styles=pairs(style), psi=PSI.check(psi), offsets=pairs(direction))
    latent = replace(moved, cutoff=cutoff, noise=NOISE.check(noise), noise_seed=noise_seed)
    card = card_of(model, "picture")
    export_picture(RenderRequest(card.id, latent), card.weights.sha256, out, scale, device)


@app.command(
    epilog="`latent-studio render 85.png -o again.png --scale 4`  \n"
    "`latent-studio render work.latent -o print.tif --size 4096 --dpi 300`  \n"
    "`latent-studio render work.latent --timeline --size 1024 --fps 30 -o film.mp4`"
)
def render(
    file: Annotated[Path, typer.Argument(help="A picture that Latent Studio wrote, or a project.")],
    out: Out,
    scale: Annotated[int, typer.Option(help="1, 2 or 4; 0 is as in the recipe.")] = 0,
    timeline: Annotated[bool, typer.Option("--timeline", help="Film the timeline of a project.")] = False,
    size: PictureSize = 0,
    dpi: Dpi = 0,
    fps: Annotated[int, typer.Option(min=0, max=MAX_FPS, help="Of a film; 0 is the timeline's own.")] = 0,
    quality: FilmQuality = "good",
    loops: Annotated[int, typer.Option(min=0, max=1000, help="How often a film goes round.")] = 0,
    device: Device = "auto",
) -> None:
    """Make a picture again from what stands in it, or from a project, in any format and size; or film the timeline of
    a project."""
    if timeline:
        if size > LARGEST_PX:
            raise typer.BadParameter(f"a film is {LARGEST_PX} px at most", param_hint="--size")
        film_project(file, out, size, fps, quality, loops, device)
    else:
        render_file(file, out, wish_for(out, size, dpi, quality), scale, device)


def export_picture(request: RenderRequest, sha256: str, out: Path, scale: int, device: str) -> None:
    """Render a request and write it with its recipe."""
    write_picture(request, made_of(request, sha256), out, wish_for(out), device, scale)
