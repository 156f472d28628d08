"""What the verbs share that write a picture file: any format, any size. No verb of its own."""

from pathlib import Path
from typing import Annotated

import typer

from studio import __version__
from studio.cli import common
from studio.cli.common import errand, errors
from studio.core.errors import StudioError
from studio.core.exporting import MAX_EXPORT_PX, SUFFIXES, ExportWish, kind_of
from studio.core.messages import RenderRequest
from studio.files.picture_export import Provenance
from studio.files.picture_file import open_picture
from studio.files.picture_state import PictureState, read_state
from studio.files.project_file import SUFFIX, load_project
from studio.files.video import QUALITIES
from studio.inference.export_jobs import picture_recipe, request_of
from studio.inference.film_job import film_request
from studio.inference.picture_export import ExportFileJob

LEVELS = dict(zip(QUALITIES, (75, 92, 100), strict=True))
PictureSize = Annotated[
    int, typer.Option("--size", min=0, max=MAX_EXPORT_PX, help="The longer side, px; 0 is the picture's own.")
]
Dpi = Annotated[
    int, typer.Option("--dpi", min=0, max=2400, help="Dots per inch, for print; 0 says nothing of it.")
]


def wish_for(out: Path, size: int = 0, dpi: int = 0, quality: str = "good") -> ExportWish:
    """What a file of that name is to be; a usage error for a name that is no picture's."""
    if out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"a picture's name ends in {', '.join(SUFFIXES)}", param_hint="--out")
    if quality not in LEVELS:
        raise typer.BadParameter(", ".join(QUALITIES), param_hint="--quality")
    return ExportWish(kind_of(out.suffix), size, dpi, LEVELS[quality]).checked()


def write_picture(
    request: RenderRequest, made: Provenance, out: Path, wish: ExportWish, device: str, scale: int = 1
) -> None:
    """Render a request and write it as wished; `scale` counts where no size is asked for."""
    if scale not in (1, 2, 4):
        raise typer.BadParameter("1, 2 or 4", param_hint="--scale")
    with errand(device) as now:
        now.do(ExportFileJob(request, out, wish, made, scale=scale))


def made_of(request: RenderRequest, sha256: str) -> Provenance:
    """What stands in the file of a request without layers."""
    return Provenance(picture_recipe(request, sha256, __version__), request.source)


def render_file(file: Path, out: Path, wish: ExportWish, scale: int, device: str) -> None:
    """Make the picture of a project, or of what stands in a picture of ours, again; scale 0 is as in its recipe."""
    state = PictureState(load_project(file).picture) if file.suffix == SUFFIX else read_state(file)
    if state is None:
        open_picture(file)  # says so where it is no picture at all
        raise StudioError(
            f"There is no recipe in {file.name}.", hint="Only what Latent Studio wrote carries one."
        )
    if state.document is not None:
        made = Provenance(document=state.document) if state.document.layers else Provenance()
        write_picture(film_request(state.document, 0), made, out, wish, device, scale or 1)
    elif state.recipe is not None:
        request = request_of(state.recipe, state.source)
        sha256 = common.catalogue().entry(request.model_id).card.weights.sha256 if request.model_id else ""
        if state.source is None and state.recipe.weights_sha256 not in ("", sha256):
            errors.print("The model has changed since this picture was made; it may look different.")
        write_picture(request, made_of(request, sha256), out, wish, device, scale or state.recipe.scale)
