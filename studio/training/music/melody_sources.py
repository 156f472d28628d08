"""The collections beside the dance tunes: songs with their chords, the sopranos of chorales, the right hand of Chopin.

Invariant: one voice a melody, on its bar lines, in its key; what had to be cut or moved is counted.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.core.errors import StudioError
from studio.core.score import MeterChange, Note, Score, Track
from studio.core.theory import MODES, guess_key
from studio.engines.music import chorale_rows
from studio.engines.music import events as ev
from studio.engines.music.region import top_line
from studio.files.abc_tune import Tune
from studio.files.kern import kern_reading
from studio.training.music.chorale_chords import chords_of
from studio.training.music.chorales import Chorale, read_chorales
from studio.training.music.leadsheets import LeadSheet, read_lead_sheets
from studio.training.music.tunes import MIN_NOTES, NamedTune

SECTION_BARS = 24
MAX_OFF_GRID = 0.3  # share of a section's notes that may be moved to the grid


@dataclass(frozen=True, slots=True)
class Collected:
    """The melodies of a collection, why others were left out, what was lost, and how many works they come from."""

    tunes: tuple[NamedTune, ...]
    refused: Counter[str]
    remarks: Counter[str]
    works: int


@dataclass(frozen=True, slots=True)
class Source:
    """A collection: the style that its melodies teach, and its reader."""

    style: str
    read: Callable[[Path], Collected]


def read_songs(folder: Path) -> Collected:
    """The melodies of lead sheets, with their chords."""
    reading = read_lead_sheets(folder)
    tunes = tuple(_song(sheet) for sheet in reading.sheets)
    remarks = reading.notes + Counter({"off the grid, moved": sum(map(_off_grid, tunes))})
    return Collected(tunes, reading.refused, remarks, len(tunes))


def _song(sheet: LeadSheet) -> NamedTune:
    end = -(-sheet.notes[-1].end_ticks // sheet.bar_ticks) * sheet.bar_ticks
    tune = Tune(0, [sheet.title], meter=sheet.meter, tonic=sheet.key.tonic, end_ticks=end)
    tune.mode, tune.notes = sheet.key.mode, list(sheet.notes)
    return NamedTune(tune, "song", "songs", sheet.chords)


def read_sopranos(folder: Path) -> Collected:
    """The highest voice of chorales, with the chords that the four voices make."""
    reading, refused = read_chorales(folder), Counter[str]()
    refused += reading.refused
    tunes = tuple(filter(None, (_soprano(work, refused) for work in reading.works)))
    return Collected(tunes, refused, Counter(), len(tunes))


def _soprano(work: Chorale, refused: Counter[str]) -> NamedTune | None:
    places = work.places
    frames = int(places[0, 0])  # of the first bar that are not there
    bar = {0: 16, 1: 12}.get(int(places[0, 2]))
    if bar is None or len(set(places[:, 2].tolist())) > 1:
        refused["a chorale whose metre changes or is unusual"] += 1
        return None
    first = frames * chorale_rows.STEP_TICKS
    notes = [
        Note(note.start_ticks + first, note.duration_ticks, note.pitch) for note in _notes(work, voice=0)
    ]
    if len(notes) < MIN_NOTES:
        refused["too short"] += 1
        return None
    tonic, minor = int(places[0, 3]), bool(places[0, 4])
    ticks = bar * chorale_rows.STEP_TICKS
    tune = Tune(
        0, [work.name], meter=(bar // 4, 4), tonic=tonic, end_ticks=-(-notes[-1].end_ticks // ticks) * ticks
    )
    tune.mode, tune.notes = "minor" if minor else "major", notes
    return NamedTune(tune, "chorale soprano", "chorales", chords_of(work.sounds, first))


def _notes(work: Chorale, voice: int) -> Iterator[Note]:
    sounds, begins = work.sounds[:, voice], work.begins[:, voice]
    edges = np.flatnonzero(begins | np.append(True, np.diff(sounds) != 0))
    for start, end in zip(edges, [*edges[1:], len(sounds)], strict=True):
        if sounds[start] != chorale_rows.REST:
            pitch = int(sounds[start]) + chorale_rows.LOWEST
            step = chorale_rows.STEP_TICKS
            yield Note(int(start) * step, int(end - start) * step, pitch)


def read_right_hands(folder: Path) -> Collected:
    """The top line of the right hand of Chopin's piano music, one edition of each work, in sections of some bars."""
    tunes, refused, remarks = list[NamedTune](), Counter[str](), Counter[str]()
    works = 0
    for name, text in _one_edition_each(folder):
        try:
            score = kern_reading(text, name).score
        except StudioError as error:
            refused[error.title.replace(name, "a file")] += 1
            continue
        sections = list(_sections(name, score, remarks))
        works += bool(sections)
        refused["without a right hand's melody"] += not sections
        tunes += sections
    if not tunes:
        raise StudioError("No kern scores were found.", str(folder), "Give the folder with the piano music.")
    remarks["off the grid, moved"] += sum(map(_off_grid, tunes))
    return Collected(tuple(tunes), +refused, +remarks, works)


