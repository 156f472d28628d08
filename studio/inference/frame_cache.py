"""Recently rendered frames by request, so that going back costs nothing. Lives on the device thread."""

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


def cache_key(request: RenderRequest) -> RenderRequest:
    """What decides about the pixels: all but serial, channel, the word draft or final, and an idle restyle."""
    restyle = request.restyle if request.restyle is not None and request.restyle.active else None
    return replace(request, restyle=restyle, serial=0, channel="", quality=Quality.FINAL)
