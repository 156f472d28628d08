"""PaintRasters: painted layers as pixels, drawn mark by mark and remembered, so that a new mark costs only itself.

Torch-free, one thread. Invariant: what is remembered never changes; a raster is the same however it was reached. Undo
finds an older raster: of those kept, the spacing grows with their age, and their bytes are bounded.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from studio.core.layers import Mark, Region
from studio.engines.picture.blending import Plane
from studio.engines.picture.canvas_piece import Box, Piece
from studio.engines.picture.strokes import Nib, Scale, cover, stroke_box

DEFAULT_BYTES = 320 * 2**20
NOWHERE = Box(0, 0, 0, 0)
FARTHEST = 256  # marks before the end where a state is kept
Clips = Callable[[Region], Plane]  # a region's levels in the window
Marks = tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Raster:
    """What the first marks of a layer look like; `growing` is the last one's coverage, for when it goes on."""

    marks: Marks
    piece: Piece
    growing: Plane | None = None

    @property
    def nbytes(self) -> int:
        return self.piece.nbytes + (0 if self.growing is None else self.growing.nbytes)


@dataclass
class LayerRasters:
    """The rasters of one layer in one window, the fewest marks first."""

    window: Box
    scale: Scale
    kept: list[Raster] = field(default_factory=list)

    def piece(self, marks: Marks, clips: Clips) -> Piece:
        """Those marks as pixels."""
        start = self._longest_start(marks)
        if start.marks == marks:
            return start.piece
        latest = self.kept[-1] if self.kept else start
        if _has_grown(latest.marks, marks):
            return self._keep(self._grown(latest, start, marks, clips))
        return self._keep(self._drawn(start, marks, clips))

    def trim(self, max_bytes: int) -> None:
        """Forget rasters until they fit, those that stand closest together for their age first; never the newest."""
        while len(self.kept) > 1 and self.nbytes > max_bytes:
            newest = len(self.kept[-1].marks)
            counts = [0, *(len(raster.marks) for raster in self.kept)]
            worth = [
                (counts[i + 2] - counts[i]) / (newest - counts[i + 1] + 1) for i in range(len(self.kept) - 1)
            ]
            del self.kept[worth.index(min(worth))]

    @property
    def nbytes(self) -> int:
        return sum(raster.nbytes for raster in self.kept)

    def _longest_start(self, marks: Marks) -> Raster:
        fitting = [raster for raster in self.kept if raster.marks == marks[: len(raster.marks)]]
        empty = Raster((), Piece(NOWHERE, np.zeros((3, 0, 0), np.float32), np.zeros((0, 0), np.float32)))
        return max(fitting, key=lambda raster: len(raster.marks), default=empty)

    def _keep(self, raster: Raster) -> Piece:
        """Remember it in its place by number of marks; those with more are of another future."""
        if self.kept and self.kept[-1].growing is not None:
            self.kept[-1] = replace(self.kept[-1], growing=None)
        self.kept = [known for known in self.kept if len(known.marks) < len(raster.marks)]
        self.kept.append(raster)
        return raster.piece

    def _drawn(self, start: Raster, marks: Marks, clips: Clips) -> Raster:
        """Draw what is missing, mark by mark, on a copy that has room for all of it. Where that is much, states on the
        way are kept, the closer the nearer to the end: going back must not begin anew."""
        new = marks[len(start.marks) :]
        room = start.piece.box
        for mark in new:
            room = room.around(self._reach(mark))
        piece, coverage = _with_room(start.piece, room), None
        for count, mark in enumerate(new, len(start.marks) + 1):
            coverage = self._coverage(mark)
            _apply(piece, mark, coverage, self._reach(mark), self._clip(mark, clips))
            left = len(marks) - count
            if 0 < left <= FARTHEST and left & (left - 1) == 0:
                self._keep(Raster(marks[:count], _with_room(piece, room)))
        return Raster(marks, piece, coverage)

    def _grown(self, latest: Raster, start: Raster, marks: Marks, clips: Clips) -> Raster:
        """The newest stroke goes on: only its new segments are drawn into its coverage."""
        mark, before = marks[-1], latest.marks[-1]
        box, old = self._reach(mark), self._reach(before)
        coverage = np.zeros((box.height, box.width), np.float32)
        if latest.growing is not None and not old.is_empty:
            coverage[old.slices(box)] = latest.growing
        points = self.scale.points(mark.points)
        known = len(before.path) // 12
        cover(coverage, box, points[max(0, known - 1) :], Nib.of(mark, self.scale))
        under = start.piece if start.marks == marks[:-1] else self._drawn(start, marks[:-1], clips).piece
        piece = _with_room(under, under.box.around(box))
        _apply(piece, mark, coverage, box, self._clip(mark, clips))
        return Raster(marks, piece, coverage)

    def _reach(self, mark: Mark) -> Box:
        if mark.kind == "fill":
            return self.window
        return stroke_box(self.scale.points(mark.points), Nib.of(mark, self.scale), self.window)

    def _coverage(self, mark: Mark) -> Plane | None:
        if mark.kind == "fill":
            return None
        box = self._reach(mark)
        coverage = np.zeros((box.height, box.width), np.float32)
        if not box.is_empty:
            cover(coverage, box, self.scale.points(mark.points), Nib.of(mark, self.scale))
        return coverage

    def _clip(self, mark: Mark, clips: Clips) -> Plane | None:
        """Where the mark may work, cut to its reach."""
        return None if mark.clip is None else clips(mark.clip)[self._reach(mark).slices(self.window)]


def _has_grown(before: Marks, after: Marks) -> bool:
    """Whether the last stroke is the same one, only longer."""
    if not before or len(before) != len(after) or before[:-1] != after[:-1]:
        return False
    old, new = before[-1], after[-1]
    longer = new.kind != "fill" and len(new.path) > len(old.path) > 0 and new.path.startswith(old.path)
    return longer and replace(new, path=old.path) == old


def _with_room(piece: Piece, room: Box) -> Piece:
    """A copy that reaches over `room`."""
    colour = np.zeros((3, room.height, room.width), np.float32)
    alpha = np.zeros((room.height, room.width), np.float32)
    if not piece.box.is_empty and piece.alpha is not None:
        rows, columns = piece.box.slices(room)
        colour[:, rows, columns], alpha[rows, columns] = piece.colour, piece.alpha
    return Piece(room, colour, alpha)


def _apply(piece: Piece, mark: Mark, coverage: Plane | None, box: Box, clip: Plane | None) -> None:
    """Lay a mark's colour over the piece in place, or take alpha away."""
    assert piece.alpha is not None
    if box.is_empty:
        return
    rows, columns = box.slices(piece.box)
    own: Plane = np.broadcast_to(np.float32(1), (box.height, box.width)) if coverage is None else coverage
    own = own * np.float32(mark.opacity) if clip is None else own * clip * np.float32(mark.opacity)
    colour, alpha = piece.colour[:, rows, columns], piece.alpha[rows, columns]
    colour *= 1 - own
    alpha *= 1 - own
    if mark.kind != "eraser":
        for plane, level in zip(colour, _rgb(mark.colour), strict=True):
            plane += own * level
        alpha += own


def _rgb(colour: int) -> tuple[np.float32, ...]:
    return tuple(np.float32((colour >> shift & 0xFF) / 255) for shift in (16, 8, 0))
