"""The verbs that restore a picture: denoise, upscale and inpaint, or all in one go."""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from studio.cli.common import Device, Out, app
from studio.cli.pictures import export_picture
from studio.core.messages import RenderRequest
from studio.core.retouch import DENOISE, FACTORS, Mask, Retouch
from studio.files.picture_file import open_picture

LIGHT = 128  # from this level on a mask's pixel counts


@app.command(epilog="`latent-studio denoise scan.jpg --strength 0.5 -o clean.png`")
def denoise(
    picture: Path,
    out: Out,
    strength: Annotated[float, typer.Option(min=0, max=1, help=DENOISE.hint)] = DENOISE.default,
    device: Device = "auto",
) -> None:
    """Take grain and noise out of a picture."""
    _retouch(picture, Retouch("denoise", strength=strength), out, device)


@app.command(epilog="`latent-studio upscale small.png --factor 4 -o large.png`")
def upscale(
    picture: Path,
    out: Out,
    factor: Annotated[int, typer.Option(help="2 or 4 times as large.")] = 2,
    device: Device = "auto",
) -> None:
    """Enlarge a picture and paint in the detail that the size asks for."""
    if factor not in FACTORS:
        raise typer.BadParameter("2 or 4", param_hint="--factor")
    _retouch(picture, Retouch("upscale", factor=4 if factor == 4 else 2), out, device)


@app.command(epilog="`latent-studio inpaint portrait.jpg --mask hole.png -o mended.png`")
def inpaint(
    picture: Path,
    mask: Annotated[Path, typer.Option(help="A picture of the same size, white where to paint anew.")],
    out: Out,
    device: Device = "auto",
) -> None:
    """Paint a part of a picture anew from what is around it; the rest keeps every byte."""
    _retouch(picture, Retouch("inpaint", mask=_hole(mask)), out, device)


@app.command(
    epilog="`latent-studio restore scan.jpg --denoise 0.3 --upscale 2 --inpaint scratches.png -o restored.png`"
)
def restore(
    picture: Path,
    out: Out,
    denoise: Annotated[
        float, typer.Option(min=0, max=1, help="How much grain to take out; 0 is none.")
    ] = 0.0,
    upscale: Annotated[int, typer.Option(help="How many times as large: 1, 2 or 4.")] = 1,
    inpaint: Annotated[
        Path | None, typer.Option(help="A picture of the same size, white where to paint anew.")
    ] = None,
    device: Device = "auto",
) -> None:
    """Mend, clean and enlarge a picture in one go, in that order."""
    if upscale not in (1, *FACTORS):
        raise typer.BadParameter("1, 2 or 4", param_hint="--upscale")
    wishes = (
        *((Retouch("inpaint", mask=_hole(inpaint)),) if inpaint is not None else ()),
        *((Retouch("denoise", strength=denoise),) if denoise > 0 else ()),
        *((Retouch("upscale", factor=4 if upscale == 4 else 2),) if upscale > 1 else ()),
    )
    if not wishes:
        raise typer.BadParameter("say what to do", param_hint="--denoise, --upscale or --inpaint")
    export_picture(RenderRequest(source=open_picture(picture), retouch=wishes), "", out, 1, device)


def _hole(path: Path) -> Mask:
    """What is light in a picture."""
    return Mask.of(open_picture(path).pixels.astype(np.int64).sum(axis=2) >= 3 * LIGHT)


def _retouch(picture: Path, wish: Retouch, out: Path, device: str) -> None:
    export_picture(RenderRequest(source=open_picture(picture), retouch=(wish,)), "", out, 1, device)
