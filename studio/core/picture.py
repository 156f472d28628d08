"""Pixels as values. Invariant: arrays are uint8 RGB, C-contiguous and read-only once wrapped."""

import hashlib
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]


def frozen_pixels(pixels: Pixels) -> Pixels:
    """A read-only (H, W, 3) uint8 array; raises ValueError for any other shape or type."""
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(f"expected (H, W, 3) uint8, got {pixels.shape} {pixels.dtype}")
    pixels = np.ascontiguousarray(pixels)
    pixels.setflags(write=False)
    return pixels


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One rendered picture; `pixels` is (H, W, 3) uint8 RGB."""

    pixels: Pixels

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", frozen_pixels(self.pixels))

    @property
    def width(self) -> int:
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        return int(self.pixels.shape[0])


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that the person brought: compared by content, so that it can stand in states and cache keys."""

    pixels: Pixels = field(compare=False, repr=False)
    name: str = ""
    sha256: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pixels", frozen_pixels(self.pixels))
        shape = repr(self.pixels.shape).encode()
        digest = hashlib.sha256(shape + self.pixels.tobytes()).hexdigest()
        object.__setattr__(self, "sha256", digest)
