"""The verb that finds a picture in a model's space."""

from pathlib import Path
from typing import Annotated, cast

import typer

from studio import __version__
from studio.cli.common import AsJson, Device, Out, app, card_of, errand, print_json
from studio.core.latent import Latent
from studio.core.messages import RenderRequest
from studio.core.projection import MAX_STEPS, PROJECT_STEPS, Likeness, Projection, ProjectionWish
from studio.files.picture_file import open_picture
from studio.inference.export_jobs import ExportPictureJob, picture_recipe
from studio.inference.projection_job import ProjectionJob

FEATURES = "early layers of the restyling model's style reader"


@app.command(epilog="`latent-studio project photo.jpg --model paintings-gan --steps 200 -o matched.png`")
def project(
    picture: Path,
    out: Out,
    model: Annotated[str, typer.Option(help="The model whose space is searched.")] = "paintings-gan",
    steps: Annotated[int, typer.Option(min=1, max=MAX_STEPS, help="At most so many.")] = PROJECT_STEPS,
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Find the place in a model's space whose picture is most like yours; its recipe stands in the PNG."""
    if out.suffix.lower() != ".png":
        raise typer.BadParameter("pictures are written as .png, which keeps the recipe", param_hint="--out")
    card, source = card_of(model, "picture"), open_picture(picture)
    with errand(device) as now:
        found = cast(Projection, now.do(ProjectionJob(card.id, ProjectionWish(source, steps))))
        request = RenderRequest(card.id, Latent(w=found.code))
        now.do(
            ExportPictureJob(request, out, recipe=picture_recipe(request, card.weights.sha256, __version__))
        )
    _tell(found, as_json)


def _tell(found: Projection, as_json: bool) -> None:
    if as_json:
        told = {
            "steps": found.step,
            "start": found.begun,
            "result": found.likeness,
            "perceptual_on": FEATURES,
        }
        print_json(told)
    else:
        typer.echo(f"{_words(found.begun)} at the start, {_words(found.likeness)} after {found.step} steps")


def _words(likeness: Likeness) -> str:
    words = f"PSNR {likeness.psnr_db:.2f} dB"
    if likeness.perceptual is None:
        return words
    return f"{words}, perceptual distance {likeness.perceptual:.3f}"
