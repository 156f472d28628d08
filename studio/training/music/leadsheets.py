"""Lead sheets (a melody and the chords over it): read, put on their bar lines and in their key, split by tune.

Invariant: whatever a sheet loses is counted in the reading; bar lines lie on multiples of the bar from tick 0.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import TICKS_PER_QUARTER, Note, Score
from studio.core.theory import Key, guess_key
from studio.files.leadsheet_json import leadsheet_readings
from studio.files.score_reading import ScoreReading

MIN_NOTES, MIN_CHORDS = 16, 4
METERS = {(2, 2), (3, 2), (6, 8), (12, 8), *((beats, 4) for beats in range(2, 8))}


@dataclass(frozen=True, slots=True)
class LeadSheet:
    """A tune: its melody, one note at a time, and its chords, end to start, in ticks; meter as (3, 4)."""

    title: str
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
    for reading in _readings(folder):
        try:
            if isinstance(reading, StudioError):
                raise _Unusable("unreadable")
            kept.append(_sheet(reading, said))
        except _Unusable as reason:
            refused[str(reason)] += 1
    sheets = _without_doubles(kept, refused)
    if not sheets:
        raise StudioError("No lead sheets were found.", str(folder), "Give the folder with the lead sheets.")
    return SheetReading(tuple(sheets), refused, said)


def _readings(folder: Path) -> Iterator[ScoreReading | StudioError]:
    for path in sorted(folder.rglob("*.jsonl")):
        yield from leadsheet_readings(path.read_bytes(), path.name)
    for archive in sorted(folder.glob("*jsonl*.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(name for name in opened.namelist() if name.endswith(".jsonl")):
                yield from leadsheet_readings(opened.read(name), name)


class _Unusable(Exception):
    """Why a sheet cannot be used."""


def _sheet(reading: ScoreReading, said: Counter[str]) -> LeadSheet:
    """One sheet on its bar lines and in its key; what it loses is counted in `said`."""
    score = reading.score
    meter = _meter(score)
    notes, chords = _top_line(score.notes(), said), list(reading.chords)
    said.update(warning.rpartition(" (")[0] or warning for warning in reading.warnings)
    if len(notes) < MIN_NOTES or len(chords) < MIN_CHORDS:
        raise _Unusable("too few notes" if len(notes) < MIN_NOTES else "too few chords")
    shift = _to_bar_lines(notes, chords, meter)
    said["bar lines moved by a pickup"] += shift > 0
    key = _key(notes, chords, score, said)
    notes = [replace(note, start_ticks=note.start_ticks + shift) for note in notes]
    chords = [replace(chord, start_ticks=chord.start_ticks + shift) for chord in chords]
    return LeadSheet(score.title, tuple(notes), tuple(chords), meter, key)


def _meter(score: Score) -> tuple[int, int]:
    """The one metre of a score. A sheet that says no key says no metre either, and 4/4 would be a guess."""
    if not score.keys:
        raise _Unusable("neither key nor metre")
    meters = {(meter.numerator, meter.denominator) for meter in score.meters}
    if len(meters) > 1 or not meters <= METERS:
        raise _Unusable("changes its metre" if len(meters) > 1 else "in a metre of its own")
    return meters.pop()


def _top_line(notes: Iterator[Note], said: Counter[str]) -> list[Note]:
    """One note at a time: of notes that begin together the highest, each cut where the next begins."""
    every = sorted(notes, key=lambda note: (note.start_ticks, note.pitch))
    heads = {note.start_ticks: note for note in every}  # the last of a moment is the highest
    said["notes under the top line"] += len(every) - len(heads)
    line = list(heads.values())
    ends = [note.start_ticks for note in line[1:]] + [1 << 40]
    return [
        replace(note, duration_ticks=min(note.duration_ticks, end - note.start_ticks), id=-1)
        for note, end in zip(line, ends, strict=False)
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


def _key(notes: list[Note], chords: list[Chord], score: Score, said: Counter[str]) -> Key:
    """The key: where signature, last chord and all that sounds do not agree, two of them outvote the third."""
    tones = [
        Note(0, 2 * TICKS_PER_QUARTER, 60 + pitch)
        for chord in chords
        for pitch in sorted(chord.pitch_classes)
        for _ in range(max(1, chord.duration_ticks // (2 * TICKS_PER_QUARTER)))
    ]
    heard, last = guess_key([*notes, *tones]), chords[-1]
    minor = last.quality.startswith("m") and not last.quality.startswith("maj")
    if last.root == heard.tonic:
        said["keys from chords and melody"] += 1
        return Key(heard.tonic, "minor" if minor and last.root == heard.tonic else heard.mode)
    major = score.keys[0].tonic
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
