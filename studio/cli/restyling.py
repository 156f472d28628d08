"""The verbs that repaint: a picture, or the frames of a clip."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli import common
from studio.cli.common import Device, Out, PrintSize, app, errand, pair
from studio.cli.pictures import export_picture
from studio.core.errors import StudioError
from studio.core.messages import RenderRequest
from studio.core.picture import Picture
from studio.core.restyle import MAX_STYLE_PX, Mask, StyleMix, StylePart
from studio.files.clip import open_clip
from studio.files.picture_file import open_mask, open_picture
from studio.inference.clip_jobs import RestyleClipJob

SHAPE_TOLERANCE = 0.02  # by how much a mask's sides may differ from those of the picture

Styles = Annotated[
    list[str],
    typer.Option(
        "--style",
        help="NAME=WEIGHT, or NAME=WEIGHT@MASK.png to paint only where that picture is white; may be repeated.",
        metavar="NAME=W[@MASK]",
    ),
]
Strength = Annotated[float, typer.Option(min=0, max=1, help="0 keeps the picture, 1 is all style.")]
KeepColour = Annotated[bool, typer.Option("--keep-colour", help="Keep the picture's own colours.")]
Size = Annotated[int, typer.Option(min=64, max=MAX_STYLE_PX, help="The longer side, px.")]
MaskFile = Annotated[
    Path | None, typer.Option("--mask", help="Restyle where this picture is white; black stays as it is.")
]


@app.command(
    "stylize",
    epilog="`latent-studio stylize cat.jpg --style munch=1 -o cat.png`; the same as restyle.",
)
@app.command(
    "restyle",
    epilog="`latent-studio restyle cat.jpg --style 'van gogh=2' --style munch=1 --keep-colour -o cat.png`  \n"
    "`latent-studio restyle cat.jpg --style munch=1@sky.png --style sargent=1@cat.png --size 4096 -o cat.png`",
)
def restyle(
    picture: Path,
    out: Out,
    style: Styles = [],  # noqa: B006
    mask: MaskFile = None,
    strength: Strength = 1.0,
    keep_colour: KeepColour = False,
    size: Size = 512,
    scale: PrintSize = 1,
    device: Device = "auto",
) -> None:
    """Repaint a picture after one painting or several, named by painter or title, all over or where masks say."""
    mix = StyleMix(_parts(style), strength=strength, keep_colour=keep_colour, size=size, mask=_mask(mask))
    source = open_picture(picture)
    _check_shapes(mix, source)
    export_picture(RenderRequest(source=source, restyle=mix), "", out, scale, device)


@app.command(
    "restyle-frames",
    epilog="`latent-studio restyle-frames clip.gif --style munch=1 -o painted.webp`  \n"
    "`latent-studio restyle-frames frames/ --style monet=1 --size 1024 -o painted/`",
)
def restyle_frames(
    clip: Annotated[Path, typer.Argument(help="A GIF, an animated WebP or a folder of numbered pictures.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="A .webp or .gif file, or a new folder.")],
    style: Styles = [],  # noqa: B006
    mask: MaskFile = None,
    strength: Strength = 1.0,
    keep_colour: KeepColour = False,
    size: Size = 512,
    fps: Annotated[int, typer.Option(min=1, max=100, help="Frames a second, for a folder.")] = 24,
    device: Device = "auto",
) -> None:
    """Repaint every frame of a clip, steadied so that nothing flickers that stands still."""
    mix = StyleMix(_parts(style), strength=strength, keep_colour=keep_colour, size=size, mask=_mask(mask))
    with errand(device) as now:
        now.do(RestyleClipJob(open_clip(clip), mix, out, fps))


def _parts(texts: list[str]) -> tuple[StylePart, ...]:
    """The styles, sorted so that equal wishes are equal values."""
    if not texts:
        raise typer.BadParameter("name at least one, as in --style munch=1", param_hint="--style")
    return tuple(_part(text) for text in sorted(texts))


def _part(text: str) -> StylePart:
    wish, _, mask = text.partition("@")
    name, weight = pair(wish)
    return StylePart(_style_id(name), weight, mask=_mask(Path(mask) if mask else None))


def _mask(path: Path | None) -> Mask | None:
    return open_mask(path) if path else None


def _check_shapes(mix: StyleMix, picture: Picture) -> None:
    """Raises StudioError for a mask that was made for another picture."""
    height, width = picture.pixels.shape[:2]
    for mask in (mix.mask, *(part.mask for part in mix.parts)):
        if mask is not None and abs(mask.width * height / (mask.height * width) - 1) > SHAPE_TOLERANCE:
            raise StudioError(
                "A mask has another shape than the picture.",
                f"{mask.width} x {mask.height} for {width} x {height} px",
                "Give one with the same proportions.",
            )


def _style_id(name: str) -> str:
    """The id of the one painting that `name` means: an id, or words of its painter and title."""
    from studio.engines.picture.style_library import LIBRARY_FILE, StyleLibrary

    entries = common.catalogue().family("picture.style_transfer")
    if not entries:
        raise StudioError("No restyling model is installed.", hint="Install the style-transfer model.")
    return StyleLibrary.read(entries[0].folder / LIBRARY_FILE).find(name).id
