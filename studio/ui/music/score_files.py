"""ScoreFiles: open and export music. GUI thread; reading, writing and rendering happen in the background."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.core.errors import StudioError
from studio.core.recipe import Recipe, recipe_from_json
from studio.core.score import Score
from studio.core.session import Session
from studio.files.score_file import READERS, read_score
from studio.files.score_reading import ScoreReading
from studio.files.score_writer import NOTATION_WRITERS, write_score
from studio.ui.background import Background
from studio.ui.music.engraved_pages import PAGE_ENDINGS, write_engraved


class ScoreFiles(QObject):
    """`opened(recipe or None)` follows an opened file; a bad file changes nothing and gives `trouble`.
    `warned(name, sentences)`: all that is not as it was, of the file that was opened or written last."""

    trouble = Signal(object)
    notice = Signal(str)
    opened = Signal(object)
    render_requested = Signal(object, object)
    warned = Signal(str, object)

    def __init__(self, session: Session, background: Background, window: QWidget) -> None:
        super().__init__(background)
        self._session, self._background, self._window = session, background, window
        self.recipe: Callable[[], Recipe | None] = lambda: None
        self.folder = ""
        self._name = ""

    def choose_and_open(self) -> None:
        kinds = self.tr("Scores ({0})").format(" ".join(f"*{ending}" for ending in READERS))
        path, _ = QFileDialog.getOpenFileName(self._window, self.tr("Open a score"), self.folder, kinds)
        if path:
            self.open(path)

    def open(self, path: str) -> None:
        """Read a score of any kind and put it in the place of the present one, as one undo step."""
        target = Path(path)
        self._background.run(
            lambda: read_score(target), lambda reading: self._take(target, reading), self.trouble.emit
        )

    def open_first(self, paths: Sequence[str]) -> None:
        """Of several files that were dropped together the first is opened, and that is said."""
        self.open(paths[0])
        if len(paths) > 1:
            words = self.tr("{0} files were dropped; {1} is opened.")
            self.notice.emit(words.format(len(paths), Path(paths[0]).name))

    def _take(self, path: Path, reading: ScoreReading) -> None:
        self.folder, self._name = str(path.parent), path.stem
        score = reading.score if reading.score.tracks else replace(Score.empty(), title=reading.score.title)
        self._session.change_score(score, self.tr("Open {0}").format(path.name))
        self.opened.emit(_recipe_in(reading))
        self._warn(
            path, self.tr("Opened {0}.").format(path.name) if reading.warnings else "", reading.warnings
        )

    def _warn(self, path: Path, done: str, warnings: tuple[str, ...]) -> None:
        """Say what is done, with what could not stay as it was; the list of it stays to be read."""
        self.warned.emit(path.name, warnings)
        more = self.tr("{0} things in it are not as they were: see the list below.").format(len(warnings))
        words = (done, more) if len(warnings) > 1 else (done, *warnings)
        if done:
            self.notice.emit(" ".join(words))

    def choose_and_export(self) -> None:
        path = self._ask_where(self.tr("Export MIDI"), ".mid", self.tr("MIDI (*.mid)"))
        if path:
            self.export(path)

    def export(self, path: str) -> None:
        """Write the score, with the recipe of what the model wrote in it."""
        target, score, recipe = _with_ending(path, ".mid"), self._session.score, self.recipe()
        words = recipe.to_json() if recipe else ""
        self._write(target, lambda: write_score(score, target, words))

    def choose_and_export_notation(self) -> None:
        kinds = ";;".join(
            (
                self.tr("MusicXML (*.musicxml)"),
                self.tr("Compressed MusicXML (*.mxl)"),
                self.tr("ABC, one line of melody a track (*.abc)"),
            )
        )
        path = self._ask_where(self.tr("Export notation"), ".musicxml", kinds)
        if path:
            self.export_notation(path)

    def export_notation(self, path: str) -> None:
        """Write the score as MusicXML or ABC by the ending; what notation cannot hold is told in the notice."""
        known = Path(path).suffix.lower() in NOTATION_WRITERS
        target, score = Path(path) if known else Path(f"{path}.musicxml"), self._session.score
        self._write(target, lambda: write_score(score, target))

    def choose_and_export_pages(self) -> None:
        kinds = ";;".join(
            (
                self.tr("PDF (*.pdf)"),
                self.tr("PNG, one a page (*.png)"),
                self.tr("SVG, one a page (*.svg)"),
            )
        )
        path = self._ask_where(self.tr("Export engraved pages"), ".pdf", kinds)
        if path:
            self.export_pages(path)

    def export_pages(self, path: str) -> None:
        """Write the score as engraved pages: PDF, PNG or SVG by the ending."""
        known = Path(path).suffix.lower() in PAGE_ENDINGS
        target, score = Path(path) if known else Path(f"{path}.pdf"), self._session.score
        self._write(target, lambda: write_engraved(score, target)[1])

    def choose_and_render(self) -> None:
        path = self._ask_where(self.tr("Export sound"), ".wav", self.tr("WAV (*.wav)"))
        if path:
            self.render(path)

    def render(self, path: str) -> None:
        """Wish for the score as a WAV file: `render_requested(score, path)`."""
        target = _with_ending(path, ".wav")
        self.folder = str(target.parent)
        self.render_requested.emit(self._session.score, target)

    def _write(self, target: Path, work: Callable[[], tuple[str, ...]]) -> None:
        self.folder = str(target.parent)
        done = self.tr("Saved {0}.").format(target.name)
        self._background.run(work, lambda warnings: self._warn(target, done, warnings), self.trouble.emit)

    def _ask_where(self, title: str, ending: str, kinds: str) -> str:
        name = (
            Path(self.folder or Path.home())
            / f"{self._name or self._session.score.title or 'melody'}{ending}"
        )
        path, _ = QFileDialog.getSaveFileName(self._window, title, str(name), kinds)
        return path


def _with_ending(path: str, ending: str) -> Path:
    return Path(path if path.lower().endswith(ending) else path + ending)


def _recipe_in(reading: ScoreReading) -> Recipe | None:
    """The recipe that an exported file carries; a damaged one is not worth a word."""
    try:
        return recipe_from_json(reading.recipe) if reading.recipe else None
    except StudioError:
        return None
