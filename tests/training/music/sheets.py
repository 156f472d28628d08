"""A dozen made-up lead sheets as JSON lines, for tests."""

import json
from pathlib import Path

PROGRESSIONS = (
    ("C", "Am", "F", "G7"),
    ("C", "F", "G7", "C"),
    ("Dm7", "G7", "C", "A7"),
    ("C", "C7", "F", "Fm6"),
)
TONES = {"C": (0, 4, 7), "A": (9, 0, 4), "F": (5, 9, 0), "G": (7, 11, 2), "D": (2, 5, 9)}


def write_sheets(folder: Path, count: int = 12) -> Path:
    """`count` sheets of 16 bars in `folder`/sheets.jsonl, and some that cannot be used; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [sheet(number) for number in range(count)]
    bad = [
        {**rows[0], "key_sharps": []},
        {**rows[0], "melody": rows[0]["melody"][:3]},
        rows[1],
        {"title": "?"},
    ]
    lines = [json.dumps(row) for row in (*rows, *bad)]
    (folder / "sheets.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def sheet(number: int) -> dict[str, object]:
    """A tune of chord tones, another for each number, in C."""
    chords, melody = [], []
    for bar in range(16):
        figure = PROGRESSIONS[(number + bar // 4) % 4][bar % 4] if bar < 15 else "C"
        chords.append([bar * 4.0, figure])
        for beat in range(4):
            tone = TONES[figure[0]][(number * 7 + bar * (number + 3) + beat * beat) % 3]
            octave = 12 * ((number + bar * beat) % 2)
            melody.append([bar * 4.0 + beat, 1.0, 60 + tone + octave, 0])
    return {
        "title": f"No_{number}",
        "composer": "Nobody",
        "time_signatures": [[0.0, "4/4"]],
        "key_sharps": [[0.0, 0]],
        "melody": melody,
        "chords": chords,
    }
