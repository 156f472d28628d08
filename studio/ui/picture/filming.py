"""Filming: asks how the timeline is to be exported, and exports it. GUI thread; the work is a job.

What it needs for that is imported when it is first asked for: the window is up sooner.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from studio import __version__
from studio.core.settings import FilmChoice
from studio.ui.picture.desk import PictureDesk
from studio.ui.picture.timeline.film_kinds import ending_of, filter_of

if TYPE_CHECKING:
    from studio.ui.picture.timeline.film_form import FilmForm


class Filming(QObject):
    """Owns the form and the last choice."""

    def __init__(self, desk: PictureDesk, window: QWidget) -> None:
        super().__init__(desk)
        self._desk = desk
        self._window = window
        self._form: FilmForm | None = None
        self.choice = FilmChoice()
        self.folder = ""

    def ask(self) -> "FilmForm":
        """Show the form beside the work; nothing is blocked by it."""
        from studio.ui.picture.timeline.film_form import FilmForm

        if self._form is None:
            self._form = FilmForm(self._window)
            self._form.export_requested.connect(self.choose_and_export)
        timeline = self._desk.session.picture.timeline
        frame = self._desk.last_frame
        own = (frame.width, frame.height) if frame is not None else (0, 0)
        self._form.show_choice(self.choice, timeline, own)
        self._form.show()
        self._form.raise_()
        return self._form

    def choose_and_export(self, choice: FilmChoice) -> None:
        """Ask for a name, then export."""
        self.choice = choice
        model = self._desk.session.picture.model_id or "picture"
        start = Path(self.folder or Path.home()) / f"{model}-film{ending_of(choice.kind)}"
        path, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Export video"), str(start), filter_of(choice.kind)
        )
        if path:
            self.export(path, choice)

    def export(self, path: str, choice: FilmChoice) -> int:
        """Queue the export; returns its serial."""
        from studio.files.film import FilmFormat
        from studio.inference.film_job import FilmJob

        self.choice = choice
        ending = ending_of(choice.kind)
        target = Path(path if not ending or path.lower().endswith(ending) else path + ending)
        self.folder = str(target.parent)
        document = self._desk.session.picture
        card = self._desk.cards.get(document.model_id)
        sha256 = card.weights.sha256 if card is not None else ""
        film = FilmFormat(choice.fps or document.timeline.fps, choice.size, choice.quality, choice.loops)
        kept = replace(document, slot_a=None, slot_b=None, lineage=())
        return self._desk.controller.submit_job(
            FilmJob(kept, target, film, sha256, __version__, self.tr("Export video"))
        )
