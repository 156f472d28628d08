"""Humdrum **kern scores -> Score: each staff a track, the two of a piano named for its hands.

Read are spines with all their splits and joins, chords, ties, rests, tuplets, metre, key and tempo. Left out, and
counted: grace notes, ornament signs, dynamics, words. A repeat is read once, with its last ending.
Source: the **kern and Humdrum syntax references (D. Huron, C. Sapp).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path

from studio.core.errors import StudioError
from studio.files.score_reading import ScoreReading, as_text, read_bytes
from studio.files.sheet import MAX_LENGTH, TOLERANCE, UNITS, Line, Sheet, ticks_of

MAX_COLUMNS = 64
MAX_LINES = 400_000
MAX_SIGN = 80  # characters of one note
_RECIPROCAL = re.compile(r"(\d{1,6})(?:%(\d{1,6}))?(\.{0,4})")
_PITCH = re.compile(r"([A-G]+|[a-g]+)(#{1,2}|-{1,2})?")
_STEPS = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}
_METER = re.compile(r"\*M(\d{1,3})/(\d{1,3})$")
_TEMPO = re.compile(r"\*MM(\d{1,5}(?:\.\d+)?)")
_KEY = re.compile(r"\*k\[((?:[a-g][#-])*)\]")
_TONIC = re.compile(r"\*([A-Ga-g])([#-]?):")
_STAFF, _PART = re.compile(r"\*staff(\d{1,3})"), re.compile(r"\*part(\d{1,3})")
_FIFTHS = {"f": -1, "c": 0, "g": 1, "d": 2, "a": 3, "e": 4, "b": 5}
_INSTRUMENTS = (  # what stands before a staff, as a track's name and General MIDI program
    (re.compile("violoncell|cello", re.I), "Violoncello", 42),
    (re.compile("violin", re.I), "Violin", 40),
    (re.compile("fl[aueû]+t", re.I), "Flute", 73),
    (re.compile("canto|voice|stimme|song|vocal", re.I), "Voice", 52),
    (re.compile("piano", re.I), "Piano", 0),
)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One note or rest of a token: its length in UNITS (-1: not given), pitch (-1: a rest), whether a tie leads on."""

    length: int
    pitch: int
    grace: bool
    tied: bool
    ornament: bool


@dataclass(slots=True)
class _Spine:
    """A spine of the file: which staff of which part it is, and what stands before it."""

    kind: str
    number: int
    part: int = 0
    staff: int = 0
    instrument: str = ""
    sung: bool = False


@dataclass(slots=True)
class _Column:
    """A column of the page: a spine or a part of a split one. `end`: where its last note ends, in UNITS."""

    spine: _Spine
    end: int = 0


def read_kern(path: Path) -> ScoreReading:
    """Read a file. StudioError, in one sentence, for what is no such file."""
    return kern_reading(read_bytes(path, "a Humdrum file"), path.name)


def kern_reading(content: bytes, name: str) -> ScoreReading:
    """Read a file's content, called `name` in errors."""
    return _Reader(name).read(as_text(content))


@lru_cache(maxsize=20_000)
def _sign(text: str) -> _Sign:
    grace = "q" in text or "Q" in text
    found = _RECIPROCAL.search(text)
    length = 0 if grace else _length(found) if found else -1
    pitch = -1 if "r" in text else _pitch(text)
    tied = "_" in text or "[" in text
    return _Sign(length, pitch, grace, tied, any(sign in text for sign in "TtMmSsWw$"))


def _length(found: re.Match[str]) -> int:
    """4 -> a quarter, 12 -> a third of it, 40%3 -> 3/10, 4. -> one and a half, 0 -> two whole notes; -2: too long."""
    digits, below, dots = found[1], int(found[2] or 1), len(found[3])
    if int(digits) == 0:
        length = 8 * UNITS << min(len(digits) - 1, 8)
    else:
        length = round(4 * UNITS * below / int(digits))
    length = 2 * length - (length >> dots)
    return length if length <= MAX_LENGTH else -2


def _pitch(text: str) -> int:
    """The MIDI pitch, -1 where the token names none, -2 where it is out of range."""
    found = _PITCH.search(text)
    if not found:
        return -1
    letters, sign = found[1], found[2] or ""
    octave = len(letters) - 1 if letters.islower() else -len(letters)
    pitch = 60 + 12 * octave + _STEPS[letters[0].lower()] + sign.count("#") - sign.count("-")
    return pitch if 0 <= pitch <= 127 else -2


