"""SliderEnds: keeps tiny pictures at the ends of the sliders that can be seen. GUI thread.

Invariants: pictures are asked for only while the canvas rests, and only those that are not there yet; a moving hand
withdraws what is still waiting.
"""

from PySide6.QtCore import QObject, QTimer

from studio.core.latent import Latent
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
from studio.core.sliders import ends
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.latent.end_picture import EndPicture

CHANNEL = "slider-ends"
SIDE_PX = 64
REST_MS = 150


class SliderEnds(QObject):
    """Asks for batches in the quiet lane; each picture goes to its place as it comes."""

    def __init__(self, desk: PictureDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._serial = 0
        self._latent: Latent | None = None
        self._places: list[tuple[EndPicture, Latent]] = []
        self._timer = QTimer(desk.latent_panel, singleShot=True, interval=REST_MS)  # it ends with the panel
        self._timer.timeout.connect(self._ask)
        desk.rested.connect(self._timer.start)
        desk.latent_panel.view_changed.connect(self._timer.start)
        desk.session.picture_changed.connect(self._document_changed)

    @property
    def is_waiting(self) -> bool:
        """Whether pictures are on their way, or about to be asked for."""
        return self._serial != 0 or self._timer.isActive()

    def take_reply(self, reply: Reply) -> None:
        """A picture of the batch, or its end."""
        if not self._serial or getattr(reply, "serial", 0) != self._serial:
            return
        match reply:
            case ThumbnailReady():
                place, latent = self._places[reply.index]
                place.show_frame(reply.frame, latent)
            case ThumbnailsDone() | CancelledReply() | Failure():
                self._forget()

    def _document_changed(self, document: PictureDocument) -> None:
        if document.latent != self._latent:
            self._latent = document.latent
            self._withdraw()

    def _ask(self) -> None:
        if not self._desk.is_at_rest:
            return  # it will rest, and tell
        wanted = self._wanted()
        if wanted == self._places and self._serial:
            return
        self._withdraw()
        if wanted:
            model_id = self._desk.session.picture.model_id
            items = tuple(self._request(model_id, latent) for _, latent in wanted)
            self._places = wanted
            self._serial = self._desk.controller.submit(ThumbnailsRequest(CHANNEL, items))

    def _wanted(self) -> list[tuple[EndPicture, Latent]]:
        """The ends in view whose picture is not the one that they lead to now."""
        if self._desk.session.picture.model_id not in self._desk.infos:
            return []
        now = self._desk.session.picture.latent
        wanted = []
        for row in self._desk.latent_panel.rows_in_view():
            low, high = ends(now, row.key, row.parameter)
            wanted += [(row.low_end, low), (row.high_end, high)]
        return [(place, latent) for place, latent in wanted if place.subject != latent]

    def _request(self, model_id: str, latent: Latent) -> RenderRequest:
        return RenderRequest(model_id, latent, quality=Quality.DRAFT, max_size=SIDE_PX, channel=CHANNEL)

    def _withdraw(self) -> None:
        if self._serial:
            serial = self._serial
            self._forget()
            self._desk.controller.cancel(serial)

    def _forget(self) -> None:
        self._serial, self._places = 0, []
