"""Song melodies from lead sheets in JSON lines: one voice of exact ticks a song, in the metre and key that it says.

A song that changes its metre or key is left out; how many were is counted.
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.core.score import TICKS_PER_QUARTER, Note
from studio.core.theory import guess_key
from studio.files.abc_tune import Tune
from studio.training.music.tunes import MIN_NOTES, NamedTune

SONG = "song"
COLLECTION = "openewld"
PATTERN = "*melody_chords_jsonl*.zip"


def read_songs(folder: Path) -> tuple[list[NamedTune], Counter[str]]:
    """(songs of the lead sheets found in `folder`, why others were left out); none where there are no sheets."""
    kept, refused = list[NamedTune](), Counter[str]()
    for line in _lines(folder):
        sheet = json.loads(line)
        reason = _reason_against(sheet)
        if reason:
            refused[reason] += 1
        else:
            kept.append(NamedTune(_tune(sheet), SONG, COLLECTION))
    return kept, refused


def _lines(folder: Path) -> Iterator[str]:
    for archive in sorted(folder.glob(PATTERN)):
        with zipfile.ZipFile(archive) as opened:
            for name in sorted(opened.namelist()):
                if name.endswith(".jsonl"):
                    yield from opened.read(name).decode("utf-8").splitlines()


def _reason_against(sheet: dict[str, Any]) -> str:
    if len(sheet["time_signatures"]) != 1 or sheet["time_signatures"][0][0] != 0:
        return "changes its metre"
    if len(sheet["key_sharps"]) > 1:
        return "changes its key"
    return "too short" if len(_notes(sheet)) < MIN_NOTES else ""


def _tune(sheet: dict[str, Any]) -> Tune:
    notes = _notes(sheet)
    numerator, denominator = (int(part) for part in sheet["time_signatures"][0][1].split("/"))
    tonic, mode = _key(sheet, notes)
    bar = numerator * 4 * TICKS_PER_QUARTER // denominator
    end = -(-max(note.end_ticks for note in notes) // bar) * bar
    return Tune(
        titles=[sheet["title"].replace("_", " ")],
        rhythm=SONG,
        meter=(numerator, denominator),
        tonic=tonic,
        mode=mode,
        notes=notes,
        end_ticks=end,
    )


def _notes(sheet: dict[str, Any]) -> list[Note]:
    """Tied notes are joined; grace notes, which have no length, are left out."""
    notes = list[Note]()
    for offset, length, pitch, tied in sheet["melody"]:
        start, end = round(offset * TICKS_PER_QUARTER), round((offset + length) * TICKS_PER_QUARTER)
        last = notes[-1] if notes else None
        if tied and last and last.pitch == pitch and abs(last.end_ticks - start) < 2:
            notes[-1] = Note(last.start_ticks, end - last.start_ticks, pitch)
        elif end > start:
            notes.append(Note(start, end - start, pitch))
    return notes


def _key(sheet: dict[str, Any], notes: list[Note]) -> tuple[int, str]:
    """(tonic, mode): the signature's minor key where the notes speak for just that one, else its major."""
    major = (sheet["key_sharps"][0][1] if sheet["key_sharps"] else 0) * 7 % 12
    minor, heard = (major + 9) % 12, guess_key(notes)
    if heard.tonic == minor and heard.mode == "minor":
        return minor, "minor"
    return major, "major"


def split_songs(songs: list[NamedTune], share: float, seed: int) -> tuple[list[NamedTune], list[NamedTune]]:
    """(training, held out), by song title, so that two sheets of one song stay together."""
    import numpy as np

    titles = sorted({named.tune.titles[0] for named in songs})
    order = np.random.default_rng(seed).permutation(len(titles))
    held = {titles[i] for i in order[: round(len(titles) * share)]}
    train = [named for named in songs if named.tune.titles[0] not in held]
    return train, [named for named in songs if named.tune.titles[0] in held]


def check_found(songs: list[NamedTune], folder: Path) -> None:
    """StudioError where a recipe asks for songs and there are none."""
    if not songs:
        raise StudioError(
            "No lead sheets were found.", str(folder), "Set songs = false in the recipe, or add them."
        )
