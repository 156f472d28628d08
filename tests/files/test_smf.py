"""The bytes of MIDI files, as they are found: every oddity is read as far as it can be, and named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.files.smf import NotSmf, number_bytes, read_smf, smf_bytes
from tests.files.midi_files import chunk, head, meta, note, sysex, track, tune

ON, OFF = b"\x90\x3c\x50", b"\x80\x3c\x00"
PLAIN = [(0, ON), (480, OFF)]


KINDS = st.sampled_from([ON, b"\xc0\x05", b"\xff\x01hi", b"\xf0\x01\xf7", b"\xf7\x02"])


@given(st.lists(st.tuples(st.integers(0, (1 << 28) - 1), KINDS)))
def test_events_come_back_byte_for_byte(steps: list[tuple[int, bytes]]) -> None:
    events, now = list[tuple[int, bytes]](), 0
    for delta, data in steps:
        now += delta
        events.append((now, data))
    smf = read_smf(smf_bytes(96, [events, []], [b"XFIHabc"]))
    assert (smf.tracks, smf.chunks, smf.division, dict(smf.remarks)) == ([events, []], [b"XFIHabc"], 96, {})


@given(st.integers(0, (1 << 28) - 1))
def test_numbers_are_as_short_as_can_be(number: int) -> None:
    assert len(number_bytes(number)) == max(1, -(-number.bit_length() // 7))


def test_running_status_goes_on_over_meta_events_and_system_messages() -> None:
    body = (
        b"\0"
        + ON
        + b"\x10\x3e\x50"
        + b"\0"
        + meta(1, b"hi")
        + b"\0"
        + sysex(b"\1\xf7")
        + b"\x10\x3e\0\0\xff\x2f\0"
    )
    (events,) = read_smf(head() + chunk(body)).tracks
    assert [data for _, data in events if data[0] < 0xF0] == [ON, b"\x90\x3e\x50", b"\x90\x3e\0"]
    assert [ticks for ticks, _ in events] == [0, 16, 16, 16, 32]


def test_chunks_of_no_known_kind_are_kept() -> None:
    content = head() + chunk(b"\1\2\3", b"XFIH") + track(*note()) + chunk(b"", b"Empt")
    smf = read_smf(content)
    assert smf.chunks == [b"XFIH\1\2\3", b"Empt"]
    assert (smf.tracks, dict(smf.remarks)) == ([PLAIN], {})


def test_a_riff_wrapper_is_opened_and_what_else_is_in_it_is_named() -> None:
    music = tune()
    data = b"data" + len(music).to_bytes(4, "little") + music + b"\0" * (len(music) % 2)
    info = b"LIST" + (4).to_bytes(4, "little") + b"INFO"
    content = b"RMID" + data + info
    smf = read_smf(b"RIFF" + len(content).to_bytes(4, "little") + content)
    assert smf.tracks == [PLAIN]
    assert dict(smf.remarks) == {"Parts of the RIFF wrapper that are not music were left out": 1}


@pytest.mark.parametrize(
    ("content", "remark"),
    [
        (head()[:7] + b"\x08" + head()[8:] + b"ab" + track(*note()), "Bytes of the header that nobody knows"),
        (b"\0" * 128 + tune(), "Bytes before the music"),
        (tune() + b"\0\0\0", "Bytes after the last track"),
        (head() + b"\0" * 9 + track(*note()), "Bytes between the tracks"),
        (head() + chunk(b"\0" + ON + b"\x83\x60" + OFF + b"\0\xff\x2f\0ab"), "Bytes after the end of a track"),
        (head() + chunk(b"\0" + ON + b"\x83\x60" + OFF + b"\0\x05"), "Tracks with damage"),
        (head(3) + track(*note()), "unknown type"),
    ],
)  # fmt: skip
def test_oddities_are_read_and_named(content: bytes, remark: str) -> None:
    smf = read_smf(content)
    assert smf.tracks[0][:2] == PLAIN
    assert any(remark in words for words in smf.remarks)


@pytest.mark.parametrize("lie", [0, 3, 9, 20, 4000, 0xFFFFFFFF])
def test_lengths_that_lie_do_not_swallow_the_next_track(lie: int) -> None:
    body = track(*note())[8:]
    smf = read_smf(head(1, 2) + chunk(body, length=lie) + track(*note(7)))
    assert smf.tracks[0] == PLAIN
    assert smf.tracks[-1] == [(7, ON), (487, OFF)]
    assert smf.remarks or smf.is_cut


def test_values_above_127_are_lowered_and_named() -> None:
    smf = read_smf(head() + track((0, b"\x90\x3c\x90"), (480, OFF)))
    assert smf.tracks[0][0][1] == b"\x90\x3c\x7f"
    assert dict(smf.remarks) == {"Values above 127 were lowered": 1}


@pytest.mark.parametrize("content", [b"", b"RIFF", b"Dear diary", b"MThd\0\0\0\6\0\1"])
def test_what_is_none_is_refused(content: bytes) -> None:
    with pytest.raises(NotSmf):
        read_smf(content)
