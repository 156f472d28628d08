"""Bach's chorales as four voices on a grid of sixteenths: reading, leaving out duplicates, and a split by tune.

Invariant: two settings of one melody, in whatever key, are never on both sides of the split.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from studio.core.errors import StudioError
from studio.core.score import Note, Score, Track
from studio.core.theory import guess_key
from studio.engines.music import chorale_rows as rows
from studio.files.midi import read_midi

MIN_FRAMES, MAX_FRAMES = 64, 1200
RUN = 8  # steps of a soprano in a row that tell a melody
ALIKE = 0.35  # share of these runs that makes two melodies one


@dataclass(frozen=True, slots=True)
class Chorale:
    """One work: sounds (T, V) int32 and begins (T, V) bool of `chorale_rows`; places (T, 5); its melody's runs."""

    name: str
    sounds: rows.Ints
    begins: rows.Bools
    places: rows.Ints

    @property
    def melody(self) -> frozenset[tuple[int, ...]]:
        """Runs of steps of the soprano, the same in every key and rhythm."""
        line = self.sounds[self.begins[:, 0], 0]
        steps = np.diff(line[line != rows.REST])
        return frozenset(tuple(steps[i : i + RUN].tolist()) for i in range(len(steps) - RUN + 1))


@dataclass(frozen=True, slots=True)
class Reading:
    """The usable chorales, and why the others were left out."""

    works: tuple[Chorale, ...]
    refused: Counter[str]


def read_chorales(folder: Path) -> Reading:
    """Every four-part chorale of the MIDI archive in `folder`; the MusicXML archive beside it tells the upbeats.

    StudioError when there is none."""
    upbeats = dict(_upbeats(folder))
    kept, refused, seen = list[Chorale](), Counter[str](), set[bytes]()
    for name, score in _scores(folder):
        try:
            work = read_work(name, score, upbeats.get(name, 0))
        except StudioError as error:
            refused[error.title] += 1
            continue
        steps = np.diff(work.sounds, axis=0).tobytes()
        if steps in seen:
            refused["the same notes as another"] += 1
            continue
        seen.add(steps)
        kept.append(work)
    if not kept:
        raise StudioError(
            "No chorales were found.", str(folder), "Give the folder with the chorales' archive."
        )
    return Reading(tuple(kept), refused)


def _scores(folder: Path) -> Iterator[tuple[str, Score]]:
    for archive in sorted(folder.glob("*chorales_midi.zip")):
        with zipfile.ZipFile(archive) as opened, tempfile.TemporaryDirectory() as place:
            for name in sorted(n for n in opened.namelist() if n.endswith(".mid")):
                file = Path(place) / Path(name).name
                file.write_bytes(opened.read(name))
                yield Path(name).stem, read_midi(file).score


def _upbeats(folder: Path) -> Iterator[tuple[str, int]]:
    """(name, sixteenths before the first bar line), where a work begins with an upbeat."""
    for archive in sorted(folder.glob("*chorales_musicxml.zip")):
        with zipfile.ZipFile(archive) as opened:
            for name in opened.namelist():
                if name.endswith(".mxl"):
                    yield Path(name).stem, _upbeat(opened.read(name))


def _upbeat(mxl: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(mxl)) as opened:
        inside = next(n for n in opened.namelist() if n.endswith("xml") and not n.startswith("META"))
        root = ElementTree.fromstring(opened.read(inside))
    first = root.find("part/measure")
    divisions = int(root.findtext("part/measure/attributes/divisions") or 1)
    if first is None:
        return 0
    notes = [n for n in first.findall("note") if n.find("chord") is None and n.find("grace") is None]
    length = sum(int(n.findtext("duration") or 0) for n in notes if n.findtext("voice") in (None, "1"))
    beats = int(root.findtext("part/measure/attributes/time/beats") or 4)
    unit = int(root.findtext("part/measure/attributes/time/beat-type") or 4)
    frames = round(4 * length / divisions)
    return frames if frames < beats * 16 // unit else 0


def read_work(name: str, score: Score, upbeat: int = 0) -> Chorale:
    """One work. StudioError, with a short reason, where it is not of four clean voices."""
    tracks = [_track(score, voice) for voice in rows.VOICE_NAMES]
    length = -(-max(track.end_ticks for track in tracks) // rows.STEP_TICKS)
    if not MIN_FRAMES <= length <= MAX_FRAMES:
        raise StudioError("too short or too long")
    sounds = np.full((length, rows.VOICES), rows.REST, np.int32)
    begins = np.zeros((length, rows.VOICES), bool)
    for voice, track in enumerate(tracks):
        _lay(track.notes, sounds[:, voice], begins[:, voice])
    key = guess_key(note for track in tracks for note in track.notes)
    told = (key.tonic, int(key.mode != "major"))
    return Chorale(name, sounds, begins, rows.places_of(score.meters, 0, length, told, -upbeat))


def _track(score: Score, voice: str) -> Track:
    named = [track for track in score.tracks if track.name.startswith(voice)]
    if len(named) != 1 or not named[0].notes:
        raise StudioError("not of four voices")
    return named[0]


def _lay(notes: tuple[Note, ...], sounds: rows.Ints, begins: rows.Bools) -> None:
    for note in notes:
        start, end = (round(t / rows.STEP_TICKS) for t in (note.start_ticks, note.end_ticks))
        if not rows.LOWEST <= note.pitch <= rows.HIGHEST:
            raise StudioError("a voice out of range")
        if begins[start:end].any():
            raise StudioError("a voice with two notes at once")
        sounds[start:end] = note.pitch - rows.LOWEST
        begins[start : start + (end > start)] = True


def split(works: tuple[Chorale, ...], share: float, seed: int) -> tuple[list[Chorale], list[Chorale]]:
    """(training, held out): whole families of settings of one melody, at random, until the share is reached."""
    families = _families(works)
    order = np.random.default_rng(seed).permutation(len(families))
    held: list[Chorale] = []
    for index in order:
        if len(held) + len(families[index]) <= round(share * len(works)):
            held += families[index]
    names = {work.name for work in held}
    return [work for work in works if work.name not in names], held


def _families(works: tuple[Chorale, ...]) -> list[list[Chorale]]:
    """Works whose melodies are alike, together."""
    runs = [work.melody for work in works]
    parent = list(range(len(works)))

    def root(i: int) -> int:
        while parent[i] != i:
            i = parent[i]
        return i

    for i, mine in enumerate(runs):
        for j in range(i):
            if len(mine & runs[j]) >= ALIKE * max(1, min(len(mine), len(runs[j]))):
                parent[root(i)] = root(j)
    families: dict[int, list[Chorale]] = {}
    for i, work in enumerate(works):
        families.setdefault(root(i), []).append(work)
    return list(families.values())
