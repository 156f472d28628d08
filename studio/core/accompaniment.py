"""Accompaniments: chord symbols set in a figure (block chords, broken chords, bass and chords, ...) under a melody.

Pure functions. Invariants: a note lies in the chord of its time, but for the passing notes of a walking bass (the last
pulse before another chord, a tone or a semitone from the bass it leads to); none rings into another chord or out of
the region; none sounds at or above a melody note that it sounds with; two notes of a hand never share a key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from studio.core.chords import Chord
from studio.core.pulses import Pulse, is_compound, pulses_between
from studio.core.score import MeterChange, Note, Score
from studio.core.voicing import Voices, nearest_below

BASS_LOWEST, BASS_HIGHEST = 36, 52  # C2 to E3
LOWEST_ROOM = 21  # the lowest key of a piano
HIGHEST = 67  # of the chords, where the melody leaves so much room
SOFTER = 14  # than the melody
BLOCK, BROKEN, BASS_AND_CHORDS, ARPEGGIO, PAD, WALKING = (
    "block",
    "broken",
    "bass-and-chords",
    "arpeggio",
    "pad",
    "walking",
)
FIGURES = (BROKEN, BASS_AND_CHORDS, ARPEGGIO, PAD, BLOCK, WALKING)
DISTANT = 1 << 40

Hand: TypeAlias = list[Note]


@dataclass(frozen=True, slots=True)
class Accompaniment:
    """What a figure made: the bass and the chords, each for a track of its own."""

    figure: str
    bass: tuple[Note, ...]
    chords: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A chord within one bar: its time, its voices and bass (pitches), the bass that comes after it (its own where the
    melody leaves none), and its pulses."""

    start: int
    end: int
    chord: Chord
    voices: Voices
    bass: int
    next_bass: int
    pulses: tuple[Pulse, ...]
    meter: MeterChange


def figures_for(meter: MeterChange) -> tuple[str, ...]:
    """The figures that suit a metre, the likeliest first: a waltz begins with its bass and chords."""
    if is_compound(meter):
        return (BROKEN, BASS_AND_CHORDS, ARPEGGIO, PAD, BLOCK)
    if meter.numerator == 3:
        return (BASS_AND_CHORDS, ARPEGGIO, BROKEN, PAD, WALKING, BLOCK)
    return FIGURES


def accompany(
    score: Score, chords: Sequence[Chord], melody: Sequence[Note], region: tuple[int, int], figure: str
) -> Accompaniment:
    """The chords within [start, end) of a score's metres, set in a figure below the melody."""
    stretches = stretches_of(score, chords, melody, region)
    low, high = _WAYS[figure](stretches)
    loudness = _loudness(melody)
    return Accompaniment(
        figure,
        tuple(_spoken(low, score, melody, loudness)),
        tuple(_spoken(high, score, melody, loudness - 6)),
    )


def stretches_of(
    score: Score, chords: Sequence[Chord], melody: Sequence[Note], region: tuple[int, int]
) -> list[Stretch]:
    """Every chord, cut at bar lines and at the region's ends, with voices that move little."""
    found: list[Stretch] = []
    before: Voices = ()
    for chord, start, end in _pieces(score, chords, region):
        ceiling = _ceiling(melody, start, end)
        before = nearest_below(chord, before, min(HIGHEST, ceiling))
        bass = _bass_of(chord, found[-1].bass if found else None, min((ceiling, *before[:1])))
        pulses = tuple(pulses_between(score, start, end))
        found.append(Stretch(start, end, chord, before, bass, bass, pulses, score.meter_at(start)))
    return [
        replace(one, next_bass=other.bass) if other.bass <= _ceiling(melody, other.start, other.end) else one
        for one, other in zip(found, (*found[1:], *found[-1:]), strict=True)
    ]


def _pieces(
    score: Score, chords: Sequence[Chord], region: tuple[int, int]
) -> Iterator[tuple[Chord, int, int]]:
    """(chord, start, end) of every part of a chord in a bar and in the region."""
    for chord in chords:
        start, end = max(chord.start_ticks, region[0]), min(chord.end_ticks, region[1])
        while start < end:
            stop = min(end, score.bar_start(score.bar_of(start) + 1))
            yield chord, start, stop
            start = stop


