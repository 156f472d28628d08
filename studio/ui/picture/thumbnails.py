"""Thumbnails: small pictures of latents for one panel, drawn in quiet moments. GUI thread.

Invariant: at most KEPT pictures of one model; what was asked for and has not come is asked for again when wanted again.
"""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from studio.core.latent import Latent
from studio.core.messages import (
    CancelledReply,
    Failure,
    RenderRequest,
    Reply,
    ThumbnailReady,
    ThumbnailsDone,
    ThumbnailsRequest,
)
from studio.core.picture import Frame
from studio.inference.controller import InferenceController

KEPT = 400


class Thumbnails(QObject):
    """`want` asks for what is missing, `arrived` tells that some came, `frame` gives one."""

    arrived = Signal()

    def __init__(self, controller: InferenceController, channel: str, side_px: int, parent: QObject) -> None:
        super().__init__(parent)
        self._controller = controller
        self._channel = channel
        self._side_px = side_px
        self._model_id = ""
        self._frames: dict[Latent, Frame] = {}
        self._asked: tuple[Latent, ...] = ()
        self._serial = 0

    def frame(self, latent: Latent) -> Frame | None:
        """The picture of a latent, if it has come."""
        return self._frames.get(latent)

    def want(self, model_id: str, latents: Iterable[Latent]) -> None:
        """Ask for those that are not here yet, in their order; an older wish is given up."""
        if model_id != self._model_id:
            self._model_id, self._frames, self._asked = model_id, {}, ()
        missing = tuple(dict.fromkeys(latent for latent in latents if latent not in self._frames))
        if not model_id or not missing or set(missing) <= set(self._asked):
            return
        items = tuple(
            RenderRequest(model_id, latent, max_size=self._side_px, channel=self._channel)
            for latent in missing
        )
        self._asked = missing
        self._serial = self._controller.submit(ThumbnailsRequest(self._channel, items))

    def take_reply(self, reply: Reply) -> None:
        """A reply of the controller; those to others are left alone."""
        match reply:
            case ThumbnailReady() if reply.serial == self._serial and reply.index < len(self._asked):
                self._keep(self._asked[reply.index], reply.frame)
                self.arrived.emit()
            case ThumbnailsDone() | CancelledReply() | Failure() if reply.serial == self._serial:
                self._asked = ()

    def _keep(self, latent: Latent, frame: Frame) -> None:
        self._frames[latent] = frame
        while len(self._frames) > KEPT:
            del self._frames[next(iter(self._frames))]
