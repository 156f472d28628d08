"""What may be written where: a compose request made ready. Torch-free.

Invariants that hold for all that is written within a plan: a new note never starts before the region, never rings past
its end, never overlaps a fixed note, and is in the scale and range; prompt and locked notes are never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.harmony import key_of_chords
from studio.core.messages import ComposeRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import Key, guess_key
from studio.engines.music import events as ev

Mask = NDArray[np.bool_]
Ticks = NDArray[np.int64]
HOME_PITCH = 72  # where these melodies lie in the data
MAX_CONTEXT = 160
SHORTEST = ev.DURATIONS[0]
FAR = 1 << 40


def together(notes: Iterable[Note]) -> list[list[Note]]:
    """Groups of notes that start together, the highest or latest last."""
    groups: list[list[Note]] = []
    for note in sorted(notes, key=lambda n: (n.start_ticks, n.pitch)):
        if groups and note.start_ticks - groups[-1][-1].start_ticks < ev.GRID:
            groups[-1].append(note)
        else:
            groups.append([note])
    return groups


def top_line(notes: Iterable[Note]) -> list[Note]:
    """One voice: of notes that start together the highest, each ending where the next begins."""
    line = [group[-1] for group in together(notes)]
    return [_until(note, after.start_ticks) for note, after in pairwise(line)] + line[-1:]


def _until(note: Note, ticks: int) -> Note:
    """The note, ended by `ticks`."""
    return note if note.end_ticks <= ticks else replace(note, duration_ticks=ticks - note.start_ticks)


@dataclass(frozen=True, slots=True)
class Fixed:
    """A note that stays and that the line passes: the top one of those that start together. `begins` is where the
    first of them starts, `busy` where the last that has started by then ends."""

    note: Note
    begins: int
    busy: int

    @staticmethod
    def of(notes: Sequence[Note]) -> tuple[Fixed, ...]:
        groups, busy, found = together(notes), 0, list[Fixed]()
        for group, top in zip(groups, top_line(notes), strict=True):
            busy = max(busy, *(note.end_ticks for note in group))
            found.append(Fixed(top, group[0].start_ticks, busy))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Spaces:
    """The free stretches of a region as arrays: before fixed note a the line is free up to begins[a]; once it has
    passed it, from busy[a] on. The last entry stands for the region's end."""

    fixed: tuple[Fixed, ...]
    begins: Ticks  # (fixed + 1,)
    starts: Ticks
    busy: Ticks
    first_free: int
    end: int

    @classmethod
    def of(cls, fixed: tuple[Fixed, ...], first_free: int, end: int) -> Spaces:
        def column(values: list[int]) -> Ticks:
            return np.array([*values, FAR], np.int64)

        return cls(
            fixed,
            column([one.begins for one in fixed]),
            column([one.note.start_ticks for one in fixed]),
            column([one.busy for one in fixed]),
            first_free,
            end,
        )

    def notes_after(self, unit: int) -> Ticks:
        """(fixed + 1,) how many notes of `unit` ticks fit after fixed note a is passed, each beginning on the grid."""
        inside = np.minimum(-(-self.busy // ev.GRID) * ev.GRID, self.end)
        until = np.minimum(np.append(self.begins[1:], FAR), self.end)
        fits = np.maximum(until - inside, 0) // unit
        return np.append(fits[::-1].cumsum()[::-1], 0)[: len(self.busy)]

    def notes(self, unit: int) -> int:
        """How many notes of `unit` ticks fit into the whole region."""
        first_free = -(-self.first_free // ev.GRID) * ev.GRID
        first = max(0, min(self.end, int(self.begins[0])) - first_free) // unit
        return first + int(self.notes_after(unit)[0])


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """A compose request made ready: times, what is heard, the fixed notes ahead, the pitches allowed for any note, for
    the first and for the last one, the velocity to keep. `unit`: the room that is kept for a note that must come."""

    start: int
    end: int
    context: tuple[Note, ...]
    spaces: Spaces
    frame: ev.Frame
    mode: str
    pitches: Mask
    first: Mask
    last: Mask
    must_end: bool
    rhythm: tuple[tuple[int, int], ...]
    needed: int
    unit: int
    velocity: int
    beat_ticks: int
    closes: bool

    @classmethod
    def of(cls, request: ComposeRequest) -> RegionPlan:
        """StudioError where the request leaves nothing to write, or contradicts itself."""
        start, end = request.region_start, request.region_end
        if end - start < SHORTEST:
            raise StudioError("There is no room for a note here.", hint="Select a longer region.")
        everything = _once((*request.prompt, *request.locked))
        context = top_line(n for n in everything if n.start_ticks < start)
        later = [n for n in everything if n.start_ticks >= start]
        ringing = [n.end_ticks for n in request.locked if n.start_ticks < start]
        spaces = Spaces.of(Fixed.of(later), max([start, *ringing, *(n.end_ticks for n in context[-1:])]), end)
        key = _key_of(request)
        base = base_pitch(key.tonic, [*context[-32:], *later], (request.low, request.high))
        chords = ev.ChordLine.of(request.chords, key.tonic)
        frame = ev.Frame(request.meter.bar_ticks, request.meter.ticks, base, chords)
        pitches = allowed_pitches(request, base)
        first, last = (_among(pitches, base, told) for told in (request.must_start, request.must_end))
        needed = needed_notes(request, first, last)
        rhythm = tuple(sorted(request.rhythm))
        beat = request.meter.beat_ticks * (3 if request.meter.numerator in (6, 9, 12) else 1)
        return cls(
            start,
            end,
            tuple(context[-MAX_CONTEXT:]),
            spaces,
            frame,
            key.mode,
            pitches,
            first,
            last,
            bool(request.must_end),
            rhythm,
            needed,
            _unit(spaces, request.meter, needed, len(rhythm)),
            _loudness(context[-16:] or later, frame, beat),
            beat,
            _closes(request),
        )

    def velocities(self, starts: Ticks) -> Ticks:
        """The prompt's loudness with the metre's accents: the data has no velocities to learn from."""
        return np.minimum(127, np.maximum(1, self.velocity + _accents(starts, self.frame, self.beat_ticks)))


def _once(notes: Iterable[Note]) -> list[Note]:
    """Without those that are told twice."""
    return list(
        {n.id if n.id >= 0 else (n.start_ticks, n.pitch, n.duration_ticks): n for n in notes}.values()
    )


def _key_of(request: ComposeRequest) -> Key:
    """The key told; where it is not, what the notes say, and where there are none, the chords."""
    heard = request.prompt or request.locked
    if request.key is None and not heard and request.chords:
        return key_of_chords(request.chords).fitted_to(request.scale)
    return key_of(request.key, heard, request.scale)


def key_of(signature: KeySignature | None, heard: Iterable[Note], scale: frozenset[int] | None = None) -> Key:
    """The key told, with its mode taken from the scale where that fits; else guessed from the notes."""
    if signature is None:
        return guess_key(heard, scale)
    return Key(signature.tonic, "minor" if signature.minor else "major").fitted_to(scale)


def base_pitch(tonic: int, heard: Sequence[Note], bounds: tuple[int, int] = (0, 127)) -> int:
    """The MIDI pitch of the tonic in the octave that lets the melody lie where the network is at home."""
    low, high = bounds
    middle = sum(n.pitch for n in heard) / len(heard) if heard else HOME_PITCH
    room = min(8, (high - low) // 2)
    middle = min(max(middle, low + room), high - room)
    return 60 + tonic + 12 * round((middle - HOME_PITCH) / 12)


def allowed_pitches(request: ComposeRequest, base: int) -> Mask:
    pitches = base + np.arange(ev.LOWEST, ev.HIGHEST + 1)
    allowed: Mask = (pitches >= max(0, request.low)) & (pitches <= min(127, request.high))
    if request.scale is not None:
        allowed &= np.isin(pitches % 12, list(request.scale))
    if not allowed.any():
        raise StudioError("No note of this scale lies in this range.", hint="Widen the range or the scale.")
    return allowed


def _among(pitches: Mask, base: int, told: frozenset[int]) -> Mask:
    """Those of the allowed pitches that are of the pitch classes told; all where none are."""
    classes = (base + np.arange(ev.LOWEST, ev.HIGHEST + 1)) % 12
    return pitches & np.isin(classes, list(told)) if told else pitches


def needed_notes(request: ComposeRequest, first: Mask, last: Mask) -> int:
    """How many notes a line needs at least to begin and end as told: 0, 1 or 2. StudioError where it never can."""
    for mask, told, word in ((first, request.must_start, "begin"), (last, request.must_end, "end")):
        if told and not mask.any():
            raise StudioError(
                f"The notes to {word} on are not in the scale and range.",
                hint=f"Choose another note to {word} on, or widen the scale or the range.",
            )
    if not (request.must_start or request.must_end):
        return 0
    return 1 if (first & last).any() else 2


def _unit(spaces: Spaces, meter: MeterChange, needed: int, slots: int) -> int:
    """The room to keep for a note that must come: half a beat where there is so much. slots: of a rhythm, if any."""
    units = [u for u in (meter.beat_ticks // 2, meter.beat_ticks // 4, 60) if u > SHORTEST] + [SHORTEST]
    fitting = [u for u in units if (slots or spaces.notes(u)) >= needed]
    if not fitting:
        raise StudioError(
            "There is no room for the notes to begin and end on.",
            hint="Select a longer region, or unlock some notes.",
        )
    return fitting[0]


def _closes(request: ComposeRequest) -> bool:
    """Whether the tune ends with the region, and the model is told so: a whole tune, and where a last note is told."""
    behind = any(n.start_ticks >= request.region_end for n in request.prompt)
    return not (request.prompt or request.locked) or (bool(request.must_end) and not behind)


def _accents(starts: Ticks, frame: ev.Frame, beat_ticks: int) -> Ticks:
    """How much louder than the others a note is that begins at a place of the bar."""
    within = (starts - frame.origin_ticks + ev.GRID // 2) // ev.GRID * ev.GRID % frame.bar_ticks
    return np.where(within == 0, 10, np.where(within % beat_ticks == 0, 3, -5))


def _loudness(heard: Sequence[Note], frame: ev.Frame, beat_ticks: int) -> int:
    """The mean velocity; less the accents where there are any, so that what goes on from an answer, and on from that,
    does not become louder and louder."""
    velocities = np.array([note.velocity for note in heard])
    if not len(velocities):
        return 84
    accents = _accents(np.array([note.start_ticks for note in heard], np.int64), frame, beat_ticks)
    even = (velocities == velocities[0]).all()
    return round(float(velocities.mean() if even else (velocities - accents).mean()))
