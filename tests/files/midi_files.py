"""MIDI files written byte by byte, as other programs do, for the tests of the reader."""

from collections.abc import Iterable

from studio.files.smf import number_bytes

HEAD = b"MThd\0\0\0\6"


def head(kind: int = 1, tracks: int = 1, division: int = 480) -> bytes:
    return HEAD + b"".join(number.to_bytes(2, "big") for number in (kind, tracks, division))


def chunk(body: bytes, name: bytes = b"MTrk", length: int | None = None) -> bytes:
    return name + (len(body) if length is None else length).to_bytes(4, "big") + body


def track(*events: tuple[int, bytes], end: int = 0) -> bytes:
    """Events by the time since the last one."""
    body = b"".join(number_bytes(delta) + data for delta, data in events)
    return chunk(body + number_bytes(end) + b"\xff\x2f\0")


def meta(kind: int, content: bytes) -> bytes:
    return bytes((0xFF, kind)) + number_bytes(len(content)) + content


def sysex(content: bytes, status: int = 0xF0) -> bytes:
    return bytes((status,)) + number_bytes(len(content)) + content


def note(delta: int = 0, length: int = 480, pitch: int = 60, channel: int = 0) -> Iterable[tuple[int, bytes]]:
    return (
        (delta, bytes((0x90 | channel, pitch, 80))),
        (length, bytes((0x80 | channel, pitch, 0))),
    )


def tune(*events: tuple[int, bytes]) -> bytes:
    """A type 1 file of one track: what is given, then a note."""
    return head() + track(*events, *note())
