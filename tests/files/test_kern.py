"""Humdrum scores: spines, ties, tuplets and bars come out as notes; what is damaged gives one sentence."""

import contextlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.score import KeySignature, MeterChange, Score
from studio.files import sheet
from studio.files.kern import kern_reading, read_kern
from studio.files.score_reading import ScoreReading

PIANO = """\
!!!OTL: Waltz.
!!!OPS: Op. 9
**kern\t**kern\t**dynam
*part1\t*part1\t*part1
*staff2\t*staff1\t*
*k[b-e-]\t*k[b-e-]\t*
*g:\t*g:\t*
*M3/4\t*M3/4\t*
*MM150\t*MM150\t*
4r\t4d\tp
=1\t=1\t=1
.\t8qa\t.
2.GG [2.G\t6g\t.
.\t6b-\t<
.\t6dd\t.
*\t*^\t*
.\t4gg\t4r\t.
=2\t=2\t=2\t=2
2.G]\t4aTL\t2.d\t.
.\t8a\t.\t.
.\t8a 8f#\t.\t.
.\t4r\t.\t.
*\t*v\t*v\t*
==\t==\t==
*-\t*-\t*-
"""


def read(text: str) -> ScoreReading:
    return kern_reading(text.encode(), "a.krn")


def sounds(score: Score, track: int) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in score.tracks[track].notes]


def test_a_piano_piece() -> None:
    reading = read(PIANO)
    score = reading.score
    assert [track.name for track in score.tracks] == ["Right hand", "Left hand"]
    assert (score.title, score.tempos[0].bpm) == ("Waltz Op. 9", 150)
    assert score.keys == (KeySignature(0, -2, True),)
    assert score.meters == (MeterChange(0, 3, 4),)
    bar = 1440
    assert sounds(score, 0) == [
        (960, 480, 62),  # the pickup stands at the end of a bar of its own
        (bar, 320, 67),
        (bar + 320, 320, 70),
        (bar + 640, 320, 74),
        (bar + 960, 480, 79),
        (2 * bar, 1440, 62),
        (2 * bar, 480, 69),
        (2 * bar + 480, 240, 69),
        (2 * bar + 720, 240, 66),
        (2 * bar + 720, 240, 69),
    ]
    assert sounds(score, 1) == [(bar, 1440, 43), (bar, 2880, 55)]
    assert reading.warnings == (
        "Not kept: dynamics (2).",
        "Not kept: grace notes (1).",
        "Not kept: ornament signs (1).",
    )


def test_of_two_endings_the_last_is_read() -> None:
    sections = "*>A\n4c\n4c\n*>A1\n4d\n4d\n*>A2\n4e\n4e\n*-\n"
    reading = read("**kern\n*M2/4\n*>[A,A1,A,A2]\n" + sections)
    assert [note.pitch for note in reading.score.notes()] == [60, 60, 64, 64]
    assert "Of repeats with two endings the last one was read." in reading.warnings
    assert len(list(read("**kern\n*M2/4\n*>[A,A1,A2]\n" + sections).score.notes())) == 6


def test_a_bar_of_another_length_does_not_shift_the_bars_after_it() -> None:
    full, short = "=\n4c\n4c\n4c\n4c\n", "=\n4c\n4c\n4c\n"
    reading = read("**kern\n*M4/4\n" + full + short + full + full + "==\n*-\n")
    assert reading.score.bar_start(2) == 1920 + 1440
    assert reading.warnings == ("Bars that do not add up to their metre: 1.",)


def test_a_bar_that_a_repeat_cuts_in_two_is_one_bar() -> None:
    reading = read("**kern\n*M4/4\n=\n1c\n=\n2.c\n=:|\n4c\n=\n1c\n==\n*-\n")
    assert reading.score.meters == (MeterChange(0, 4, 4),)
    assert reading.warnings == ("Not kept: repeats (1).",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("hello", "is not a Humdrum score"),
        ("**kern\t**kern\n4c\n", "line 2 cannot be read"),
        ("**kern\n4r\n*-\n", "There are no notes"),
        ("**kern\n" + "\n".join("\t".join(["*^"] * 2**n) for n in range(9)), "line 8 cannot be read"),
    ],
)
def test_a_broken_file_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        read(text)


def test_lengths_beyond_reason_are_left_out() -> None:
    reading = read("**kern\n4c\n1%999999d\n00000000e\n4cccccccc#\n4f\n*-\n")
    assert [note.pitch for note in reading.score.notes()] == [60, 65]


def test_too_many_notes_are_refused_while_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_NOTES", 50)
    with pytest.raises(StudioError, match="more than 50 notes"):
        read("**kern\n" + "4c 4d 4e\n" * 20 + "*-\n")


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.krn").write_text(PIANO)
    assert len(list(read_kern(tmp_path / "a.krn").score.notes())) == 12


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(PIANO.encode())
    for _ in range(data.draw(st.integers(0, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(StudioError):
        kern_reading(bytes(content[: data.draw(st.integers(0, len(content)))]), "a.krn")
