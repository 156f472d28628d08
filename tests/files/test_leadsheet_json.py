"""Lead sheets in JSON lines: melody, chords, metre; a bad line hides no other."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import KeySignature, MeterChange
from studio.files.leadsheet_json import leadsheet_readings
from studio.files.score_reading import ScoreReading

SONG = {
    "title": "A_Song",
    "composer": "Nobody",
    "time_signatures": [[0.0, "3/4"]],
    "key_sharps": [[0.0, -1]],
    "melody": [[0.0, 2.0, 65, 0], [2.0, 1.0, 69, 0], [3.0, 1.5, 69, 1], [4.5, 0.0, 70, 0], [4.5, 1.5, 60, 0]],
    "chords": [[0.0, "F"], [3.0, "C7/E"]],
}


def first(*songs: object) -> ScoreReading | StudioError:
    return next(iter(leadsheet_readings("\n".join(json.dumps(song) for song in songs).encode(), "a.jsonl")))


def test_a_song() -> None:
    reading = first(SONG)
    assert isinstance(reading, ScoreReading)
    score = reading.score
    assert (score.title, score.meters, score.keys) == (
        "A Song",
        (MeterChange(0, 3, 4),),
        (KeySignature(0, -1),),
    )
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in score.notes()] == [
        (0, 960, 65),
        (960, 1200, 69),
        (2160, 720, 60),
    ]
    assert reading.chords == (Chord(0, 1440, 5), Chord(1440, 1440, 0, "7", 4))
    assert reading.warnings == ("Not kept: grace notes (1).",)


def test_a_bad_line_hides_no_other() -> None:
    bad, good = leadsheet_readings(b"{]\n" + json.dumps(SONG).encode(), "a.jsonl")
    assert isinstance(bad, StudioError)
    assert bad.title == "What stands for song 1 of a.jsonl is no lead sheet."
    assert isinstance(good, ScoreReading)


@pytest.mark.parametrize(
    "change",
    [
        {"melody": []},
        {"melody": [[1e300, 1.0, 60, 0]]},
        {"melody": [[0.0, -1.0, 60, 0]]},
        {"time_signatures": [[0.0, "²/4"]]},
        {"chords": [[-5.0, "F"], [1e300, "H"]]},
        {"key_sharps": [[0.0, 99]]},
    ],
)
def test_the_impossible_is_left_out_or_refused(change: dict[str, object]) -> None:
    reading = first(SONG | change)
    assert isinstance(reading, StudioError) or reading.warnings


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_mutated_line_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(json.dumps(SONG).encode())
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    list(leadsheet_readings(bytes(content[: data.draw(st.integers(0, len(content)))]), "a.jsonl"))
