"""Arbitrary style transfer: any picture repainted in styles given as vectors of 100 numbers, everywhere or by regions.

Invariant: the same picture, vectors and options give the same pixels.
"""

from collections.abc import Callable, Generator, Sequence
from typing import cast

import numpy as np
import torch
from PIL import Image

from studio.core.card import ModelInfo
from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.restyle import Mask, StyleMix
from studio.engines.base import Painting, Step, at_once, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.steadying import SlowStatistics, Steadier
from studio.engines.picture.style_library import LIBRARY_FILE, StyleLibrary, Vector
from studio.engines.picture.style_networks import StyleNetworks, dequantised
from studio.engines.picture.style_painting import Painter, Steady, as_measured
from studio.engines.picture.style_regions import Overlay, regions
from studio.engines.weights import fill_module, read_weights

STYLE_PX = 256  # the side at which a style picture is read
MIN_PX = 16
FADE_BELOW = 0.2  # below this strength the untouched picture fades in, so that 0 changes nothing


class StyleTransferEngine:
    """Owns both networks and the style library; lives on the device thread."""

    def __init__(self, info: ModelInfo, networks: StyleNetworks, library: StyleLibrary) -> None:
        self.info = info
        self.library = library
        self._networks = networks
        self._own: tuple[bytes, Vector] = (b"", library.mean)

    def style_vector(self, pixels: Pixels) -> Vector:
        """The style (100,) of the centre square of a picture (H, W, 3)."""
        return read_style(self._networks, pixels)

    def features(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """What the style reader sees of pictures (B, 3, H, W) in 0..1 in its early layers: an eye for likeness."""
        return self._networks.predictor.early_features(pictures)

    def restyle(self, pixels: Pixels, mix: StyleMix, step: Step = no_step) -> Pixels:
        """What `restyling` returns; raises Cancelled where `step` does."""
        return at_once(self.restyling(pixels, mix), step)

    def restyling(self, pixels: Pixels, mix: StyleMix) -> Painting:
        """The picture (H, W, 3), its longer side scaled to mix.size, painted as the mix says, band by band.

        `strength` leads from the picture's own style to the mix (Ghiasi 2017, section 3.4), and to the
        picture itself at 0. With no weighted part, the offsets move the picture's own style.
        Raises StudioError for a style that the library does not have.
        """
        picture = fitted(checked(pixels), mix.size)
        if mix.strength == 0:
            return picture
        overlay = Overlay(picture)
        yield from lay_all(overlay, picture, self.painters(pixels, mix))
        return finished(overlay, overlay.painted, picture, mix)

    def painters(
        self, pixels: Pixels, mix: StyleMix, steady: Callable[[], Steady] = lambda: as_measured
    ) -> list[tuple[Painter, Mask | None]]:
        """A painter for each region of a mix; `steady` makes what holds each one's statistics."""
        transformer = self._networks.transformer
        return [
            (Painter(transformer, self._style(pixels, part), steady()), mask) for part, mask in regions(mix)
        ]

    def painting_clip(self, mix: StyleMix) -> "ClipPainter":
        """For the frames of one clip, in order."""
        return ClipPainter(self, mix, self._networks.predictor.head.weight.device)

    def _style(self, pixels: Pixels, mix: StyleMix) -> Vector:
        if mix.strength == 1 and mix.parts:
            return self.library.target(mix)
        own = self._own_style(pixels)
        return own + (self.library.target(mix, own) - own) * np.float32(mix.strength)

    def _own_style(self, pixels: Pixels) -> Vector:
        """Remembered, because while a hand drags the strength the picture stays the same."""
        key = style_square(pixels).tobytes()
        if self._own[0] != key:
            self._own = (key, self.style_vector(pixels))
        return self._own[1]


class ClipPainter:
    """Paints the frames of one clip so that they do not flicker; `paint` takes them in order. Device thread only."""

    def __init__(self, engine: StyleTransferEngine, mix: StyleMix, device: torch.device) -> None:
        self._engine = engine
        self._mix = mix
        self._painters: list[tuple[Painter, Mask | None]] = []
        self._statistics: list[SlowStatistics] = []
        self._steadier = Steadier(device)
        self._shape: tuple[int, ...] = ()

    def paint(self, pixels: Pixels) -> Painting:
        """The next frame (H, W, 3), as `restyling` would paint it, but steadied by those before it."""
        picture = fitted(checked(pixels), self._mix.size)
        if self._mix.strength == 0:
            return picture
        self._prepare(pixels)
        goes_on = self._steadier.look(picture)
        if not goes_on:
            for statistics in self._statistics:
                statistics.forget()
        overlay = Overlay(picture)
        yield from lay_all(overlay, picture, self._painters)
        painted = self._steadier.steady(overlay.painted, goes_on)
        return finished(overlay, painted, picture, self._mix)

    def _prepare(self, pixels: Pixels) -> None:
        """The first frame decides about the style where its own takes part, and about the size."""
        if not self._painters:
            self._shape = pixels.shape
            self._painters = self._engine.painters(pixels, self._mix, self._slow_statistics)
        if pixels.shape != self._shape:
            size, first = (f"{shape[1]} x {shape[0]} px" for shape in (pixels.shape, self._shape))
            raise StudioError("The frames of a clip must have one size.", f"{size} after {first}")

    def _slow_statistics(self) -> SlowStatistics:
        self._statistics.append(SlowStatistics())
        return self._statistics[-1]


def lay_all(
    overlay: Overlay, picture: Pixels, painters: Sequence[tuple[Painter, Mask | None]]
) -> Generator[tuple[int, int], None, None]:
    """Paint the picture with every painter and lay the results where their masks say."""
    for number, (painter, mask) in enumerate(painters):
        overlay.lay((yield from as_share(painter.paint(picture), number, len(painters))), mask)


def as_share(painting: Painting, number: int, count: int) -> Painting:
    """The same way as the part `number` of `count` equal ones."""
    while True:
        try:
            done, total = next(painting)
        except StopIteration as end:
            return cast(Pixels, end.value)
        yield number * total + done, count * total


def finished(overlay: Overlay, painted: Pixels, picture: Pixels, mix: StyleMix) -> Pixels:
    """A painting with the picture's colours or faded towards it where the mix asks for that, inside its masks."""
    if mix.keep_colour:
        painted = with_colour_of(picture, painted)
    return overlay.over(faded(picture, painted, min(mix.strength / FADE_BELOW, 1.0)), mix.mask)


def open_engine(entry: CatalogueEntry, device: torch.device) -> StyleTransferEngine:
    """The model of a catalogue entry; raises StudioError where a file is missing, damaged or another's."""
    library = StyleLibrary.read(entry.folder / LIBRARY_FILE)
    info = ModelInfo(entry.card, library.sliders)
    return StyleTransferEngine(info, read_networks(entry).to(device), library)


def read_networks(entry: CatalogueEntry) -> StyleNetworks:
    """The networks of a catalogue entry; raises StudioError where the weights are missing or damaged."""
    networks = StyleNetworks()
    fill_module(networks, dequantised(read_weights(entry)), entry.card.name)
    return networks.eval()


@torch.inference_mode()
def read_style(networks: StyleNetworks, pixels: Pixels) -> Vector:
    """The style (100,) of the centre square of a picture (H, W, 3)."""
    square = networks.tensor(style_square(checked(pixels)))  # (1, 3, 256, 256)
    vector: Vector = networks.predictor(square)[0].cpu().numpy()
    return vector


# ---------------------------------------------------------------- pixels


def checked(pixels: Pixels) -> Pixels:
    """The picture itself; raises StudioError for anything but (H, W, 3) uint8 of 16 px or more."""
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:
        raise StudioError("A picture must be 8-bit RGB.", f"got {pixels.shape} {pixels.dtype}")
    if min(pixels.shape[:2]) < MIN_PX:
        raise StudioError(f"The picture is too small to paint: {pixels.shape[1]} x {pixels.shape[0]} px.")
    return pixels


def scaled(pixels: Pixels, width: int, height: int) -> Pixels:
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def fitted(pixels: Pixels, longer_px: int) -> Pixels:
    """Scaled so that the longer side is `longer_px`; the shorter one stays at MIN_PX or more."""
    height, width = pixels.shape[:2]
    scale = longer_px / max(height, width)
    return scaled(pixels, max(MIN_PX, round(width * scale)), max(MIN_PX, round(height * scale)))


def style_square(pixels: Pixels) -> Pixels:
    """What the predictor looks at: the centre square (256, 256, 3)."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return scaled(pixels[top : top + side, left : left + side], STYLE_PX, STYLE_PX)


def with_colour_of(picture: Pixels, painted: Pixels) -> Pixels:
    """The light and dark of the painting with the hues of the picture (Gatys 2016, "Preserving Color")."""
    light = Image.fromarray(painted).convert("YCbCr").getchannel("Y")
    _, *chroma = Image.fromarray(picture).convert("YCbCr").split()
    return np.asarray(Image.merge("YCbCr", (light, *chroma)).convert("RGB"))


def faded(picture: Pixels, painted: Pixels, amount: float) -> Pixels:
    """`amount` 1: the painting; 0: the picture."""
    if amount >= 1:
        return painted
    return np.asarray(Image.blend(Image.fromarray(picture), Image.fromarray(painted), amount))
