"""Dragging: points of the model's picture go where a hand wants them, step by step on the canvas. GUI thread.

Every step that arrives is a step of the document. Invariant: a change that did not come from here ends the drag, so
that nobody's work is overwritten.
"""

from dataclasses import dataclass, replace

from PySide6.QtCore import QCoreApplication, QObject, QRectF, Signal

from studio.core.latent import Latent
from studio.core.messages import CancelledReply, Failure, Preview, Reply, WorkDone
from studio.core.project import PictureDocument
from studio.core.projection import Dragged, DragPoint, DragWish
from studio.core.restyle import Mask
from studio.core.selecting import sampled, selection_on
from studio.core.session import PICTURES
from studio.inference.projection_job import DragJob
from studio.ui.commands import Command
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.match.drag_section import DragSection
from studio.ui.picture.match.drag_tool import DragTool
from studio.ui.picture.matching import shows_the_model_alone
from studio.ui.picture.tooling import ToolEntry, Tooling

TOOL = "drag-points"
FAMILIES = ("picture.gan", "picture.stylegan2")
MASK_PX = 256
LEAST_WAY = 1 / 256  # shares of the picture: a handle that is nearer to its target has arrived


@dataclass
class Run:
    """A drag that goes on. expected: the document as its last step left it."""

    serial: int
    expected: PictureDocument


