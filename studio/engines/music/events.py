"""How a melody becomes numbers: one row of small integers after every note, torch-free.

A row says what has just been played and where in the bar and the phrase it ended, what stood one, two, four and
eight bars ago (so that a motif can come back), which fixed note comes next (so that the line can lead to it), and
which chord sounds and follows. Pitches and roots are relative to the tonic, so that one network plays in all keys.
Times are multiples of GRID ticks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from studio.core.chords import QUALITIES, Chord

GRID = 20
DURATIONS = (
    40,
    60,
    80,
    120,
    160,
    180,
    240,
    300,
    320,
    360,
    400,
    420,
    480,
    540,
    600,
    640,
    720,
    780,
    840,
    900,
    960,
    1080,
    1200,
    1320,
    1440,
    1560,
    1680,
    1800,
    1920,
    2160,
    2400,
    2880,
    3840,
)
SHIFTS = (0, *DURATIONS)
NO_MORE = len(SHIFTS)  # the answer "the tune is over" to "how long until the next note"
LOWEST, HIGHEST = -36, 48
PITCHES = HIGHEST - LOWEST + 1
METERS = ("4/4", "2/2", "2/4", "3/4", "6/8", "9/8", "3/8", "12/8", "6/4", "other")
MODES = ("major", "minor", "dorian", "mixolydian", "lydian", "phrygian", "unknown")
LOOKBACK_BARS = (1, 2, 4, 8)
PHRASE_BARS = 16
POSITIONS = 144
BARS_LEFT = 10
UNKNOWN_LEFT = BARS_LEFT - 1
DISTANCES = 66
NO_ANCHOR = (PITCHES, DISTANCES - 1)
BEGIN_PITCH, BEGIN_DURATION, BEGIN_SHIFT = PITCHES, len(DURATIONS), len(SHIFTS)
NO_ONSET, TOO_EARLY = PITCHES, PITCHES + 1

# families of chords: those that a melody treats alike
CHORD_KINDS = ("major", "minor", "dominant", "diminished", "augmented", "suspended")
NO_CHORD = 12 * len(CHORD_KINDS)  # not told, or none
CHORDS = NO_CHORD + 1
NO_CHORDS = (NO_CHORD, NO_CHORD, DISTANCES - 1)

# columns of a row; then come 2 * len(LOOKBACK_BARS) of (pitch, duration) pairs, and three of chords
PITCH, DURATION, SHIFT, POSITION, PHRASE, LEFT, ANCHOR_PITCH, ANCHOR_DISTANCE = range(8)
SIZES = (
    PITCHES + 1,
    len(DURATIONS) + 1,
    len(SHIFTS) + 1,
    POSITIONS,
    PHRASE_BARS,
    BARS_LEFT,
    PITCHES + 1,
    DISTANCES,
    *(PITCHES + 2, len(DURATIONS) + 1) * len(LOOKBACK_BARS),
    CHORDS,
    CHORDS,
    DISTANCES,
)
COLUMNS = len(SIZES)
CHORD, NEXT_CHORD, CHORD_DISTANCE = range(COLUMNS - 3, COLUMNS)
PLACES = (POSITIONS, PHRASE_BARS, CHORDS)  # what the pitch and the duration are told of a note's onset


def nearest(table: tuple[int, ...], ticks: int) -> int:
    """Index of the entry of an ascending table nearest to `ticks`."""
    above = min(bisect_left(table, ticks), len(table) - 1)
    below = max(above - 1, 0)
    return below if ticks - table[below] <= table[above] - ticks else above


def snapped(ticks: int) -> int:
    return (ticks + GRID // 2) // GRID * GRID


def pitch_class_of(pitch: int, base: int) -> int:
    """The pitch's number in the vocabulary; pitches out of reach are folded in by octaves."""
    relative = pitch - base
    while relative < LOWEST:
        relative += 12
    while relative > HIGHEST:
        relative -= 12
    return relative - LOWEST


def chord_kind(quality: str) -> int:
    """Index in CHORD_KINDS of a quality of core.chords."""
    steps = QUALITIES[quality]
    if 3 not in steps and 4 not in steps:
        return CHORD_KINDS.index("suspended")
    if 4 not in steps:
        return CHORD_KINDS.index("diminished" if 6 in steps else "minor")
    return CHORD_KINDS.index("augmented" if 8 in steps else "dominant" if 10 in steps else "major")


