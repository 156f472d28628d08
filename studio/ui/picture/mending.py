"""Mending: what is selected is painted anew after what lies around it, as a layer of its own.

GUI thread. The work is a job with progress and cancel; its result is one undoable step.
"""

from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject

from studio.core.layers import Artboard, Layer, Placement, Region
from studio.core.messages import CancelledReply, Failure, Quality, Reply, WorkDone
from studio.core.painting import laid_out, plane_factor
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.retouch import Mask as Bits
from studio.core.retouch import Retouch
from studio.core.selecting import (
    Levels,
    bounds,
    feather_px,
    feathered,
    grown_by,
    levels_of,
    region_over,
    sampled,
)
from studio.core.session import PICTURES
from studio.core.stack import added
from studio.files.picture_file import LONGEST_PX
from studio.inference.export_jobs import RetouchJob
from studio.ui.commands import Command
from studio.ui.picture.desk import PictureDesk, render_request
from studio.ui.picture.tools.bench import Bench

FEATHER_SHARE = 0.006  # of the longer side: how softly a mended place meets the rest
LEAST_MENDED_PX = 384  # of the artboard's longer side
FAMILY = "picture.restoration"


@dataclass(frozen=True, slots=True)
class Patch:
    """What a job was begun with: the plane and the selection on it."""

    board: Artboard
    selection: Region


class Mending(QObject):
    """Asks for mended pictures and lays them over the others when they come."""

    def __init__(self, desk: PictureDesk, bench: Bench) -> None:
        super().__init__(desk)
        self._desk = desk
        self._bench = bench
        self._waiting: dict[int, Patch] = {}

    @property
    def is_possible(self) -> bool:
        frame = self._desk.last_frame
        selected = self._bench.picture.selection is not None
        return selected and frame is not None and max(frame.width, frame.height) <= LONGEST_PX

    @property
    def is_installed(self) -> bool:
        return any(card.family == FAMILY for card in self._desk.cards.values())

    def ask(self) -> int:
        """Begin; returns the serial of the job, 0 where nothing is selected."""
        document, frame, selection = self._bench.picture, self._desk.last_frame, self._bench.selection
        if selection is None or frame is None:
            return 0
        board = self._bench.board
        area = (board.left, board.top, board.width, board.height)
        width, height = mending_size(document, self._native_px(document), (frame.width, frame.height))
        levels = sampled(selection, area, (width, height))
        if not (levels >= 1).any():
            return 0
        wish = Retouch("inpaint", mask=Bits.of(_wider(levels) >= 1))
        size = max(width, height) if document.artboard is not None else 0
        request = replace(render_request(document, Quality.FINAL), retouch=(wish,), canvas_px=size)
        title = tr("Mend the selection")
        serial = self._desk.controller.submit_job(RetouchJob(request, title, title))
        self._waiting[serial] = Patch(board, selection)
        return serial

    def take_reply(self, reply: Reply) -> None:
        """The end of a job that was asked for here; the window tells why where there is no picture."""
        if not isinstance(reply, WorkDone | Failure | CancelledReply):
            return
        patch = self._waiting.pop(reply.serial, None)
        if patch is not None and isinstance(reply, WorkDone) and isinstance(reply.result, Picture):
            self._lay(patch, reply.result, reply.title)

    def _native_px(self, document: PictureDocument) -> int:
        """The longer side of what the live layer shows."""
        if document.source is not None:
            return max(document.source.pixels.shape[:2])
        card = self._desk.cards.get(document.model_id)
        return card.resolution if card is not None else 0

    def _lay(self, patch: Patch, result: Picture, title: str) -> None:
        document, board = self._bench.picture, patch.board
        height, width = result.pixels.shape[:2]
        if document.artboard is None:
            factor = plane_factor(document, width, height)
            document = laid_out(document, width, height, self._bench.layer_name)
            board = Artboard(round(board.width * factor), round(board.height * factor))
            patch = replace(patch, selection=grown_by(patch.selection, factor))
        layer = mended_layer(result, patch.selection, board, tr("Mended"))
        if layer is not None:
            top = document.layers[-1].id  # it was made of all layers, so it lies on all of them
            after, layer_id = added(document, layer, top)
            self._bench.change(after, title)
            self._bench.layer_used(layer_id)


def mending_size(document: PictureDocument, live_px: int, size: tuple[int, int]) -> tuple[int, int]:
    """How large a picture of that size is mended: a board that only holds small pictures has no detail to look for."""
    if document.artboard is None:
        return size
    board = max(document.artboard.width, document.artboard.height)
    finest = [_detail(one, live_px, board) for one in document.layers if one.visible]
    share = min(1.0, max(LEAST_MENDED_PX, *finest, 0) / max(size))
    return max(1, round(size[0] * share)), max(1, round(size[1] * share))


def _detail(layer: Layer, live_px: int, board: int) -> float:
    """How many px the longer side of the artboard would have if it were as fine as a layer; paint has no px."""
    px = (
        max(layer.picture.pixels.shape[:2])
        if layer.picture is not None
        else live_px
        if layer.kind == "live"
        else 0
    )
    extent = max(layer.place.width, layer.place.height) if layer.place is not None else board
    return px * board / extent


def mended_layer(result: Picture, selection: Region, board: Artboard, name: str) -> Layer | None:
    """The part of a mended picture of the artboard that was selected, where it was, with a soft edge."""
    height, width = result.pixels.shape[:2]
    levels = levels_of(selection, board)
    soft = feathered(levels, feather_px(board, FEATHER_SHARE * max(board.width, board.height)))
    box = bounds(soft)
    if box is None:
        return None
    across, down = width / levels.shape[1], height / levels.shape[0]
    left, top = int(box[0] * across), int(box[1] * down)
    right, bottom = min(width, int(np.ceil(box[2] * across))), min(height, int(np.ceil(box[3] * down)))
    part = Picture(np.ascontiguousarray(result.pixels[top:bottom, left:right]), name)
    x, y = board.width / width, board.height / height
    place = Placement(board.left + left * x, board.top + top * y, (right - left) * x, (bottom - top) * y)
    return Layer(0, name, "picture", place, region=region_over(board, soft), picture=part)


def _wider(levels: Levels) -> Levels:
    """A little more than what was selected, so that the soft edge lies on what is new."""
    return feathered(levels, 2 + 2 * FEATHER_SHARE * max(levels.shape))


def mending_commands(mending: Mending) -> tuple[Command, ...]:
    if not mending.is_installed:
        return ()
    return (
        Command("mend-selection", tr("Mend the selection"), "Picture", mending.ask, "Shift+Backspace",
                tr("Paint what is selected anew after what lies around it, on a layer of its own."), "bandage",
                PICTURES, lambda: mending.is_possible),
    )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("Mending", text)