class Dragging(QObject):
    """Owns the tool and the section of the panel."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk, tooling: Tooling) -> None:
        super().__init__(desk)
        self.section = DragSection()
        self.tool = DragTool(self.area, self)
        self.run: Run | None = None
        self._desk = desk
        self._tooling = tooling
        hint = tr(
            "Press on what is to move and drag to where it shall go; Enter begins, right click removes."
        )
        tooling.add_tool(ToolEntry(TOOL, tr("Drag points"), "vector-point-select", "D", self.tool, hint))
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        section, tool = self.section, self.tool
        section.tool_requested.connect(
            lambda wanted: self._tooling.choose(TOOL) if wanted else self._tooling.put_away()
        )
        section.drag_requested.connect(self.drag)
        section.stop_requested.connect(self.stop)
        section.clear_requested.connect(tool.clear)
        section.back_requested.connect(self.go_back)
        tool.started.connect(self.drag)
        tool.put_away.connect(self.stop)
        tool.changed.connect(self._refresh)
        self._desk.canvas.tool_changed.connect(lambda now: section.show_tool(now is tool))
        self._desk.session.picture_changed.connect(self._follow)
        self._desk.session.history_changed.connect(self._refresh)

    # --- wishes -----------------------------------------------------------------------------------------

    @property
    def way(self) -> tuple[DragPoint, ...]:
        """The points that have somewhere to go."""
        return tuple(point for point in self.tool.points if _length(point) > LEAST_WAY)

    @property
    def obstacle(self) -> str:
        """Why nothing can be dragged now; empty where it can."""
        document = self._desk.session.picture
        card = self._desk.cards.get(document.model_id)
        if document.source is not None:
            return tr("Only a model's own picture can be dragged: match the opened one first.")
        if card is None or card.family not in FAMILIES:
            return tr("Points can be dragged in pictures of a generator (GAN), not of this model.")
        return ""

    def drag(self) -> None:
        """Begin; nothing happens while one goes on, or where there is nothing to move."""
        if self.run is not None or not self.way or self.obstacle:
            return
        self.tool.points = self.way
        document = self._desk.session.picture
        wish = DragWish(document.latent, self.way, self.mask())
        serial = self._desk.controller.submit_job(DragJob(document.model_id, wish, tr("Drag points")))
        self.run = Run(serial, document)
        self.tool.held = True
        self._refresh()

    def stop(self) -> None:
        """Enough; the steps so far stay."""
        if self.run is not None:
            self._desk.controller.cancel(self.run.serial)
            self._end()

    @property
    def last_drag(self) -> int:
        """How many steps the last drag has in the history, if nothing came after it."""
        labels = self._desk.session.picture_history.labels
        for count, label in enumerate(reversed(labels), 1):
            if label == step_label(1):
                return count
            if not label.startswith(step_label("")):
                break
        return 0

    def go_back(self) -> None:
        """To before the last drag, all its steps at once."""
        self.stop()
        steps = self.last_drag
        if steps:
            session = self._desk.session
            session.jump(PICTURES, len(session.picture_history.labels) - steps)

    # --- places -----------------------------------------------------------------------------------------

    def area(self) -> QRectF:
        """The rectangle of the model's picture, in px of the canvas's picture."""
        view = self._desk.canvas.map
        whole = QRectF(0, 0, view.area.width() / (view.scale or 1), view.area.height() / (view.scale or 1))
        document = self._desk.session.picture
        board = document.artboard
        live = next((layer for layer in document.layers if layer.kind == "live"), None)
        if board is None or live is None or live.place is None:
            return whole
        place = live.place
        return QRectF(place.left - board.left, place.top - board.top, place.width, place.height)

    def mask(self) -> Mask | None:
        """The selection as what may move, over the model's picture; None where nothing is selected."""
        document, area = self._desk.session.picture, self.area()
        selection = selection_on(document, round(area.width()))
        if selection is None:
            return None
        left, top = (document.artboard.left, document.artboard.top) if document.artboard else (0, 0)
        place = (area.left() + left, area.top() + top, area.width(), area.height())
        return Mask.of(sampled(selection, place, (MASK_PX, MASK_PX)))

    # --- replies ----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """News of the drag that goes on."""
        if self.run is None or getattr(reply, "serial", 0) != self.run.serial:
            return
        match reply:
            case Preview() if isinstance(reply.value, Dragged):
                self._take_step(self.run, reply.value)
            case WorkDone() | Failure() | CancelledReply():
                self._end()

    def _take_step(self, run: Run, dragged: Dragged) -> None:
        if dragged.step == 0:
            return
        session = self._desk.session
        latent = session.picture.latent
        after = Latent(w=dragged.code, noise_seed=latent.noise_seed, noise=latent.noise)
        run.expected = replace(session.picture, latent=after, source=None)
        self.tool.show_handles(dragged.handles)
        self._desk.gesture(TOOL)  # no picture of a step is kept as a recent one
        session.change_latent(after, step_label(dragged.step))
        if shows_the_model_alone(run.expected):
            self._desk.controller.discard()  # the picture is here already
            self._desk.canvas.show_frame(dragged.frame, final=True)

    # --- inside -----------------------------------------------------------------------------------------

    def _follow(self, document: PictureDocument) -> None:
        if self.run is not None and document != self.run.expected:
            self.stop()
        self._show_state()  # no handle has moved: the canvas need not be drawn for it

    def _end(self) -> None:
        self.run = None
        self.tool.held = False
        self._desk.let_go()
        self._refresh()

    def _refresh(self) -> None:
        self._show_state()
        self._desk.canvas.update()

    def _show_state(self) -> None:
        running, obstacle = self.run is not None, self.obstacle
        can_drag = bool(self.way) and not obstacle
        self.section.show_state(
            obstacle or self._words(running),
            can_drag=can_drag,
            running=running,
            has_points=bool(self.tool.points),
        )
        self.section.show_back(0 if running else self.last_drag)

    def _words(self, running: bool) -> str:
        if running:
            return tr("Dragging… each step can be undone.")
        if not self.way:
            return tr("Press D, put a handle on what is to move, and drag from it to where it shall go.")
        masked = self._desk.session.picture.selection is not None
        return (
            tr("Only the selection may move.")
            if masked
            else tr("A selection would hold still what lies outside.")
        )

    # --- for the window ---------------------------------------------------------------------------------

    def docks(self) -> tuple[()]:
        return ()

    def commands(self) -> tuple[Command, ...]:
        return (
            Command("drag-points-begin", tr("Drag the points"), "Picture", self.drag, "",
                    tr("Move what lies under the handles to their targets."), "", PICTURES,
                    lambda: self.run is None and bool(self.way) and not self.obstacle),
            Command("drag-points-stop", tr("Stop dragging"), "Picture", self.stop, "", "", "", PICTURES,
                    lambda: self.run is not None),
            Command("drag-points-back", tr("Before the last drag"), "Picture", self.go_back, "",
                    tr("Take back all steps of the last drag at once."), "", PICTURES,
                    lambda: self.run is None and self.last_drag > 0),
        )  # fmt: skip


def step_label(step: int | str) -> str:
    """The name of a step in the history; of none, what all begin with."""
    return tr("Drag points, step {}").format(step)


def _length(point: DragPoint) -> float:
    (x, y), (to_x, to_y) = point.handle, point.target
    return max(abs(to_x - x), abs(to_y - y))


def tr(text: str) -> str:
    return QCoreApplication.translate("Dragging", text)
