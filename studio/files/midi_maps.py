"""Tempo, metre and key of a MIDI file, tick by tick; what is impossible is left out and counted. Pure."""

from __future__ import annotations

from collections import Counter

from studio.core.control import RawEvent
from studio.core.errors import StudioError
from studio.core.score import KeySignature, MeterChange, TempoChange
from studio.files.midi_writer import PLAIN_CLICK, raw_of
from studio.files.smf import META

TEMPO, METER, KEY = 0x51, 0x58, 0x59
SHORTEST_QUARTER = 1000  # microseconds


class Maps:
    """Takes meta events; the last one at a tick holds. clicks: how a metronome is to click in a metre, where that is
    not as usual; `changed` counts what was left out."""

    def __init__(self, changed: Counter[str]) -> None:
        self.changed = changed
        self.tempos: dict[int, TempoChange] = {}
        self.meters: dict[int, MeterChange] = {}
        self.keys: dict[int, KeySignature] = {}
        self.clicks: list[RawEvent] = []

    def take(self, kind: int, content: bytes, now: int) -> bool:
        """Whether the event was one of them."""
        if kind == TEMPO and len(content) >= 3:
            self._read_tempo(int.from_bytes(content[:3], "big"), now)
        elif kind == METER and len(content) >= 2:
            self._read_meter(content, now)
        elif kind == KEY and len(content) >= 2:
            self._read_key(content, now)
        else:
            return False
        return True

    def _read_tempo(self, microseconds: int, now: int) -> None:
        if not microseconds:
            self.changed["Impossible tempos were left out"] += 1
            return
        if microseconds < SHORTEST_QUARTER:
            self.changed["Tempos above 60,000 quarter notes a minute were lowered"] += 1
        change = TempoChange(now, _bpm(max(SHORTEST_QUARTER, microseconds)))
        self._count_double(self.tempos.get(now, change) != change)
        self.tempos[now] = change

    def _read_meter(self, content: bytes, now: int) -> None:
        try:
            change = MeterChange(now, content[0], 1 << min(content[1], 20))
        except StudioError:
            self.changed["Impossible metres were left out"] += 1
            return
        if content[2:] != PLAIN_CLICK:  # how a metronome is to click: kept beside the metre
            self.clicks.append(raw_of(now, bytes((META, METER)) + content))
        self._count_double(self.meters.get(now, change) != change)
        self.meters[now] = change

    def _read_key(self, content: bytes, now: int) -> None:
        fifths = content[0] - 256 * (content[0] > 127)
        if not -7 <= fifths <= 7 or content[1] > 1:
            self.changed["Impossible keys were left out"] += 1
            return
        change = KeySignature(now, fifths, content[1] == 1)
        self._count_double(self.keys.get(now, change) != change)
        self.keys[now] = change

    def _count_double(self, is_other: bool) -> None:
        self.changed["Of several tempos, metres or keys at one moment the last one holds"] += is_other


def _bpm(microseconds: int) -> float:
    """The roundest tempo that is written as that many microseconds a quarter."""
    exact = 60e6 / microseconds
    rounder = (round(exact, digits) for digits in range(7))
    return next((bpm for bpm in rounder if bpm > 0 and round(60e6 / bpm) == microseconds), exact)
