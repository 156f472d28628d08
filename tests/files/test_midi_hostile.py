"""Files made to break a reader: each gives a score or one sentence, soon."""

import random

import pytest

from studio.core.errors import StudioError
from studio.core.score import Score
from studio.files.midi import MAX_TRACKS, midi_bytes, midi_reading
from studio.files.score_reading import MAX_NOTES
from tests.files.midi_files import chunk, head, meta, note, sysex, track, tune

RICH = head(1, 2) + track(
    (0, meta(0x51, b"\x07\xa1\x20")), (0, meta(0x58, b"\6\3\x18\x08")), (0, meta(0x59, b"\xfd\1")), (9, meta(6, b"A"))
) + track(
    (0, meta(3, "Flöte".encode())), (0, b"\xc0\x49"), (0, b"\xb0\x07\x60"), *note(), (3, sysex(b"\x7d\1\xf7")),
    (0, b"\xe0\0\x50"), (0, b"\xd0\x10"), (0, b"\xa0\x3c\x11"), *note(96, 24, 64),
    (0, sysex(b"\2", 0xF7)), (5, meta(5, b"la")),
)  # fmt: skip


def outcome(content: bytes) -> Score | str:
    """A score that can be written again, or the sentence."""
    try:
        score = midi_reading(content, "a.mid").score
        midi_bytes(score)
        return score
    except StudioError as error:
        found = error.title
    assert "a.mid" in found
    assert "\n" not in found
    return found


def test_a_file_cut_at_every_byte_is_read_as_far_as_it_goes() -> None:
    found = [outcome(RICH[:length]) for length in range(len(RICH))]
    assert isinstance(found[-1], Score), "only the last track's end is missing"
    assert sum(isinstance(one, Score) for one in found) > 40
    words = {one for one in found if isinstance(one, str)}
    assert words <= {
        "a.mid is not a MIDI file.",
        "a.mid is cut off: it cannot be read as MIDI.",
        "a.mid is cut off: there are no notes in what is left.",
        "There are no notes in a.mid.",
    }
    notes = [len(list(one.notes())) for one in found if isinstance(one, Score)]
    assert notes == sorted(notes)
    assert notes[-1] == 2


def test_ten_thousand_mutations_are_survived() -> None:
    chance, scores = random.Random(7), 0
    for _ in range(10_000):
        content = bytearray(RICH)
        for _ in range(chance.randint(1, 8)):
            at = chance.randrange(len(content))
            match chance.randrange(4):
                case 0:
                    content[at] = chance.randrange(256)
                case 1:
                    del content[at : at + chance.randint(1, 9)]
                case 2:
                    content[at:at] = chance.randbytes(chance.randint(1, 9))
                case _:
                    content[at] ^= 1 << chance.randrange(8)
        scores += isinstance(outcome(bytes(content)), Score)
    assert scores > 5_000, "most are still music"


def test_noise_after_a_header_is_survived() -> None:
    chance = random.Random(11)
    for _ in range(500):
        outcome(head() + chunk(chance.randbytes(chance.randint(0, 400))))
        outcome(head(chance.randrange(4), 9, chance.randrange(1 << 16)) + chance.randbytes(60))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0" * 5_000_000, "not a MIDI file"),
        (head() + b"\0" * 5_000_000, "no notes"),
        (b"\0" * 20_000_000, "too large"),
        (head(1, 1, 0) + track(*note()), "time division"),
        (head(1, 1, 0xE200) + track(*note()), "time division"),
        (head(1, 65535) + track(*note()) * 65535, "more than 20,000 tracks|not a MIDI file"),
        (head(1, 2000) + track(*note()) * 2000, f"more than {MAX_TRACKS} tracks"),
        (head() + track(*((0x0FFFFFFF, b"\x90\x3c\x50"),) * 4000), "too long"),
        (head() + track(*((0, b"\x90\x3c\x50"), (1, b"\x3c\0")) * (MAX_NOTES + 9)), "more than"),
        (head() + chunk(b"\0\xf8" * 1_100_000), "not a MIDI file"),
        (head() + chunk(b"\xff" * 3_000_000), "no notes"),
        (head() + chunk(b"\0\xff\1\xff\xff\xff\x7f"), "no notes|cut off"),
    ],
    ids=["nulls", "nulls after the head", "20 MB", "division 0", "no ticks in a frame", "65535 tracks", "2000 tracks",
         "endless delta times", "too many notes", "too many events", "no number ends", "a length beyond all"],
)  # fmt: skip
def test_what_would_fill_the_memory_or_the_day_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        midi_reading(content, "a.mid")


def test_odd_lengths_of_known_events_refuse_nothing() -> None:
    events = [
        (0, meta(kind, bytes(length)))
        for kind in (0, 0x20, 0x21, 0x2F + 1, 0x51, 0x54, 0x58, 0x59, 0x7F)
        for length in range(6)
    ]
    reading = midi_reading(tune(*events), "a.mid")
    assert len(list(reading.score.notes())) == 1
