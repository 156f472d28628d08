"""Retouch: one picture in, one picture out, by a model: denoise, upscale, inpaint, translate. Frozen values."""

import zlib
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.parameter import Parameter

Factor = Literal[2, 4]
DENOISE = Parameter("strength", "Denoising", 0.0, 1.0, 0.3, hint="0 keeps the picture, 1 wipes strong grain.")
PAINT = Parameter("strength", "Painting", 0.0, 1.0, 1.0, hint="0 keeps the photo, 1 is all brushwork.")
FACTORS: tuple[Factor, ...] = (2, 4)
MAX_MASK_PX = 16384
Bits = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Mask:
    """Which pixels of a picture are to be painted anew: packed bits, so that it travels inside a recipe."""

    width: Annotated[int, msgspec.Meta(ge=1, le=MAX_MASK_PX)]
    height: Annotated[int, msgspec.Meta(ge=1, le=MAX_MASK_PX)]
    packed: bytes

    @classmethod
    def of(cls, bits: Bits) -> "Mask":
        """From an array (H, W) that is true where the picture is to be painted anew."""
        height, width = bits.shape
        return cls(width, height, zlib.compress(np.packbits(bits).tobytes(), 9))

    def bits(self) -> Bits:
        """(H, W) bool; raises StudioError for packed bits that are damaged or of another size."""
        size = self.width * self.height
        try:
            content = zlib.decompressobj().decompress(self.packed, (size + 7) // 8 + 1)
        except zlib.error as error:
            raise StudioError("The mask is damaged.", str(error), "Draw it again.") from error
        if len(content) != (size + 7) // 8:
            raise StudioError("The mask is damaged.", f"{len(content)} bytes for {size} px", "Draw it again.")
        flat = np.unpackbits(np.frombuffer(content, np.uint8), count=size)
        return flat.astype(bool).reshape(self.height, self.width)


@dataclass(frozen=True, slots=True)
class Retouch:
    """kind: what is done; model_id: by which model, empty for the first one installed that can.

    strength: how strongly (denoise, translate); factor: how much larger, 2 or 4 (upscale); mask: where (inpaint)."""

    kind: Literal["denoise", "upscale", "inpaint", "translate"]
    model_id: str = ""
    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    factor: Factor = 2
    mask: Mask | None = None
