"""LayerPictures: small pictures of the layers, drawn off the GUI thread while no hand moves. GUI thread.

Invariant: one drawing at a time, so that its compositor (and what it remembers of the strokes) is used by one thread.
"""

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPixmap

from studio.core.layers import Artboard, Layer
from studio.core.messages import RenderRequest, Reply, ThumbnailReady, ThumbnailsRequest
from studio.core.picture import Frame, Pixels
from studio.core.project import PictureDocument
from studio.engines.picture.compositor import Compositor
from studio.inference.controller import InferenceController
from studio.ui.background import Background
from studio.ui.common.frame_image import frame_image

CHANNEL = "layer-live"
SIDE_PX = 80
REST_MS = 200
Drawn = tuple[tuple[Layer, Artboard, Pixels], ...]


class LayerPictures(QObject):
    """`arrived` gives the pictures by layer id."""

    arrived = Signal(object)

    def __init__(self, controller: InferenceController, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._background = background
        self._compositor = Compositor()
        self._document = PictureDocument()
        self._known: dict[int, tuple[Layer, Artboard | None]] = {}
        self._pixmaps: dict[int, QPixmap] = {}
        self._live: tuple[RenderRequest, int] | None = None
        self._busy = False
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._draw)

    def show(self, document: PictureDocument, live: RenderRequest) -> None:
        """Draw what has changed, soon. live: what the live layer shows."""
        self._document = document
        small = RenderRequest(live.model_id, live.latent, live.source, max_size=SIDE_PX, channel=CHANNEL)
        if (self._live is None or self._live[0] != small) and (small.model_id or small.source is not None):
            self._live = (small, self._controller.submit(ThumbnailsRequest(CHANNEL, (small,))))
        self._rest.start()

    def take_reply(self, reply: Reply) -> None:
        """The live layer's picture comes from the controller."""
        if isinstance(reply, ThumbnailReady) and self._live is not None and reply.serial == self._live[1]:
            live = next((layer.id for layer in self._document.layers if layer.kind == "live"), 0)
            self._pixmaps[live] = _small(reply.frame)
            self.arrived.emit(dict(self._pixmaps))

    def _draw(self) -> None:
        board = self._document.artboard
        if self._busy or board is None:
            return
        wanted = tuple(layer for layer in self._document.layers if self._is_new(layer, board))
        if wanted:
            self._busy = True
            self._background.run(lambda: self._drawn(wanted, board), self._take, self._give_up)

    def _is_new(self, layer: Layer, board: Artboard) -> bool:
        known = self._known.get(layer.id)
        return layer.kind != "live" and (
            known is None or known[1] != board or not _looks_like(known[0], layer)
        )

    def _drawn(self, layers: tuple[Layer, ...], board: Artboard) -> Drawn:
        """Not on the GUI thread."""
        return tuple(
            (layer, board, self._compositor.layer_rgba(None, layer, board, SIDE_PX)) for layer in layers
        )

    def _take(self, drawn: Drawn) -> None:
        for layer, board, rgba in drawn:
            self._known[layer.id] = (layer, board)
            height, width = rgba.shape[:2]
            image = QImage(rgba.data, width, height, width * 4, QImage.Format.Format_RGBA8888)
            self._pixmaps[layer.id] = QPixmap.fromImage(image)
        self._busy = False
        self.arrived.emit(dict(self._pixmaps))
        self._rest.start()

    def _give_up(self, _error: object) -> None:
        self._busy = False


def _looks_like(one: Layer, other: Layer) -> bool:
    return (one.kind, one.marks, one.picture, one.place, one.region) == (
        other.kind,
        other.marks,
        other.picture,
        other.place,
        other.region,
    )


def _small(frame: Frame) -> QPixmap:
    return QPixmap.fromImage(frame_image(frame).copy())
