"""ScoreFiles: open and export music. GUI thread; reading, writing and rendering happen in the background."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.audio.rendering import KINDS, SoundFormat
from studio.core.errors import StudioError
from studio.core.recipe import Recipe, recipe_from_json
from studio.core.score import Score
from studio.core.session import Session
from studio.files.score_file import READERS, read_score
from studio.files.score_reading import ScoreReading
from studio.files.score_writer import NOTATION_WRITERS, write_score
from studio.inference.sound_job import RenderSoundJob
from studio.ui.background import Background
from studio.ui.music.engraved_pages import PAGE_ENDINGS, write_engraved

PLAIN = SoundFormat()


class ScoreFiles(QObject):
    """`opened(recipe or None)` follows an opened file; a bad file changes nothing and gives `trouble`.
    `warned(name, sentences)`: all that is not as it was, of the file that was opened or written last."""

    trouble = Signal(object)
    notice = Signal(str)
    opened = Signal(object)
    render_requested = Signal(object)
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
        more = self.tr("{0} things in it are not as they were: File, What could not be kept, lists them.")
        more = more.format(len(warnings))
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
        self._choose_and_render(self.tr("Export sound"), stems=False)

    def choose_and_render_stems(self) -> None:
        self._choose_and_render(self.tr("Export stems: a file for each track that is heard"), stems=True)

    def _choose_and_render(self, title: str, stems: bool) -> None:
        kinds = sound_kinds()
        path, words = self._ask_which(title, "", ";;".join(kinds))
        if path:
            known = Path(path).suffix.lower() in KINDS
            ending = "" if known else words.rpartition("*")[2].rstrip(")")
            self.render(path + ending, kinds.get(words, SoundFormat()), stems)

    def render(self, path: str, kind: SoundFormat = PLAIN, stems: bool = False) -> None:
        """Wish for the score as sound, of the kind that the name ends in: `render_requested(RenderSoundJob)`."""
        known = Path(path).suffix.lower() in KINDS
        target = Path(path) if known else Path(f"{path}.wav")
        self.folder = str(target.parent)
        title = self.tr("Export stems") if stems else self.tr("Export sound")
        self.render_requested.emit(RenderSoundJob(self._session.score, target, kind, stems, title))

    def _write(self, target: Path, work: Callable[[], tuple[str, ...]]) -> None:
        self.folder = str(target.parent)
        done = self.tr("Saved {0}.").format(target.name)
        self._background.run(work, lambda warnings: self._warn(target, done, warnings), self.trouble.emit)

    def _ask_where(self, title: str, ending: str, kinds: str) -> str:
        return self._ask_which(title, ending, kinds)[0]

    def _ask_which(self, title: str, ending: str, kinds: str) -> tuple[str, str]:
        """The file, and which of the kinds was chosen."""
        name = (
            Path(self.folder or Path.home())
            / f"{self._name or self._session.score.title or 'melody'}{ending}"
        )
        path, kind = QFileDialog.getSaveFileName(self._window, title, str(name), kinds)
        return path, kind


def sound_kinds() -> dict[str, SoundFormat]:
    """The kinds of sound file as a dialog offers them; the loud ones have their peak at -1 dB."""
    tr = partial(QCoreApplication.translate, "ScoreFiles")
    plain = {
        "WAV, 16 bit (*.wav)": SoundFormat(16),
        "WAV, 24 bit (*.wav)": SoundFormat(24),
        tr("WAV, 32 bit floating point (*.wav)"): SoundFormat(32),
        "FLAC, 24 bit (*.flac)": SoundFormat(24),
        "OGG (*.ogg)": SoundFormat(16),
    }
    loud = {
        tr("Normalised WAV, 24 bit (*.wav)"): SoundFormat(24, normalised=True),
        tr("Normalised FLAC, 24 bit (*.flac)"): SoundFormat(24, normalised=True),
        tr("Normalised OGG (*.ogg)"): SoundFormat(16, normalised=True),
    }
    return plain | loud


def _with_ending(path: str, ending: str) -> Path:
    return Path(path if path.lower().endswith(ending) else path + ending)


def _recipe_in(reading: ScoreReading) -> Recipe | None:
    """The recipe that an exported file carries; a damaged one is not worth a word."""
    try:
        return recipe_from_json(reading.recipe) if reading.recipe else None
    except StudioError:
        return None
