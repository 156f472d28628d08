"""What PSD and OpenRaster files are made of: the layers of a picture as pixels, the lowest first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import BlendMode
from studio.core.picture import Pixels

Rgba = NDArray[np.uint8]


@dataclass(frozen=True)
class FileLayer:
    """rgba: (h, w, 4) with straight alpha; left, top: of its upper left corner in the picture, in px."""

    name: str
    rgba: Rgba
    left: int = 0
    top: int = 0
    opacity: float = 1.0
    mode: BlendMode = "normal"
    visible: bool = True

    @classmethod
    def cut(cls, name: str, rgba: Rgba, mode: BlendMode, opacity: float, visible: bool) -> "FileLayer":
        """From pixels of the whole picture: what is clear all around is left out."""
        alpha = rgba[..., 3]
        rows, columns = np.flatnonzero(alpha.any(axis=1)), np.flatnonzero(alpha.any(axis=0))
        if not len(rows):
            return cls(name, rgba[:1, :1], 0, 0, opacity, mode, visible)
        top, left = int(rows[0]), int(columns[0])
        part = np.ascontiguousarray(rgba[top : rows[-1] + 1, left : columns[-1] + 1])
        return cls(name, part, left, top, opacity, mode, visible)


@dataclass(frozen=True)
class LayeredPicture:
    """layers: the lowest first; flat: (H, W, 3) what they look like together."""

    layers: Sequence[FileLayer]
    flat: Pixels
    dpi: int = 300
    project: bytes = b""
