"""Recently rendered frames, so that going back costs nothing. Lives on the device thread.

FrameCache finds them by request; FlatCache finds those of layered pictures without ever hashing a mark.
"""

from collections import OrderedDict
from dataclasses import replace

from studio.core.messages import Quality, RenderRequest
from studio.core.picture import Frame

DEFAULT_BYTES = 64 * 2**20


class FrameCache:
    """Least recently used frames up to a number of bytes."""

    def __init__(self, max_bytes: int = DEFAULT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._frames: OrderedDict[RenderRequest, Frame] = OrderedDict()

    def get(self, request: RenderRequest) -> Frame | None:
        key = cache_key(request)
        frame = self._frames.get(key)
        if frame is not None:
            self._frames.move_to_end(key)
        return frame

    def put(self, request: RenderRequest, frame: Frame) -> None:
        """Remember a frame; one larger than the whole cache is not kept."""
        key = cache_key(request)
        if frame.pixels.nbytes > self._max_bytes or key in self._frames:
            return
        self._frames[key] = frame
        self._bytes += frame.pixels.nbytes
        while self._bytes > self._max_bytes:
            _, oldest = self._frames.popitem(last=False)
            self._bytes -= oldest.pixels.nbytes

    def clear(self) -> None:
        self._frames.clear()
        self._bytes = 0


class FlatCache:
    """Layered pictures by their live frame, layers and size. Stacks are compared, which is quick where they share their
    layers, and hashed never: there may be thousands of marks in one."""

    def __init__(self, max_bytes: int = DEFAULT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._known: list[tuple[RenderRequest, Frame | None, Frame]] = []

    def get(self, request: RenderRequest, live: Frame | None) -> Frame | None:
        """live: what lies below the layers; frames are told apart by identity."""
        for place, (known, below, frame) in enumerate(self._known):
            if below is live and _same_stack(known, request):
                self._known.append(self._known.pop(place))
                return frame
        return None

    def put(self, request: RenderRequest, live: Frame | None, frame: Frame) -> None:
        """Remember a frame; the oldest go, the newest always stays."""
        self._known.append((request, live, frame))
        while len(self._known) > 1 and sum(f.pixels.nbytes for _, _, f in self._known) > self._max_bytes:
            del self._known[0]

    def clear(self) -> None:
        self._known.clear()


def _same_stack(one: RenderRequest, other: RenderRequest) -> bool:
    return (one.artboard, one.canvas_px, one.retouch, one.layers) == (
        other.artboard,
        other.canvas_px,
        other.retouch,
        other.layers,
    )


def cache_key(request: RenderRequest) -> RenderRequest:
    """What decides about the pixels: all but serial, channel, the word draft or final, and an idle restyle."""
    restyle = request.restyle if request.restyle is not None and request.restyle.active else None
    return replace(request, restyle=restyle, serial=0, channel="", quality=Quality.FINAL)
