"""A score as engraved pages in a file: SVG as it comes, PNG and PDF drawn with Qt. Any thread; no window is needed."""

import sys
from functools import cache
from pathlib import Path

from PySide6.QtCore import QBuffer, QCoreApplication, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPageLayout, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtSvg import QSvgRenderer

from studio.core.errors import StudioError
from studio.core.score import Score
from studio.files.atomic import write_file
from studio.files.engraving import PAGE_MM, engraved, page_files, write_svg_pages

PAGE_ENDINGS = (".pdf", ".png", ".svg")
DPI = 200


def write_engraved(score: Score, path: Path) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Write the pages of a score; returns the files, and what could not be written as it is."""
    engraving = engraved(score)
    ending = path.suffix.lower()
    if ending == ".svg":
        return write_svg_pages(engraving.pages, path), engraving.warnings
    contents = [_pdf(engraving.pages)] if ending == ".pdf" else [_png(page) for page in engraving.pages]
    files = page_files(path, len(contents))
    for file, content in zip(files, contents, strict=True):
        write_file(file, content)
    return files, engraving.warnings


def print_engraved(score: Score, printer: QPrinter) -> None:
    """Send the pages to a printer, or those that its dialog asked for. StudioError where it takes none."""
    pages = engraved(score).pages
    first = max(1, printer.fromPage())
    chosen = pages[first - 1 : printer.toPage() or None]
    printer.setFullPage(True)
    painter = QPainter()
    if not chosen or not painter.begin(printer):
        raise StudioError("The pages could not be printed.", hint="Export them as PDF instead.")
    for number, page in enumerate(chosen):
        if number:
            printer.newPage()
        sheet = QRectF(0, 0, printer.width(), printer.height())
        height = min(sheet.height(), sheet.width() * PAGE_MM[1] / PAGE_MM[0])
        width = height * PAGE_MM[0] / PAGE_MM[1]
        _draw(page, painter, QRectF((sheet.width() - width) / 2, 0, width, height))
    painter.end()


@cache
def ensure_application() -> QCoreApplication:
    """What Qt needs to draw text where no window is open; it lives as long as the program."""
    screenless = ["-platform", "offscreen"] if sys.platform == "linux" else []
    return QGuiApplication.instance() or QGuiApplication(["latent-studio", *screenless])


def _png(page: str) -> bytes:
    width, height = (round(side / 25.4 * DPI) for side in PAGE_MM)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.setDotsPerMeterX(round(DPI / 0.0254))
    image.setDotsPerMeterY(round(DPI / 0.0254))
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(page, painter, QRectF(image.rect()))
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[arg-type]
    return bytes(buffer.data().data())


def _pdf(pages: tuple[str, ...]) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator("Latent Studio")
    size = QPageSize(QPageSize.PageSizeId.A4)
    writer.setPageLayout(QPageLayout(size, QPageLayout.Orientation.Portrait, QMarginsF()))
    painter = QPainter(writer)
    for number, page in enumerate(pages):
        if number:
            writer.newPage()
        _draw(page, painter, QRectF(0, 0, writer.width(), writer.height()))
    painter.end()
    return bytes(buffer.data().data())


def _draw(page: str, painter: QPainter, place: QRectF) -> None:
    QSvgRenderer(page.encode("utf-8")).render(painter, place)