@dataclass(frozen=True, slots=True)
class ChordLine:
    """The chords that lie under a melody, as numbers: (start, class) by time, NO_CHORD where none is told."""

    starts: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()

    @classmethod
    def of(cls, chords: Iterable[Chord], tonic: int) -> ChordLine:
        """Chords with roots counted from the tonic; a gap between two is not told."""
        at: dict[int, int] = {}
        for chord in sorted(chords, key=lambda one: one.start_ticks):
            at[chord.start_ticks] = (chord.root - tonic) % 12 * len(CHORD_KINDS) + chord_kind(chord.quality)
            at.setdefault(chord.end_ticks, NO_CHORD)
        starts = sorted(at)
        return cls(tuple(starts), tuple(at[start] for start in starts))

    def at(self, ticks: int) -> int:
        index = bisect_right(self.starts, ticks) - 1
        return self.classes[index] if index >= 0 else NO_CHORD

    def columns(self, ticks: int) -> tuple[int, int, int]:
        """(chord at `ticks`, the next other chord, its distance)."""
        if not self.starts:
            return NO_CHORDS
        index, now = bisect_right(self.starts, ticks), self.at(ticks)
        while index < len(self.starts) and self.classes[index] == now:
            index += 1
        if index == len(self.starts):
            return now, NO_CHORD, DISTANCES - 1
        return now, self.classes[index], min((self.starts[index] - ticks) // 60, DISTANCES - 2)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stays the same through a melody: where the bars lie, how long they are, the tonic's MIDI pitch, the
    chords."""

    bar_ticks: int
    origin_ticks: int = 0
    base_pitch: int = 60
    chords: ChordLine = ChordLine()

    def place(self, ticks: int) -> tuple[int, int, int]:
        """(position in the bar, bar in the phrase, chord) as table numbers, see PLACES."""
        bar, within = divmod(snapped(ticks - self.origin_ticks), self.bar_ticks)
        return min(within // GRID, POSITIONS - 1), bar % PHRASE_BARS, self.chords.at(ticks)


class MelodyWriter:
    """One melody as it grows: notes go in, rows come out. Owned by one candidate or one training example."""

    def __init__(self, frame: Frame, begin_ticks: int) -> None:
        self.frame = frame
        self.begin_ticks = snapped(begin_ticks)
        self.onset_ticks = self.end_ticks = self.begin_ticks
        self._pitch, self._duration, self._shift = BEGIN_PITCH, BEGIN_DURATION, BEGIN_SHIFT
        self._heard: dict[int, tuple[int, int]] = {}

    def play(self, start_ticks: int, duration_ticks: int, pitch: int) -> tuple[int, int, int]:
        """Add a note; returns its (shift, pitch, duration) classes: the targets."""
        start, end = (
            snapped(start_ticks),
            max(snapped(start_ticks + duration_ticks), snapped(start_ticks) + GRID),
        )
        self._shift = nearest(SHIFTS, start - self.onset_ticks)
        self._pitch = pitch_class_of(pitch, self.frame.base_pitch)
        self._duration = nearest(DURATIONS, end - start)
        self._heard[start] = (self._pitch, self._duration)
        self.onset_ticks, self.end_ticks = start, end
        return self._shift, self._pitch, self._duration

    def rest_until(self, ticks: int) -> None:
        """Let the last note ring on to `ticks`; over a long silence, as if it had begun whole bars later."""
        bars = (snapped(ticks) - self.onset_ticks) // self.frame.bar_ticks
        if ticks - self.onset_ticks > DURATIONS[-1]:
            self.onset_ticks += bars * self.frame.bar_ticks
        if snapped(ticks) > self.end_ticks:
            self.end_ticks = snapped(ticks)
            if self._duration != BEGIN_DURATION and self.end_ticks > self.onset_ticks:
                self._duration = nearest(DURATIONS, self.end_ticks - self.onset_ticks)

    def row(self) -> list[int]:
        """What the network sees before it writes the next note; LEFT and the anchor columns are unknown."""
        position, phrase, _ = self.frame.place(self.end_ticks)
        row = [self._pitch, self._duration, self._shift, position, phrase, UNKNOWN_LEFT, *NO_ANCHOR]
        for bars in LOOKBACK_BARS:
            row += self._looked_back(self.end_ticks - bars * self.frame.bar_ticks)
        return [*row, *self.frame.chords.columns(self.end_ticks)]

    def _looked_back(self, ticks: int) -> tuple[int, int]:
        nothing = TOO_EARLY if ticks < self.begin_ticks else NO_ONSET
        return self._heard.get(ticks, (nothing, len(DURATIONS)))


def anchor_columns(end_ticks: int, anchor_ticks: int, pitch_class: int) -> tuple[int, int]:
    """(pitch, distance) columns for the next fixed note, `anchor_ticks` being its start."""
    distance = max(0, snapped(anchor_ticks - end_ticks)) // 60
    return (pitch_class, distance) if distance < DISTANCES - 1 else NO_ANCHOR


def bars_left(frame: Frame, end_ticks: int, close_ticks: int) -> int:
    """The LEFT column: whole bars from `end_ticks` to the end of the tune, 8 meaning 8 or more."""
    return min(max((close_ticks - end_ticks) // frame.bar_ticks, 0), UNKNOWN_LEFT - 1)


def meter_class(numerator: int, denominator: int) -> int:
    name = f"{numerator}/{denominator}"
    return METERS.index(name if name in METERS else "other")
