"""LayerMixing: joins the mixing grid to the session. GUI thread.

The grid is part of the document, so that undo takes it back; while its panel is out of sight nothing is drawn for it.
"""

import random
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QDockWidget

from studio.core import mixing
from studio.core.card import Card
from studio.core.latent import Latent
from studio.core.messages import Reply
from studio.core.mixing import Axis, MixGrid
from studio.core.project import PictureDocument
from studio.core.session import PICTURES
from studio.ui.commands import Command
from studio.ui.picture.desk import Docks, PictureDesk
from studio.ui.picture.mixing.mix_panel import MixPanel
from studio.ui.picture.mixing.table_look import RIM, Place
from studio.ui.picture.thumbnails import Thumbnails

CHANNEL, SIDE_PX = "mix-grid", 64
DICE_SEEDS = 10_000  # their digits stand on small pictures


class LayerMixing(QObject):
    """Owns the panel and its small pictures."""

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self.panel = MixPanel()
        self._desk = desk
        self._session = desk.session
        self._thumbnails = Thumbnails(desk.controller, CHANNEL, SIDE_PX, self)
        self._thumbnails.arrived.connect(self._show_pictures)
        self._model_id = ""
        self._grid: MixGrid | None = None
        self._places: dict[Place, Latent] = {}
        self._connect()

    def _connect(self) -> None:
        panel = self.panel
        panel.shown.connect(lambda: self._show(self._session.picture))
        panel.layers_chosen.connect(self.choose_layers)
        panel.size_chosen.connect(self.resize)
        panel.dice_requested.connect(self.roll)
        panel.cell_chosen.connect(self.go)
        panel.seed_chosen.connect(self.lay_seed)
        panel.dice_chosen.connect(lambda axis, index: self.lay_seed(axis, index, _any_seed()))
        panel.canvas_chosen.connect(self.lay_canvas)
        panel.kept_chosen.connect(self.lay_kept)
        self._session.picture_changed.connect(self._show)

    @property
    def grid(self) -> MixGrid | None:
        """The grid of the document, or one to begin with; None without a model."""
        card = self._card
        return mixing.grid_of(self._session.picture.mixing, card) if card is not None else None

    # --- wishes -----------------------------------------------------------------------------------------

    def go(self, row: int, column: int) -> None:
        """Go to the picture of a cell."""
        card, grid = self._card, self.grid
        if card is not None and grid is not None:
            latent = mixing.cell(grid, row, column, mixing.layer_count(card))
            document = replace(self._session.picture, mixing=grid, latent=latent, source=None)
            self._session.change_picture(document, self.tr("Mix two pictures"))

    def choose_layers(self, first: int, last: int) -> None:
        """Take other layers from the columns."""
        grid = self.grid
        if grid is not None:
            self._change(grid.with_layers(first, last), self.tr("Mix other layers"))

    def resize(self, axis: Axis, count: int) -> None:
        """More or fewer rows or columns; new ones grow from seeds by chance."""
        grid, card = self.grid, self._card
        if grid is not None and card is not None:
            more = grid.resized(axis, count, lambda: mixing.first_latent(card, _any_seed()))
            self._change(more, self.tr("Resize the mixing grid"))

    def roll(self) -> None:
        """Other pictures in all rows and columns."""
        grid, card = self.grid, self._card
        if grid is not None and card is not None:
            fresh = [mixing.first_latent(card, _any_seed()) for _ in (*grid.rows, *grid.columns)]
            rows, columns = tuple(fresh[: len(grid.rows)]), tuple(fresh[len(grid.rows) :])
            self._change(replace(grid, rows=rows, columns=columns), self.tr("Other pictures to mix"))

    def lay_seed(self, axis: Axis, index: int, seed: int) -> None:
        """Lay the picture of a seed at the rim."""
        if self._card is not None:
            self._lay(axis, index, mixing.first_latent(self._card, seed))

    def lay_canvas(self, axis: Axis, index: int) -> None:
        """Lay the picture on the canvas at the rim."""
        self._lay(axis, index, self._desk.settled(self._session.picture.latent))

    def lay_kept(self, axis: Axis, index: int, point: int) -> None:
        """Lay a picture of the blend pad at the rim."""
        points = self._session.picture.pad.points
        if point < len(points):
            self._lay(axis, index, points[point].latent)

    def focus_grid(self) -> None:
        """Bring the grid to the front, under the keyboard."""
        self.panel.build()
        dock = self.panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()
        self.panel.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # --- the room ---------------------------------------------------------------------------------------

    def docks(self) -> Docks:
        self.panel.setProperty("tab", "dock-blend")
        return (("dock-mix", self.tr("Mix"), self.panel, Qt.DockWidgetArea.RightDockWidgetArea),)

    def commands(self) -> tuple[Command, ...]:
        def has_model() -> bool:
            return self._card is not None

        return (
            Command("focus-mix", tr("Mix layer by layer"), "Picture", self.focus_grid, "Alt+4",
                    tr("A grid of pictures: rows with some layers of the columns."), "", PICTURES, has_model),
            Command("roll-mix", tr("Mix: other pictures"), "Picture", self.roll, "", "", "", PICTURES, has_model),
        )  # fmt: skip

    def take_reply(self, reply: Reply) -> None:
        self._thumbnails.take_reply(reply)

    # --- showing ----------------------------------------------------------------------------------------

    @property
    def _card(self) -> Card | None:
        return self._desk.cards.get(self._session.picture.model_id)

    def _lay(self, axis: Axis, index: int, latent: Latent) -> None:
        grid = self.grid
        if grid is not None:
            self._change(grid.with_picture(axis, index, latent), self.tr("Another picture to mix"))

    def _change(self, grid: MixGrid, label: str) -> None:
        self._session.change_picture(replace(self._session.picture, mixing=grid), label)

    def _show(self, document: PictureDocument) -> None:
        if not self.panel.is_seen:
            return
        card, grid = self._card, self.grid
        if document.model_id != self._model_id or grid is None:
            self._model_id, self._grid = document.model_id, None
            self.panel.show_model(mixing.layer_count(card) if card is not None else None)
        if card is None or grid is None:
            return
        if grid != self._grid:
            self._grid, self._places = grid, _places(grid, mixing.layer_count(card))
            self.panel.show_grid(grid)
            self._thumbnails.want(card.id, self._places.values())
            self._show_pictures()
        here = document.latent if document.source is None else None
        self.panel.table.show_shown(
            frozenset(p for p, latent in self._places.items() if latent == here and RIM not in p)
        )

    def _show_pictures(self) -> None:
        frames = {place: self._thumbnails.frame(latent) for place, latent in self._places.items()}
        here = {place: frame for place, frame in frames.items() if frame is not None}
        labels = {place: _label(latent) for place, latent in self._places.items() if RIM in place}
        points = self._session.picture.pad.points
        self.panel.show_pictures(here, labels, tuple(self._thumbnails.frame(p.latent) for p in points))


def _places(grid: MixGrid, layers: int) -> dict[Place, Latent]:
    """All pictures of a grid, the rim first: it is drawn first."""
    rim = {(RIM, i): latent for i, latent in enumerate(grid.columns)}
    rim |= {(i, RIM): latent for i, latent in enumerate(grid.rows)}
    table = mixing.cells(grid, layers)
    return rim | {(r, c): latent for r, row in enumerate(table) for c, latent in enumerate(row)}


def _label(latent: Latent) -> str:
    """Where a picture of the rim came from."""
    is_seed = latent.is_plain and latent.point is None and not latent.is_composed
    return str(latent.seed) if is_seed else tr("kept")


def _any_seed() -> int:
    return random.randrange(DICE_SEEDS)


def tr(text: str) -> str:
    return QCoreApplication.translate("LayerMixing", text)