def _ceiling(melody: Sequence[Note], start: int, end: int) -> int:
    """The highest pitch that stays below all of the melody from `start` to `end`."""
    return min((note.pitch for note in melody if note.overlaps(start, end)), default=128) - 1


def _bass_of(chord: Chord, before: int | None, ceiling: int) -> int:
    """The bass of a chord near the one before, below the voices; an octave and more lower where there is no room."""
    tone = chord.root if chord.bass is None else chord.bass
    octaves = [p for p in range(BASS_LOWEST, BASS_HIGHEST + 1) if p % 12 == tone and p < ceiling]
    lower = [p for p in range(LOWEST_ROOM, BASS_LOWEST) if p % 12 == tone and p < ceiling]
    middle = (BASS_LOWEST + BASS_HIGHEST) // 2 - 2 if before is None else before
    return min(
        octaves or lower[-1:] or [LOWEST_ROOM + (tone - LOWEST_ROOM) % 12], key=lambda p: abs(p - middle)
    )


# --- figures: from stretches to (bass, chords), loudness still as accents about 0 ------------------------

Way: TypeAlias = Callable[[list[Stretch]], tuple[Hand, Hand]]


def _pad(stretches: list[Stretch]) -> tuple[Hand, Hand]:
    """Everything held as long as its chord lasts in a bar."""
    low = [_note(s.start, s.end, s.bass) for s in stretches]
    return low, [note for s in stretches for note in _struck(s, s.start, s.end)]


