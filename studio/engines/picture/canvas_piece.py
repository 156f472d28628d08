"""Piece and Sheet: a layer's pixels where they lie, and what the pieces are laid on. Torch-free, one thread.

Invariant: colours are premultiplied by their alpha, planar (3, h, w) float32 from 0 to 1; alpha None is opaque
all over.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.layers import BlendMode
from studio.core.picture import Pixels
from studio.engines.picture.blending import Plane, mixed


@dataclass(frozen=True, slots=True)
class Box:
    """Whole px: from left and top up to, not including, right and bottom."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def is_empty(self) -> bool:
        return not (self.width and self.height)

    def within(self, other: "Box") -> "Box":
        """What both share."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def around(self, other: "Box") -> "Box":
        """The smallest that holds both."""
        if self.is_empty or other.is_empty:
            return other if self.is_empty else self
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def slices(self, origin: "Box") -> tuple[slice, slice]:
        """Rows and columns of this box in an array that begins at `origin`."""
        return (
            slice(self.top - origin.top, self.bottom - origin.top),
            slice(self.left - origin.left, self.right - origin.left),
        )


@dataclass(frozen=True, slots=True)
class Piece:
    """What a layer shows, in px of the sheet."""

    box: Box
    colour: Plane
    alpha: Plane | None = None

    @property
    def nbytes(self) -> int:
        return self.colour.nbytes + (0 if self.alpha is None else self.alpha.nbytes)

    def part(self, box: Box) -> "Piece":
        """The part within a box that lies in this piece: a view, no copy."""
        if box == self.box:
            return self
        rows, columns = box.slices(self.box)
        alpha = None if self.alpha is None else self.alpha[rows, columns]
        return Piece(box, self.colour[:, rows, columns], alpha)


class Sheet:
    """What the pieces are laid on, lowest first; transparent until something opaque covers it all."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._colour = np.zeros((3, box.height, box.width), np.float32)
        self._alpha: Plane | None = np.zeros((box.height, box.width), np.float32)
        self._is_bare = True

    def lay(self, piece: Piece, mode: BlendMode, opacity: float, mask: Plane | None) -> None:
        """Lay a piece on top. mask: (h, w) of the sheet's size, where it shows."""
        box = piece.box.within(self.box)
        if box.is_empty or opacity <= 0:
            return
        piece = piece.part(box)
        if self._is_bare and box == self.box and piece.alpha is None and opacity == 1 and mask is None:
            self._colour[:], self._alpha = piece.colour, None
        else:
            self._mix(
                piece, mode, _strength(piece, opacity, None if mask is None else mask[box.slices(self.box)])
            )
        self._is_bare = False

    def _mix(self, piece: Piece, mode: BlendMode, strength: "Plane | float") -> None:
        """strength: of the piece at each px, its own alpha left out."""
        rows, columns = piece.box.slices(self.box)
        below = self._colour[:, rows, columns]
        if self._alpha is not None:
            _over_clear(below, self._alpha[rows, columns], piece, mode, strength)
        elif mode == "normal":
            change = piece.colour - (below if piece.alpha is None else below * piece.alpha)
            change *= strength
            below += change
        else:
            change = mixed(mode, below, straight(piece)) - below
            change *= strength if piece.alpha is None else piece.alpha * strength
            below += change

    def pixels(self) -> Pixels:
        """(H, W, 3) uint8; what is clear is white."""
        colour = self._colour if self._alpha is None else self._colour + (1 - self._alpha)
        levels = to_levels(colour)
        return np.ascontiguousarray(levels.transpose(1, 2, 0))

    def rgba(self) -> NDArray[np.uint8]:
        """(H, W, 4) uint8 with straight alpha."""
        alpha = np.ones(self._colour.shape[1:], np.float32) if self._alpha is None else self._alpha
        colour = straight(Piece(self.box, self._colour, self._alpha))
        return np.ascontiguousarray(to_levels(np.concatenate([colour, alpha[None]])).transpose(1, 2, 0))


def straight(piece: Piece) -> Plane:
    """Its colour, no longer multiplied by alpha; black where it is clear."""
    if piece.alpha is None:
        return piece.colour
    clear = np.zeros_like(piece.colour)
    colour = np.divide(piece.colour, piece.alpha, out=clear, where=piece.alpha > 1e-6)
    return np.minimum(colour, 1, out=colour)


def to_planes(pixels: Pixels) -> Plane:
    """(3, H, W) float32 from 0 to 1 of (H, W, 3) uint8; more channels stay as many planes."""
    planes = np.ascontiguousarray(pixels.transpose(2, 0, 1)).astype(np.float32)
    planes *= np.float32(1 / 255)
    return planes


def to_levels(planes: Plane) -> NDArray[np.uint8]:
    """uint8 of planes from 0 to 1, rounded."""
    levels = planes * np.float32(255)
    levels += np.float32(0.5)
    np.clip(levels, 0, 255, out=levels)
    return levels.astype(np.uint8)


def _strength(piece: Piece, opacity: float, mask: Plane | None) -> "Plane | float":
    return opacity if mask is None else np.multiply(mask, np.float32(opacity))


def _over_clear(below: Plane, alpha: Plane, piece: Piece, mode: BlendMode, strength: "Plane | float") -> None:
    """The general case: co = Cs as (1 - ab) + cb (1 - as) + as ab B(Cb, Cs), and ao = as + ab - as ab."""
    shape = alpha.shape
    own = np.broadcast_to(np.float32(1) if piece.alpha is None else piece.alpha, shape) * strength
    if mode == "normal":
        below *= 1 - own
        below += piece.colour * strength
    else:
        above, both = straight(piece), own * alpha
        blended = mixed(mode, straight(Piece(piece.box, below, alpha)), above)
        below *= 1 - own
        below += above * (own - both) + blended * both
    alpha += own - own * alpha
