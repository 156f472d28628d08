"""Whatever came in with a MIDI file goes out again: any events in any order, from any number of tracks and channels."""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studio.core.score import Note
from studio.files.midi import midi_bytes, midi_reading
from studio.files.smf import Event, Smf, read_smf, smf_bytes
from tests.files.midi_files import head, meta, note, track

TICKS = st.integers(0, 9000)
CHANNEL = st.integers(0, 15)
SEVEN = st.integers(0, 127)
WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=8).map(str.encode)
BYTES = st.binary(max_size=6)
KEPT_META = st.sampled_from([0, 2, 4, 5, 7, 8, 9, 0x0A, 0x20, 0x21, 0x4B, 0x54, 0x60, 0x7F])
NOT_UTF16 = ("\ufeff", "\ufffe")


def message(kind: int, *data: st.SearchStrategy[int]) -> st.SearchStrategy[bytes]:
    return st.tuples(CHANNEL, *data).map(lambda all_: bytes((kind | all_[0], *all_[1:])))


OTHERS = st.one_of(
    message(0xB0, SEVEN, SEVEN),
    message(0xE0, SEVEN, SEVEN),
    message(0xD0, SEVEN),
    message(0xC0, SEVEN),
    message(0xA0, SEVEN, SEVEN),
    st.builds(lambda kind, content: bytes((0xFF, kind)) + content, KEPT_META, BYTES),
    st.builds(lambda kind, words: bytes((0xFF, kind)) + words, st.sampled_from([1, 3, 6]), WORDS),
    st.builds(lambda status, content: bytes((status,)) + content, st.sampled_from([0xF0, 0xF7]), BYTES),
)
NOTES = st.lists(st.tuples(TICKS, st.integers(1, 900), CHANNEL, SEVEN, st.integers(1, 127)), max_size=6)
MAPS = st.one_of(
    st.integers(1000, 0xFFFFFF).map(lambda tempo: b"\xff\x51" + tempo.to_bytes(3, "big")),
    st.tuples(st.integers(1, 32), st.integers(0, 6), SEVEN, SEVEN).map(lambda m: bytes((0xFF, 0x58, *m))),
    st.tuples(st.integers(-7, 7), st.booleans()).map(lambda k: bytes((0xFF, 0x59, k[0] & 255, k[1]))),
)


def in_order(notes: list[tuple[int, int, int, int, int]], others: list[tuple[int, bytes]]) -> list[Event]:
    events = [(ticks, 1, data) for ticks, data in others]
    for start, length, channel, pitch, velocity in notes:
        events.append((start, 2, bytes((0x90 | channel, pitch, velocity))))
        events.append((start + length, 0, bytes((0x80 | channel, pitch, 64))))
    return [(ticks, data) for ticks, _, data in sorted(events, key=lambda one: one[:2])]


TRACK = st.builds(in_order, NOTES, st.lists(st.tuples(TICKS, OTHERS), max_size=8))
CONDUCTOR = st.lists(st.tuples(TICKS, MAPS), max_size=6, unique_by=lambda one: (one[0], one[1][1])).map(
    lambda events: sorted(events, key=lambda one: one[0])
)
CHUNKS = st.lists(st.binary(max_size=4).map(lambda content: b"XFKM" + content), max_size=2)


def sounding(smf: Smf) -> Counter[tuple[int, int, int, int]]:
    """Start, end, pitch and velocity of every note: of one pitch the first that began ends first."""
    found: Counter[tuple[int, int, int, int]] = Counter()
    for events in smf.tracks:
        begun: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        for ticks, data in events:
            if data[0] >> 4 == 9:
                begun[data[0] & 15, data[1]].append((ticks, data[2]))
            elif data[0] >> 4 == 8:
                start, velocity = begun[data[0] & 15, data[1]].pop(0)
                found[start, ticks, data[1], velocity] += 1
    return found


def others(smf: Smf) -> Iterator[tuple[int, bytes]]:
    """All but notes; of channel messages only what they say, not on which channel."""
    for events in smf.tracks:
        for ticks, data in events:
            if data[0] >= 0xF0:
                yield ticks, data
            elif data[0] >> 4 not in (8, 9):
                yield ticks, bytes((data[0] & 0xF0,)) + data[1:]


def is_initial(data: bytes) -> bool:
    """What a track is set to before its first note: it is told at the beginning."""
    return data[:1] == b"\xc0" or data[:2] in (b"\xb0\x07", b"\xb0\x0a")


def is_name(data: bytes) -> bool:
    return data[:2] in (b"\xff\x03", b"\xff\x01")


@settings(max_examples=120, deadline=None)
@given(st.lists(TRACK, min_size=1, max_size=4), CONDUCTOR, CHUNKS)
@example([[(0, b"\x90\x3c\x50"), (0, b"\xf7\x05"), (9, b"\x80\x3c\x40"), (9, b"\xff\x03Late")]], [], [])
def test_nothing_is_lost(tracks: list[list[Event]], conductor: list[Event], chunks: list[bytes]) -> None:
    tracks[0] = [*tracks[0], *in_order([(99_000, 10, 0, 60, 64)], [])]
    content = smf_bytes(480, [conductor, *tracks], chunks)
    before, reading = read_smf(content), midi_reading(content, "a.mid")
    assert all("words" in warning for warning in reading.warnings), reading.warnings
    after = read_smf(midi_bytes(reading.score))
    assert sounding(after) == sounding(before)
    assert after.chunks == before.chunks
    went, came = Counter(others(before)), Counter(others(after))
    for (ticks, data), count in went.items():
        if is_initial(data):
            assert sum(n for (_, other), n in came.items() if other == data) >= count
        elif is_name(data):
            words = [other[2:] for _, other in came if is_name(other)]
            assert any(one.startswith(data[2:]) for one in words), data
        else:
            assert came[ticks, data] == count, (ticks, data)


