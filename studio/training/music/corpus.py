"""The data room for music: whatever a folder or zip holds becomes works, each a score with its style and its source.

Read are ABC tunes, Humdrum piano scores, MusicXML (four-voice chorales, lead sheets), lead sheets in JSON lines and
MIDI. Invariant: every file is either a work or a refusal with its reason; nothing is lost silently. Reading a place
twice in one process costs once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.melody import Steps, interval_runs, steps_of, top_line
from studio.core.score import Note, Score
from studio.core.theory import Key, guess_key, transpose
from studio.files.abc import tune_reading
from studio.files.abc_tune import AbcError, read_tune, split_tunes
from studio.files.kern import kern_reading
from studio.files.leadsheet_json import leadsheet_readings
from studio.files.midi import midi_reading
from studio.files.musicxml import musicxml_reading
from studio.files.score_reading import ScoreReading, as_text
from studio.training.music.credits import Collection, collection_of
from studio.training.music.sources import KINDS, MusicFile, music_files
from studio.training.music.tunes import style_of

SONG, CHORALE, PIANO = "song", "chorale soprano", "piano right hand"
VOICES = ("Soprano", "Alto", "Tenor", "Bass")
HANDS = ("Right hand", "Left hand")
NOTATION = frozenset(KINDS.values()) - {"midi", "jsonl"}  # what the same music comes in only once
FEWEST = 8  # notes of a melody
Found = tuple[str, str, ScoreReading]  # an id within the collection, a style, what was read
Report = Callable[[int], None]


@dataclass(frozen=True)
class Work:
    """One piece of music. melody_track: the track that carries the melody; editions: how many readings were alike."""

    id: str
    title: str
    collection: str
    style: str
    score: Score
    chords: tuple[Chord, ...] = ()
    melody_track: int = 0
    editions: int = 1

    @property
    def source(self) -> Collection:
        return collection_of(self.collection)

    @cached_property
    def melody(self) -> tuple[Note, ...]:
        """One note at a time."""
        return top_line(self.score.tracks[self.melody_track].notes)

    @cached_property
    def steps(self) -> Steps:
        return steps_of(self.melody)

    @cached_property
    def runs(self) -> NDArray[np.int64]:
        return interval_runs(self.melody)

    @cached_property
    def key(self) -> Key:
        """The key that is written where its mode is known, else the likeliest of the melody."""
        signature = self.score.key_at(0)
        return Key(signature.tonic, "minor") if signature and signature.minor else guess_key(self.melody)

    @property
    def bars(self) -> int:
        return self.score.bar_of(max(0, self.score.end_ticks - 1)) + 1

    def voices(self) -> tuple[tuple[Note, ...], ...]:
        """Soprano, alto, tenor and bass of a chorale, the two hands of a piano piece, else every track."""
        for names in (VOICES, HANDS):
            named = {track.name: track.notes for track in self.score.tracks}
            if all(name in named for name in names):
                return tuple(named[name] for name in names)
        return tuple(track.notes for track in self.score.tracks)

    def transposed(self, semitones: int) -> Work:
        """The same work in another key: notes and chords."""
        tracks = tuple(replace(track, notes=transpose(track.notes, semitones)) for track in self.score.tracks)
        chords = tuple(
            replace(
                chord,
                root=(chord.root + semitones) % 12,
                bass=None if chord.bass is None else (chord.bass + semitones) % 12,
            )
            for chord in self.chords
        )
        keys = tuple(
            replace(key, fifths=(key.fifths + 7 * semitones + 5) % 12 - 5) for key in self.score.keys
        )
        return replace(self, score=replace(self.score, tracks=tracks, keys=keys), chords=chords)


@dataclass(frozen=True)
class Refusal:
    """A file, or a tune in it, that is no work, and why."""

    collection: str
    name: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """All works of a place, what could not be used, and what the readers could not keep (by kind: in how many)."""

    works: tuple[Work, ...]
    refused: tuple[Refusal, ...]
    warnings: Counter[str]
    files: int

    def of(self, *styles: str) -> tuple[Work, ...]:
        return tuple(work for work in self.works if work.style in styles)


_READ: dict[tuple[Path, frozenset[str]], Corpus] = {}


def read_corpus(place: Path, kinds: frozenset[str] = NOTATION, report: Report = lambda _done: None) -> Corpus:
    """Everything under `place`; `report` hears how many files are read. StudioError where nothing there is music."""
    if (place, kinds) not in _READ:
        room = _Room()
        for count, file in enumerate(music_files(place, kinds), 1):
            room.take(file)
            report(count)
        if not room.works:
            raise StudioError(
                "No music was found.", str(place), "Give a folder or zip with ABC, MusicXML or MIDI."
            )
        _READ[place, kinds] = room.corpus()
    return _READ[place, kinds]


class _Room:
    """Where works gather."""

    def __init__(self) -> None:
        self.works: dict[str, Work] = {}
        self.refused: list[Refusal] = []
        self.warnings: Counter[str] = Counter()
        self.files = 0

    def take(self, file: MusicFile) -> None:
        self.files += 1
        if file.trouble:
            self.refused.append(Refusal(file.collection, file.name, file.trouble))
            return
        try:
            for found in _READERS[file.kind](file):
                if isinstance(found, Refusal):
                    self.refused.append(found)
                else:
                    self._keep(file.collection, *found)
        except StudioError as error:
            self.refused.append(Refusal(file.collection, file.name, _plain(error.title, file.name)))

    def _keep(self, collection: str, name: str, style: str, reading: ScoreReading) -> None:
        self.warnings.update({re.sub(r"(: \d+| \([\d,]+\))?\.$", "", line) for line in reading.warnings})
        names = [track.name for track in reading.score.tracks]
        track = next((names.index(one) for one in ("Soprano", "Right hand") if one in names), 0)
        number = 2
        unique = f"{collection}/{name}"
        while unique in self.works:
            unique, number = f"{collection}/{name}#{number}", number + 1
        title = reading.score.title or name
        work = Work(unique, title, collection, style, reading.score, reading.chords, track)
        if len(work.melody) < FEWEST:
            self.refused.append(Refusal(collection, name, f"fewer than {FEWEST} notes of melody"))
        else:
            self.works[unique] = work

    def corpus(self) -> Corpus:
        return Corpus(tuple(self.works.values()), tuple(self.refused), self.warnings, self.files)


def _plain(reason: str, name: str) -> str:
    return reason.replace(name, "It").replace(" It.", " it.")


# --- one reader a kind of file ------------------------------------------------------------------------------


def _tunes(file: MusicFile) -> Iterator[Found | Refusal]:
    for text in split_tunes(as_text(file.content)):
        number = text[2:].split("\n", 1)[0].strip()[:20]
        try:
            tune = read_tune(text)
            reading = tune_reading(tune, f"tune {number}")
        except (AbcError, ValueError, StudioError) as error:
            yield Refusal(file.collection, f"{file.name}: {number}", str(error))
        else:
            yield str(tune.number), style_of(tune, file.collection), reading


def _scores(file: MusicFile) -> Iterator[Found]:
    reading = musicxml_reading(file.content, file.name)
    names = {track.name for track in reading.score.tracks}
    style = CHORALE if names.issuperset(VOICES) else SONG if reading.chords else ""
    yield _stem(file.name), style, reading


def _piano_scores(file: MusicFile) -> Iterator[Found | Refusal]:
    reading = kern_reading(file.content, file.name)
    names = {track.name for track in reading.score.tracks}
    if names.issuperset(HANDS):
        yield _stem(file.name), PIANO, reading
    else:
        yield Refusal(file.collection, file.name, "not for piano")


def _lead_sheets(file: MusicFile) -> Iterator[Found | Refusal]:
    for number, reading in enumerate(leadsheet_readings(file.content, file.name), 1):
        if isinstance(reading, StudioError):
            yield Refusal(file.collection, f"{file.name}: {number}", reading.title)
        else:
            yield f"{number} {reading.score.title}", SONG, reading


def _midi_files(file: MusicFile) -> Iterator[Found]:
    yield _stem(file.name), "", midi_reading(file.content, file.name)


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


_READERS: dict[str, Callable[[MusicFile], Iterator[Found | Refusal]]] = {
    "abc": _tunes,
    "musicxml": _scores,
    "kern": _piano_scores,
    "jsonl": _lead_sheets,
    "midi": _midi_files,
}
