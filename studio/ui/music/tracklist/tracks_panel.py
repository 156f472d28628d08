"""TracksPanel: the tracks of the score, and what can be done with the one that is edited. GUI thread.

Invariant: only the person's hand makes wishes; `show_...` tells nobody.
"""

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from studio.core.score import Score
from studio.ui.common.icon_button import IconButton
from studio.ui.music.tracklist.instrument_chooser import InstrumentChooser
from studio.ui.music.tracklist.track_list import TrackList
from studio.ui.music.tracklist.wishes import Wishes

LEAST_PX, WISH_PX = 184, 220


class TracksPanel(QWidget):
    """`wishes` tells what hands ask for; `seen_changed` whether the panel can be seen."""

    seen_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tracks-panel")
        self.setAccessibleName(self.tr("Tracks"))
        self.setProperty("wide", WISH_PX)
        self.is_seen = False
        self.wishes = Wishes(self)
        self.list = TrackList(self.wishes)
        self.area = QScrollArea(widgetResizable=True)
        self.chooser = InstrumentChooser(self)
        self.buttons: dict[str, IconButton] = {}
        self._current = -1  # the track that was brought into view; after that the person scrolls
        self._asking = 0  # the track that the chooser is open for
        self._lay_out()
        self._connect()

    def sizeHint(self) -> QSize:
        return QSize(WISH_PX, 400)

    def show_tracks(self, score: Score, current: int) -> None:
        self.list.show_tracks(score.tracks, current)
        self.buttons["remove-track"].setEnabled(len(score.tracks) > 1)
        if current != self._current and current < len(self.list.rows):
            self.list.layout().activate()
            self.area.ensureWidgetVisible(self.list.rows[current], 0, 0)
        self._current = current

    def set_seen(self, is_seen: bool) -> None:
        """Whether the panel is in view: the window tells."""
        self.is_seen = is_seen
        self.seen_changed.emit(is_seen)

    def bring(self) -> None:
        """Into view, where its dock is hidden."""
        dock = self.parentWidget()
        if dock is not None and not self.isVisible():
            dock.show()
            dock.raise_()

    def focus_row(self, index: int) -> None:
        """Bring the keyboard to a track."""
        self.bring()
        if index < len(self.list.rows):
            self.list.rows[index].setFocus(Qt.FocusReason.OtherFocusReason)

    def rename(self, index: int) -> None:
        """Open the line for a track's name."""
        self.bring()
        if index < len(self.list.rows):
            self.list.rows[index].rename()

    def choose_instrument(self, index: int) -> None:
        """Pop up the instruments for a track."""
        self.bring()
        row = self.list.rows[index]
        self._asking = index
        self.chooser.open((row.track.program, row.track.drums), row.instrument_button)

    def row_at(self, place: QPoint) -> int | None:
        return self.list.row_at(place)

    def _lay_out(self) -> None:
        self.setMinimumWidth(LEAST_PX)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.list)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.area, 1)
        column.addLayout(self._button_row())

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        for command, icon_name, words in (
            ("add-track", "plus", self.tr("Add an instrument (Ctrl+T)")),
            ("add-drums", "music-box-outline", self.tr("Add a drum kit")),
            ("add-score-tracks", "file-music-outline", self.tr("Add the tracks of another score…")),
            ("duplicate-track", "content-duplicate", self.tr("Duplicate the track")),
            ("remove-track", "delete-outline", self.tr("Remove the track")),
        ):
            button = IconButton(icon_name, words)
            button.setObjectName(f"tracks-{command}")
            button.clicked.connect(lambda _on=False, wish=command: self.wishes.asked.emit(wish))
            self.buttons[command] = button
            row.addWidget(button)
            if command == "add-score-tracks":
                row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.wishes.instruments_wanted.connect(self.choose_instrument)
        self.chooser.tried.connect(self.wishes.tried)
        self.chooser.left.connect(lambda: self.focus_row(self._asking))
        self.chooser.chosen.connect(self._play_by)

    def _play_by(self, program: int, drums: bool) -> None:
        self.wishes.played_by.emit(self._asking, program, drums)
        self.focus_row(self._asking)
