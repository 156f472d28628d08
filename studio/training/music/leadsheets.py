"""Lead sheets (a melody and the chords over it) from JSON lines: read, put on their bar lines and in their key.

Invariant: whatever a sheet loses is counted in the reading; bar lines lie on multiples of the bar from tick 0.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.chords import Chord, parse_figure
from studio.core.errors import StudioError
from studio.core.score import TICKS_PER_QUARTER, Note
from studio.core.theory import Key, guess_key

MIN_NOTES, MIN_CHORDS = 16, 4
METERS = (
    {"2/2": (2, 2), "3/2": (3, 2)}
    | {f"{n}/4": (n, 4) for n in range(2, 8)}
    | {"6/8": (6, 8), "12/8": (12, 8)}
)
# A figure as music21 writes it: "E-m7/B- alter b5".
_FIGURE = re.compile(r"([A-G])(-*)([^/]*?)(?:/([A-G])(-*#*))?((?: add| alter).*)?")


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """A tune: its melody, one note at a time, and its chords, end to start, in ticks; meter as (3, 4)."""

    title: str
    composer: str
    notes: tuple[Note, ...]
    chords: tuple[Chord, ...]
    meter: tuple[int, int]
    key: Key

    @property
    def bar_ticks(self) -> int:
        return self.meter[0] * 4 * TICKS_PER_QUARTER // self.meter[1]

    @property
    def end_ticks(self) -> int:
        return max(self.notes[-1].end_ticks, self.chords[-1].start_ticks + 1)


@dataclass(frozen=True, slots=True)
class SheetReading:
    """All usable sheets, why others were left out, and what the usable ones lost or what had to be guessed."""

    sheets: tuple[LeadSheet, ...]
    refused: Counter[str]
    notes: Counter[str]


def read_lead_sheets(folder: Path) -> SheetReading:
    """Every usable lead sheet in the .jsonl files under `folder` or in its zip files. StudioError for none."""
    kept, refused, said = list[LeadSheet](), Counter[str](), Counter[str]()
    for line in _lines(folder):
        try:
            kept.append(read_sheet(json.loads(line), said))
        except _Unusable as reason:
            refused[str(reason)] += 1
        except (ValueError, KeyError, TypeError, IndexError, StudioError):
            refused["unreadable"] += 1
    sheets = _without_doubles(kept, refused)
    if not sheets:
        raise StudioError("No lead sheets were found.", str(folder), "Give the folder with the lead sheets.")
    return SheetReading(tuple(sheets), refused, said)


def _lines(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.jsonl")):
        yield from path.read_text("utf-8").splitlines()
    for archive in sorted(folder.glob("*jsonl*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(name for name in opened.namelist() if name.endswith(".jsonl")):
                with opened.open(name) as file:
                    yield from io.TextIOWrapper(file, "utf-8")


class _Unusable(Exception):
    """Why a sheet cannot be used."""


def read_sheet(raw: dict[str, Any], said: Counter[str]) -> LeadSheet:
    """One sheet from its JSON; what it loses is counted in `said`."""
    meters = {name for _, name in raw["time_signatures"]}
    if len(meters) != 1:
        raise _Unusable("changes its metre" if meters else "no metre")
    if not meters <= METERS.keys():
        raise _Unusable(f"in {meters.pop()}")
    meter = METERS[meters.pop()]
    notes = _top_line(_melody(raw["melody"], said), said)
    chords = _chords(raw["chords"], notes[-1].end_ticks if notes else 0, said)
    if len(notes) < MIN_NOTES or len(chords) < MIN_CHORDS:
        raise _Unusable("too few notes" if len(notes) < MIN_NOTES else "too few chords")
    shift = _to_bar_lines(notes, chords, meter)
    said["bar lines moved by a pickup"] += shift > 0
    key = _key(notes, chords, raw["key_sharps"], said)
    notes = [replace(note, start_ticks=note.start_ticks + shift) for note in notes]
    chords = [replace(chord, start_ticks=chord.start_ticks + shift) for chord in chords]
    title, composer = (str(raw[name]).replace("_", " ") for name in ("title", "composer"))
    return LeadSheet(title, composer, tuple(notes), tuple(chords), meter, key)


def _ticks(quarters: float) -> int:
    return round(quarters * TICKS_PER_QUARTER)


def _melody(rows: Sequence[Sequence[Any]], said: Counter[str]) -> list[Note]:
    """Notes in order of time, those tied from the one before joined to it."""
    notes = list[Note]()
    for start, length, pitch, tied in sorted(rows, key=lambda row: (row[0], row[2])):
        if _ticks(length) < 1:
            said["notes without length"] += 1
        elif tied and notes and notes[-1].pitch == pitch and abs(notes[-1].end_ticks - _ticks(start)) <= 1:
            notes[-1] = replace(notes[-1], duration_ticks=_ticks(start + length) - notes[-1].start_ticks)
        else:
            notes.append(Note(_ticks(start), _ticks(length), pitch))
    return notes


def _top_line(notes: list[Note], said: Counter[str]) -> list[Note]:
    """One note at a time: of notes that begin together the highest, each cut where the next begins."""
    heads = {note.start_ticks: note for note in notes}  # sorted by pitch: the last one is the highest
    said["notes under the top line"] += len(notes) - len(heads)
    line = list(heads.values())
    ends = [note.start_ticks for note in line[1:]] + [1 << 40]
    return [
        replace(note, duration_ticks=min(note.duration_ticks, end - note.start_ticks))
        for note, end in zip(line, ends, strict=True)
    ]


def figure_of(text: str) -> str:
    """music21's spelling of a chord in ours: flats are b, a bass comes last. Unchanged where it is no figure."""
    match = _FIGURE.fullmatch(text.strip())
    if match is None:
        return text
    letter, flats, quality, bass, bass_marks, degrees = match.groups()
    below = f"/{bass}{bass_marks.replace('-', 'b')}" if bass else ""
    return f"{letter}{'b' * len(flats)}{quality}{degrees or ''}{below}"


