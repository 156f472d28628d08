"""What may be written where: the plan of a region, and one line of melody being written into it. Torch-free.

Invariants: a new note never starts before the region, never rings past its end, never overlaps a fixed note, and
is in the scale and range; prompt and locked notes are never changed.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest
from studio.core.score import Note
from studio.core.theory import Key, guess_key
from studio.engines.music import events as ev

Mask = NDArray[np.bool_]
HOME_PITCH = 72  # where these melodies lie in the data
MAX_CONTEXT = 160
_SHIFTS, _DURATIONS = np.asarray(ev.SHIFTS), np.asarray(ev.DURATIONS)


def top_line(notes: Iterable[Note]) -> list[Note]:
    """One voice: of notes that start together the highest, each ending where the next begins."""
    line: list[Note] = []
    for note in sorted(notes, key=lambda n: (n.start_ticks, n.pitch)):
        if line and note.start_ticks - line[-1].start_ticks < ev.GRID:
            line.pop()
        elif line and line[-1].end_ticks > note.start_ticks:
            last = line.pop()
            line.append(
                Note(last.start_ticks, note.start_ticks - last.start_ticks, last.pitch, last.velocity)
            )
        line.append(note)
    return line


@dataclass(frozen=True, slots=True)
class RegionPlan:
    """A compose request made ready: times, the fixed notes ahead, the allowed pitches, the velocity to keep."""

    start: int
    end: int
    context: tuple[Note, ...]
    fixed: tuple[Note, ...]
    locked: tuple[Note, ...]
    frame: ev.Frame
    mode: str
    pitches: Mask
    velocity: int
    beat_ticks: int
    closes: bool

    @classmethod
    def of(cls, request: ComposeRequest) -> RegionPlan:
        """StudioError where the request leaves nothing to write."""
        start, end = request.region_start, request.region_end
        if end - start < ev.DURATIONS[0]:
            raise StudioError("There is no room for a note here.", hint="Select a longer region.")
        context = top_line(n for n in (*request.prompt, *request.locked) if n.start_ticks < start)
        later = {
            n.id if n.id >= 0 else (n.start_ticks, n.pitch): n
            for n in (*request.prompt, *request.locked)
            if n.start_ticks >= start
        }
        key = _key_of(request)
        base = _base_pitch(request, key.tonic, [*context[-32:], *later.values()])
        chords = ev.ChordLine.of(request.chords, key.tonic)
        frame = ev.Frame(request.meter.bar_ticks, request.meter.ticks, base, chords)
        heard = context[-16:] or list(later.values())
        velocity = round(sum(n.velocity for n in heard) / len(heard)) if heard else 84
        beat = request.meter.beat_ticks * (3 if request.meter.numerator in (6, 9, 12) else 1)
        return cls(
            start,
            end,
            tuple(context[-MAX_CONTEXT:]),
            tuple(top_line(later.values())),
            request.locked,
            frame,
            key.mode,
            _allowed_pitches(request, base),
            velocity,
            beat,
            closes=not (request.prompt or request.locked),  # written from nothing: a whole tune
        )

    def velocity_at(self, ticks: int) -> int:
        """The prompt's loudness with the metre's accents: the data has no velocities to learn from."""
        within = ev.snapped(ticks - self.frame.origin_ticks) % self.frame.bar_ticks
        accent = 10 if within == 0 else 3 if within % self.beat_ticks == 0 else -5
        return min(127, max(1, self.velocity + accent))


def _key_of(request: ComposeRequest) -> Key:
    """The key told, with its mode taken from the scale where that fits; else guessed from the notes."""
    signature = request.key
    if signature is None:
        return guess_key(request.prompt or request.locked, request.scale)
    return Key(signature.tonic, "minor" if signature.minor else "major").fitted_to(request.scale)


def _base_pitch(request: ComposeRequest, tonic: int, heard: list[Note]) -> int:
    """The MIDI pitch of the tonic in the octave that lets the melody lie where the network is at home."""
    middle = sum(n.pitch for n in heard) / len(heard) if heard else HOME_PITCH
    room = min(8, (request.high - request.low) // 2)
    middle = min(max(middle, request.low + room), request.high - room)
    return 60 + tonic + 12 * round((middle - HOME_PITCH) / 12)


def _allowed_pitches(request: ComposeRequest, base: int) -> Mask:
    pitches = base + np.arange(ev.LOWEST, ev.HIGHEST + 1)
    allowed = (pitches >= max(0, request.low)) & (pitches <= min(127, request.high))
    if request.scale is not None:
        allowed &= np.isin(pitches % 12, list(request.scale))
    if not allowed.any():
        raise StudioError("No note of this scale lies in this range.", hint="Widen the range or the scale.")
    return allowed


class Line:
    """One candidate being written. The engine asks for masks, draws, and hands the choices back."""

    def __init__(self, plan: RegionPlan, writer: ev.MelodyWriter) -> None:
        self.plan, self.writer = plan, copy.deepcopy(writer)
        self.notes: list[Note] = []
        self.probabilities: list[float] = []
        self.done = False
        self._ahead = list(plan.fixed)
        before = (*plan.context, *(n for n in plan.locked if n.start_ticks < plan.start))
        self._busy_until = max([plan.start, *(n.end_ticks for n in before)])
        self._onset = plan.start

    @property
    def limit(self) -> int:
        """Where a new note must have ended: the next fixed note, or the end of the region."""
        return min(self.plan.end, self._ahead[0].start_ticks if self._ahead else self.plan.end)

    def row(self) -> list[int]:
        """The network's next input, with the next fixed note written in."""
        self.writer.rest_until(self._busy_until)
        row = self.writer.row()
        if self.plan.closes:
            row[ev.LEFT] = ev.bars_left(self.plan.frame, self.writer.end_ticks, self.plan.end)
        if self._ahead:
            pitch = ev.pitch_class_of(self._ahead[0].pitch, self.plan.frame.base_pitch)
            row[ev.ANCHOR_PITCH : ev.ANCHOR_DISTANCE + 1] = ev.anchor_columns(
                self.writer.end_ticks, self._ahead[0].start_ticks, pitch
            )
        return row

    def shift_mask(self) -> Mask:
        """Shifts to a free moment; those past the limit mean "the fixed note next", or the end; the last is NO_MORE,
        for a tune's last bar."""
        over = self.plan.closes and self.plan.end - self._busy_until < self.plan.frame.bar_ticks
        return np.append(self._free_shifts(), over)

    def _free_shifts(self) -> Mask:
        onsets = self.writer.onset_ticks + _SHIFTS
        free = onsets + ev.GRID > self._busy_until
        inside: Mask = free & (onsets + ev.GRID < self.limit)
        if not self.notes and not self.plan.fixed and inside.any():
            if not self.plan.context:
                return inside & (_SHIFTS == 0)  # a tune begins where it is asked to
            return inside  # an answer is never empty
        return free if free.any() else np.ones_like(free)

    def take_shift(self, index: int) -> bool:
        """Whether a new note now begins; otherwise the fixed note was played, or the line is done."""
        if index == ev.NO_MORE:
            self.done = True
            return False
        onset = max(self.writer.onset_ticks + ev.SHIFTS[index], self._busy_until)
        if onset + ev.GRID < self.limit:
            self._onset = onset
            return True
        if self._ahead and self._ahead[0].start_ticks < self.plan.end:
            fixed = self._ahead.pop(0)
            self.writer.play(fixed.start_ticks, fixed.duration_ticks, fixed.pitch)
            ringing = (n.end_ticks for n in self.plan.locked if n.start_ticks <= fixed.start_ticks)
            self._busy_until = max([fixed.end_ticks, *ringing])
        else:
            self.done = True
        return False

    def onset_place(self) -> tuple[int, int, int]:
        return self.plan.frame.place(self._onset)

    def duration_mask(self) -> Mask:
        fits: Mask = self._onset + _DURATIONS < self.limit + ev.GRID
        if not fits.any():
            fits[0] = True
        return fits

    def take_note(self, pitch_index: int, duration_index: int, probability: float) -> None:
        pitch = self.plan.frame.base_pitch + ev.LOWEST + pitch_index
        end = min(self._onset + ev.DURATIONS[duration_index], self.limit)
        note = Note(self._onset, end - self._onset, pitch, self.plan.velocity_at(self._onset))
        self.notes.append(note)
        self.probabilities.append(probability)
        self.writer.play(note.start_ticks, note.duration_ticks, pitch)
        self._busy_until = end

    @property
    def written_ticks(self) -> int:
        """How far the line has come, from 0 to the region's length."""
        return self.plan.end - self.plan.start if self.done else max(0, self._busy_until - self.plan.start)
