"""Lead sheets are read whole: bar lines, keys and chords found, what is lost counted, variants kept together."""

import json
from collections import Counter
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.score import Note
from studio.training.music.leadsheets import LeadSheet, read_lead_sheets, split
from tests.training.music.sheets import sheet, write_sheets


def test_sheets_are_read_and_what_is_lost_is_said(tmp_path: Path) -> None:
    reading = read_lead_sheets(write_sheets(tmp_path))
    assert len(reading.sheets) == 12
    assert reading.refused == {
        "neither key nor metre": 1,
        "too few notes": 1,
        "the same melody again": 1,
        "unreadable": 1,
    }
    first = reading.sheets[0]
    assert (first.title, first.key.name, first.meter) == ("No 0", "C major", (4, 4))
    assert [chord.name for chord in first.chords[:4]] == ["C", "Am", "F", "G7"]
    assert all(a.end_ticks == b.start_ticks for a, b in zip(first.chords, first.chords[1:], strict=False))


def read_one(raw: dict[str, object], folder: Path) -> tuple[LeadSheet, Counter[str]]:
    (folder / "one.jsonl").write_text(json.dumps(raw), "utf-8")
    reading = read_lead_sheets(folder)
    return reading.sheets[0], reading.notes


def test_no_sheets_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No lead sheets"):
        read_lead_sheets(tmp_path)


def test_a_pickup_moves_the_bar_lines(tmp_path: Path) -> None:
    raw = sheet(1)
    raw["melody"] = [[0.0, 1.0, 67, 0], *([o + 1.0, *rest] for o, *rest in raw["melody"])]  # type: ignore[union-attr, attr-defined]
    raw["chords"] = [[o + 1.0, figure] for o, figure in raw["chords"]]  # type: ignore[union-attr, attr-defined]
    read, said = read_one(raw, tmp_path)
    assert read.notes[0].start_ticks == 3 * 480
    assert read.chords[0].start_ticks == 4 * 480
    assert said["bar lines moved by a pickup"] == 1


def test_ties_are_joined_and_the_top_line_is_kept(tmp_path: Path) -> None:
    raw = sheet(2)
    raw["melody"] = [[0.0, 2.0, 60, 0], [0.0, 2.0, 64, 0], [2.0, 2.0, 64, 1], *raw["melody"][4:]]  # type: ignore[index]
    assert read_one(raw, tmp_path)[0].notes[0] == Note(0, 4 * 480, 64)


def test_a_key_is_outvoted_by_two_others(tmp_path: Path) -> None:
    raw = sheet(0)
    raw["key_sharps"] = [[0.0, -3]]  # the chords and the melody say C
    read, said = read_one(raw, tmp_path)
    assert read.key.name == "C major"
    assert said["keys from chords and melody"] == 1


def test_variants_do_not_cross_the_split(tmp_path: Path) -> None:
    sheets = read_lead_sheets(write_sheets(tmp_path)).sheets
    train, held = split(sheets * 2, 0.5, 1)
    assert not {s.title for s in train} & {s.title for s in held}
