"""MusicXML (.musicxml, .xml, .mxl) -> Score: each staff of each part a track, chord symbols beside it.

Read are voices (backup, forward), chords, ties, tuplets, transposing instruments, drums, metre, key, tempo, pickups,
rehearsal marks and <harmony>. Left out, and counted: grace and cue notes, unpitched notes that name no drum, ornaments,
articulations, dynamics, words. A repeat is read once, with its last ending. Bars of several parts begin together even
where one is too short.
Source: the MusicXML 4.0 reference (W3C Music Notation Community Group, 2021).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import Element

from studio.core.errors import StudioError
from studio.core.score import Marker
from studio.files.harmony import chord_of
from studio.files.safe_xml import parse_xml, unzip_score
from studio.files.score_reading import ScoreReading, read_bytes
from studio.files.sheet import MAX_LENGTH, UNITS, Line, Sheet, ticks_of

MAX_PARTS = 128
MAX_BARS = 20_000
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_BEATS = {"whole": 4.0, "half": 2.0, "quarter": 1.0, "eighth": 0.5, "16th": 0.25}
_SIGNS = {"ornaments": "ornament signs", "articulations": "articulations", "dynamics": "dynamics"}
Mark = Callable[[Sheet, int], None]  # writes one thing on the sheet, at a tick


def read_musicxml(path: Path) -> ScoreReading:
    """Read a file. StudioError, in one sentence, for what is no such file."""
    return musicxml_reading(read_bytes(path, "a MusicXML file"), path.name)


def musicxml_reading(content: bytes, name: str) -> ScoreReading:
    """Read a file's content, zipped or not, called `name` in errors."""
    if content[:2] == b"PK":
        content = unzip_score(content, name)
    root = parse_xml(content, name)
    if root.tag not in ("score-partwise", "score-timewise"):
        raise StudioError(f"{name} is not a MusicXML score.", f"It begins with <{root.tag[:40]}>.")
    return _Page(root, name).read()


@dataclass(frozen=True, slots=True)
class _Sound:
    """A note in its bar: start and length in UNITS from the bar line."""

    start: int
    length: int
    pitch: int
    staff: int
    tied: bool
    velocity: int


@dataclass(slots=True)
class _Bar:
    """One bar of one part."""

    sounds: list[_Sound] = field(default_factory=list)
    marks: list[tuple[int, Mark]] = field(default_factory=list)
    length: int = 0  # up to the last note or rest
    padded: int = 0  # with the empty space behind it
    repeats: bool = False


def _number(element: Element | None, path: str = "", default: float = 0.0) -> float:
    """The number in an element (or below it), `default` where there is none or nobody could mean it."""
    if element is None:
        return default
    try:
        value = float((element.findtext(path) if path else element.text) or "")
    except ValueError:
        return default
    return value if abs(value) < 1e7 else default


def _velocity(note: Element) -> int:
    """A note's loudness, which MusicXML counts in per cent of forte (90)."""
    found = re.fullmatch(r"\s*(\d{1,4}(?:\.\d*)?)\s*", note.get("dynamics", ""))
    return max(1, min(127, round(float(found[1]) * 0.9))) if found else 80


def _put_marker(text: str, sheet: Sheet, ticks: int) -> None:
    sheet.markers.append(Marker(ticks, text))


