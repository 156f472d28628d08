"""OnionStrip: the small pictures along a timeline, drawn in quiet moments. GUI thread.

Invariant: a picture is drawn once for each state, however often the track is measured anew.
"""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from studio.core.messages import (
    CancelledReply,
    Failure,
    Quality,
    RenderRequest,
    Reply,
    ThumbnailReady,
    ThumbnailsDone,
    ThumbnailsRequest,
)
from studio.core.project import PictureDocument
from studio.inference.controller import InferenceController
from studio.ui.common.frame_image import thumbnail
from studio.ui.picture.desk import render_request

CHANNEL = "timeline"
KEPT = 400
SIDE_PX = 44
RENDER_PX = 64
SETTLE_MS = 80  # a hand that drags a keyframe asks for no pictures


class OnionStrip(QObject):
    """`show(document, z_dim, times)` tells what is wanted; `changed` comes with `pixmaps`, by time, filled in."""

    changed = Signal()

    def __init__(self, controller: InferenceController, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._known: dict[RenderRequest, QPixmap] = {}
        self._wanted: dict[float, RenderRequest] = {}
        self._asked: tuple[RenderRequest, ...] = ()
        self._serial = 0
        self._timer = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._timer.timeout.connect(self._ask)
        self.pixmaps: dict[float, QPixmap] = {}

    def show(self, document: PictureDocument, z_dim: int, times: Sequence[float]) -> None:
        """The pictures at these times, keyframes first: what is known at once, the rest when it comes."""
        self._wanted = {t: _small(document.at_time(t, z_dim)) for t in times}
        self._fill()
        if not set(self._wanted.values()) <= self._known.keys() | set(self._asked):
            self._timer.start()

    def take_reply(self, reply: Reply) -> None:
        match reply:
            case ThumbnailReady() if reply.serial == self._serial:
                self._keep(self._asked[reply.index], thumbnail(reply.frame, SIDE_PX, 2.0))
                self._fill()
            case ThumbnailsDone() | CancelledReply() | Failure() if reply.serial == self._serial:
                self._asked = ()

    def _ask(self) -> None:
        missing = tuple(dict.fromkeys(one for one in self._wanted.values() if one not in self._known))
        if missing:
            self._asked = missing
            self._serial = self._controller.submit(ThumbnailsRequest(CHANNEL, missing))

    def _keep(self, request: RenderRequest, pixmap: QPixmap) -> None:
        self._known[request] = pixmap
        while len(self._known) > KEPT:
            del self._known[next(iter(self._known))]

    def _fill(self) -> None:
        """What is not there yet keeps the picture that stood at its time."""
        before = self.pixmaps
        found = {t: self._known.get(one) or before.get(t) for t, one in self._wanted.items()}
        self.pixmaps = {t: pixmap for t, pixmap in found.items() if pixmap is not None}
        self.changed.emit()


def _small(document: PictureDocument) -> RenderRequest:
    """The picture of a document, as small and cheap as it may be."""
    request = render_request(document, Quality.FINAL)
    restyle = request.restyle and replace(request.restyle, size=2 * RENDER_PX)
    around = RENDER_PX if request.layers else 0
    return replace(request, restyle=restyle, max_size=RENDER_PX, channel=CHANNEL, canvas_px=around)