@settings(max_examples=40, deadline=None)
@given(st.lists(TRACK, min_size=1, max_size=3), CONDUCTOR, CHUNKS)
def test_what_was_written_here_stays_as_it_is(
    tracks: list[list[Event]], conductor: list[Event], chunks: list[bytes]
) -> None:
    content = smf_bytes(480, [conductor, *tracks, in_order([(0, 10, 0, 60, 64)], [])], chunks)
    once = midi_bytes(midi_reading(content, "a.mid").score)
    twice = midi_bytes(midi_reading(once, "a.mid").score)
    assert sorted(others(read_smf(twice))) == sorted(others(read_smf(once)))
    assert sounding(read_smf(twice)) == sounding(read_smf(once))


@pytest.mark.parametrize(
    ("division", "starts"),
    [(96, [0, 5, 10]), (960, [0, 1, 1]), (480, [0, 1, 2]), (0xE728, [0, 1, 2]), (0xE350, [0, 0, 1])],
    ids=["96", "960", "480", "25 frames of 40", "29.97 frames of 80"],
)
def test_every_time_division_is_read(division: int, starts: list[int]) -> None:
    events = [event for delta in (0, 1, 1) for event in ((delta, b"\x90\x3c\x50"), (0, b"\x80\x3c\x00"))]
    reading = midi_reading(head(1, 1, division) + track(*events), "a.mid")
    found = [note.start_ticks for note in reading.score.notes()]
    assert found == starts
    assert any("480th" in words for words in reading.warnings) == (division not in (96, 480))
    assert any("in seconds" in words for words in reading.warnings) == (division > 0x8000)


def test_a_second_of_smpte_time_is_two_quarter_notes() -> None:
    reading = midi_reading(head(1, 1, 0xE728) + track(*note(25 * 40, 25 * 40)), "a.mid")
    assert list(reading.score.notes()) == [Note(960, 960, 60, 80, id=0)]


def test_patterns_of_type_2_lie_side_by_side_and_that_is_said() -> None:
    reading = midi_reading(head(2, 2) + track(*note()) + track(*note(0, 480, 67)), "a.mid")
    assert [note.pitch for note in reading.score.notes()] == [60, 67]
    assert reading.warnings == ("The patterns of this file were laid side by side.",)


def test_channels_that_only_were_set_up_do_not_become_tracks() -> None:
    setup = [(0, bytes((0xC0 | channel, channel))) for channel in range(16)]
    reading = midi_reading(head(0, 1) + track(*setup, *note(0, 480, 60, 3)), "a.mid")
    assert [(track.channel, track.program) for track in reading.score.tracks] == [(3, 3)]
    written = [data for events in read_smf(midi_bytes(reading.score)).tracks for _, data in events]
    assert {bytes((0xC0 | channel, channel)) for channel in range(16)} <= set(written)


def test_the_names_of_tracks_without_music_are_kept_as_texts() -> None:
    content = head(1, 3) + track((0, meta(3, b"Air"))) + track((0, meta(3, b"by nobody"))) + track(*note())
    reading = midi_reading(content, "a.mid")
    assert reading.score.title == "Air"
    assert meta(1, b"by nobody") in [event.data for event in reading.score.raw]


def test_a_bank_is_chosen_before_its_instrument() -> None:
    setup = [(0, b"\xb0\x79\0"), (3, b"\xb0\0\5"), (3, b"\xc0\x11")]
    content = midi_bytes(midi_reading(head() + track(*setup, *note()), "a.mid").score)
    told = [data for _, data in read_smf(content).tracks[1] if data[0] == 0xC0 or data[:2] == b"\xb0\0"]
    assert told[-2:] == [b"\xb0\0\5", b"\xc0\x11"]


@pytest.mark.parametrize(
    ("events", "words"),
    [
        ([(0, b"\x80\x40\0")], "Ends of notes that had not begun were left out (1)."),
        ([(0, b"\x90\x40\x50"), (0, b"\x80\x40\0")], "Notes without a length were made as short as can be (1)."),
        ([(0, b"\x90\x40\x50"), (9, b"\x80\x40\x20")], "How fast keys were let go was left out (1)."),
        ([(0, b"\x90\x40\x50")], "Notes without an end were closed at the end of their track (1)."),
        ([(0, meta(0x51, b"\0\0\0"))], "Impossible tempos were left out (1)."),
        ([(0, meta(0x51, b"\0\0\1"))], "Tempos above 60,000 quarter notes a minute were lowered (1)."),
        ([(0, meta(0x58, b"\0\2\x18\x08"))], "Impossible metres were left out (1)."),
        ([(0, meta(0x59, b"\x0b\7"))], "Impossible keys were left out (1)."),
        ([(0, meta(0x51, b"\7\0\0")), (0, meta(0x51, b"\6\0\0"))],
         "Of several tempos, metres or keys at one moment the last one holds (1)."),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_named(events: list[tuple[int, bytes]], words: str) -> None:
    assert midi_reading(head() + track(*events, *note()), "a.mid").warnings == (words,)


def test_a_metre_that_is_changed_here_clicks_as_usual() -> None:
    score = midi_reading(head() + track((0, meta(0x58, b"\6\3\x24\x08")), *note()), "a.mid").score
    assert b"\xff\x58\4\6\3\x24\x08" in midi_bytes(score)
    changed = midi_bytes(score.with_meter(3, 4))
    assert b"\xff\x58\4\3\2\x18\x08" in changed
    assert changed.count(b"\xff\x58") == 1
