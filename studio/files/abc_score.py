"""ABC tunes as they are sung and played together: every voice, every note of a chord, changes of metre, key and tempo.

`abc_tune` reads a tune's one line as the models learned it; this is for opening a file. Grace notes, ornaments and
words are left out; a repeat is read once, with its last ending. Invariant: what is left out is counted in the sheet.
Source: the ABC music standard 2.1 (2011), and abc2midi's directives for instruments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction

from studio.core.chords import parse_figure
from studio.core.errors import StudioError
from studio.core.score import Marker
from studio.core.theory import MODES, Key
from studio.files.abc_tune import (
    ACCIDENTAL,
    LETTER_PITCH,
    MAX_DENOMINATOR,
    MAX_LENGTH,
    MAX_TEXT,
    NOTE_IN_CHORD,
    TOKEN,
    AbcError,
    parse_key,
    parse_length,
    parse_meter,
    parse_tempo,
    parse_unit,
    signature,
)
from studio.files.sheet import UNITS, Line, Sheet, ticks_of

NO_CHORD = ("N.C.", "NC")
MAX_VOICES = 64
_FIELD = re.compile(r"([A-Za-z]):(?!\|)(.*)")
_VOICE = re.compile(r"\[?V:\s*([^\s\]]+)([^\]]*)\]?")
_NAME = re.compile(r'(?:name|nm)\s*=\s*"([^"]*)"')
_PROGRAM = re.compile(r"%%MIDI\s+program\s+(?:\d+\s+)?(\d+)\s*$")
_KIT = re.compile(r"%%MIDI\s+channel\s+10\s*$")
_PLAIN_SIGNS = "[]-/<>#,'^_=0123456789:;!?+\u00a0"
_WHOLE = 4 * UNITS


@dataclass(slots=True)
class _Sound:
    """What is struck together, or a rest; its length is a part of a whole note."""

    pitches: tuple[int, ...]
    length: Fraction
    tied: bool = False
    figure: str = ""


@dataclass(slots=True)
class _Settings:
    """What the fields say, for the voices that begin after them."""

    unit: Fraction = Fraction(0)
    meter: tuple[int, int] = (4, 4)
    fifths: int = 0

    @property
    def length(self) -> Fraction:
        """Of a note without a number: an eighth, in short bars a sixteenth."""
        return self.unit or Fraction(1, 16 if Fraction(*self.meter) < Fraction(3, 4) else 8)


@dataclass(slots=True)
class _Voice:
    """Where one voice is. Times count in whole notes from the beginning."""

    line: Line
    is_first: bool
    unit: Fraction
    bar: Fraction
    signs: dict[str, int]
    now: Fraction = Fraction(0)
    bar_start: Fraction = Fraction(0)
    longest: Fraction = Fraction(0)  # where the other overlaid voices of the bar have come to
    sounds: list[_Sound] = field(default_factory=list)
    altered: dict[tuple[str, int], int] = field(default_factory=dict)
    figure: str = ""
    broken: Fraction | None = None
    tuplet: tuple[Fraction, int] = (Fraction(1), 0)
    skips: bool = False


class AbcScore:
    """Reads the lines of one tune into a sheet."""

    def __init__(self, text: str) -> None:
        """AbcError for a tune that cannot be used."""
        if len(text) > MAX_TEXT:
            raise AbcError("a tune beyond all measure")
        self.sheet, self._start = Sheet(), _Settings()
        self._voices: dict[str, _Voice] = {}
        self._about: dict[str, str] = {}
        self._voice: _Voice | None = None
        self._folded = False
        self._keyed = False
        for line in text.splitlines():
            self._read_line(line.rstrip())
        if not self._keyed:
            raise AbcError("no key line")
        for voice in self._voices.values():
            self._close_bar(voice, "|")
        if self._folded:
            self.sheet.remarks.append("Of repeats with two endings the last one was read.")

    # --- lines and fields --------------------------------------------------------------------------------

    def _read_line(self, line: str) -> None:
        voice = _VOICE.match(line)
        if voice:
            self._turn_to(voice[1], voice[2])
            line = line[voice.end() :] if line.startswith("[") else ""
        found = _FIELD.match(line)
        if line.startswith("%"):
            self._read_directive(line)
        elif found and found[1] in "wW":
            self.sheet.dropped["lines of words"] += 1
        elif found:
            self._read_field(found[1], found[2].split("%")[0].strip())
        elif self._keyed and line.strip():
            self._read_music(self._current(), line.split("%")[0])

    def _current(self) -> _Voice:
        if self._voice is None:
            self._turn_to("", "")
        assert self._voice is not None
        return self._voice

    def _turn_to(self, name: str, about: str) -> None:
        """Go on with a voice; before the key line only what is said of it counts."""
        self._about[name] = f"{self._about.get(name, '')} {about}"
        if not self._keyed:
            return
        if name not in self._voices:
            if len(self._voices) >= MAX_VOICES:
                raise AbcError("too many voices")
            self._voices[name] = self._new_voice(self._about[name])
        self._voice = self._voices[name]

    def _new_voice(self, about: str) -> _Voice:
        said = _NAME.search(about)
        drums = "clef=perc" in about.replace(" ", "")
        line = Line(said[1] if said else "" if self._voices else "Melody", drums=drums)
        self.sheet.lines.append(line)
        start = self._start
        return _Voice(line, not self._voices, start.length, Fraction(*start.meter), signature(start.fifths))

    def _read_directive(self, line: str) -> None:
        program = _PROGRAM.match(line)
        if self._keyed and program:
            self._current().line.program = min(int(program[1]), 127)
        elif self._keyed and _KIT.match(line):
            self._current().line.drums = True

    def _read_field(self, name: str, value: str) -> None:
        """A field of the header, or between lines or inside one of the music."""
        if not self._keyed:
            self._read_header(name, value)
        elif name in "KLMQP":
            voice = self._current()
            self._flush(voice)
            self._change(voice, name, value)

    def _read_header(self, name: str, value: str) -> None:
        sheet, start = self.sheet, self._start
        if name == "T":
            sheet.title = sheet.title or value.removeprefix("T:").strip()
        elif name == "M":
            start.meter = parse_meter(value)
        elif name == "L":
            start.unit = parse_unit(value)
        elif name == "Q" and (bpm := parse_tempo(value)):
            sheet.set_tempo(0, bpm)
        elif name == "K":
            self._keyed = True
            start.fifths = parse_key(value)[2]
            sheet.set_meter(0, *start.meter)
            self._set_key(0, value)

    def _change(self, voice: _Voice, name: str, value: str) -> None:
        ticks = _ticks(voice.now)
        if name == "K":
            voice.signs = signature(parse_key(value)[2])
            voice.altered = {}
            if voice.is_first:
                self._set_key(ticks, value)
        elif name == "L":
            voice.unit = parse_unit(value)
        elif name == "M":
            meter = parse_meter(value)
            voice.bar = Fraction(*meter)
            if voice.is_first:
                self.sheet.set_meter(ticks, *meter)
        elif name == "Q" and (bpm := parse_tempo(value)):
            self.sheet.set_tempo(ticks, bpm)
        elif name == "P" and value and voice.is_first:
            self.sheet.markers.append(Marker(ticks, value))

    def _set_key(self, ticks: int, value: str) -> None:
        tonic, mode, _ = parse_key(value)
        key = Key(tonic, mode if mode in MODES else "minor").signature
        self.sheet.set_key(ticks, key.fifths, key.minor)

    # --- music -------------------------------------------------------------------------------------------

    def _read_music(self, voice: _Voice, text: str) -> None:
        for match in TOKEN.finditer(text):
            if match["field"] and match["field"].startswith("[V:"):
                self._turn_to(match["field"][3:-1].strip(), "")
                voice = self._current()
            elif match["field"]:
                self._read_field(match["field"][1], match["field"][3:-1].strip())
            else:
                self._read_token(voice, match)

    def _read_token(self, voice: _Voice, match: re.Match[str]) -> None:
        dropped = self.sheet.dropped
        if match["tuplet"]:
            p = int(match["p"])
            time = int(match["q"]) if match["q"] else {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}.get(p, 2)
            voice.tuplet = (Fraction(time, p), int(match["r"]) if match["r"] else p)
        elif match["bar"]:
            self._close_bar(voice, match["bar"])
        elif match["ending"]:
            voice.skips = match["ending"].lstrip("[")[0] == "1"
            self._folded = self._folded or voice.skips
        elif match["quoted"]:
            voice.figure = match["quoted"][1:-1].strip()
        elif match["grace"] or match["ornament"]:
            dropped["grace notes" if match["grace"] else "ornament signs"] += 1
        elif match["chord"]:
            self._read_chord(voice, match)
        elif match["note"]:
            self._read_note(voice, match)
        elif match["broken"]:
            _break_rhythm(voice, match["broken"])
        elif match["skip"]:
            dropped["signs for the player"] += match["skip"][0] in "!+"
        elif match["other"] == "&":
            self._flush(voice)
            voice.longest, voice.now = max(voice.longest, voice.now), voice.bar_start
        elif match["other"] and match["other"] not in _PLAIN_SIGNS:
            raise AbcError(f"unknown sign {match['other']!r}")

    def _read_chord(self, voice: _Voice, match: re.Match[str]) -> None:
        notes = list(NOTE_IN_CHORD.finditer(match["chord"]))
        if notes:
            length = parse_length(match["chord_length"]) * parse_length(notes[0]["length"])
            pitches = tuple(_pitch(voice, note) for note in notes)
            _add(voice, pitches, length * voice.unit, bool(match["chord_tie"]))

    def _read_note(self, voice: _Voice, match: re.Match[str]) -> None:
        length, letter = parse_length(match["length"]), match["letter"]
        if letter == "Z":
            _add(voice, (), length * voice.bar, False)
        else:
            pitches = () if letter in "zx" else (_pitch(voice, match),)
            _add(voice, pitches, length * voice.unit, bool(match["tie"]))

    def _close_bar(self, voice: _Voice, sign: str) -> None:
        self._flush(voice)
        voice.now = max(voice.now, voice.longest)
        if voice.now > voice.bar_start and voice.is_first:
            self.sheet.bar_lines.add(_ticks(voice.now))
        voice.bar_start, voice.longest, voice.altered = voice.now, Fraction(0), {}
        if ":" in sign:
            voice.skips = False
        self.sheet.dropped["repeats"] += voice.is_first and sign.startswith(":") and sign != ":"

    def _flush(self, voice: _Voice) -> None:
        """Put down what was read of the bar so far."""
        for sound in voice.sounds:
            if sound.figure:
                self._read_figure(sound.figure, _ticks(voice.now))
            for pitch in sound.pitches:
                if sound.length > 0:
                    start = round(voice.now * _WHOLE)
                    voice.line.add(start, round(sound.length * _WHOLE), pitch, sound.tied)
            voice.now += sound.length
        voice.sounds.clear()

    def _read_figure(self, text: str, ticks: int) -> None:
        """What stands in quotes above the notes is a chord where it reads like one, else a word to the player."""
        if text.upper() in NO_CHORD:
            self.sheet.set_chord(ticks, None)
            return
        try:
            chord = parse_figure(text)
        except StudioError:
            self.sheet.dropped["words above the notes"] += 1
        else:
            self.sheet.set_chord(ticks, (chord.root, chord.quality, chord.bass))


def _ticks(time: Fraction) -> int:
    return ticks_of(round(time * _WHOLE))


def _pitch(voice: _Voice, match: re.Match[str]) -> int:
    letter = match["letter"].upper()
    octave = match["letter"].islower() + match["octave"].count("'") - match["octave"].count(",")
    if match["accidental"]:
        voice.altered[letter, octave] = ACCIDENTAL[match["accidental"]]
    alteration = voice.altered.get((letter, octave), voice.signs.get(letter, 0))
    return 60 + 12 * octave + LETTER_PITCH[letter] + alteration


def _add(voice: _Voice, pitches: tuple[int, ...], length: Fraction, tied: bool) -> None:
    if voice.skips:
        return
    scale, left = voice.tuplet
    if left:
        length, voice.tuplet = length * scale, (scale, left - 1)
    if voice.broken is not None:
        length, voice.broken = length * voice.broken, None
    if (length > MAX_LENGTH and pitches) or length.denominator > MAX_DENOMINATOR or length > 10_000:
        raise AbcError("notes beyond all measure")
    voice.sounds.append(_Sound(pitches, length, tied, voice.figure))
    voice.figure = ""


def _break_rhythm(voice: _Voice, sign: str) -> None:
    if voice.skips or not voice.sounds:
        return
    part = Fraction(1, 2 ** min(len(sign), 3))
    last, following = (2 - part, part) if sign[0] == ">" else (part, 2 - part)
    voice.sounds[-1].length *= last
    voice.broken = following