def _one_edition_each(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The first file of each work and movement, by name: "004-1-HAc-001" and "004-1a-COC-001" are one."""
    for archive in sorted(folder.glob("*kern*.zip")):
        seen = set[tuple[str, str]]()
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(n for n in opened.namelist() if n.endswith(".krn")):
                parts = Path(name).stem.split("-")
                key = (parts[0], parts[3] if len(parts) > 3 else "")
                if key not in seen:
                    seen.add(key)
                    yield Path(name).stem, opened.read(name)


def _sections(name: str, score: Score, remarks: Counter[str]) -> Iterator[NamedTune]:
    hand = _right_hand(score)
    if hand is None:
        return
    line = top_line(hand.notes)
    for meter, start, end in _stretches(score):
        step = SECTION_BARS * meter.bar_ticks
        for at in range(start, end - 4 * meter.bar_ticks, step):
            notes = [n for n in line if at <= n.start_ticks < min(at + step, end)]
            section = _section(name, notes, meter, at)
            if len(notes) < MIN_NOTES:
                remarks["sections too short"] += 1
            elif _off_grid(section) > MAX_OFF_GRID * len(notes):
                remarks["sections off the grid"] += 1
            else:
                yield section


def _right_hand(score: Score) -> Track | None:
    """The highest piano track that is not the left hand."""
    hands = [track for track in score.tracks if "right" in track.name.lower()]
    return hands[0] if hands else None


def _stretches(score: Score) -> Iterator[tuple[MeterChange, int, int]]:
    """(metre, start, end) where one metre lasts."""
    ends = [meter.ticks for meter in score.meters[1:]] + [score.end_ticks]
    for meter, end in zip(score.meters, ends, strict=True):
        if end - meter.ticks >= 4 * meter.bar_ticks:
            yield meter, meter.ticks, end


def _section(name: str, notes: list[Note], meter: MeterChange, at: int) -> NamedTune:
    key = guess_key(notes)
    moved = [Note(n.start_ticks - at, n.duration_ticks, n.pitch) for n in notes]
    bar = meter.bar_ticks
    end = -(-max((n.end_ticks for n in moved), default=bar) // bar) * bar
    tune = Tune(0, [_work(name)], meter=(meter.numerator, meter.denominator), tonic=key.tonic, end_ticks=end)
    tune.mode, tune.notes = key.mode if key.mode in MODES else "major", moved
    return NamedTune(tune, "chopin right hand", "chopin")


def _work(name: str) -> str:
    parts = name.split("-")
    return "-".join((parts[0], *parts[3:4]))


def _off_grid(named: NamedTune) -> int:
    """How many notes do not start on the grid of events."""
    return sum(note.start_ticks % ev.GRID > 0 for note in named.tune.notes)


SOURCES = {
    "songs": Source("song", read_songs),
    "chorales": Source("chorale soprano", read_sopranos),
    "chopin": Source("chopin right hand", read_right_hands),
}