class _Page:
    """The whole score: its parts, laid beside each other bar by bar."""

    def __init__(self, root: Element, name: str) -> None:
        self.root, self.name, self.sheet = root, name, Sheet()
        self.described = {part.get("id", ""): part for part in root.iterfind("part-list/score-part")}

    def read(self) -> ScoreReading:
        parts = self._parts()
        count = max((len(bars) for bars in parts.values()), default=0)
        if len(parts) > MAX_PARTS or count > MAX_BARS:
            raise StudioError(f"{self.name} is too large to be read.", f"{len(parts)} parts, {count} bars.")
        readers = {part: _Part(self.sheet, bars, self._drums(part)) for part, bars in parts.items()}
        starts = _starts([reader.bars for reader in readers.values()], count, self._left_out(parts))
        for part, reader in readers.items():
            self._place(part, reader, starts)
        repeated = {index for one in readers.values() for index, bar in enumerate(one.bars) if bar.repeats}
        self.sheet.dropped["repeats"] += len(repeated)
        self.sheet.bar_lines |= {ticks_of(start) for start in starts if start >= 0}
        title = self.root.findtext("work/work-title") or self.root.findtext("movement-title") or ""
        self.sheet.title = title.strip()
        return self.sheet.reading(self.name)

    def _parts(self) -> dict[str, list[Element]]:
        """The bars of each part, whichever way round the file has them."""
        parts: dict[str, list[Element]] = {}
        if self.root.tag == "score-partwise":
            for part in self.root.iterfind("part"):
                parts.setdefault(part.get("id", ""), []).extend(part.iterfind("measure"))
        else:
            for bar in self.root.iterfind("measure"):
                for part in bar.iterfind("part"):
                    parts.setdefault(part.get("id", ""), []).append(part)
        return parts

    def _left_out(self, parts: dict[str, list[Element]]) -> set[int]:
        """The bars of first endings."""
        left = {index for bars in parts.values() for index in _first_endings(bars)}
        if left:
            self.sheet.remarks.append("Of repeats with two endings the last one was read.")
        return left

    def _place(self, part: str, reader: _Part, starts: list[int]) -> None:
        lines: dict[int, Line] = {}
        for bar, start in zip(reader.bars, starts, strict=False):
            if start < 0:
                continue
            for at, mark in bar.marks:
                mark(self.sheet, ticks_of(start + at))
            for sound in bar.sounds:
                line = lines.setdefault(sound.staff, Line())
                line.velocity = sound.velocity
                line.add(start + sound.start, sound.length, sound.pitch, sound.tied)
        name, program = self._described(part)
        hands = ("Right hand", "Left hand") if len(lines) == 2 else ()
        for index, (_, line) in enumerate(sorted(lines.items())):
            line.name, line.program = hands[index] if hands else name, program
            line.drums = reader.drummed
            self.sheet.lines.append(line)

    def _drums(self, part: str) -> dict[str, int]:
        """The General MIDI drum that each unpitched instrument of a part is; "" names the first."""
        described = self.described.get(part)
        kit = described.iterfind("midi-instrument") if described is not None else ()
        drums = {one.get("id", ""): int(_number(one, "midi-unpitched")) - 1 for one in kit}
        drums = {name: pitch for name, pitch in drums.items() if 0 <= pitch <= 127}
        return {"": next(iter(drums.values())), **drums} if drums else {}

    def _described(self, part: str) -> tuple[str, int]:
        described = self.described.get(part)
        if described is None:
            return "", 0
        program = int(_number(described, "midi-instrument/midi-program", 1)) - 1
        return (described.findtext("part-name") or "").strip(), program if 0 <= program <= 127 else 0


def _starts(parts: list[list[_Bar]], count: int, left_out: set[int]) -> list[int]:
    """Where each bar begins, in UNITS; -1 for a bar that is left out."""
    starts, now = [], 0
    for index in range(count):
        starts.append(-1 if index in left_out else now)
        if index not in left_out:
            bars = [part[index] for part in parts if index < len(part)]
            written = max((bar.length for bar in bars), default=0)
            now += written if written and len(parts) > 1 else max((bar.padded for bar in bars), default=0)
    return starts


def _first_endings(bars: list[Element]) -> Iterator[int]:
    """Of endings that stand side by side all bars but those of the last."""
    ending: list[int] = []
    inside = False
    for index, bar in enumerate(bars):
        kinds = [mark.get("type") for mark in bar.iterfind("barline/ending")]
        if "start" in kinds:
            yield from ending
            ending, inside = [], True
        elif not inside:
            ending = []
        if inside:
            ending.append(index)
        inside = inside and not {"stop", "discontinue"} & set(kinds)


