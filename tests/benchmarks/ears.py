"""Ears: records what a sound server plays, with the time at which each moment was played; and a hand on real keys."""

import ctypes
import ctypes.util
import shutil
import subprocess
import threading
import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
NEAR_S = 0.4
QUIET = 100  # of 32767


def missing() -> str:
    """Why nothing can be recorded here; empty where it can."""
    if not (shutil.which("pactl") and shutil.which("parec")):
        return "no PulseAudio or PipeWire tools (pactl, parec) on this machine"
    if subprocess.run(["pactl", "info"], capture_output=True, check=False).returncode:
        return "no sound server is running"
    return ""


class Ears:
    """Records the default output's monitor from `with` on. Times are those of time.monotonic(); what the recording
    itself takes, up to a few ms, counts as late."""

    def __enter__(self) -> "Ears":
        self._chunks: list[tuple[float, bytes]] = []
        form = ("--raw", "--format=s16le", "--channels=2", f"--rate={RATE}", "--latency-msec=2")
        self._process = subprocess.Popen(
            ["parec", "-d", "@DEFAULT_MONITOR@", *form], stdout=subprocess.PIPE, bufsize=0
        )
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
        self._thread.join()
        self.samples = np.frombuffer(b"".join(data for _, data in self._chunks), np.int16).reshape(-1, 2)
        self.loud = np.abs(self.samples.astype(np.int32)).max(axis=1)
        self._ends = np.cumsum([len(data) // 4 for _, data in self._chunks])
        self._came = np.array([at for at, _ in self._chunks])

    def _read(self) -> None:
        assert self._process.stdout is not None
        while data := self._process.stdout.read(4096):
            self._chunks.append((time.monotonic(), data))

    def frame_at(self, seconds: float) -> int:
        """Which frame was heard at a time: no chunk can come before it is played."""
        near = np.abs(self._came - seconds) < NEAR_S
        started = (self._came[near] - self._ends[near] / RATE).min()
        return round((seconds - started) * RATE)

    def onset_ms(self, since: float, within: float = 0.2) -> float | None:
        """From a time to the next sound, where it was quiet before."""
        first = max(0, self.frame_at(since))
        part = self.loud[first : first + round(within * RATE)]
        if (
            not len(part)
            or part.max() < QUIET
            or self.loud[max(0, first - 200) : first].max(initial=0) >= QUIET
        ):
            return None
        return float(np.argmax(part >= max(QUIET, part.max() * 0.05))) / RATE * 1000

    def onsets(self, first: float, last: float, apart: float) -> NDArray[np.float64]:
        """The onsets between two times, at least `apart` seconds from one to the next; seconds from the first."""
        begin, end = max(0, self.frame_at(first)), self.frame_at(last)
        part, found = self.loud[begin:end], list[int]()
        level, at = max(QUIET, int(part.max(initial=0)) // 5), 0
        while at < len(part):
            after = np.flatnonzero(part[at:] >= level)
            if not len(after):
                break
            found.append(at + int(after[0]))
            at = found[-1] + round(apart * RATE)
        return (np.array(found) - found[0]) / RATE if found else np.zeros(0)

    def holes(self, first: float, last: float, shortest_ms: float = 0.5) -> list[float]:
        """The stretches of plain silence between two times, ms each: a held tone has none."""
        silent = self.loud[self.frame_at(first) : self.frame_at(last)] == 0
        edges = np.flatnonzero(np.diff(np.concatenate(([0], silent.view(np.int8), [0]))))
        lengths = (edges[1::2] - edges[::2]) / RATE * 1000
        return [float(length) for length in lengths if length >= shortest_ms]


class RealKeys:
    """Presses keys of the X server's keyboard, from a connection of its own. Any one thread."""

    def __init__(self, window: int) -> None:
        x11, xtest = ctypes.util.find_library("X11"), ctypes.util.find_library("Xtst")
        if not (x11 and xtest):
            raise OSError("libX11 or libXtst is missing")
        self._x: Any = ctypes.CDLL(x11)
        self._test: Any = ctypes.CDLL(xtest)
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(None))
        self._x.XSetInputFocus(self._display, ctypes.c_ulong(window), 1, 0)
        self._x.XSync(self._display, 0)

    def press(self, letter: str) -> float:
        """Press and let go; the time of the press."""
        code = self._x.XKeysymToKeycode(self._display, ctypes.c_ulong(ord(letter)))
        at = time.monotonic()
        self._key(code, 1)
        time.sleep(0.03)
        self._key(code, 0)
        return at

    def _key(self, code: int, down: int) -> None:
        self._test.XTestFakeKeyEvent(self._display, code, down, ctypes.c_ulong(0))
        self._x.XFlush(self._display)
