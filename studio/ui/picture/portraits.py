"""Portraits: small pictures of latents, hung on boards as they come. GUI thread."""

from collections.abc import Mapping
from functools import partial
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QPixmap

from studio.core.latent import Latent
from studio.core.messages import Reply
from studio.core.picture import Frame
from studio.inference.controller import InferenceController
from studio.ui.common.frame_image import thumbnail
from studio.ui.picture.thumbnails import Thumbnails

ASKED_PX = 128


class Hanging(Protocol):
    """Where pictures are hung."""

    def show_picture(self, key: int, picture: QPixmap) -> None: ...


class Portraits(QObject):
    """Of several boards, each with a channel of its own."""

    def __init__(
        self, controller: InferenceController, boards: Mapping[str, Hanging], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._boards = boards
        self._wanted: dict[str, Mapping[int, Latent]] = {channel: {} for channel in boards}
        self._hung: dict[str, dict[int, Frame]] = {channel: {} for channel in boards}
        self._sources = {channel: Thumbnails(controller, channel, ASKED_PX, self) for channel in boards}
        for channel, source in self._sources.items():
            source.arrived.connect(partial(self._hang, channel))

    def show(self, channel: str, model_id: str, latents: Mapping[int, Latent]) -> None:
        """Hang these: those that are known at once, the others when they come."""
        self._wanted[channel], self._hung[channel] = latents, {}
        self._sources[channel].want(model_id, latents.values())
        self._hang(channel)

    def take_reply(self, reply: Reply) -> None:
        for source in self._sources.values():
            source.take_reply(reply)

    def _hang(self, channel: str) -> None:
        hung = self._hung[channel]
        for key, latent in self._wanted[channel].items():
            frame = self._sources[channel].frame(latent)
            if frame is not None and hung.get(key) is not frame:
                hung[key] = frame
                side = min(ASKED_PX, frame.width, frame.height)
                self._boards[channel].show_picture(key, thumbnail(frame, side))
