"""Paging: the engraved page follows the score, the music and the selection, and answers the hand. GUI thread.

What is heard is engraved, so a suggestion stands on the page, in the accent's ink, before it is accepted. Invariant:
nothing is engraved while the panel cannot be seen; an edit is engraved a moment after the last of several.
"""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QDockWidget

from studio.core.errors import StudioError
from studio.core.score import NoteId, Score
from studio.core.session import Session
from studio.files.engraver_process import LaidOut
from studio.ui.background import Background
from studio.ui.music.engraved_pages import print_engraved
from studio.ui.music.engraver_client import EngraverClient
from studio.ui.music.page.page_images import PageImages
from studio.ui.music.page.page_painter import SELECTED
from studio.ui.music.page.page_panel import PagePanel
from studio.ui.music.pianoroll.state import RollState

REST_MS, SLOW_MS = 120, 500
MOST_NOTES, MOST_TRACKS = 20_000, 48


class Paging(QObject):
    """Between the page panel, the session and the roll. `note_chosen(track, ids, ticks)`, `bar_chosen(ticks)`: the
    hand pointed at them."""

    trouble = Signal(object)
    notice = Signal(str)
    note_chosen = Signal(int, object, int)
    bar_chosen = Signal(int)

    def __init__(self, session: Session, state: RollState, background: Background) -> None:
        super().__init__(background)
        self._session, self._state, self._background = session, state, background
        self.heard: Callable[[], Score] = lambda: session.score
        self._client = EngraverClient(self)
        self.panel = PagePanel(PageImages(background))
        self._suggested: frozenset[NoteId] = frozenset()
        self._is_stale = True
        self._ticks = 0
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._engrave)
        self._slow = QTimer(self, singleShot=True, interval=SLOW_MS)
        self._slow.timeout.connect(self.panel.show_busy)
        self._connect()

    def take_change(self) -> None:
        """What is heard has changed."""
        self._is_stale = True
        if self.panel.is_seen:
            self._rest.start()

    def show_position(self, ticks: int) -> None:
        """The music stands there now: its bar is marked, and turned to."""
        self._ticks = ticks
        if self.panel.is_seen and not self._is_stale:
            self.panel.view.show_bar(self._session.score.bar_of(ticks))

    def show_selection(self) -> None:
        """The selected notes stand out on the page too."""
        if self.panel.is_seen:
            inks = dict.fromkeys(self._state.selection, SELECTED)
            self.panel.view.show_inks({**inks, **dict.fromkeys(self._suggested, "accent")})

    def toggle(self) -> None:
        """Show the panel, or put it away."""
        dock = self.panel.parentWidget()
        if isinstance(dock, QDockWidget):
            dock.setVisible(dock.isHidden())
            dock.raise_()

    @property
    def is_open(self) -> bool:
        dock = self.panel.parentWidget()
        return isinstance(dock, QDockWidget) and not dock.isHidden()

    def print(self) -> None:
        """Ask for a printer, and print the person's own notes in the background."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        score = self._session.score
        printer.setDocName(score.title or self.tr("Score"))
        if QPrintDialog(printer, self.panel.window()).exec() == QDialog.DialogCode.Accepted:
            done = self.tr("Printed.")
            self._background.run(
                lambda: print_engraved(score, printer), lambda _: self.notice.emit(done), self.trouble.emit
            )

    def close(self) -> None:
        self._rest.stop()
        self._slow.stop()
        self._client.close()

    # --- engraving ---------------------------------------------------------------------------------------

    def _connect(self) -> None:
        panel, view = self.panel, self.panel.view
        panel.seen_changed.connect(self._take_seen)
        panel.retry_requested.connect(self._engrave)
        panel.print_requested.connect(self.print)
        view.page_wanted.connect(self._client.ask_page)
        view.note_clicked.connect(self._choose_note)
        view.bar_clicked.connect(self._choose_bar)
        view.bar_step_requested.connect(self._step)
        self._client.laid_out.connect(self._show_layout)
        self._client.page_drawn.connect(view.show_page)
        self._client.refused.connect(self._show_refusal)
        self._state.selection_changed.connect(self.show_selection)

    def _take_seen(self, seen: bool) -> None:
        if seen and self._is_stale:
            self._engrave()
        elif not seen:
            self._rest.stop()

    def _engrave(self) -> None:
        score, own = self.heard(), self._session.score
        count = sum(len(track.heard) for track in score.tracks)
        if not self.panel.is_seen:
            return
        self._is_stale = False
        self._suggested = score.added_ids(own) if score is not own else frozenset()
        if not 0 < count <= MOST_NOTES or len(score.tracks) > MOST_TRACKS:
            self._client.drop()
            self._slow.stop()
            self.panel.view.show_layout(())
        if not count:
            self.panel.show_words(
                self.tr("Nothing to engrave yet"), self.tr("What you write in the roll stands here as notes.")
            )
        elif count > MOST_NOTES or len(score.tracks) > MOST_TRACKS:
            words = self.tr(
                "{0} notes on {1} tracks; {2} on {3} are engraved while you write. An export has no limit."
            )
            limits = (f"{count:,}", len(score.tracks), f"{MOST_NOTES:,}", MOST_TRACKS)
            self.panel.show_words(self.tr("This score is too long to show"), words.format(*limits))
        else:
            self._client.engrave(score)
            self._slow.start()

    def _show_layout(self, layout: LaidOut) -> None:
        self._slow.stop()
        self.panel.view.show_layout(layout.first_bars)
        self.panel.show_pages(layout.warnings)
        self.show_selection()
        self.show_position(self._ticks)

    def _show_refusal(self, error: StudioError) -> None:
        self._slow.stop()
        self.panel.show_words(error.title, error.detail, self.tr("Try again"))

    # --- the hand ----------------------------------------------------------------------------------------

    def _choose_note(self, note_id: int, adds: bool) -> None:
        """Select a note that stands in the score; one that is only suggested moves the playhead."""
        for index, track in enumerate(self.heard().tracks):
            note = next((note for note in track.notes if note.id == note_id), None)
            if note is None:
                continue
            if note_id in self._suggested:
                self.bar_chosen.emit(note.start_ticks)
                return
            keeps = adds and index == self._state.track_index
            ids = self._state.selection ^ {note_id} if keeps else frozenset((note_id,))
            self.note_chosen.emit(index, ids, note.start_ticks)
            return

    def _choose_bar(self, bar: int) -> None:
        self.bar_chosen.emit(self._session.score.bar_start(bar))

    def _step(self, by: int) -> None:
        score = self._session.score
        self._choose_bar(max(0, score.bar_of(self._ticks) + by))
