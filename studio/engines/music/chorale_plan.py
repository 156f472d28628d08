"""What may be sung where: a request for voices laid on the network's grid, and its answer taken off again. Torch-free.

Invariants: what the user fixed is never changed; new notes lie inside the region, in the scale and in their voice's
range, and never overlap a note that stays in their voice. The grid rounds what the network sees, never what is kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from studio.core.errors import StudioError
from studio.core.messages import VoicesRequest
from studio.core.score import Note
from studio.core.theory import guess_key
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_masks import HOME, pitch_masks
from studio.engines.music.chorale_rows import Bools, Ints

CONTEXT_FRAMES = 384  # heard before and after the region
MAX_FRAMES = 6400
PARTS = {1: (0,), 2: (0, 3), 3: (0, 1, 3), 4: (0, 1, 2, 3)}  # which of the four voices are sung


@dataclass(frozen=True, slots=True)
class VoicesPlan:
    """A request made ready. sounds, begins, known: (T, V), what stands and what of it may not change; pitches (T, V,
    PITCHES): what may begin; strict (T,): whether only that may be held, too; silent (T,): whether a voice may rest;
    parts: which network voice each voice of the request is; shift: semitones from the request to the network."""

    request: VoicesRequest
    parts: tuple[int, ...]
    shift: int
    origin_ticks: int
    opens: bool
    sounds: Ints
    begins: Bools
    known: Bools
    places: Ints
    pitches: Bools
    strict: Bools
    silent: Bools

    @classmethod
    def of(cls, request: VoicesRequest) -> VoicesPlan:
        """StudioError where the request cannot be met."""
        _check(request)
        parts = PARTS[len(request.voices)]
        staying = [_staying(request, voice) for voice in range(len(parts))]
        shift = _shift(request, parts, staying)
        origin, count, opens = _span(request, staying)
        sounds = np.full((count, rows.VOICES), rows.REST, np.int32)
        begins = np.zeros(sounds.shape, bool)
        known = np.zeros(sounds.shape, bool)
        inside = _inside(request, origin, count)
        for part in range(rows.VOICES):
            voice = parts.index(part) if part in parts else None
            notes = staying[voice] if voice is not None else []
            _lay(notes, origin, shift, (sounds[:, part], begins[:, part]))
            free = voice is None or request.written[voice]
            known[:, part] = ~(free & inside) | (sounds[:, part] < rows.REST)
        if all(known[:, part].all() for part in parts):
            raise StudioError(
                "There is nothing to write here.", hint="Select a longer region or another voice."
            )
        pitches, strict = pitch_masks(request, parts, shift, origin, count)
        silent: Bools = (~known | (sounds == rows.REST)).all(1)
        places = rows.places_of(
            (request.meter,), origin // rows.STEP_TICKS, count, _key(request, staying, shift)
        )
        return cls(
            request, parts, shift, origin, opens, sounds, begins, known, places, pitches, strict, silent
        )

    def notes(self, sounds: Ints, begins: Bools) -> tuple[tuple[Note, ...], ...]:
        """The new notes of each voice of the request, from finished frames (T, V)."""
        return tuple(
            tuple(self._new_notes(voice, part, sounds[:, part], begins[:, part]))
            for voice, part in enumerate(self.parts)
        )

    def _new_notes(self, voice: int, part: int, sounds: Ints, begins: Bools) -> Iterable[Note]:
        velocity = _velocity(self.request)
        fixed = _staying(self.request, voice)
        for start in np.flatnonzero(begins & ~self.known[:, part]):
            end = start + 1
            while end < len(sounds) and not (
                begins[end] or self.known[end, part] or sounds[end] == rows.REST
            ):
                end += 1
            pitch = int(sounds[start]) + rows.LOWEST - self.shift
            ticks = (
                self.origin_ticks + rows.STEP_TICKS * int(start),
                self.origin_ticks + rows.STEP_TICKS * int(end),
            )
            left, right = _cleared(ticks, fixed)
            if right > left:
                yield Note(left, right - left, pitch, velocity)

    def kept(self, voice: int) -> tuple[Note, ...]:
        """The notes of a voice that stay and begin inside the region, in order of time."""
        start, end = self.request.region_start, self.request.region_end
        return tuple(n for n in _staying(self.request, voice) if start <= n.start_ticks < end)

    def sound_of(self, note: Note) -> int:
        """The network's number of a note's pitch."""
        return _folded(note.pitch + self.shift) - rows.LOWEST

    def frame_of(self, note: Note) -> int:
        """The frame in which a note begins."""
        return min(len(self.sounds) - 1, max(0, _nearest(note.start_ticks - self.origin_ticks)))


def _check(request: VoicesRequest) -> None:
    count = len(request.voices)
    if count not in PARTS:
        raise StudioError(f"Between one and four voices, please, not {count}.")
    if len(request.written) != count or (request.ranges and len(request.ranges) != count):
        raise StudioError("Each voice needs its own entry in the request.")
    if not any(request.written):
        raise StudioError("No voice is to be written.", hint="Choose the voices that the model writes.")
    if request.region_end - request.region_start < rows.STEP_TICKS:
        raise StudioError("There is no room for a note here.", hint="Select a longer region.")
    if request.region_end - request.region_start > MAX_FRAMES * rows.STEP_TICKS:
        raise StudioError("The region is too long.", hint=f"Up to {MAX_FRAMES // 16} bars at once.")


def _staying(request: VoicesRequest, voice: int) -> list[Note]:
    """The notes of a voice that the answer lives with, in order of time."""
    notes = list(request.voices[voice])
    if request.written[voice]:
        start, end = request.region_start, request.region_end
        notes = [n for n in notes if not start <= n.start_ticks < end]
        notes += request.locked[voice] if voice < len(request.locked) else ()
    return sorted(notes, key=lambda n: (n.start_ticks, n.pitch, n.duration_ticks))


def _shift(request: VoicesRequest, parts: tuple[int, ...], staying: list[list[Note]]) -> int:
    """The transposition that brings what stands, or the ranges asked for, nearest to where the voices are at home."""
    heard = [(part, [n.pitch for n in notes]) for part, notes in zip(parts, staying, strict=True) if notes]
    if not heard:
        heard = [(part, [low, high]) for part, (low, high) in zip(parts, request.ranges, strict=False)]

    def away(shift: int) -> float:
        outside = 0.0
        for part, pitches in heard:
            low, high = HOME[part]
            moved = np.asarray(pitches) + shift
            outside += float((np.maximum(low - moved, 0) + np.maximum(moved - high, 0)).mean())
        return outside + 0.01 * abs(shift) + (0.1 if shift % 12 else 0.0)

    return min(range(-36, 37), key=away)


def _span(request: VoicesRequest, staying: list[list[Note]]) -> tuple[int, int, bool]:
    """(tick of the first frame, number of frames, whether the music begins there)."""
    notes = [note for line in staying for note in line]
    room = CONTEXT_FRAMES * rows.STEP_TICKS
    first = min([request.region_start, *(n.start_ticks for n in notes)])
    last = max([request.region_end, *(n.end_ticks for n in notes)])
    begin = max(first, request.region_start - room)
    phase = request.meter.ticks % rows.STEP_TICKS
    origin = (begin - phase) // rows.STEP_TICKS * rows.STEP_TICKS + phase
    count = -(-(min(last, request.region_end + room) - origin) // rows.STEP_TICKS)
    return origin, count, begin == first


def _inside(request: VoicesRequest, origin: int, count: int) -> Bools:
    """(T,) the frames that lie in the region whole."""
    starts = origin + rows.STEP_TICKS * np.arange(count)
    inside: Bools = (starts >= request.region_start) & (starts + rows.STEP_TICKS <= request.region_end)
    return inside


def _lay(notes: list[Note], origin: int, shift: int, column: tuple[Ints, Bools]) -> None:
    """One voice's notes on the grid, for the network's eyes: one at a time, the later over the earlier."""
    sounds, begins = column
    for note in notes:
        start = max(0, _nearest(note.start_ticks - origin))
        end = max(start + 1, _nearest(note.end_ticks - origin))
        sounds[start:end] = _folded(note.pitch + shift) - rows.LOWEST
        begins[start:end] = False
        if note.start_ticks >= origin - rows.STEP_TICKS // 2:
            begins[start : start + 1] = True
    changed = np.append(True, sounds[1:] != sounds[:-1]) & (sounds < rows.REST)
    changed[0] = begins[0]
    begins |= changed


def _nearest(ticks: int) -> int:
    return (2 * ticks + rows.STEP_TICKS) // (2 * rows.STEP_TICKS)


def _folded(pitch: int) -> int:
    while pitch < rows.LOWEST:
        pitch += 12
    while pitch > rows.HIGHEST:
        pitch -= 12
    return pitch


def _key(request: VoicesRequest, staying: list[list[Note]], shift: int) -> tuple[int, int]:
    if request.key is not None:
        return (request.key.tonic + shift) % 12, int(request.key.minor)
    key = guess_key((note for line in staying for note in line), request.scale)
    return (key.tonic + shift) % 12, int(key.mode not in ("major", "lydian", "mixolydian"))


def _velocity(request: VoicesRequest) -> int:
    """As loud as what stands around."""
    heard = [note.velocity for voice in request.voices for note in voice]
    return round(sum(heard) / len(heard)) if heard else 80


def _cleared(ticks: tuple[int, int], fixed: list[Note]) -> tuple[int, int]:
    """[start, end) without what notes that stay take of it."""
    start, end = ticks
    for note in fixed:
        if note.start_ticks < end and note.end_ticks > start:
            if note.start_ticks > start:
                end = note.start_ticks
            else:
                start = note.end_ticks
    return start, end
