"""Exporting: joins the export dialog to the picture desk: any format, any size, as a job with progress and cancel.

GUI thread; rendering, encoding and writing happen elsewhere.
"""

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.core.exporting import SUFFIXES, ExportWish, FileKind
from studio.core.messages import Quality, Reply
from studio.core.session import PICTURES
from studio.inference.picture_export import ExportFileJob
from studio.ui.commands import Command
from studio.ui.desk.export.export_dialog import NAMES, ExportDialog
from studio.ui.picture.desk import Docks, PictureDesk, render_request
from studio.ui.picture.picture_files import PictureFiles

BARE: tuple[FileKind, ...] = ("jpeg", "webp", "tiff", "psd")  # have no room for a whole state


class Exporting(QObject):
    """Owns the dialog, which is built when it is first asked for and then stays as it was left."""

    notice = Signal(str)

    def __init__(self, desk: PictureDesk, files: PictureFiles, window: QWidget) -> None:
        super().__init__(desk)
        self._desk = desk
        self._files = files
        self._window = window
        self._dialog: ExportDialog | None = None
        desk.rested.connect(self._refresh)

    @property
    def dialog(self) -> ExportDialog:
        if self._dialog is None:
            self._dialog = ExportDialog(self._window)
            self._dialog.export_requested.connect(self.choose_and_export)
        return self._dialog

    def show(self) -> None:
        """Open the dialog for the picture on the canvas."""
        dialog = self.dialog
        self._fill(dialog)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def choose_and_export(self, wish: ExportWish) -> None:
        """Ask for a name, then export."""
        suffix = suffix_of(wish.kind)
        start = Path(self._files.folder or Path.home()) / f"{self._files.stem()}{suffix}"
        kinds = f"{NAMES[wish.kind]} (*{suffix})"
        path, _ = QFileDialog.getSaveFileName(self._window, tr("Export the picture"), str(start), kinds)
        if path:
            self.export(path, wish)

    def export(self, path: str, wish: ExportWish) -> int:
        """Queue the export; returns its serial."""
        target = Path(path)
        if SUFFIXES.get(target.suffix.lower()) != wish.kind:
            target = Path(path + suffix_of(wish.kind))
        self._files.folder = str(target.parent)
        document = self._desk.session.picture
        request = render_request(document, Quality.FINAL)
        made = self._files.provenance(document, request)
        if wish.kind in BARE and not made.is_small:
            self.notice.emit(tr("This file will hold the picture only; a PNG brings this state back too."))
        title = tr("Export {}").format(target.name)
        return self._desk.controller.submit_job(ExportFileJob(request, target, wish, made, title))

    def docks(self) -> Docks:
        return ()

    def commands(self) -> tuple[Command, ...]:
        return (
            Command(
                "export-picture", tr("Export…"), "File", self.show, "Ctrl+E",
                tr("PNG, JPEG, WebP, TIFF, PSD or OpenRaster, at any size in px or on paper."), "export-variant",
                PICTURES, lambda: self._desk.last_frame is not None,
            ),
        )  # fmt: skip

    def take_reply(self, reply: Reply) -> None:
        """The window shows how far a job is, and how it ended."""

    def _refresh(self) -> None:
        if self._dialog is not None and self._dialog.isVisible():
            self._fill(self._dialog)

    def _fill(self, dialog: ExportDialog) -> None:
        frame, document = self._desk.last_frame, self._desk.session.picture
        if frame is not None:
            can_detail = any(card.family == "picture.restoration" for card in self._desk.cards.values())
            dialog.show_picture(frame.width, frame.height, bool(document.layers), can_detail)


def suffix_of(kind: FileKind) -> str:
    """The usual end of a file's name."""
    return next(suffix for suffix, known in SUFFIXES.items() if known == kind)


def tr(text: str) -> str:
    return QCoreApplication.translate("Exporting", text)
