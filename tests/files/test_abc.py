"""ABC files as scores: title, metre, key, tempo, chords; what is left out is named, what is broken is one sentence."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.score import KeySignature, MeterChange
from studio.files.abc import abc_readings, read_abc

TUNE = """\
X:1
T:The Kerry Test
R:polka
M:2/4
L:1/8
Q:1/4=112
K:Ador
|:A|"Am"e2 {g}~d2|"G7/B"[Bd]>A "slow"G2|1 A4:|2 e4|]
V:2
z|A,4|[A,E]4|C4|]
"""


def test_a_tune(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text(TUNE + "\nX:2\nK:C\nC\n")
    reading = read_abc(tmp_path / "a.abc")
    score = reading.score
    assert (score.title, score.tempos[0].bpm) == ("The Kerry Test", 112)
    assert (score.meters, score.keys) == ((MeterChange(0, 2, 4),), (KeySignature(0, 0, True),))
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in score.tracks[0].notes] == [
        (720, 240, 69),
        (960, 480, 76),
        (1440, 480, 74),
        (1920, 360, 71),
        (1920, 360, 74),
        (2280, 120, 69),
        (2400, 480, 67),
        (2880, 960, 76),
    ]
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in score.tracks[1].notes] == [
        (960, 960, 57),
        (1920, 960, 57),
        (1920, 960, 64),
        (2880, 960, 60),
    ]
    assert reading.chords == (Chord(960, 960, 9, "m"), Chord(1920, 1920, 7, "7", 11))
    assert reading.warnings == (
        "The file holds 2 tunes; the first was read.",
        "Of repeats with two endings the last one was read.",
        "Not kept: repeats (1).",
        "Not kept: grace notes (1).",
        "Not kept: ornament signs (1).",
        "Not kept: words above the notes (1).",
    )


def test_one_bad_tune_does_not_hide_the_others() -> None:
    first, second = abc_readings(b"X:7\nT:no key\n\nX:8\nK:C\nCDEF|\n", "a.abc")
    assert isinstance(first, StudioError)
    assert first.title == "Tune 7 of a.abc cannot be read as ABC."
    assert not isinstance(second, StudioError)


@pytest.mark.parametrize(
    "body", ["C99999999999", "C////////////", "(3:99:99C", "C/0", "z4", "", "C,,,,,,,,,,,,", "C>>>>>>>D"]
)
def test_what_no_one_means_is_refused_or_left_out(body: str) -> None:
    for reading in abc_readings(f"X:1\nM:4/4\nK:C\n{body}\n".encode(), "a.abc"):
        assert isinstance(reading, StudioError) or len(list(reading.score.notes())) <= 2


def test_no_abc(tmp_path: Path) -> None:
    (tmp_path / "a.abc").write_text("hello")
    with pytest.raises(StudioError, match="is not an ABC file"):
        read_abc(tmp_path / "a.abc")


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(TUNE.encode())
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(StudioError):
        list(abc_readings(bytes(content[: data.draw(st.integers(0, len(content)))]), "a.abc"))


def notes_of(body: str, head: str = "M:4/4\nL:1/4\nK:C") -> list[list[tuple[int, int, int]]]:
    (reading,) = abc_readings(f"X:1\n{head}\n{body}\n".encode(), "a.abc")
    assert not isinstance(reading, StudioError), reading
    return [
        [(n.start_ticks, n.duration_ticks, n.pitch) for n in track.notes] for track in reading.score.tracks
    ]


@pytest.mark.parametrize(
    ("body", "tracks"),
    [
        ("C2E2&G,4|C4|", [[(0, 1920, 55), (0, 960, 60), (960, 960, 64), (1920, 1920, 60)]]),
        ("Z2|C4|", [[(3840, 1920, 60)]]),
        ("[V:A]C4|[V:B]E4|\n[V:A]D4|[V:B]F4|", [[(0, 1920, 60), (1920, 1920, 62)], [(0, 1920, 64), (1920, 1920, 65)]]),
        ("C2[L:1/8]C2[K:G]F2|F8|", [[(0, 960, 60), (960, 480, 60), (1440, 480, 66), (1920, 1920, 66)]]),
        ("[CE]2-[CE]2|", [[(0, 1920, 60), (0, 1920, 64)]]),
        ("(3CDE C>D|", [[(0, 320, 60), (320, 320, 62), (640, 320, 64), (960, 720, 60), (1680, 240, 62)]]),
        ("^C C|C C|", [[(960, 480, 61), (1440, 480, 61), (1920, 480, 60), (2400, 480, 60)]]),
    ],
    ids=["overlaid voices", "rests of bars", "voices within a line", "changes within a bar", "tied chords",
         "triplets and dots", "signs hold for a bar"],
)  # fmt: skip
def test_what_the_standard_says(body: str, tracks: list[list[tuple[int, int, int]]]) -> None:
    assert notes_of(body) == tracks


def test_voices_may_be_named_in_the_header() -> None:
    text = (
        'X:1\nM:4/4\nV:T nm="Tenor"\nV:B name="Bass" clef=bass\nK:C\nV:T\n%%MIDI program 52\nC8|\nV:B\nC,8|\n'
    )
    (reading,) = abc_readings(text.encode(), "a.abc")
    assert not isinstance(reading, StudioError)
    assert [(track.name, track.program) for track in reading.score.tracks] == [("Tenor", 52), ("Bass", 0)]
