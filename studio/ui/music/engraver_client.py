"""EngraverClient: asks the engraving process and takes its answers, without ever waiting. GUI thread.

Invariant: one score is on its way at a time, and of those that come meanwhile only the newest is sent; a page of a
score that is no longer the newest is dropped. The process starts with the first question and ends with the client.
"""

import sys
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

import studio
from studio.core.errors import StudioError
from studio.core.score import Score
from studio.files.engraver_process import (
    Answer,
    Engrave,
    LaidOut,
    PageDrawn,
    Refused,
    ShowPage,
    answers_in,
    bare,
    framed,
)

MODULE = "studio.files.engraver_process"
END_MS = 500
MUCH = 4


class EngraverClient(QObject):
    """`laid_out(LaidOut)`, then `page_drawn(EngravedPage)` for each page that was asked for; or `refused(error)`."""

    laid_out = Signal(object)
    page_drawn = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process: QProcess | None = None
        self._data = bytearray()
        self._serial = self._shown = self._size = 0
        self._is_busy = False
        self._next: Score | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a score is being laid out."""
        return self._is_busy

    def engrave(self, score: Score) -> None:
        """Lay a score out; what was asked before is no longer of interest. It waits for what is under way, unless that
        is by far the longer one."""
        size = _size(score)
        if self._is_busy and size * MUCH < self._size:
            self.close()
        if self._is_busy:
            self._next = score
        else:
            self._serial += 1
            self._is_busy, self._size = True, size
            self._send(framed(Engrave(self._serial, bare(score))))

    def drop(self) -> None:
        """What was asked is no longer of interest, and nothing else is."""
        self._serial += 1
        self._next = None

    def ask_page(self, index: int) -> None:
        """A page of the score that was laid out last; while another is being laid out it is not worth asking."""
        if self._process is not None and not self._is_busy:
            self._send(framed(ShowPage(self._shown, index)))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        self._is_busy, self._next = False, None
        if process is not None:
            process.finished.disconnect(self._take_end)
            process.errorOccurred.disconnect(self._take_error)
            process.kill()  # it holds nothing that could be lost
            process.waitForFinished(END_MS)
            process.deleteLater()

    # --- the process -------------------------------------------------------------------------------------

    def _send(self, data: bytes) -> None:
        if self._process is None:
            self._process = self._started()
        self._process.write(data)

    def _started(self) -> QProcess:
        process, environment = QProcess(self), QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONPATH", str(Path(studio.__file__).parents[1]))
        process.setProcessEnvironment(environment)
        process.setStandardErrorFile(QProcess.nullDevice())
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._take_end)
        process.errorOccurred.connect(self._take_error)
        self._data.clear()
        process.start(sys.executable, ["-m", MODULE])
        return process

    def _read(self) -> None:
        if self._process is not None:
            self._data += self._process.readAllStandardOutput().data()
            for answer in answers_in(self._data):
                self._take(answer)

    def _take(self, answer: Answer) -> None:
        match answer:
            case PageDrawn():
                if answer.serial == self._shown and not self._is_busy:
                    self.page_drawn.emit(answer.page)
            case LaidOut() | Refused() if self._is_busy:
                self._is_busy = False
                if self._next is not None:
                    score, self._next = self._next, None
                    self.engrave(score)
                elif answer.serial != self._serial:
                    return  # nobody waits for it any more
                elif isinstance(answer, LaidOut):
                    self._shown = answer.serial
                    self.laid_out.emit(answer)
                else:
                    self.refused.emit(StudioError(answer.title, answer.detail))

    def _take_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._take_end()

    def _take_end(self) -> None:
        """The process is gone; the next question starts another one."""
        process, self._process = self._process, None
        was_busy, self._is_busy, self._next = self._is_busy, False, None
        if process is not None:
            process.deleteLater()
        if was_busy:
            self.refused.emit(StudioError("The page could not be engraved.", "The engraver ended."))


def _size(score: Score) -> int:
    """About how much there is to write."""
    bars = score.bar_of(score.end_ticks) + 1
    return bars * len(score.tracks) + sum(len(track.notes) for track in score.tracks)
