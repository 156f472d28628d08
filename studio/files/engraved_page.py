"""EngravedPage: a page in layers that can be drawn one after the other, and where its bars and notes lie.

Invariant: places are shares of the page's width and height, 0 to 1; the layers together are the page. A layer is one
line of the music, so that drawing one never takes long (Qt's SVG holds Python's lock meanwhile).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_SPACE = 180  # between two lines of a staff, in Verovio's units
_HEAD_SPACES = {"E0A0": 2.4, "E0A1": 2.4, "E0A2": 1.69}  # how wide a breve and a whole note are
_USUAL_HEAD = 1.25
_MOVE = re.compile(r"translate\((-?[\d.]+),\s*(-?[\d.]+)\)")
_NUMBER = re.compile(r"-?[\d.]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where something of the score lies on the page: `number` is the note's id, or the bar's from 0."""

    number: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class EngravedPage:
    """One page; a note that is held over a bar line lies in several places."""

    index: int
    layers: tuple[str, ...]
    bars: tuple[Place, ...]
    notes: tuple[Place, ...]


def page_of(picture: Element, index: int) -> EngravedPage:
    """A plain page of `Engraver` as layers and places."""
    scaled = next(child for child in picture if child.get("transform", "").startswith("scale("))
    scale = float(_NUMBER.findall(scaled.get("transform", ""))[0])
    size = (_length(picture, "width") / scale, _length(picture, "height") / scale)
    bars, notes = list[Place](), list[Place]()
    for element, x, y in _walked(scaled, 0.0, 0.0):
        kind, name = element.get("class", ""), element.get("id", "")
        if kind == "measure" and name[:1] == "b":
            bars += _placed(int(name[1:]), _bar_box(element, x, y), size)
        elif kind.split(" ")[0] == "note" and name[:1] == "n":
            number = name[1:].partition("t")[0]
            notes += _placed(int(number), _head_box(element, x, y), size) if number.isdecimal() else ()
    return EngravedPage(index, tuple(_layers(picture, scaled)), tuple(bars), tuple(notes))


Box = tuple[float, float, float, float]


def _placed(number: int, box: Box | None, size: tuple[float, float]) -> Iterator[Place]:
    if box is not None:
        (left, top, right, bottom), (width, height) = box, size
        yield Place(number, left / width, top / height, right / width, bottom / height)


def _length(picture: Element, side: str) -> float:
    return float(_NUMBER.findall(picture.get(side, "1"))[0])


def _walked(element: Element, x: float, y: float) -> Iterator[tuple[Element, float, float]]:
    """Every group, and how far those around it have moved it."""
    moved = _MOVE.search(element.get("transform", ""))
    if moved:
        x, y = x + float(moved[1]), y + float(moved[2])
    yield element, x, y
    for child in element:
        if child.tag == f"{_SVG}g":
            yield from _walked(child, x, y)


def _bar_box(bar: Element, x: float, y: float) -> Box | None:
    """Around the lines of all its staves."""
    numbers = [
        [float(number) for number in _NUMBER.findall(line.get("d", ""))]
        for staff in bar
        if staff.get("class") == "staff"
        for line in staff
        if line.tag == f"{_SVG}path"
    ]
    lines = [line for line in numbers if len(line) == 4]
    if not lines:
        return None
    left, right = min(line[0] for line in lines), max(line[2] for line in lines)
    top, bottom = min(line[1] for line in lines), max(line[3] for line in lines)
    return x + left, y + top, x + right, y + bottom


def _head_box(note: Element, x: float, y: float) -> Box | None:
    sign = note.find(f"{_SVG}g[@class='notehead']/{_SVG}use")
    moved = _MOVE.search(sign.get("transform", "")) if sign is not None else None
    if sign is None or moved is None:
        return None
    left, middle = x + float(moved[1]), y + float(moved[2])
    width = _SPACE * _HEAD_SPACES.get(sign.get(_LINK, "")[1:5], _USUAL_HEAD)
    return left, middle - _SPACE / 2, left + width, middle + _SPACE / 2


def _layers(picture: Element, scaled: Element) -> Iterator[str]:
    """The page with all but its systems, then with each of them alone."""
    margin = next((child for child in scaled if child.get("class") == "page-margin"), scaled)
    parts = list(margin)
    systems = [part for part in parts if part.get("class") == "system"]
    for shown in ([part for part in parts if part not in systems], *([system] for system in systems)):
        margin[:] = shown
        yield ElementTree.tostring(picture, "unicode")
    margin[:] = parts