def _chords(rows: Sequence[tuple[float, str]], end_ticks: int, said: Counter[str]) -> list[Chord]:
    """Chords from each figure to the next one; of two at one moment the last."""
    heads = dict[int, Chord]()
    for start, text in sorted(rows, key=lambda row: row[0]):
        said["chord figures"] += 1
        try:
            chord = parse_figure(figure_of(text), _ticks(start), 1)
        except StudioError:
            said["chord figures that nobody knows"] += 1
            continue
        said["chords of no length"] += chord.start_ticks in heads
        heads[chord.start_ticks] = chord
    chords = list(heads.values())
    ends = [chord.start_ticks for chord in chords[1:]] + [
        max(end_ticks, chords[-1].end_ticks if chords else 0)
    ]
    return [
        replace(chord, duration_ticks=end - chord.start_ticks)
        for chord, end in zip(chords, ends, strict=True)
    ]


def _to_bar_lines(notes: list[Note], chords: list[Chord], meter: tuple[int, int]) -> int:
    """How far all must move so that bars begin on multiples of the bar: where most chords and long notes begin.

    A sheet with a pickup counts from the pickup's first note, and does not say how long it is."""
    bar = meter[0] * 4 * TICKS_PER_QUARTER // meter[1]
    weights = Counter[int]()
    for chord in chords:
        weights[chord.start_ticks % bar] += 2
    for note in notes:
        weights[note.start_ticks % bar] += note.duration_ticks >= 2 * TICKS_PER_QUARTER
    weights[0] += 4  # it takes a reason to move
    best = max(weights, key=lambda phase: (weights[phase], -phase))
    return (bar - best) % bar


def _key(notes: list[Note], chords: list[Chord], sharps: Any, said: Counter[str]) -> Key:
    """The key: where signature, last chord and all that sounds do not agree, two of them outvote the third."""
    tones = [
        Note(0, 2 * TICKS_PER_QUARTER, 60 + pitch)
        for chord in chords
        for pitch in sorted(chord.pitch_classes)
        for _ in range(max(1, chord.duration_ticks // (2 * TICKS_PER_QUARTER)))
    ]
    heard, last = guess_key([*notes, *tones]), chords[-1]
    minor = last.quality.startswith("m") and not last.quality.startswith("maj")
    if last.root == heard.tonic or not sharps:
        said["keys from chords and melody"] += 1
        return Key(heard.tonic, "minor" if minor and last.root == heard.tonic else heard.mode)
    major = sharps[0][1] * 7 % 12
    if last.root == (major + 9 * minor) % 12:
        said["keys from signature and last chord"] += 1
        return Key(last.root, "minor" if minor else "major")
    said["keys from the signature"] += 1
    signed = (Key(major, "major"), Key((major + 9) % 12, "minor"))
    return heard if heard in signed else signed[0]


def _fingerprint(sheet: LeadSheet) -> frozenset[tuple[int, ...]]:
    """Runs of seven melodic steps: equal in variants of one tune, whatever the key."""
    steps = np.diff([note.pitch for note in sheet.notes])
    return frozenset(tuple(steps[i : i + 7].tolist()) for i in range(len(steps) - 6))


def _without_doubles(sheets: list[LeadSheet], refused: Counter[str]) -> list[LeadSheet]:
    """Without sheets whose melody another one has note for note, in whatever key."""
    seen, kept = set[tuple[int, ...]](), list[LeadSheet]()
    for sheet in sheets:
        steps = tuple(np.diff([note.pitch for note in sheet.notes]).tolist())
        if steps in seen:
            refused["the same melody again"] += 1
        else:
            kept.append(sheet)
        seen.add(steps)
    return kept


def split(sheets: Sequence[LeadSheet], share: float, seed: int) -> tuple[list[LeadSheet], list[LeadSheet]]:
    """(training, held out). A held-out sheet of which a variant is trained on (30 % of its runs) is dropped."""
    order = np.random.default_rng(seed).permutation(len(sheets))
    count = round(len(sheets) * share)
    held, train = [sheets[i] for i in order[:count]], [sheets[i] for i in order[count:]]
    known = [_fingerprint(sheet) for sheet in train]
    return train, [sheet for sheet in held if _likeness(_fingerprint(sheet), known) < 0.3]


def _likeness(runs: frozenset[tuple[int, ...]], known: list[frozenset[tuple[int, ...]]]) -> float:
    return max((len(runs & other) for other in known), default=0) / max(1, len(runs))
