"""MidiHandle: a small handle that carries music out of the window as a MIDI file. GUI thread; the file is written in
the background from the moment the handle is touched, and lives until the program ends."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QPoint, Qt, QTemporaryDir, QUrl, Signal
from PySide6.QtGui import QDrag, QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from studio.core.excerpt import excerpt, of_notes
from studio.core.score import Score
from studio.core.session import Session
from studio.files.midi import write_midi
from studio.ui.background import Background
from studio.ui.common.icon_button import IconButton
from studio.ui.common.icons import icon
from studio.ui.music.pianoroll.state import RollState

ICON = "drag-variant"
ICON_PX = 24
NAME_LENGTH = 60


class MidiHandle(IconButton):
    """`touched` when a hand takes it, `pulled` once it moves away; `asked` before it says what it would carry."""

    touched = Signal()
    pulled = Signal()
    asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(ICON, self.tr("Drag this into another program: a MIDI file"), parent=parent)
        self.setObjectName("midi-handle")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed: QPoint | None = None

    def show_load(self, words: str) -> None:
        """What it would carry now."""
        self.setToolTip(words)
        self.setAccessibleDescription(words)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.asked.emit()
        super().enterEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
            self.touched.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            return
        away = (event.position().toPoint() - self._pressed).manhattanLength()
        if away >= QApplication.startDragDistance():
            self._pressed = None
            self.setDown(False)
            self.pulled.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        super().mouseReleaseEvent(event)


class MidiDrag(QObject):
    """What the handle carries: the selected notes, else the suggestion, else the marked bars, else the whole score."""

    trouble = Signal(object)
    notice = Signal(str)

    def __init__(self, session: Session, state: RollState, background: Background) -> None:
        super().__init__(background)
        self._session, self._state, self._background = session, state, background
        self.heard: Callable[[], Score] = lambda: session.score
        self.handle = MidiHandle()
        self._folder: QTemporaryDir | None = None
        self._file: Path | None = None
        self._count, self._is_pulled = 0, False
        self.handle.asked.connect(lambda: self.handle.show_load(self._words()))
        self.handle.touched.connect(self.prepare)
        self.handle.pulled.connect(self._pull)
        self.handle.clicked.connect(lambda: self.notice.emit(self._words()))

    def mime(self) -> QMimeData | None:
        """The file as what a hand carries; None while it is not written."""
        if self._file is None:
            return None
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(self._file))])
        return data

    def prepare(self) -> None:
        """Write the file for what is to be carried now."""
        build, what, _ = self._load()
        self._file, self._is_pulled = None, False
        self._count += 1
        number, target = self._count, self._target(what)
        self._background.run(
            lambda: target if _written(build(), target) else None,
            lambda file: self._take(number, file),
            self.trouble.emit,
        )

    def close(self) -> None:
        """Take the files away."""
        if self._folder is not None:
            self._folder.remove()

    def _take(self, number: int, target: Path | None) -> None:
        if number == self._count:
            self._file = target
            if self._is_pulled and QApplication.mouseButtons() & Qt.MouseButton.LeftButton:
                self._start()

    def _pull(self) -> None:
        """Away with it, now or as soon as the file is there."""
        self._is_pulled = True
        if self._file is not None:
            self._start()
        elif not self._has_notes:
            self.notice.emit(self._words())

    def _start(self) -> None:
        data = self.mime()
        if data is not None:
            self._is_pulled = False
            drag = QDrag(self.handle)
            drag.setMimeData(data)
            drag.setPixmap(icon(ICON).pixmap(ICON_PX, ICON_PX))
            drag.exec(Qt.DropAction.CopyAction)

    # --- what it carries ---------------------------------------------------------------------------------

    @property
    def _has_notes(self) -> bool:
        return any(track.notes for track in self.heard().tracks)

    def _load(self) -> tuple[Callable[[], Score], str, str]:
        """What makes the score that it carries, what that is for the file's name, and in a sentence."""
        score, heard, region = self._session.score, self.heard(), self._state.region
        selected = self._state.selection
        suggested = heard.added_ids(score) if heard is not score else frozenset()
        if selected:
            words = self.tr("the selected notes ({0})").format(len(selected))
            return lambda: of_notes(score, selected), "selection", words
        if suggested:
            words = self.tr("the suggestion ({0} notes)").format(len(suggested))
            return lambda: of_notes(heard, suggested), "suggestion", words
        if region is not None:
            first, last = score.bar_of(region[0]) + 1, score.bar_of(max(region[0], region[1] - 1)) + 1
            bars = f"{first}-{last}" if last > first else f"{first}"
            return (
                lambda: excerpt(score, *region),
                f"bars {bars}",
                self.tr("the marked bars ({0})").format(bars),
            )
        return lambda: score, "", self.tr("the whole score")

    def _words(self) -> str:
        if not self._has_notes:
            return self.tr("Drag this into another program to bring notes there; there are none yet.")
        return self.tr("Drag this into another program: {0}, as a MIDI file.").format(self._load()[2])

    def _target(self, what: str) -> Path:
        if self._folder is None:
            self._folder = QTemporaryDir()
        folder = Path(self._folder.path()) / str(self._count)
        folder.mkdir()
        title = self._session.score.title or "Latent Studio"
        plain = re.sub(r"[^\w\- ]+", "", f"{title} {what}").strip()
        return folder / f"{plain[:NAME_LENGTH].strip() or 'Latent Studio'}.mid"


def _written(score: Score, target: Path) -> bool:
    """Whether there was anything to write. Any thread."""
    has_notes = any(track.notes for track in score.tracks)
    if has_notes:
        write_midi(score, target)
    return has_notes
