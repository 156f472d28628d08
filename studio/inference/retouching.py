"""Retouching on the device thread: steps over a picture, one after another, that can stop between two tiles."""

from studio.core.picture import Pixels
from studio.core.retouch import Retouch
from studio.engines.base import Painting
from studio.inference.engine_room import EngineRoom


def retouched(room: EngineRoom, pixels: Pixels, wishes: tuple[Retouch, ...]) -> Painting:
    """The picture (H, W, 3) after all wishes; yields (done, total) of the wish that is being done."""
    for wish in wishes:
        pixels = yield from room.retoucher(wish).retouch(pixels, wish)
    return pixels
