"""TrackFiles: brings the tracks of another file into the open score. GUI thread; reading happens in the background."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog

from studio.core.joining import joined, left_out
from studio.core.session import Session
from studio.files.score_file import READERS, read_score
from studio.files.score_reading import ScoreReading
from studio.ui.background import Background
from studio.ui.music.score_files import ScoreFiles


class TrackFiles(QObject):
    """One undo step a file; a bad one changes nothing and gives `trouble`, what stays out is told by `notice`."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(
        self, session: Session, background: Background, files: ScoreFiles, choose: Callable[[int], None]
    ) -> None:
        super().__init__(background)
        self._session, self._background, self._files, self._choose = session, background, files, choose

    def choose_and_add(self, at_ticks: int = 0) -> None:
        """Ask for a score, and add its tracks from a moment on."""
        kinds = self.tr("Scores ({0})").format(" ".join(f"*{ending}" for ending in READERS))
        path, _ = QFileDialog.getOpenFileName(
            QApplication.activeWindow(), self.tr("Add a score's tracks"), self._files.folder, kinds
        )
        if path:
            self.add(path, at_ticks)

    def add(self, path: str, at_ticks: int = 0) -> None:
        """Add the tracks of a file below those that are there."""
        target = Path(path)
        self._background.run(
            lambda: read_score(target),
            lambda reading: self._take(target, reading, at_ticks),
            self.trouble.emit,
        )

    def _take(self, path: Path, reading: ScoreReading, at_ticks: int) -> None:
        self._files.folder = str(path.parent)
        before, other = self._session.score, reading.score
        if not other.tracks:
            self.notice.emit(self.tr("{0} has no tracks.").format(path.name))
            return
        after = joined(before, other, at_ticks)
        self._session.change_score(after, self.tr("Add the tracks of {0}").format(path.name))
        self._choose(len(after.tracks) - len(other.tracks))
        number = len(other.tracks)
        told = self.tr("1 track added.") if number == 1 else self.tr("{0} tracks added.").format(number)
        left, warnings = left_out(before, other), reading.warnings
        self._files.warned.emit(path.name, (*left, *warnings))
        more = self.tr("{0} things in it are not as they were: see the list below.").format(len(warnings))
        self.notice.emit(" ".join((told, *left, *(warnings if len(warnings) < 2 else (more,)))))
