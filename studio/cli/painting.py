"""The verb that paints: a photograph becomes a painting."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.common import Device, Out, app
from studio.cli.pictures import export_picture
from studio.core.messages import RenderRequest
from studio.core.retouch import PAINT, Retouch
from studio.files.picture_file import LONGEST_PX, open_picture, shrunk


@app.command(epilog="`latent-studio paint harbour.jpg --size 768 -o harbour.png`")
def paint(
    photo: Path,
    out: Out,
    strength: Annotated[float, typer.Option(min=0, max=1, help=PAINT.hint)] = PAINT.default,
    size: Annotated[
        int,
        typer.Option(min=16, max=LONGEST_PX, help="The longer side at most, px: smaller is a bolder hand."),
    ] = LONGEST_PX,
    device: Device = "auto",
) -> None:
    """Turn a photograph into a painting; the forms stay, the surface becomes brushwork."""
    source = shrunk(open_picture(photo), size)
    wish = Retouch("translate", strength=strength)
    export_picture(RenderRequest(source=source, retouch=(wish,)), "", out, 1, device)
