"""StyleMix: how a picture is restyled after other pictures, and where."""

import zlib
from dataclasses import dataclass
from typing import Annotated

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError

STYLE_SLIDERS = 8
MAX_STYLE_PX = 8192
MAX_MASK_PX = 2048
QUICK = 5  # of zlib: five times as fast as the tightest, and nearly as small; a hand waits for it

MaskSide = Annotated[int, msgspec.Meta(ge=1, le=MAX_MASK_PX)]


@dataclass(frozen=True, slots=True)
class Mask:
    """Where a style works: levels from 0, not at all, to 255, stretched over the picture whatever its size.

    packed: the steps from each level to the next in its row, compressed, so that a mask stands in a recipe."""

    width: MaskSide
    height: MaskSide
    packed: bytes

    @classmethod
    def of(cls, levels: NDArray[np.uint8]) -> "Mask":
        """From (H, W) levels; raises StudioError for anything else, or for more than MAX_MASK_PX a side."""
        if (
            levels.dtype != np.uint8
            or levels.ndim != 2
            or not 0 < min(levels.shape) <= max(levels.shape) <= MAX_MASK_PX
        ):
            raise StudioError("This is no mask.", f"got {levels.shape} {levels.dtype}")
        steps = np.diff(levels, axis=1, prepend=np.uint8(0))
        return cls(levels.shape[1], levels.shape[0], zlib.compress(steps.tobytes(), QUICK))

    @property
    def levels(self) -> NDArray[np.uint8]:
        """(height, width); raises StudioError where what is packed is damaged."""
        size = self.width * self.height
        try:
            steps = zlib.decompressobj().decompress(self.packed, size + 1)
        except zlib.error as error:
            raise StudioError("The mask is damaged.", str(error)) from error
        if len(steps) != size:
            raise StudioError("The mask is damaged.", f"{len(steps)} of {size} levels")
        rows = np.frombuffer(steps, np.uint8).reshape(self.height, self.width)
        return np.cumsum(rows, axis=1, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class StylePart:
    """One style picture in the mix. `style_id` names it in the library; `vector` (100 numbers) is set for a
    style picture that the person brought; mask: where it works, None is everywhere."""

    style_id: str
    weight: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    vector: tuple[float, ...] | None = None
    mask: Mask | None = None


@dataclass(frozen=True, slots=True)
class StyleMix:
    """parts: weighted styles (the mean is taken of those that share a mask); offsets: amounts in standard deviations
    along the PCA of all styles; strength: 0 keeps the picture, 1 is the full style; size: longer side of the
    result in px; mask: where the picture is restyled at all, None is everywhere."""

    parts: tuple[StylePart, ...] = ()
    offsets: tuple[float, ...] = (0.0,) * STYLE_SLIDERS
    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    keep_colour: bool = False
    size: Annotated[int, msgspec.Meta(ge=64, le=MAX_STYLE_PX)] = 512
    mask: Mask | None = None

    @property
    def active(self) -> bool:
        """Whether it changes the picture at all."""
        styled = any(part.weight > 0 for part in self.parts) or any(self.offsets)
        return self.strength > 0 and styled
