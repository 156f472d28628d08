"""Watch: opens the player's output, looks after it, and opens it again when a device comes back.

A thread of its own, since opening a sound card can take a second. Invariant: the player always has an output that keeps
time; one that is gone is replaced by silence before anything else is tried.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from studio.audio.output import Opener, Output, SilentOutput
from studio.core.errors import StudioError

LOOK_SECONDS = 0.25
RETRY_SECONDS = 2.0
CLOSE_SECONDS = 5.0
GONE = StudioError(
    "The audio device is gone; music plays on without sound.",
    "The sound card's clock stands still.",
    "Connect it again, or choose another one: sound comes back by itself.",
)


class Watch:
    """`take(output)` is called on its thread with each output in turn; `changed()` after that, and whenever the
    output's problem is another."""

    def __init__(self, opener: Opener, take: Callable[[Output], None]) -> None:
        self._opener, self._take = opener, take
        self.changed: Callable[[], None] = lambda: None
        self._output: Output = SilentOutput()
        self._told: StudioError | None = None
        self._tried = 0.0
        self._asked, self._closing = threading.Event(), False
        self._thread = threading.Thread(target=self._run, name="sound-watch", daemon=True)
        self._thread.start()

    def use(self, opener: Opener | None) -> None:
        """Open another output, or (None) the same anew."""
        self._opener = opener or self._opener
        self._tried = 0.0
        self._asked.set()

    def close(self) -> None:
        """End the thread; the output is closed."""
        self._closing = True
        self._asked.set()
        self._thread.join(timeout=CLOSE_SECONDS)

    def _run(self) -> None:
        self._open()
        while not self._closing:
            if self._asked.wait(LOOK_SECONDS):
                self._asked.clear()
                self._change()
            else:
                self._look()
        _close(self._output)

    def _open(self) -> None:
        self._tried = time.monotonic()
        self._show(self._opener())

    def _change(self) -> None:
        """Another output is wished for. A card may have room for one only, so the old one goes first."""
        if not self._closing:
            self._replace(SilentOutput())
            self._open()

    def _look(self) -> None:
        if not self._output.look():
            self._replace(SilentOutput(GONE, comes_back=True))
            self.changed()
            self._try(lambda found: not isinstance(found, SilentOutput))
        elif self._output.comes_back and time.monotonic() - self._tried >= RETRY_SECONDS:
            self._try(lambda found: not found.comes_back)
        elif self._told is not self._output.problem:
            self._told = self._output.problem
            self.changed()

    def _try(self, wanted: Callable[[Output], bool]) -> None:
        """Open what was chosen once more, and take it if it is better than what there is."""
        self._tried = time.monotonic()
        found = self._opener()
        if wanted(found):
            self._show(found)
        else:
            _close(found)

    def _show(self, output: Output) -> None:
        self._replace(output)
        self.changed()

    def _replace(self, output: Output) -> None:
        old, self._output, self._told = self._output, output, output.problem
        self._take(output)
        _close(old)


def _close(output: Output) -> None:
    """Give a device back; one that hangs is left behind."""
    closing = threading.Thread(target=output.close, name="sound-closing", daemon=True)
    closing.start()
    closing.join(timeout=CLOSE_SECONDS / 2)
