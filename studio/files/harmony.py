"""Chord symbols as files have them (MusicXML's <harmony>, figures of music21) -> root, quality and bass.

What a Chord cannot hold (added and altered degrees beyond the known qualities) becomes the nearest quality that it can,
and the caller is told so.
"""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from studio.core.chords import QUALITIES, known_quality, nearest_quality
from studio.files.sheet import Symbol

KINDS: dict[str, tuple[int, ...]] = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "augmented": (0, 4, 8),
    "diminished": (0, 3, 6),
    "dominant": (0, 4, 7, 10),
    "major-seventh": (0, 4, 7, 11),
    "minor-seventh": (0, 3, 7, 10),
    "diminished-seventh": (0, 3, 6, 9),
    "augmented-seventh": (0, 4, 8, 10),
    "half-diminished": (0, 3, 6, 10),
    "major-minor": (0, 3, 7, 11),
    "minor-major": (0, 3, 7, 11),
    "major-sixth": (0, 4, 7, 9),
    "minor-sixth": (0, 3, 7, 9),
    "dominant-ninth": (0, 4, 7, 10, 2),
    "major-ninth": (0, 4, 7, 11, 2),
    "minor-ninth": (0, 3, 7, 10, 2),
    "augmented-ninth": (0, 4, 8, 10, 2),
    "dominant-11th": (0, 4, 7, 10, 2, 5),
    "major-11th": (0, 4, 7, 11, 2, 5),
    "minor-11th": (0, 3, 7, 10, 2, 5),
    "dominant-13th": (0, 4, 7, 10, 2, 9),
    "major-13th": (0, 4, 7, 11, 2, 9),
    "minor-13th": (0, 3, 7, 10, 2, 9),
    "maj69": (0, 4, 7, 9, 2),
    "suspended-second": (0, 2, 7),
    "suspended-fourth": (0, 5, 7),
    "power": (0, 7),
    "pedal": (0,),
}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_DEGREES = {1: 0, 2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 10, 9: 2, 11: 5, 13: 9}
_HOMES = {3: (3, 4), 5: (6, 7, 8), 7: (9, 10, 11)}  # where an altered degree may stand before
_FIGURE_KINDS = {  # what music21 writes behind a root, where our own figures differ
    "o7": "diminished-seventh",
    "ø7": "half-diminished",
    "+": "augmented",
    "7+": "augmented-seventh",
    "M9": "major-ninth",
    "mM7": "major-minor",
    "sus": "suspended-fourth",
    "11": "dominant-11th",
    "m11": "minor-11th",
    "13": "dominant-13th",
    "m13": "minor-13th",
    "pedal": "pedal",
    "power": "power",
}
_FIGURE = re.compile(
    r"([A-G])([#-]*)([^/\s]*)(?:/([A-G])([#-]*))?((?: (?:add|alter|subtract|omit) [#b]?\d+)*)"
)
_DEGREE = re.compile(r"(add|alter|subtract|omit) ([#b]?)(\d+)")
Degree = tuple[int, int, str]  # value, alteration, and add, alter or subtract


def chord_of(harmony: Element) -> tuple[Symbol | None, bool]:
    """(root, quality, bass) of a <harmony>, or None for "no chord"; and whether it had to be made simpler."""
    root = _pitch_class(harmony.find("root"), "root")
    kind = harmony.find("kind")
    name = (kind.text or "").strip() if kind is not None else "major"  # some programs leave it out
    if root is None or name == "none":
        return None, root is None and name != "none"
    degrees = [_degree(one) for one in harmony.iterfind("degree")]
    steps = KINDS.get(name)
    if steps is None:
        written = known_quality(kind.get("text", "").strip() if kind is not None else "")
        steps = QUALITIES[written] if written is not None else KINDS["major"]
    quality, simpler = _fitted(steps, degrees)
    return (root, quality, _pitch_class(harmony.find("bass"), "bass")), simpler or name not in KINDS


def figure_symbol(figure: str) -> tuple[Symbol | None, bool]:
    """The same of a figure as music21 writes it ("B-7/D", "C7 add b9"); None for text that is none."""
    match = _FIGURE.fullmatch(figure.strip())
    if match is None:
        return None, True
    quality = known_quality(match[3])
    steps = KINDS[_FIGURE_KINDS[match[3]]] if match[3] in _FIGURE_KINDS else None
    if steps is None:
        if quality is None:
            return None, True
        steps = QUALITIES[quality]
    degrees = [(int(d[3]), {"#": 1, "b": -1, "": 0}[d[2]], d[1]) for d in _DEGREE.finditer(match[6])]
    bass = _altered(match[4], match[5]) if match[4] else None
    fitted, simpler = _fitted(steps, degrees)
    return (_altered(match[1], match[2]), fitted, bass), simpler


def _altered(letter: str, signs: str) -> int:
    return (_STEPS[letter] + signs.count("#") - signs.count("-")) % 12


def _pitch_class(element: Element | None, what: str) -> int | None:
    step = _STEPS.get((element.findtext(f"{what}-step") or "").strip()) if element is not None else None
    if element is None or step is None:
        return None
    return (step + _whole(element.findtext(f"{what}-alter"))) % 12


def _whole(text: str | None) -> int:
    found = re.fullmatch(r"\s*([+-]?\d{1,3})(?:\.\d*)?\s*", text or "")
    return int(found[1]) if found else 0


def _degree(element: Element) -> Degree:
    value, alter = _whole(element.findtext("degree-value")), _whole(element.findtext("degree-alter"))
    return value, alter, (element.findtext("degree-type") or "").strip()


def _fitted(steps: tuple[int, ...], degrees: list[Degree]) -> tuple[str, bool]:
    """The nearest quality, and whether it is not just what was asked for."""
    heard = set(steps)
    for value, alter, how in degrees:
        place = _DEGREES.get(value)
        if place is None:
            continue
        if how != "add":
            heard -= set(_HOMES.get(value, (place,)))
        if how in ("add", "alter"):
            heard.add((place + alter) % 12)
    quality = nearest_quality(heard)
    return quality, frozenset(QUALITIES[quality]) != heard
