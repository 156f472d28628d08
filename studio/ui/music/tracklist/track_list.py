"""TrackList: the rows of all tracks, sorted by dragging; takes dropped files and notes. GUI thread.

Invariant: a row is made when a track comes and kept; what changes is shown in the row that is there.
"""

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.score import Track
from studio.ui.common.theme import colour
from studio.ui.music.dropped_scores import dropped_scores
from studio.ui.music.tracklist.track_row import TrackRow
from studio.ui.music.tracklist.wishes import Wishes

ROW_KIND = "application/x-latent-track"


class TrackList(QWidget):
    """Shows tracks; `rows` are theirs, in order."""

    def __init__(self, wishes: Wishes, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("track-list")
        self.setAccessibleName(self.tr("Tracks"))
        self.setAcceptDrops(True)
        self.rows: list[TrackRow] = []
        self._wishes = wishes
        self._gap: int | None = None  # where a dragged row would go
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._shown: list[tuple[Track, bool, bool]] = []
        wishes.drag_begun.connect(self._drag)

    def show_tracks(self, tracks: tuple[Track, ...], current: int) -> None:
        """Show these, one of them as the track that is edited."""
        while len(self.rows) < len(tracks):
            self.rows.append(TrackRow(len(self.rows), self._wishes, self))
            self._column.insertWidget(len(self.rows) - 1, self.rows[-1])
        while len(self.rows) > len(tracks):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        solo = any(track.solo for track in tracks)
        shown = [
            (track, number == current, not track.muted and (track.solo or not solo))
            for number, track in enumerate(tracks)
        ]
        for number, (row, now) in enumerate(zip(self.rows, shown, strict=True)):
            before = self._shown[number] if number < len(self._shown) else None
            if before is None or row.track is not now[0] or before[1:] != now[1:]:
                row.show_track(*now)
        self._shown = shown

    def row_at(self, place: QPoint) -> int | None:
        """Which row is there, on the screen."""
        spot = self.mapFromGlobal(place)
        seen = self.isVisible() and self.visibleRegion().contains(spot)
        return next((row.index for row in self.rows if seen and row.geometry().contains(spot)), None)

    def show_target(self, index: int | None) -> None:
        """Notes are held over a row."""
        for row in self.rows:
            row.show_target(row.index == index)

    # --- sorting and files -------------------------------------------------------------------------------

    def _drag(self, index: int) -> None:
        """Take a row along with the pointer."""
        data, drag = QMimeData(), QDrag(self)
        data.setData(ROW_KIND, str(index).encode())
        drag.setMimeData(data)
        row = self.rows[index]
        drag.setPixmap(row.grab().scaled(QSize(row.width(), row.height()) * 0.8))
        drag.exec(Qt.DropAction.MoveAction)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasFormat(ROW_KIND) or dropped_scores(event):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if event.mimeData().hasFormat(ROW_KIND):
            self._show_gap(self._gap_at(event.position().y()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_gap(None)

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_gap(None)
        event.acceptProposedAction()
        if event.mimeData().hasFormat(ROW_KIND):
            index, gap = int(event.mimeData().data(ROW_KIND).data()), self._gap_at(event.position().y())
            self._wishes.moved.emit(index, gap - (gap > index))
        for path in dropped_scores(event):
            self._wishes.file_dropped.emit(path)

    def _gap_at(self, y: float) -> int:
        """Before which row a place is; after the last: how many there are."""
        return sum(row.geometry().center().y() < y for row in self.rows)

    def _show_gap(self, gap: int | None) -> None:
        if gap != self._gap:
            self._gap = gap
            for row in self.rows:
                row.show_gap(gap == row.index, gap == len(self.rows) == row.index + 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), colour("panel"))
