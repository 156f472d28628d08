"""The ABC reader on what the tune books contain."""

import pytest

from studio.files.abc_tune import AbcError, parse_key, parse_length, read_tune, split_tunes

HEAD = "X:1\nT:A Tune\nR:reel\nM:4/4\nL:1/8\nK:{}\n"


def pitches(body: str, key: str = "G") -> list[int]:
    return [n.pitch for n in read_tune(HEAD.format(key) + body).notes]


def times(body: str, key: str = "C") -> list[tuple[int, int]]:
    return [(n.start_ticks, n.duration_ticks) for n in read_tune(HEAD.format(key) + body).notes]


def test_key_signature_and_accidentals_last_for_the_bar() -> None:
    assert pitches("F=FFF fffF|F4 z4|") == [66, 65, 65, 65, 78, 78, 78, 65, 66]
    assert pitches("C,2C2c2c'2|", "C") == [48, 60, 72, 84]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("D", (2, "major", 2)),
        ("Am", (9, "minor", 0)),
        ("A Mixolydian", (9, "mixolydian", 2)),
        ("Edor", (4, "dorian", 2)),
        ("Bb", (10, "major", -2)),
        ("F#m % odd", (6, "minor", 3)),
        ("Dmix=c", (2, "mixolydian", 1)),
    ],
)
def test_keys(text: str, key: tuple[int, str, int]) -> None:
    assert parse_key(text) == key


def test_lengths() -> None:
    assert [str(parse_length(t)) for t in ("", "3", "/", "//", "3/2", "/4")] == [
        "1",
        "3",
        "1/2",
        "1/4",
        "3/2",
        "1/4",
    ]


def test_broken_rhythm_and_triplets() -> None:
    assert times("A>B A<B (3ABA A3|") == [
        (0, 360),
        (360, 120),
        (480, 120),
        (600, 360),
        (960, 160),
        (1120, 160),
        (1280, 160),
        (1440, 720),
    ]


def test_a_pickup_stands_before_the_first_bar_line() -> None:
    assert times("AB|c8|")[0] == (1440, 240)
    assert times("AB|c8|")[2] == (1920, 1920)


def test_short_bars_at_a_repeat_complete_each_other() -> None:
    tune = read_tune(HEAD.format("C") + "AB|c6::AB|c8|")
    assert [n.start_ticks for n in tune.notes] == [1440, 1680, 1920, 3360, 3600, 3840]
    assert tune.odd_bars == 0


def test_ties_graces_chords_and_words() -> None:
    assert times("A4-A4|") == [(0, 1920)]
    assert pitches('{cd}"Am"uA2 [CEG]2 !trill!B4|', "C") == [69, 67, 71]


def test_the_last_ending_is_read() -> None:
    assert pitches("A8|1 B8:|2 c8|]", "C") == [69, 72]


def test_what_cannot_be_read_is_said() -> None:
    with pytest.raises(AbcError, match="no key"):
        read_tune("X:1\nT:x\n")
    with pytest.raises(AbcError, match="metre"):
        read_tune("X:1\nM:waltz\nK:G\nA|")


def test_tunes_are_split() -> None:
    assert len(split_tunes("% book\n\nX:1\nK:G\nA|\n\nX:2\nK:G\nB|\n")) == 2
