"""ABC tunes: the notes of a single voice with exact ticks, laid on their bars, and what the header says.

It reads what the printed dance-tune collections use: note lengths, broken rhythm, tuplets, ties, accidentals that
last for the bar, key changes, chord names. Grace notes, ornaments and words are left out, as are further voices; of a
chord the top note is kept; a repeat is read once, with its last ending. Invariant: every bar begins on the grid of the
tune's metre; what is left out is counted.
Source: the ABC music standard 2.1 (2011).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from studio.core.score import TICKS_PER_QUARTER, Note
from studio.files.score_reading import MAX_NOTES

WHOLE = TICKS_PER_QUARTER * 4
MAX_TEXT = 1_000_000
MAX_LENGTH, MAX_DENOMINATOR = 32, 50_000  # of one note, in whole notes
MODES = {
    "maj": "major",
    "ion": "major",
    "mix": "mixolydian",
    "dor": "dorian",
    "min": "minor",
    "aeo": "minor",
    "m": "minor",
    "lyd": "lydian",
    "phr": "phrygian",
    "loc": "locrian",
    "": "major",
}
MODE_FIFTHS = {
    "lydian": 1,
    "major": 0,
    "mixolydian": -1,
    "dorian": -2,
    "minor": -3,
    "phrygian": -4,
    "locrian": -5,
}
LETTER_FIFTHS = {"F": -1, "C": 0, "G": 1, "D": 2, "A": 3, "E": 4, "B": 5}
LETTER_PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTAL = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}

TOKEN = re.compile(
    r"""
    (?P<tuplet>\((?P<p>[2-9])(?::(?P<q>\d{0,2}))?(?::(?P<r>\d{0,2}))?)
  | (?P<quoted>"[^"]*")
  | (?P<grace>\{[^}]*\})
  | (?P<ornament>[~TMPuv] | !(?:trill|turn|mordent|roll)!)
  | (?P<skip>![^!]*! | \+[^+]*\+ | [\s`\\y.$*(){}H-WYi-tw])
  | (?P<field>\[[A-Za-z]:[^\]]*\])
  | (?P<bar>:*\|+[\]:]*|\[\||::+|\|\]|:)
  | (?P<ending>\[?[1-9](?:[,-][1-9])*)
  | (?P<chord>\[[^\]]*\])(?P<chord_length>\d*/*\d*)(?P<chord_tie>-?)
  | (?P<note>(?P<accidental>\^\^|__|[\^_=])?(?P<letter>[A-Ga-gzZx])(?P<octave>[,']*)(?P<length>\d*/*\d*)\s*(?P<tie>-?))
  | (?P<broken><+|>+)
  | (?P<other>.)
""",
    re.VERBOSE,
)
NOTE_IN_CHORD = re.compile(
    r"(?P<accidental>\^\^|__|[\^_=])?(?P<letter>[A-Ga-g])(?P<octave>[,']*)(?P<length>\d*/*\d*)"
)


class AbcError(ValueError):
    """The tune cannot be read; the text says why."""


@dataclass(slots=True)
class Tune:
    """One tune as read. Ticks count from the first full bar line, so a pickup starts before a bar's end."""

    number: int = 0
    titles: list[str] = field(default_factory=list)
    rhythm: str = ""
    credit: str = ""
    meter: tuple[int, int] = (4, 4)
    tonic: int = 0
    mode: str = "major"
    notes: list[Note] = field(default_factory=list)
    end_ticks: int = 0
    odd_bars: int = 0
    bpm: float = 0.0  # 0: not written
    chords: dict[int, str] = field(default_factory=dict)  # tick -> figure
    dropped: Counter[str] = field(default_factory=Counter)
    folded: bool = False  # whether first endings were passed over


@dataclass(slots=True)
class _Sound:
    """A note or a rest (pitch None) with its length as a fraction of a whole note."""

    pitch: int | None
    length: Fraction
    tied: bool = False
    figure: str = ""


def parse_length(text: str) -> Fraction:
    """'' -> 1, '3' -> 3, '/' -> 1/2, '//' -> 1/4, '3/2' -> 3/2, in unit note lengths."""
    above, slash, below = text.partition("/")
    if len(text) > 9:
        raise AbcError(f"length {text[:20]!r}")
    number = Fraction(int(above or 1))
    if not slash:
        return number
    slashes = 1 + below.count("/")
    digits = below.strip("/")
    below_it = int(digits) if digits else 2**slashes
    if not below_it:
        raise AbcError(f"length {text!r}")
    return number / below_it


def parse_meter(text: str) -> tuple[int, int]:
    text = text.split("%")[0].strip()
    if text in ("C", ""):
        return 4, 4
    if text == "C|":
        return 2, 2
    match = re.match(r"([1-9]\d?)/([1-9]\d?)(?!\d)", text)
    if match is None:
        raise AbcError(f"metre {text[:20]!r}")
    return int(match[1]), int(match[2])


def parse_key(text: str) -> tuple[int, str, int]:
    """Tonic pitch class, mode name, and sharps (+) or flats (-)."""
    match = re.match(r"([A-G])([#b]?)\s*([A-Za-z]*)", text.split("%")[0].strip())
    if match is None:
        if text.strip()[:2].upper() == "HP":
            return 9, "mixolydian", 2
        raise AbcError(f"key {text!r}")
    word = match[3].lower()
    mode = MODES.get("m" if word == "m" else word[:3], "major")
    shift = {"#": 1, "b": -1, "": 0}[match[2]]
    fifths = LETTER_FIFTHS[match[1]] + 7 * shift + MODE_FIFTHS[mode]
    return (LETTER_PITCH[match[1]] + shift) % 12, mode, fifths


def signature(fifths: int) -> dict[str, int]:
    """Letter -> alteration for a key with that many sharps or flats."""
    order = "FCGDAEB"
    letters = order[:fifths] if fifths > 0 else order[::-1][:-fifths]
    return dict.fromkeys(letters, 1 if fifths > 0 else -1)


class _Body:
    """Reads the music lines of one tune into measures of sounds."""

    def __init__(self, unit: Fraction, fifths: int) -> None:
        self.unit = unit
        self.dropped: Counter[str] = Counter()
        self.folded = False
        self._figure = ""
        self._count = 0
        self.signature = signature(fifths)
        self.measures: list[list[_Sound]] = [[]]
        self._bar_accidentals: dict[tuple[str, int], int] = {}
        self._broken: Fraction | None = None
        self._tuplet: tuple[Fraction, int] = (Fraction(1), 0)
        self._skipping = False

    def read(self, text: str) -> None:
        for match in TOKEN.finditer(text):
            kind = match.lastgroup
            if match["field"]:
                self._read_field(match["field"][1:-1])
            elif match["tuplet"]:
                self._open_tuplet(int(match["p"]), match["q"], match["r"])
            elif match["bar"]:
                self._close_bar(match["bar"])
            elif match["ending"]:
                self._skipping = match["ending"].lstrip("[")[0] == "1"
                self.folded = self.folded or self._skipping
            elif match["quoted"]:
                self._figure = match["quoted"][1:-1].strip()
            elif match["grace"] or match["ornament"]:
                self.dropped["grace notes" if match["grace"] else "ornament signs"] += 1
            elif match["chord"]:
                self._read_chord(match)
            elif match["note"]:
                self._read_note(match)
            elif match["broken"]:
                self._break_rhythm(match["broken"])
            elif kind == "other" and match["other"] not in "[]&-/<>#,'^_=0123456789:;!?+\u00a0":
                raise AbcError(f"unknown sign {match['other']!r}")

    def _read_field(self, text: str) -> None:
        name, _, value = text.partition(":")
        if name == "K":
            self.signature = signature(parse_key(value)[2])
        elif name == "L":
            self.unit = parse_unit(value)

    def _open_tuplet(self, p: int, q: str | None, r: str | None) -> None:
        time = int(q) if q else {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 2)
        self._tuplet = (Fraction(time, p), int(r) if r else p)

    def _close_bar(self, sign: str) -> None:
        self._bar_accidentals = {}
        if self._skipping and ":" in sign:
            self._skipping = False
        if self.measures[-1]:
            self.measures.append([])
        self.dropped["repeats"] += sign.startswith(":") and sign != ":"

    def _read_chord(self, match: re.Match[str]) -> None:
        notes = list(NOTE_IN_CHORD.finditer(match["chord"]))
        if notes:
            length = parse_length(match["chord_length"]) * parse_length(notes[0]["length"])
            self._add(max(self._pitch(note) for note in notes), length, bool(match["chord_tie"]))
            self.dropped["lower notes of chords"] += len(notes) - 1

    def _read_note(self, match: re.Match[str]) -> None:
        pitch = None if match["letter"] in "zZx" else self._pitch(match)
        self._add(pitch, parse_length(match["length"]), bool(match["tie"]))

    def _pitch(self, match: re.Match[str]) -> int:
        letter = match["letter"].upper()
        octave = match["letter"].islower() + match["octave"].count("'") - match["octave"].count(",")
        if match["accidental"]:
            self._bar_accidentals[letter, octave] = ACCIDENTAL[match["accidental"]]
        alteration = self._bar_accidentals.get((letter, octave), self.signature.get(letter, 0))
        return 60 + 12 * octave + LETTER_PITCH[letter] + alteration

    def _add(self, pitch: int | None, length: Fraction, tied: bool) -> None:
        if self._skipping:
            return
        length *= self.unit
        scale, left = self._tuplet
        if left:
            length, self._tuplet = length * scale, (scale, left - 1)
        if self._broken is not None:
            length, self._broken = length * self._broken, None
        self._count += 1
        if length > MAX_LENGTH or length.denominator > MAX_DENOMINATOR or self._count > MAX_NOTES:
            raise AbcError("notes beyond all measure")
        self.measures[-1].append(_Sound(pitch, length, tied, self._figure))
        self._figure = ""

    def _break_rhythm(self, sign: str) -> None:
        if self._skipping or not self.measures[-1]:
            return
        part = Fraction(1, 2 ** min(len(sign), 3))
        last, following = (2 - part, part) if sign[0] == ">" else (part, 2 - part)
        self.measures[-1][-1].length *= last
        self._broken = following


def _lay_on_bars(body: _Body, bar: Fraction, tune: Tune) -> None:
    """Give every measure its place: short ones at section ends complete each other, others are padded."""
    measures = [measure for measure in body.measures if measure]
    time, tied = Fraction(0), False
    for index, measure in enumerate(measures):
        length = sum((sound.length for sound in measure), Fraction(0))
        if index == 0 and length < bar:
            time = bar - length
        elif (missing := -time % bar) and missing != length:
            time += missing if missing > length or length >= bar else 0
            tune.odd_bars += 1
        tied = _place(measure, time, tied, tune)
        time += length
    tune.end_ticks = -(-time // bar) * int(bar * WHOLE)


def _place(measure: list[_Sound], time: Fraction, tied: bool, tune: Tune) -> bool:
    for sound in measure:
        start, end = round(time * WHOLE), round((time + sound.length) * WHOLE)
        if sound.figure:
            tune.chords[start] = sound.figure
        if sound.pitch is not None and end > start:
            last = tune.notes[-1] if tune.notes else None
            if tied and last and last.pitch == sound.pitch and last.end_ticks == start:
                tune.notes[-1] = Note(last.start_ticks, end - last.start_ticks, last.pitch)
            else:
                tune.notes.append(Note(start, end - start, sound.pitch))
        tied = sound.tied
        time += sound.length
    return tied


_FIELD = re.compile(r"([A-Za-z]):(?!\|)(.*)")
_VOICE = re.compile(r"\[?V:\s*([^\s\]]+)[^\]]*\]?")


class _Lines:
    """Sorts the lines of a tune: what the header says, and the music of the first voice."""

    def __init__(self, all_voices: bool) -> None:
        self.all_voices = all_voices
        self.tune, self.music = Tune(), list[str]()
        self.unit: Fraction | None = None
        self.fifths, self.keyed = 0, False
        self._voices: list[str] = []
        self._others = False

    def read(self, line: str) -> None:
        match = _FIELD.match(line)
        if self.keyed and not self.all_voices and line.startswith(("V:", "[V:")):
            line = self._turn_to(line)
            match = None
        if match and match[1] not in "wW":
            self._field(match[1], match[2].strip())
        elif match:
            self.tune.dropped["lines of words"] += 1
        elif self.keyed and not self._others and not line.startswith("%"):
            self.music.append(line.split("%")[0])

    def _turn_to(self, line: str) -> str:
        """The line without its voice; only the voice that comes first is read."""
        match = _VOICE.match(line)
        if match is None:
            return line
        if not self._voices and any(line.strip() for line in self.music):
            self._voices.append("")  # what stands before the first named one
        if match[1] not in self._voices:
            self._voices.append(match[1])
            self.tune.dropped["further voices"] += len(self._voices) > 1
        self._others = match[1] != self._voices[0]
        return line[match.end() :] if line.startswith("[") else ""

    def _field(self, name: str, value: str) -> None:
        if name == "K" and not self.keyed:
            self.tune.tonic, self.tune.mode, self.fifths = parse_key(value)
            self.keyed = True
        elif self.keyed:
            self.music.append(f"[{name}:{value.replace(']', '')}]" if name in "KL" else "")
            self.tune.dropped["changes of metre"] += name == "M" and parse_meter(value) != self.tune.meter
        elif name == "L":
            self.unit = parse_unit(value)
        else:
            _read_header(self.tune, name, value)


def read_tune(text: str, all_voices: bool = False) -> Tune:
    """Read one tune (from its X: line on). AbcError for a tune that cannot be used.

    all_voices: read further voices as if they came after the first (as the bundled models' tunes were split)."""
    if len(text) > MAX_TEXT:
        raise AbcError("a tune beyond all measure")
    lines = _Lines(all_voices)
    for line in text.splitlines():
        lines.read(line.rstrip())
    if not lines.keyed:
        raise AbcError("no key line")
    tune, bar = lines.tune, Fraction(*lines.tune.meter)
    body = _Body(lines.unit or Fraction(1, 8), lines.fifths)
    body.read("\n".join(lines.music))
    tune.dropped.update(body.dropped)
    tune.folded = body.folded
    _lay_on_bars(body, bar, tune)
    return tune


def parse_unit(text: str) -> Fraction:
    """The length of a note without a number, as a part of a whole note."""
    match = re.match(r"\s*([1-9]\d?)/([1-9]\d{0,2})(?!\d)", text)
    if match is None:
        raise AbcError(f"unit {text[:20]!r}")
    return Fraction(int(match[1]), int(match[2]))


def _read_header(tune: Tune, name: str, value: str) -> None:
    if name == "X":
        tune.number = int(re.sub(r"[^0-9]", "", value)[:9] or 0)
    elif name == "T":
        tune.titles.append(value.removeprefix("T:").strip())
    elif name == "M":
        tune.meter = parse_meter(value)
    elif name == "R":
        tune.rhythm = value.lower()
    elif name == "Z" and value:
        tune.credit = tune.credit or value
    elif name == "Q":
        tune.bpm = parse_tempo(value)


def parse_tempo(text: str) -> float:
    """Quarter notes a minute of "3/8=120" or "120" (of quarters); 0 for words."""
    match = re.search(r"(?:(\d{1,2})/(\d{1,2})\s*=\s*)?(\d{1,3})(?![\d/])", re.sub(r'"[^"]*"', "", text))
    if match is None:
        return 0.0
    beat = 4 * int(match[1]) / max(1, int(match[2])) if match[1] else 1.0
    return beat * int(match[3])


def split_tunes(text: str) -> list[str]:
    """The text of each tune in an ABC file."""
    return [part for part in re.split(r"(?m)^(?=X:)", text.replace("\r", "")) if part.startswith("X:")]
