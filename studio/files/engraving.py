"""Score -> engraved pages as SVG, by Verovio (LGPL), from our own MusicXML.

Invariant: a page holds plain shapes and plain lines of text, without nested pictures or spans and without a font of its
own, so that every viewer shows it (Qt's shows neither).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from studio.core.errors import StudioError
from studio.core.score import Score
from studio.files.atomic import write_file
from studio.files.musicxml_writer import musicxml_bytes

PAGE_MM = (210, 297)
_OPTIONS = {
    "pageWidth": PAGE_MM[0] * 10,
    "pageHeight": PAGE_MM[1] * 10,
    "pageMarginLeft": 150,
    "pageMarginRight": 150,
    "pageMarginTop": 150,
    "pageMarginBottom": 150,
    "scale": 85,
    "scaleToPageSize": True,
    "footer": "none",
    "breaks": "auto",
    "smuflTextFont": "none",
    "condense": "none",
    "xmlIdChecksum": True,
}
_SVG = "{http://www.w3.org/2000/svg}"
_SIGNS = {  # of Verovio's text font -> of any font
    0xE1D3: "𝅗𝅥", 0xECA3: "𝅗𝅥", 0xE1D5: "♩", 0xECA5: "♩", 0xE1D7: "♪", 0xECA7: "♪", 0xE1E7: ".", 0xECB7: ".",
    0xEA64: "♭", 0xEA65: "♮", 0xEA66: "♯", 0xE260: "♭", 0xE261: "♮", 0xE262: "♯", 0xED60: "♭", 0xED61: "♮", 0xED62: "♯",
}  # fmt: skip
_DEGREES = re.compile(
    "<degree .*?</degree>", re.DOTALL
)  # the chord's text has them; Verovio would write them twice
_KEPT = ("x", "y", "text-anchor", "font-family", "font-size", "font-style", "font-weight")


@dataclass(frozen=True, slots=True)
class Engraving:
    """The pages as SVG, and what could not be written as it is."""

    pages: tuple[str, ...]
    warnings: tuple[str, ...] = ()


class Engraver:
    """One score as Verovio lays it out; a page is drawn when it is asked for. Lives on the thread that makes it.

    Notes have the id n and their number in the score, bars b and theirs from 0. Verovio holds Python's lock while it
    works (200 ms for 4,000 notes): a window uses `engraver_process`."""

    def __init__(self, score: Score) -> None:
        """StudioError for a score without notes."""
        content, self.warnings = musicxml_bytes(score)
        self.bar_count = content.count(b'<measure number="', 0, content.find(b"</part>"))
        import verovio  # here: it takes a while, and only what is engraved needs it

        verovio.enableLog(verovio.LOG_OFF)
        self._toolkit = verovio.toolkit(False)
        self._toolkit.setResourcePath(
            str(files("verovio") / "data")
        )  # of its own accord only one thread knows where they are
        self._toolkit.setOptions(_OPTIONS)
        if not self._toolkit.loadData(_DEGREES.sub("", content.decode("utf-8"))):
            raise StudioError("The score could not be engraved.", "Verovio refused it.")
        self.page_count: int = self._toolkit.getPageCount()

    def page(self, index: int) -> Element:
        """A page, from 0, as a plain picture."""
        return _plain(self._toolkit.renderToSVG(index + 1))

    def first_bars(self) -> tuple[int, ...]:
        """The number, from 0, of the first bar on each page."""
        bars = range(self.bar_count)
        return tuple(bisect_left(bars, page + 1, key=self._page_of) for page in range(self.page_count))

    def _page_of(self, bar: int) -> int:
        number: int = self._toolkit.getPageWithElement(f"b{bar}")
        return number


def engraved(score: Score) -> Engraving:
    """The pages of a score. StudioError for one without notes."""
    engraver = Engraver(score)
    pages = (ElementTree.tostring(engraver.page(index), "unicode") for index in range(engraver.page_count))
    return Engraving(tuple(pages), engraver.warnings)


def write_svg_pages(pages: tuple[str, ...], path: Path) -> tuple[Path, ...]:
    """One file a page, numbered where there are several."""
    targets = page_files(path, len(pages))
    for page, target in zip(pages, targets, strict=True):
        write_file(target, page.encode("utf-8"))
    return targets


def page_files(path: Path, count: int) -> tuple[Path, ...]:
    if count == 1:
        return (path,)
    return tuple(path.with_stem(f"{path.stem}-{number + 1}") for number in range(count))


# --- plain SVG ----------------------------------------------------------------------------------------


def _plain(svg: str) -> Element:
    ElementTree.register_namespace("", _SVG[1:-1])
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)
    root.set("color", "black")
    for parent in list(root.iter()):
        for index, child in enumerate(parent):
            if child.tag == f"{_SVG}svg":
                parent[index] = _as_group(child, _number(root.get("width", "1")))
            elif child.tag == f"{_SVG}text":
                parent[index] = _as_line(child)
    return root


def _number(text: str) -> float:
    found = re.match(r"[\d.]+", text)
    return float(found[0]) if found else 1.0


def _as_group(picture: Element, width: float) -> Element:
    """A nested picture as a scaled group."""
    inner = _number(picture.get("viewBox", "0 0 1 1").split()[2])
    group = Element(f"{_SVG}g", {"transform": f"scale({width / inner:.8f})"})
    group.set("font-family", picture.get("font-family", "serif"))
    group.extend(list(picture))
    return group


def _as_line(text: Element) -> Element:
    """A text whose spans stand side by side, all but the first without a place of their own."""
    line = Element(f"{_SVG}text", {name: text.attrib[name] for name in _KEPT if name in text.attrib})
    parts = [part for part in _parts(text, {}) if part[1].get("font-size") != "0px"]
    words = [_number(style.get("font-size", "405")) for part, style in parts if not _is_sign(part)]
    usual = f"{min(words, default=405):g}px"
    line.set("font-size", usual)
    for number, (part, style) in enumerate(parts):
        if not number:
            line.attrib.update({name: style[name] for name in ("x", "y", "text-anchor") if name in style})
        size = usual if _is_sign(part) else style.get("font-size", usual)
        span = ElementTree.SubElement(line, f"{_SVG}tspan", {"font-size": size})
        span.text = "".join(_SIGNS.get(ord(sign), sign) for sign in part)
    return line


def _is_sign(text: str) -> bool:
    return all(0xE000 <= ord(sign) < 0xF900 for sign in text)


def _parts(element: Element, style: dict[str, str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The pieces of text in an element, each with the style that holds for it."""
    style = {**style, **{name: element.attrib[name] for name in _KEPT if name in element.attrib}}
    if element.text and element.text.strip():
        yield element.text, style
    for child in element:
        yield from _parts(child, style)
