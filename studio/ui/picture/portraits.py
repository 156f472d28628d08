"""Portraits: small pictures of latents for a board, made in quiet moments and remembered. GUI thread.

Invariant: a picture that is known is never asked for again, and an older wish for the same board never comes late.
"""

from collections.abc import Mapping
from typing import Protocol

from PySide6.QtGui import QPixmap

from studio.core.latent import Latent
from studio.core.messages import RenderRequest, ThumbnailReady, ThumbnailsRequest
from studio.inference.controller import InferenceController
from studio.ui.common.frame_image import thumbnail

ASKED_PX = 128
KNOWN = 300


class Hanging(Protocol):
    """Where pictures are hung."""

    def show_picture(self, key: int, picture: QPixmap) -> None: ...


class Portraits:
    """Of several boards, each with a channel of its own."""

    def __init__(self, controller: InferenceController, boards: Mapping[str, Hanging]) -> None:
        self._controller = controller
        self._boards = boards
        self._known: dict[tuple[str, Latent], QPixmap] = {}  # the newest last
        self._wanted: dict[str, Mapping[int, Latent]] = {}
        self._asked: dict[str, tuple[int, tuple[RenderRequest, ...]]] = {}

    def show(self, channel: str, model_id: str, latents: Mapping[int, Latent]) -> None:
        """Hang these: those that are known at once, the others when they come."""
        self._wanted[channel] = latents
        missing = []
        for key, latent in latents.items():
            known = self._known.get((model_id, latent))
            if known is not None:
                self._boards[channel].show_picture(key, known)
            elif latent not in missing:
                missing.append(latent)
        items = tuple(RenderRequest(model_id, one, max_size=ASKED_PX, channel=channel) for one in missing)
        if items or channel in self._asked:  # an empty batch takes back what is left of the last one
            self._asked[channel] = self._controller.submit(ThumbnailsRequest(channel, items)), items

    def take(self, reply: ThumbnailReady) -> None:
        """A picture that has come; one that is wanted no more is left alone."""
        serial, items = self._asked.get(reply.channel, (0, ()))
        if reply.serial != serial:
            return
        item = items[reply.index]
        assert item.latent is not None
        picture = thumbnail(reply.frame, min(ASKED_PX, reply.frame.width, reply.frame.height))
        self._known[item.model_id, item.latent] = picture
        if len(self._known) > KNOWN:
            del self._known[next(iter(self._known))]
        for key, latent in self._wanted[reply.channel].items():
            if latent == item.latent:
                self._boards[reply.channel].show_picture(key, picture)