class _Reader:
    """Goes through the lines of one file. The time is that of the line, in UNITS."""

    def __init__(self, name: str) -> None:
        self.name, self.sheet = name, Sheet()
        self.columns: list[_Column] = []
        self.spines: list[_Spine] = []
        self.tracks: dict[tuple[int, int], Line] = {}
        self.facts: dict[str, str] = {}
        self.endings: frozenset[str] = frozenset()  # first endings, not read
        self.now, self.skipping = 0, False

    def read(self, text: str) -> ScoreReading:
        lines = text.split("\n", MAX_LINES)
        if not any(line.startswith("**") and "**kern" in line for line in lines):
            raise StudioError(f"{self.name} is not a Humdrum score.", "It has no **kern spine.")
        self.endings = _first_endings(text)
        for number, line in enumerate(lines, 1):
            if line.startswith("!"):
                self._comment(line)
            elif line.strip():
                self._line(number, line.split("\t"))
        self._name_tracks()
        return self.sheet.reading(self.name)

    def _comment(self, line: str) -> None:
        match = re.match(r"!!!(OTL|OPS|ONM)[^:]*:\s*(.*)", line)
        if match and match[2]:
            self.facts.setdefault(match[1], match[2].strip().rstrip("."))

    def _line(self, number: int, tokens: list[str]) -> None:
        if not self.columns and tokens[0].startswith("**"):
            if len(tokens) > MAX_COLUMNS:
                raise self._damaged(number, f"More than {MAX_COLUMNS} spines.")
            self.columns = [self._new_spine(token) for token in tokens]
            return
        if len(tokens) != len(self.columns):
            raise self._damaged(number, f"{len(tokens)} columns; {len(self.columns)} were expected.")
        if tokens[0].startswith("*"):
            self._interpret(tokens)
            self._reshape(number, tokens)
        elif tokens[0].startswith("="):
            if not self.skipping:
                self.sheet.bar_lines.add(ticks_of(self.now))
                self.sheet.dropped["repeats"] += ":|" in tokens[0] or ":!" in tokens[0]
        else:
            self._data(tokens)

    def _damaged(self, number: int, detail: str) -> StudioError:
        return StudioError(f"{self.name} is damaged: line {number} cannot be read.", detail)

    def _new_spine(self, kind: str) -> _Column:
        spine = _Spine(kind, len(self.spines))
        if kind == "**text" and self.spines:
            kerns = [one for one in self.spines if one.kind == "**kern"]
            if kerns:
                kerns[-1].sung = True
        self.spines.append(spine)
        return _Column(spine, self.now)

    # --- notes ----------------------------------------------------------------------------------------

    def _data(self, tokens: Sequence[str]) -> None:
        moved = False
        for column, token in zip(self.columns, tokens, strict=True):
            if token == "." or not token:
                continue
            if column.spine.kind == "**kern":
                moved = self._sound(column, token) or moved
            elif not self.skipping:
                self._count(column.spine.kind)
        if moved:
            ends = [c.end for c in self.columns if c.spine.kind == "**kern" and c.end > self.now + TOLERANCE]
            self.now = min(ends, default=self.now)

    def _count(self, kind: str) -> None:
        self.sheet.dropped[
            {"**dynam": "dynamics", "**text": "words", "**fing": "fingerings"}.get(kind, kind)
        ] += 1

    def _sound(self, column: _Column, token: str) -> bool:
        """Place the notes of a token; whether it takes time."""
        if self.skipping:
            return False
        signs = [_sign(part[:MAX_SIGN]) for part in token.split(" ") if part]
        whole = next((sign.length for sign in signs if sign.length != -1), -1)
        dropped = self.sheet.dropped
        if any(sign.grace for sign in signs):
            dropped["grace notes"] += sum(sign.grace for sign in signs)
            return False
        if whole < 0:
            dropped["notes of no or impossible length"] += len(signs)
            return False
        if column.end > self.now + TOLERANCE:
            dropped["ends of notes that the next ones of their voice cut off"] += 1
        line = self._track(column.spine)
        for sign in signs:
            length = sign.length if sign.length > 0 else whole
            if sign.pitch >= 0:
                line.add(self.now, length, sign.pitch, sign.tied)
                dropped.update(["ornament signs"] * sign.ornament)
            elif sign.pitch == -2:
                dropped["notes out of range"] += 1
        column.end = self.now + whole
        return True

    def _track(self, spine: _Spine) -> Line:
        return self.tracks.setdefault((spine.part, spine.staff or -spine.number - 1), Line())

    # --- interpretations ------------------------------------------------------------------------------

    def _interpret(self, tokens: Sequence[str]) -> None:
        seen: set[str] = set()
        for column, token in zip(self.columns, tokens, strict=True):
            if column.spine.kind != "**kern" or len(token) < 2:
                continue
            self._describe(column.spine, token)
            if token not in seen:
                seen.add(token)
                self._change(token)

    def _describe(self, spine: _Spine, token: str) -> None:
        if match := _STAFF.match(token):
            spine.staff = int(match[1])
        elif match := _PART.match(token):
            spine.part = int(match[1])
        elif token.startswith('*I"') and not spine.instrument:
            spine.instrument = token[3:]

    def _change(self, token: str) -> None:
        now, sheet = ticks_of(self.now), self.sheet
        if token.startswith("*>") and "[" not in token:
            self.skipping = token[2:] in self.endings
        elif match := _METER.match(token):
            sheet.set_meter(now, int(match[1]), int(match[2]))
        elif match := _TEMPO.match(token):
            sheet.set_tempo(now, float(match[1]))
        elif match := _KEY.match(token):
            minor = now in sheet.keys and sheet.keys[now].minor
            sheet.set_key(now, match[1].count("#") - match[1].count("-"), minor)
        elif match := _TONIC.match(token):
            self._set_tonic(now, match)

    def _set_tonic(self, now: int, match: re.Match[str]) -> None:
        """The mode; the signature too where there is none, or one that is off by one (as old prints have it)."""
        minor, keys = match[1].islower(), self.sheet.keys
        sharps = _FIFTHS[match[1].lower()] + 7 * {"#": 1, "-": -1, "": 0}[match[2]] - 3 * minor
        if not keys or abs(sharps - keys[max(keys)].fifths) <= 1:
            self.sheet.set_key(now, sharps, minor)

    def _reshape(self, number: int, tokens: Sequence[str]) -> None:
        """Split, join, end, begin and exchange columns."""
        if not any(token in ("*^", "*v", "*-", "*+", "*x") or token.startswith("**") for token in tokens):
            return
        columns: list[_Column] = []
        pairs = zip(self.columns, tokens, strict=True)
        for token, group in groupby(pairs, key=lambda pair: pair[1]):
            same = [column for column, _ in group]
            if token == "*v":
                columns += _joined(same)
            elif token == "*^":
                columns += [_Column(column.spine, column.end) for column in same for _ in range(2)]
            elif token == "*+":
                columns += [one for column in same for one in (column, self._new_spine(""))]
            elif token.startswith("**"):
                columns += [self._new_spine(token) for _ in same]
            elif token != "*-":
                columns += same
        crossed = [index for index, token in enumerate(tokens) if token == "*x"]
        if len(crossed) == 2 and len(columns) == len(tokens):
            columns[crossed[0]], columns[crossed[1]] = columns[crossed[1]], columns[crossed[0]]
        if len(columns) > MAX_COLUMNS:
            raise self._damaged(number, f"More than {MAX_COLUMNS} columns.")
        self.columns = columns

    # --- the end --------------------------------------------------------------------------------------

    def _name_tracks(self) -> None:
        """Tracks from the top of the page down."""
        parts: dict[int, list[tuple[int, Line]]] = {}
        for (part, staff), line in sorted(self.tracks.items(), key=lambda item: _height(item[0])):
            if line.notes:
                parts.setdefault(part, []).append((staff, line))
        if len(parts) == 2 == len(self.tracks) and not any(self._instrument(part)[0] for part in parts):
            parts = {0: [stave for staves in parts.values() for stave in staves]}
        for part, staves in parts.items():
            name, program = ("", 0) if len(staves) == 2 else self._instrument(part)
            names = ("Right hand", "Left hand") if len(staves) == 2 else (name,) * len(staves)
            for (_, line), own in zip(staves, names, strict=True):
                line.name, line.program = own, program
                self.sheet.lines.append(line)
        facts = self.facts
        self.sheet.title = " ".join(facts[key] for key in ("OTL", "OPS", "ONM") if key in facts)
        if self.endings:
            self.sheet.remarks.append("Of repeats with two endings the last one was read.")

    def _instrument(self, part: int) -> tuple[str, int]:
        spines = [spine for spine in self.spines if spine.part == part and spine.kind == "**kern"]
        words = " ".join(spine.instrument for spine in spines)
        known = next(((name, program) for what, name, program in _INSTRUMENTS if what.search(words)), None)
        sung = any(spine.sung for spine in spines)
        return known or (("Voice", 52) if sung else ("", 0))


def _joined(columns: list[_Column]) -> list[_Column]:
    """What becomes of neighbours that join: those of a spine one column; of several spines one, where none is split."""
    spines = [list(group) for _, group in groupby(columns, key=lambda column: column.spine.number)]
    if any(len(spine) == 1 for spine in spines):
        spines = [columns]
    return [_Column(spine[0].spine, max(column.end for column in spine)) for spine in spines]


def _height(place: tuple[int, int]) -> tuple[int, int]:
    """Upper staves first: the lowest number; of unnumbered spines the rightmost."""
    staff = place[1]
    return (0, staff) if staff > 0 else (1, staff)


def _first_endings(text: str) -> frozenset[str]:
    """Labels of sections that a repeat's second time leaves out, from the file's expansion lists."""
    first: set[str] = set()
    for found in re.finditer(r"\*>\s?\[([^\]\n\t]{1,2000})\]", text):
        names = found[1].split(",")
        follows = set(pairwise(names))
        first |= {f"{n}1" for n in names if (f"{n}1", n) in follows and (n, f"{n}2") in follows}
    return frozenset(first)