def _block(stretches: list[Stretch]) -> tuple[Hand, Hand]:
    """The chord on every pulse, a little detached, over a bass that is held."""
    low = [_note(s.start, s.end, s.bass) for s in stretches]
    return low, [
        note
        for s in stretches
        for p in s.pulses
        for note in _struck(s, p.start, p.end - (p.end - p.start) // 8)
    ]


def _bass_and_chords(stretches: list[Stretch]) -> tuple[Hand, Hand]:
    """Bass on the strong pulses, chords on the others: a march, a waltz; within the pulse in 6/8."""
    low, high = Hand(), Hand()
    for s in stretches:
        for p in s.pulses:
            if is_compound(s.meter):
                first, *rest = p.steps(3)
                low.append(_note(*first, _turned(s, p)))
                high += [note for step in rest for note in _struck(s, *step)]
            elif p.strong or p.start == s.start:
                low.append(_note(p.start, p.end, _turned(s, p)))
            else:
                high += _struck(s, p.start, p.start + (p.end - p.start) * 3 // 4)
    return low, high


def _broken(stretches: list[Stretch]) -> tuple[Hand, Hand]:
    """Lowest, highest, middle, highest in halves of a pulse (Alberti); lowest, middle, highest in thirds in 6/8."""
    low = [_note(s.start, s.end, s.bass) for s in stretches]
    high = Hand()
    for s in stretches:
        order = (0, 1, -1) if is_compound(s.meter) else (0, -1, 1, -1)
        turn = [s.voices[min(place, len(s.voices) - 1)] for place in order] if s.voices else []
        for at, (start, end) in enumerate(_steps(s) if turn else ()):
            high.append(_note(start, end, turn[at % len(turn)]))
    return low, high


def _arpeggio(stretches: list[Stretch]) -> tuple[Hand, Hand]:
    """Up through the chord from its bass and down again, each note ringing on as if with the pedal."""
    low, high = Hand(), Hand()
    for s in stretches:
        low.append(_note(s.start, s.end, s.bass))
        starts = [start for start, _ in _steps(s)][1:] or [s.start]
        way = [*s.voices, *s.voices[-2:0:-1]]
        line = [(start, way[at % len(way)]) for at, start in enumerate(starts) if way]
        high += [
            _note(start, _ringing(line[at + 1 :], pitch, s.end), pitch)
            for at, (start, pitch) in enumerate(line)
        ]
    return low, high


def _ringing(later: Sequence[tuple[int, int]], pitch: int, end: int) -> int:
    """Until the key is struck again, or the chord is over."""
    return next((start for start, other in later if other == pitch), end)


def _walking(stretches: list[Stretch]) -> tuple[Hand, Hand]:
    """A bass note on every pulse that walks to the next chord's, and short chords on the weak pulses."""
    low, high = Hand(), Hand()
    for s in stretches:
        for p, pitch in zip(s.pulses, _walk(s, len(s.pulses)), strict=True):
            low.append(_note(p.start, p.end, pitch))
            if not p.strong:
                high += _struck(s, p.start, p.start + (p.end - p.start) // 2)
    return low, high


_WAYS: dict[str, Way] = {
    PAD: _pad,
    BLOCK: _block,
    BASS_AND_CHORDS: _bass_and_chords,
    BROKEN: _broken,
    ARPEGGIO: _arpeggio,
    WALKING: _walking,
}


def _walk(stretch: Stretch, count: int) -> list[int]:
    """`count` bass pitches from the bass through chord tones; the last leads by step where another bass follows."""
    here, there = stretch.bass, stretch.next_bass
    ladder = [
        p for p in range(here - 9, here + 10) if p % 12 in stretch.chord.pitch_classes and p >= LOWEST_ROOM
    ]
    ladder = [p for p in ladder if p < min(stretch.voices, default=DISTANT)]
    way = 1 if there >= here and here + 4 <= BASS_HIGHEST else -1
    onwards = sorted((p for p in ladder if (p - here) * way > 0), key=lambda p: abs(p - here))
    line = [here]
    for at in range(1, count):
        line.append(onwards[(at - 1) % len(onwards)] if onwards else here)
    if count > 1 and there != here:
        line[-1] = _approach(line[-2], there)
    return line


def _approach(before: int, target: int) -> int:
    """A step from the bass that follows, from the side where the line comes from."""
    side = -1 if before < target else 1
    return target + side * (2 if before == target + side else 1)


# --- small parts -----------------------------------------------------------------------------------------


def _steps(stretch: Stretch) -> Iterator[tuple[int, int]]:
    """Halves of the pulses, thirds in a compound metre."""
    for pulse in stretch.pulses:
        yield from pulse.steps(3 if is_compound(stretch.meter) else 2)


def _turned(stretch: Stretch, pulse: Pulse) -> int:
    """The bass where the chord begins, and in its later pulses by turns its fifth, if the chord has one."""
    fifth = stretch.bass + 7 if stretch.bass + 7 < min(stretch.voices, default=DISTANT) else stretch.bass - 5
    has_fifth = (stretch.chord.root + 7) % 12 in stretch.chord.pitch_classes and stretch.chord.bass is None
    later = sum(p.start <= pulse.start and (p.strong or p.start == stretch.start) for p in stretch.pulses) - 1
    return fifth if later % 2 and has_fifth and fifth >= LOWEST_ROOM else stretch.bass


def _note(start: int, end: int, pitch: int) -> Note:
    return Note(start, max(1, end - start), pitch)


def _struck(stretch: Stretch, start: int, end: int) -> Hand:
    return [_note(start, min(end, stretch.end), pitch) for pitch in stretch.voices]


def _loudness(melody: Sequence[Note]) -> int:
    heard = [note.velocity for note in melody]
    return (round(sum(heard) / len(heard)) if heard else 80) - SOFTER


def _spoken(hand: Iterable[Note], score: Score, melody: Sequence[Note], loudness: int) -> Iterator[Note]:
    """The notes with the metre's accents, without those that the melody leaves no room for."""
    for note in hand:
        bar = score.bar_start(score.bar_of(note.start_ticks))
        accent = 6 if note.start_ticks == bar else 0
        if note.pitch <= _ceiling(melody, note.start_ticks, note.end_ticks):
            yield replace(note, velocity=min(127, max(1, loudness + accent)))
