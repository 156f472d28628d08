"""Exploring: joins the map of the model's space to the session and asks for its tiles. GUI thread.

Invariant: nothing is asked for while the map is out of view, and the newest wish replaces all older ones.
"""

from PySide6.QtCore import QCoreApplication, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QDockWidget, QWidget

from studio.core.messages import Failure, Loaded, RenderRequest, Reply, ThumbnailReady, ThumbnailsRequest
from studio.core.plane import Plane, first_axes
from studio.core.project import PictureDocument
from studio.core.session import PICTURES
from studio.ui.commands import Command
from studio.ui.common.frame_image import thumbnail
from studio.ui.picture.desk import Docks, PictureDesk
from studio.ui.picture.map.map_panel import MapPanel
from studio.ui.picture.map.map_view import Tile, middle
from studio.ui.picture.map.tile_store import TileStore

MAP = "map"
TILE_PX = 64
ASK_AFTER_MS = 60  # a wheel or a drag changes what is seen many times a second
KNOWN_BATCHES = 8


class Exploring(QObject):
    """A place on the map is the amounts of two sliders: going there is a step like moving them."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self.panel = MapPanel()
        self.plane: Plane | None = None
        self._desk = desk
        self._model_id = ""
        self._axes: dict[str, tuple[str, str]] = {}
        self._store = TileStore()
        self._troubled: Plane | None = None  # that could not be drawn: asked for no more
        self._batches: dict[int, tuple[Plane, list[Tile]]] = {}  # the newest last
        self._asking = QTimer(self.panel, singleShot=True, interval=ASK_AFTER_MS)
        self._asking.timeout.connect(self._ask)
        desk.session.picture_changed.connect(self._show)
        field = self.panel.field
        field.moved.connect(self.go_to)
        field.released.connect(desk.let_go)
        field.seen_changed.connect(self._ask_soon)
        self.panel.axes_chosen.connect(self.choose_axes)
        self.panel.appeared.connect(self._refresh)

    # --- wishes -----------------------------------------------------------------------------------------

    def go_to(self, x: float, y: float) -> None:
        """Put the picture at a place on the map; the moves until the hand lets go are one step."""
        if self.plane is not None:
            latent = self.plane.at(x, y)
            self._desk.session.change_latent(latent, tr("Move on the map"), self._desk.gesture(MAP))

    def choose_axes(self, x: str, y: str) -> None:
        """Look at the space along two other directions."""
        self._axes[self._desk.session.picture.model_id] = (x, y)
        self._refresh()

    def reveal(self) -> None:
        """Bring the map to the front, with the keyboard."""
        dock: QWidget | None = self.panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.show()
            dock.raise_()
        self.panel.field.setFocus()

    # --- what changed -----------------------------------------------------------------------------------

    def _refresh(self) -> None:
        self._show(self._desk.session.picture)

    def _show(self, document: PictureDocument) -> None:
        if not self.panel.is_seen:
            return
        axes = self._axes_of(document.model_id)
        if axes is None:
            self.plane = None
            self.panel.show_nothing(tr("The map is drawn once the model is ready."))
            return
        plane = Plane.through(document.model_id, document.latent, *axes)
        if plane != self.plane:
            self.plane = plane
            self.panel.show_axes(*axes)
            self.panel.field.show_plane(self._store.of(plane))
            self._ask_soon()
        self.panel.show_place(*plane.place(document.latent))

    def _axes_of(self, model_id: str) -> tuple[str, str] | None:
        """What was chosen for a model, else its first two; None while it is not ready, or has none."""
        info = self._desk.infos.get(model_id)
        if model_id != self._model_id or (info is not None and self.panel.x_box.count() == 0):
            self._model_id = model_id
            self.panel.show_directions(info.directions if info is not None else ())
            self.panel.field.clear()
        if info is None:
            return None
        return self._axes.get(model_id) or first_axes(info.directions)

    def _ask_soon(self) -> None:
        if not self._asking.isActive():
            self._asking.start()

    def _ask(self) -> None:
        """The tiles that are seen and not known, in the order in which they are wished for."""
        plane = self.plane
        tiles = self.panel.field.missing() if plane is not None and self.panel.is_seen else []
        newest = next(reversed(self._batches.values()), None)
        if (
            plane is None
            or plane == self._troubled
            or (not tiles and newest is None)
            or newest == (plane, tiles)
        ):
            return
        items = tuple(
            RenderRequest(plane.model_id, plane.at(*middle(tile)), max_size=TILE_PX, channel=MAP)
            for tile in tiles
        )
        serial = self._desk.controller.submit(ThumbnailsRequest(MAP, items))
        self._batches[serial] = plane, tiles
        if len(self._batches) > KNOWN_BATCHES:
            del self._batches[next(iter(self._batches))]

    # --- replies ----------------------------------------------------------------------------------------

    def take_reply(self, reply: Reply) -> None:
        match reply:
            case ThumbnailReady() if reply.serial in self._batches:
                self._take_tile(reply)
            case Failure() if reply.channel == MAP:
                self._troubled = self.plane
                self.trouble.emit(reply.error)
            case Loaded() if reply.info.card.id == self._desk.session.picture.model_id:
                self._troubled = None
                self._refresh()

    def _take_tile(self, reply: ThumbnailReady) -> None:
        plane, tiles = self._batches[reply.serial]
        tile = tiles[reply.index]
        picture = thumbnail(reply.frame, min(TILE_PX, reply.frame.width, reply.frame.height))
        self._store.put(plane, tile, picture)
        if plane == self.plane:
            self.panel.field.show_tile(tile, picture)

    # --- for the window ---------------------------------------------------------------------------------

    def docks(self) -> Docks:
        self.panel.setProperty("tab", "dock-blend")
        return (("dock-map", tr("Map"), self.panel, Qt.DockWidgetArea.RightDockWidgetArea),)

    def commands(self) -> tuple[Command, ...]:
        return (
            Command("show-map", tr("Show the map"), "Picture", self.reveal, "Ctrl+Shift+M",
                    tr("A map of two directions of the model; arrows move on it, Home goes to its middle."), "",
                    PICTURES, lambda: bool(self._desk.session.picture.model_id)),
        )  # fmt: skip


def tr(text: str) -> str:
    return QCoreApplication.translate("Exploring", text)