class _Part:
    """Reads the bars of one part, one after the other; `now` is the place in the bar, in UNITS."""

    def __init__(self, sheet: Sheet, measures: list[Element], drums: dict[str, int]) -> None:
        self.sheet, self.drums, self.drummed = sheet, drums, False
        self.divisions, self.transposed, self.bar_units = 1.0, 0, 4 * UNITS
        self.now = self.onset = 0
        self.bar = _Bar()
        self.bars = [self._read(measure) for measure in measures]

    def _read(self, measure: Element) -> _Bar:
        self.bar, self.now, self.onset = _Bar(), 0, 0
        for element in measure:
            self._element(element)
        if not self.bar.padded and measure.find("note") is None:
            self.bar.padded = self.bar_units
        return self.bar

    def _element(self, element: Element) -> None:
        if element.tag == "note":
            self._note(element)
        elif element.tag in ("backup", "forward"):
            length = self._length(element)
            self.now = max(0, self.now + (length if element.tag == "forward" else -length))
            self.bar.padded = max(self.bar.padded, self.now)
        elif element.tag == "attributes":
            self._attributes(element)
        elif element.tag == "direction":
            self._direction(element)
        elif element.tag == "sound":
            self._sound(element)
        elif element.tag == "harmony":
            self._harmony(element)
        elif element.tag == "barline":
            self.bar.repeats = element.find("repeat[@direction='backward']") is not None or self.bar.repeats

    def _mark(self, mark: Mark, offset: int = 0) -> None:
        self.bar.marks.append((max(0, self.now + offset), mark))

    def _go_on(self, length: int) -> None:
        self.now += length
        self.bar.length = max(self.bar.length, self.now)
        self.bar.padded = max(self.bar.padded, self.now)

    def _units(self, divisions: float) -> int:
        return max(-MAX_LENGTH, min(MAX_LENGTH + 1, round(divisions * UNITS / self.divisions)))

    def _length(self, element: Element) -> int:
        return max(0, self._units(_number(element, "duration")))

    # --- notes ----------------------------------------------------------------------------------------

    def _note(self, note: Element) -> None:
        self._count(note)
        if note.find("grace") is not None or note.find("cue") is not None:
            kind = "grace notes" if note.find("grace") is not None else "cue notes"
            self.sheet.dropped[kind] += 1
            if kind == "cue notes":
                self._go_on(self._length(note))
            return
        length = self._length(note)
        if note.find("chord") is None:
            self.onset = self.now
            self._go_on(min(length, MAX_LENGTH))
        if note.find("rest") is None:
            self._pitched(note, length)

    def _pitched(self, note: Element, length: int) -> None:
        pitch = self._drum(note) if note.find("unpitched") is not None else self._pitch(note.find("pitch"))
        if pitch is None:
            self.sheet.dropped["unpitched notes"] += 1
        elif not 0 <= pitch <= 127:
            self.sheet.dropped["notes out of range"] += 1
        elif not 0 < length <= MAX_LENGTH:
            self.sheet.dropped["notes of no or impossible length"] += 1
        else:
            tied = note.find("tie[@type='start']") is not None
            staff = int(_number(note, "staff", 1))
            self.bar.sounds.append(_Sound(self.onset, length, pitch, staff, tied, _velocity(note)))

    def _drum(self, note: Element) -> int | None:
        instrument = note.find("instrument")
        name = instrument.get("id", "") if instrument is not None else ""
        pitch = self.drums.get(name, self.drums.get(""))
        self.drummed = self.drummed or pitch is not None
        return pitch

    def _pitch(self, element: Element | None) -> int | None:
        step = _STEPS.get((element.findtext("step") or "").strip()) if element is not None else None
        if element is None or step is None:
            return None
        alter = round(_number(element, "alter"))
        return 12 * (int(_number(element, "octave", 4)) + 1) + step + alter + self.transposed

    def _count(self, note: Element) -> None:
        if note.find("lyric") is not None:
            self.sheet.dropped["words"] += 1
        for notations in note.iterfind("notations"):
            for tag, what in _SIGNS.items():
                if notations.find(tag) is not None:
                    self.sheet.dropped[what] += 1

    # --- what stands around the notes -----------------------------------------------------------------

    def _attributes(self, element: Element) -> None:
        if element.find("divisions") is not None:
            self.divisions = max(1.0, _number(element, "divisions", 1.0))
        if (transpose := element.find("transpose")) is not None:
            octaves = _number(transpose, "octave-change")
            self.transposed = max(-60, min(60, round(_number(transpose, "chromatic") + 12 * octaves)))
        if (key := element.find("key")) is not None and key.find("fifths") is not None:
            self._key(int(_number(key, "fifths")), (key.findtext("mode") or "").strip() == "minor")
        if (time := element.find("time")) is not None:
            self._time(time)

    def _key(self, fifths: int, minor: bool) -> None:
        shift = (self.transposed * 7 + 5) % 12 - 5
        sharps = (
            fifths + shift if abs(fifths + shift) <= 7 else fifths + shift - 12 * (1 if shift > 0 else -1)
        )
        self._mark(lambda sheet, ticks: sheet.set_key(ticks, sharps, minor))

    def _time(self, time: Element) -> None:
        tops = [part for one in time.iterfind("beats") for part in (one.text or "").split("+")]
        beats = sum(int(top) for top in tops if top.strip().isdecimal() and len(top) < 4)
        unit = int(_number(time, "beat-type"))
        if time.find("senza-misura") is not None or not beats:
            return
        self._mark(lambda sheet, ticks: sheet.set_meter(ticks, beats, unit))
        self.bar_units = min(MAX_LENGTH, 4 * UNITS * beats // unit) if unit > 0 else self.bar_units

    def _direction(self, element: Element) -> None:
        offset = self._units(_number(element, "offset"))
        for kind in element.iterfind("direction-type"):
            if text := (kind.findtext("rehearsal") or "").strip():
                self._mark(partial(_put_marker, text), offset)
            if (beat := kind.find("metronome")) is not None and element.find("sound[@tempo]") is None:
                dots = len(beat.findall("beat-unit-dot"))
                unit = _BEATS.get(beat.findtext("beat-unit") or "", 1.0) * (2 - 0.5**dots)
                self._tempo(_number(beat, "per-minute") * unit)
            if kind.find("dynamics") is not None:
                self.sheet.dropped["dynamics"] += 1
        heard = offset if element.find("offset[@sound='yes']") is not None else 0
        for sound in element.iterfind("sound"):
            self._sound(sound, heard)

    def _sound(self, element: Element, offset: int = 0) -> None:
        try:
            self._tempo(float(element.get("tempo", "0")), offset)
        except ValueError:
            self.sheet.dropped["impossible tempos"] += 1

    def _tempo(self, bpm: float, offset: int = 0) -> None:
        if bpm:
            self._mark(lambda sheet, ticks: sheet.set_tempo(ticks, bpm), offset)

    def _harmony(self, element: Element) -> None:
        chord, simpler = chord_of(element)
        offset = self._units(_number(element, "offset"))
        self._mark(lambda sheet, ticks: sheet.set_chord(ticks, chord, simpler), offset)
