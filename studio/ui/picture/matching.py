"""Matching: an own picture is searched for in a model's space, live on the canvas, and found as one step. GUI thread.

Invariant: the document is untouched until a search ends or is stopped; one that is given up leaves no trace.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDockWidget, QFileDialog

from studio.core.card import GENERATORS
from studio.core.latent import Latent
from studio.core.messages import CancelledReply, Failure, Preview, Progress, Reply, WorkDone
from studio.core.picture import Frame, Picture
from studio.core.project import PictureDocument
from studio.core.projection import Projection, ProjectionWish
from studio.core.session import PICTURES
from studio.files.picture_file import open_picture
from studio.inference.projection_job import ProjectionJob
from studio.ui.background import Background
from studio.ui.commands import Command
from studio.ui.common.canvas_tool import CanvasTool
from studio.ui.picture.desk import Docks, PictureDesk
from studio.ui.picture.match.match_panel import MatchPanel

FAMILIES = (*GENERATORS, "picture.vae")


@dataclass
class Run:
    """A search that goes on. document: what the desk showed when it began; total: how many steps there may be."""

    serial: int
    model_id: str
    title: str
    document: PictureDocument
    total: int
    best: Projection | None = None


class Matching(QObject):
    """Owns the match panel and the picture that is looked for: the last one that was opened, or dropped here."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk, background: Background) -> None:
        super().__init__(desk)
        self.panel = MatchPanel()
        self.target: Picture | None = None
        self.run: Run | None = None
        self._desk = desk
        self._background = background
        self._escape = Escape(self.give_up)
        self._known: tuple[str, ...] = ()
        self._model_id = ""
        self._know_models()
        self._connect()

    def _connect(self) -> None:
        panel = self.panel
        panel.open_requested.connect(self.choose)
        panel.file_dropped.connect(self.open)
        panel.match_requested.connect(self.match)
        panel.stop_requested.connect(self.stop)
        panel.given_up.connect(self.give_up)
        self._desk.session.picture_changed.connect(self._show)

    # --- wishes -----------------------------------------------------------------------------------------

    def choose(self) -> None:
        """Ask for a picture to look for."""
        kinds = tr("Pictures (*.png *.jpg *.jpeg *.webp *.tif *.tiff *.bmp *.gif)")
        path, _ = QFileDialog.getOpenFileName(self.panel, tr("Look for a picture"), "", kinds)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Look for the picture of a file; the canvas stays as it is."""
        self._background.run(lambda: open_picture(Path(path)), self.look_for, self.trouble.emit)

    def look_for(self, picture: Picture) -> None:
        """Take another picture as the one to find."""
        if picture != self.target:
            self.target = picture
            self.panel.show_target(Frame(picture.pixels), picture.name or tr("Your picture"))

    def match(self) -> None:
        """Begin a search; one that goes on is left alone."""
        model_id = self.panel.model_id
        if self.target is None or self.run is not None or not model_id:
            return
        document = self._desk.session.picture
        start = document.latent.w if document.model_id == model_id else None
        wish = ProjectionWish(self.target, self.panel.steps, start)
        title = tr("Match {}").format(self.target.name or tr("a picture"))
        serial = self._desk.controller.submit_job(ProjectionJob(model_id, wish, title))
        self.run = Run(serial, model_id, title, document, wish.steps)
        self._desk.canvas.add_overlay(self._escape)
        self.panel.show_running(True)

    def stop(self) -> None:
        """Enough: what was found so far is the picture; nothing was found yet, nothing changes."""
        run = self._end()
        if run is not None:
            self._desk.controller.cancel(run.serial)
            self._keep(run)

    def give_up(self) -> None:
        """Leave everything as it was."""
        if self.run is not None:
            self._desk.controller.cancel(self.run.serial)
            self._abandon()

    def reveal(self) -> None:
        """Bring the panel to the front, where it stands in a dock."""
        dock = self.panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()

    # --- replies ----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        """News of the search that goes on."""
        run = self.run
        if run is None or getattr(reply, "serial", 0) != run.serial:
            return
        match reply:
            case Progress():
                run.total = reply.total
            case Preview() if isinstance(reply.value, Projection):
                self._take_best(run, reply.value)
            case WorkDone() if isinstance(reply.result, Projection):
                run.best = reply.result
                self._end()
                self._keep(run)
            case Failure():
                self._abandon()
            case CancelledReply():
                self._abandon()

    def _take_best(self, run: Run, best: Projection) -> None:
        run.best = best
        self.panel.show_progress(best, run.total)
        document = self._desk.session.picture
        if document == run.document and shows_the_model_alone(document):
            self._desk.canvas.show_frame(best.frame, final=True)

    # --- inside -----------------------------------------------------------------------------------------

    def _keep(self, run: Run) -> None:
        if run.best is None:
            self._desk.render()
            return
        found = self._desk.session.picture.at_model(run.model_id, Latent(w=run.best.code))
        self._desk.session.change_picture(found, run.title)

    def _abandon(self) -> None:
        if self._end() is not None:
            self._desk.render()

    def _end(self) -> Run | None:
        run, self.run = self.run, None
        if run is not None:
            self._desk.canvas.remove_overlay(self._escape)
            self.panel.show_running(False)
        return run

    def _show(self, document: PictureDocument) -> None:
        """An opened picture is the one to look for, in the generator that is open."""
        if document.source is not None:
            self.look_for(document.source)
        if self.run is None:
            self._choose(document.model_id)

    def _choose(self, model_id: str) -> None:
        if model_id != self._model_id:  # it may have been imported just now
            self._model_id = model_id
            self._know_models()
        card = self._desk.cards.get(model_id)
        if card is not None and card.is_generator:
            self.panel.choose_model(model_id)

    def _know_models(self) -> None:
        """The models that can be searched now, our own generators first."""
        cards = [card for card in self._desk.cards.values() if card.family in FAMILIES and card.z_dim]
        cards.sort(key=lambda card: FAMILIES.index(card.family))
        known = tuple(card.id for card in cards)
        if known != self._known:
            chosen = self.panel.model_id if self._known else next(iter(known), "")
            self._known = known
            self.panel.show_models(cards, chosen)

    # --- for the window ---------------------------------------------------------------------------------

    def docks(self) -> Docks:
        self.panel.setProperty("tab", "dock-blend")
        return (("dock-match", tr("Match"), self.panel, Qt.DockWidgetArea.RightDockWidgetArea),)

    def commands(self) -> tuple[Command, ...]:
        def begin() -> None:
            self.reveal()
            if self.target is None:
                self.choose()
            else:
                self.match()

        return (
            Command("match-picture", tr("Match own picture"), "Picture", begin, "Ctrl+Alt+M",
                    tr("Find the model's picture that is most like the one that was opened last."), "", PICTURES,
                    lambda: self.run is None),
            Command("match-stop", tr("Stop matching"), "Picture", self.stop, "", tr("Keep the best so far."), "",
                    PICTURES, lambda: self.run is not None),
        )  # fmt: skip


class Escape(CanvasTool):
    """Hears Esc on the canvas."""

    def __init__(self, act: Callable[[], None]) -> None:
        self._act = act

    def key(self, event: QKeyEvent) -> bool:
        if event.key() != Qt.Key.Key_Escape:
            return False
        self._act()
        return True


def shows_the_model_alone(document: PictureDocument) -> bool:
    """Whether a frame of the model is what the canvas shows: neither restyled nor among layers."""
    return not document.layers and not document.restyle.active


def tr(text: str) -> str:
    return QCoreApplication.translate("Matching", text)
