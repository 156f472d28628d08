"""Engraved pages on paper: a printer gets all pages, or those that were asked for."""

from pathlib import Path

import pytest
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QApplication

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.ui.music.engraved_pages import print_engraved


def song(count: int) -> Score:
    return Score(
        (Track("Oboe", 68, tuple(Note(i * 240, 240, 60 + i % 12) for i in range(count))),), title="Air"
    )


def printer_to(path: Path) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def pages_in(path: Path) -> int:
    return path.read_bytes().count(b"/Type /Page\n")


def test_all_pages_are_printed_or_those_asked_for(qapp: QApplication, tmp_path: Path) -> None:
    score = song(1500)
    print_engraved(score, printer_to(tmp_path / "all.pdf"))
    whole = pages_in(tmp_path / "all.pdf")
    assert whole > 1
    second = printer_to(tmp_path / "second.pdf")
    second.setFromTo(2, 2)
    print_engraved(score, second)
    assert pages_in(tmp_path / "second.pdf") == 1


@pytest.mark.qt_log_ignore("QPainter::begin")
def test_a_printer_that_takes_nothing_is_said(qapp: QApplication, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no notes"):
        print_engraved(Score.empty(), printer_to(tmp_path / "none.pdf"))
    with pytest.raises(StudioError, match="could not be printed"):
        print_engraved(song(4), printer_to(tmp_path / "no" / "such" / "folder.pdf"))
