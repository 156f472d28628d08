"""Tooling: the room of the canvas tools: builds them and joins them to the desk. GUI thread.

Another room adds a tool of its own with `add_tool`; the strip, the key and the menu entry come by themselves.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.cropping import cropped, whole_picture
from studio.core.messages import FrameReady, Quality, Reply
from studio.core.project import PictureDocument
from studio.core.selecting import everything, inverted
from studio.core.session import PICTURES
from studio.ui.background import Background
from studio.ui.commands import Command
from studio.ui.common.canvas_tool import CanvasTool
from studio.ui.picture.canvas.canvas import Canvas
from studio.ui.picture.desk import Docks, PictureDesk, render_request
from studio.ui.picture.mending import Mending, mending_commands
from studio.ui.picture.tool_commands import tool_commands
from studio.ui.picture.tools.bench import Bench
from studio.ui.picture.tools.brush_tool import BrushTool
from studio.ui.picture.tools.crop_tool import CropTool
from studio.ui.picture.tools.fill_tool import FillTool
from studio.ui.picture.tools.options_bar import OptionsBar
from studio.ui.picture.tools.select_tools import LassoTool, RectangleTool
from studio.ui.picture.tools.tool_strip import ToolStrip
from studio.ui.picture.tools.transform_tool import TransformTool
from studio.ui.picture.tools.veil import Veil

HAND = "hand"
SIZE_STEP = 1.2
BRUSHES = ("brush", "eraser")


@dataclass(frozen=True, slots=True)
class ToolEntry:
    """tool: None is the empty hand, which pans; hint: a sentence for the bar."""

    id: str
    title: str
    icon: str
    key: str
    tool: CanvasTool | None
    hint: str = ""


class Tooling(QObject):
    """Owns the bench, the tools, the strip and the bar. `current_layer` and `layer_used` of the bench belong to the
    room of layers."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk, background: Background) -> None:
        super().__init__(desk)
        self._desk = desk
        self._background = background
        self.bench = Bench(desk.session, desk.canvas, desk.gesture, desk.let_go, self)
        self.bench.preview = self._preview
        self.veil = Veil(self.bench, desk.canvas)
        self.strip = ToolStrip()
        self.bar = OptionsBar(self.bench)
        self.brush = BrushTool("brush", self.bench, desk.canvas, self.veil)
        self.eraser = BrushTool("eraser", self.bench, desk.canvas, self.veil)
        self.fill = FillTool(self.bench, self._run)
        self.transform = TransformTool(self.bench, self.put_away)
        self.crop = CropTool(self.bench, self.put_away)
        self.mending = Mending(desk, self.bench)
        self.entries: dict[str, ToolEntry] = {}
        self._begin()

    # --- tools ------------------------------------------------------------------------------------------

    def add_tool(self, entry: ToolEntry) -> None:
        """One more tool at the foot of the strip; call it before the window asks for commands."""
        self.entries[entry.id] = entry
        words = f"{entry.title} ({entry.key})" if entry.key else entry.title
        self.strip.add(entry.id, entry.icon, words, entry.hint)

    def choose(self, tool_id: str) -> None:
        """Take a tool into the hand, by its id."""
        self._desk.canvas.set_tool(self.entries[tool_id].tool)
        self._desk.canvas.setFocus()

    def put_away(self) -> None:
        """The empty hand."""
        self.choose(HAND)

    @property
    def canvas(self) -> Canvas:
        return self._desk.canvas

    @property
    def in_hand(self) -> str:
        """The id of the tool in hand; one that nobody added counts as the hand."""
        tool = self._desk.canvas.tool
        return next((entry.id for entry in self.entries.values() if entry.tool is tool), HAND)

    def grow_brush(self, larger: bool) -> None:
        """The next size up or down, while a brush is in hand."""
        if self.in_hand not in BRUSHES:
            return
        now = self.bench.choices.size
        size = max(now * SIZE_STEP, now + 1) if larger else min(now / SIZE_STEP, now - 1)
        self.bench.choose(size=float(round(min(max(size, 1.0), 400.0))))

    # --- selections -------------------------------------------------------------------------------------

    def select_all(self) -> None:
        self.bench.select(everything(self.bench.board), self.tr("Select all"))

    def select_none(self) -> None:
        self.bench.select(None, self.tr("Select nothing"))

    def invert_selection(self) -> None:
        after = inverted(self.bench.selection, self.bench.board)
        self.bench.select(after, self.tr("Invert the selection"))

    # --- pictures ---------------------------------------------------------------------------------------

    def show_whole(self) -> None:
        """Take every crop back."""
        board = whole_picture(self.bench.picture)
        if board is not None:
            self.bench.change(cropped(self.bench.picture, board), self.tr("Whole picture"))

    @property
    def is_cropped(self) -> bool:
        return whole_picture(self.bench.picture) is not None

    def set_still(self, still: bool) -> None:
        """Reduced motion: the ants do not march."""
        self.veil.set_still(still)

    # --- the room ---------------------------------------------------------------------------------------

    def centre(self, below: QWidget) -> QWidget:
        """The middle of the desk: the bar above, the strip beside the canvas, and a card below."""
        middle = QWidget(objectName="picture-centre")
        column = QVBoxLayout(middle)
        row = QHBoxLayout()
        for layout in (column, row):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(0)
        row.addWidget(self.strip)
        row.addWidget(self._desk.canvas, 1)
        column.addWidget(self.bar)
        column.addLayout(row, 1)
        column.addWidget(below)
        middle.setFocusProxy(self._desk.canvas)
        return middle

    def docks(self) -> Docks:
        return ()

    def commands(self) -> tuple[Command, ...]:
        takes = tuple(self._take(entry) for entry in self.entries.values())
        return (*takes, *tool_commands(self), *mending_commands(self.mending))

    def take_reply(self, reply: Reply) -> None:
        self.mending.take_reply(reply)

    def _begin(self) -> None:
        hand = self.tr("Drag to move the picture, wheel to zoom.")
        self.add_tool(ToolEntry(HAND, self.tr("Hand"), "hand-back-right-outline", "V", None, hand))
        self.strip.add_gap()
        for entry in self._painting():
            self.add_tool(entry)
        self.strip.add_gap()
        for entry in self._shaping():
            self.add_tool(entry)
        self.bench.notice.connect(self.notice)
        canvas = self._desk.canvas
        canvas.add_overlay(self.veil)
        canvas.tool_changed.connect(self._show_tool)
        self.strip.tool_chosen.connect(self.choose)
        self.bar.wished.connect(self._act)
        self._desk.session.picture_changed.connect(lambda _: self.veil.follow())
        self._desk.frame_shown.connect(self._settle)
        self.bench.mask_view_changed.connect(lambda _: self.veil.follow())
        self._show_tool(None)

    def _painting(self) -> tuple[ToolEntry, ...]:
        line = self.tr("Shift+click draws a straight line, Alt+click takes a colour from the picture.")
        wipe = self.tr("Takes paint off a paint layer; on other layers it hides what is there.")
        pour = self.tr("Click fills what looks alike; Shift+F fills the selection. Alt+click takes a colour.")
        return (
            ToolEntry("brush", self.tr("Brush"), "brush", "B", self.brush, line),
            ToolEntry("eraser", self.tr("Eraser"), "eraser", "E", self.eraser, wipe),
            ToolEntry("fill", self.tr("Fill"), "format-color-fill", "G", self.fill, pour),
        )

    def _shaping(self) -> tuple[ToolEntry, ...]:
        keys = self.tr("Shift adds, Alt takes away; drag inside to move it, click beside it to let it go.")
        place = self.tr("Shift keeps the shape, Alt the middle. Arrows nudge, Enter is done, Esc takes back.")
        frame = self.tr("Enter applies, nothing outside is lost. Arrows move, Ctrl+arrows resize.")
        bench = self.bench
        return (
            ToolEntry("rectangle", self.tr("Rectangle"), "selection", "M", RectangleTool(bench), keys),
            ToolEntry("lasso", self.tr("Lasso"), "lasso", "L", LassoTool(bench), keys),
            ToolEntry("transform", self.tr("Transform"), "vector-square", "T", self.transform, place),
            ToolEntry("crop", self.tr("Crop"), "crop", "C", self.crop, frame),
        )

    def _take(self, entry: ToolEntry) -> Command:
        return Command(
            f"take-{entry.id}", entry.title, "Tools", lambda: self.choose(entry.id), entry.key, entry.hint,
            "", PICTURES, checked_when=lambda: self.in_hand == entry.id,
        )  # fmt: skip

    def _show_tool(self, _tool: object) -> None:
        entry = self.entries[self.in_hand]
        is_ours = entry.tool is self._desk.canvas.tool
        self.strip.show_tool(entry.id)
        shown = entry.tool is not None and is_ours
        self.bar.show_tool(entry.id if shown else "", entry.hint)

    def _preview(self, document: PictureDocument) -> None:
        """A draft of what a stroke is going to leave; the newest wish wins."""
        self._desk.controller.submit(render_request(document, Quality.DRAFT))

    def _settle(self, reply: FrameReady) -> None:
        """The frame with the newest stroke is here: its preview goes."""
        if reply.request.quality is Quality.FINAL:
            self.brush.settle()
            self.eraser.settle()

    def _act(self, name: str) -> None:
        acts: dict[str, Callable[[], None]] = {
            "flip-x": lambda: self.transform.flip(True),
            "flip-y": lambda: self.transform.flip(False),
            "turn": lambda: self.transform.turn(90),
            "whole": self.show_whole,
            "apply": self.crop.apply if self.in_hand == "crop" else self.put_away,
        }
        acts[name]()

    def _run(self, work: Callable[[], object], done: Callable[[object], None]) -> None:
        self._background.run(work, done, self.trouble.emit)
