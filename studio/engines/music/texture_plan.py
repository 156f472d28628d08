"""What may be written where in a texture: the plan of a region, and candidates being written into it frame by frame.

Torch-free. Invariants: a new note never starts before the region, never rings past its end, never sounds with a fixed
note on one key, is in the scale and range, and no more notes sound at once than asked for; fixed notes never change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest, NoteScore
from studio.core.score import MeterChange, Note
from studio.engines.music import frames as fr

Mask = NDArray[np.bool_]
MAX_CONTEXT = 384  # frames that are heard before the region
ANY_NUMBER = 1000
OUTSIDE_CHORD = 2.5  # log odds


@dataclass(frozen=True, slots=True)
class TexturePlan:
    """A compose request made ready. Frames count from `meter.ticks`; first and end are those of the region.

    context (C, 2, 88): what is heard before; fixed (T, 2, 88): fixed notes inside; busy (T,): how many of them sound;
    keys (88,): where new notes may lie; limit: how many notes may sound at once; leaning (T, 88): what is added to the
    log odds of a key, less than 0 outside the chord of the moment; opening (88,): where the first new note may lie."""

    first: int
    end: int
    meter: MeterChange
    context: fr.Frames
    fixed: fr.Frames
    busy: NDArray[np.int64]
    keys: Mask
    limit: int
    leaning: NDArray[np.float64]
    opening: Mask
    velocity: int

    @classmethod
    def of(cls, request: ComposeRequest) -> TexturePlan:
        """StudioError where the request leaves nothing to write."""
        origin = request.meter.ticks
        first = -(-(request.region_start - origin) // fr.FRAME_TICKS)
        end = (request.region_end - origin) // fr.FRAME_TICKS
        if end <= first:
            raise StudioError("There is no room for a note here.", hint="Select a sixteenth at least.")
        notes = _fixed_notes(request)
        before = [n for n in notes if n.start_ticks < request.region_start]
        heard = sorted(before, key=lambda n: n.start_ticks)[-32:] or notes
        fixed, busy = _fixed_frames(notes, origin, first, end)
        return cls(
            first,
            end,
            request.meter,
            _context(before, origin, first),
            fixed,
            busy,
            _allowed_keys(request),
            request.polyphony or ANY_NUMBER,
            _leaning(request, origin, first, end),
            _opening_keys(request),
            _loudness(heard, request.meter),
        )

    def ticks_of(self, frame: int) -> int:
        return self.meter.ticks + frame * fr.FRAME_TICKS

    def velocity_at(self, ticks: int) -> int:
        """The prompt's loudness with the metre's accents: the data has no velocities to learn from."""
        return min(127, max(1, self.velocity + _accent(ticks, self.meter)))


def _accent(ticks: int, meter: MeterChange) -> int:
    """How much louder than the others a note is that begins there."""
    within = (ticks - meter.ticks) % meter.bar_ticks
    return 8 if within == 0 else 2 if within % meter.beat_ticks == 0 else -4


def _loudness(heard: list[Note], meter: MeterChange) -> int:
    """The mean velocity; less the accents where there are any, so that what goes on from an answer, and on from that,
    does not become louder and louder."""
    if not heard:
        return 76
    even = len({note.velocity for note in heard}) == 1
    levels = [note.velocity - (0 if even else _accent(note.start_ticks, meter)) for note in heard]
    return round(sum(levels) / len(levels))


def _fixed_notes(request: ComposeRequest) -> list[Note]:
    """Prompt and locked notes, each once."""
    both = (*request.prompt, *request.locked)
    return list({n.id if n.id >= 0 else (n.start_ticks, n.pitch, n.duration_ticks): n for n in both}.values())


def _context(before: list[Note], origin: int, first: int) -> fr.Frames:
    """The frames from the first note on, MAX_CONTEXT at most, up to the region."""
    spans = [fr.span_of(n.start_ticks, n.end_ticks, n.pitch, origin) for n in before]
    begin = max(first - MAX_CONTEXT, min((s[0] for s in spans), default=first))
    length = max(0, first - begin)
    return fr.frames_of([(start - begin, count, pitch) for start, count, pitch in spans], length)


def _fixed_frames(
    notes: list[Note], origin: int, first: int, end: int
) -> tuple[fr.Frames, NDArray[np.int64]]:
    """Every frame of the region that a fixed note touches: (its keys (T, 2, 88), the number of them (T,))."""
    fixed, busy = np.zeros((end - first, fr.PLANES, fr.KEYS), np.uint8), np.zeros(end - first, np.int64)
    for note in sorted(notes, key=lambda n: n.start_ticks):
        start = (note.start_ticks - origin) // fr.FRAME_TICKS - first
        stop = -(-(note.end_ticks - origin) // fr.FRAME_TICKS) - first
        inside = slice(max(0, start), max(0, stop))
        busy[inside] += 1
        if 0 <= (key := note.pitch - fr.LOWEST_KEY) < fr.KEYS:
            fixed[inside, 0, key] = 1
            if 0 <= start < len(fixed):
                fixed[start, 1, key] = 1
    return fixed, busy


def _leaning(request: ComposeRequest, origin: int, first: int, end: int) -> NDArray[np.float64]:
    leaning = np.zeros((end - first, fr.KEYS))
    classes = np.arange(fr.LOWEST_KEY, fr.LOWEST_KEY + fr.KEYS) % 12
    for chord in request.chords:
        at, stop = (
            (ticks - origin) // fr.FRAME_TICKS - first for ticks in (chord.start_ticks, chord.end_ticks)
        )
        outside = ~np.isin(classes, list(chord.pitch_classes))
        leaning[max(0, at) : max(0, stop), outside] = -OUTSIDE_CHORD * request.guidance
    return leaning


def _allowed_keys(request: ComposeRequest) -> Mask:
    pitches = np.arange(fr.LOWEST_KEY, fr.LOWEST_KEY + fr.KEYS)
    allowed = (pitches >= request.low) & (pitches <= request.high)
    if request.scale is not None:
        allowed &= np.isin(pitches % 12, list(request.scale))
    if not allowed.any():
        raise StudioError(
            "No piano key of this scale lies in this range.", hint="Widen the range or the scale."
        )
    return allowed


def _opening_keys(request: ComposeRequest) -> Mask:
    keys = _allowed_keys(request)
    if request.must_start:
        keys &= np.isin(np.arange(fr.LOWEST_KEY, fr.LOWEST_KEY + fr.KEYS) % 12, list(request.must_start))
    if not keys.any():
        raise StudioError(
            "The first note asked for is not in this scale and range.", hint="Ask for another one."
        )
    return keys


class TextureWriter:
    """One candidate being written, frame by frame. The engine asks what may be, draws, and hands the choices back."""

    def __init__(self, plan: TexturePlan, seed: int) -> None:
        self.plan, self.seed = plan, seed
        self.frames = np.concatenate([plan.context, plan.fixed])  # (C + T, 2, 88)
        self.notes: list[Note] = []
        self.scores: list[NoteScore] = []
        self._ringing: dict[
            int, tuple[int, NoteScore]
        ] = {}  # key -> its first frame in the region, and its score
        self._at = 0
        self._chosen: dict[int, NoteScore | None] = {}  # new keys of this frame; None where one rings on

    @property
    def now(self) -> int:
        """The index of the frame being written in `frames`."""
        return len(self.plan.context) + self._at

    def may_ring(self) -> Mask:
        """(88,): keys whose own note may go on."""
        mask = np.zeros(fr.KEYS, np.bool_)
        mask[[key for key in self._ringing if not self.plan.fixed[self._at, 0, key]]] = True
        return mask if self._room() > 0 else np.zeros_like(mask)

    def may_strike(self) -> Mask:
        """(88,): keys where a new note may begin."""
        keys = self.plan.keys if self._has_notes else self.plan.opening
        free: Mask = keys & (self.plan.fixed[self._at, 0] == 0)
        return free if self._room() > 0 else np.zeros_like(free)

    def _room(self) -> int:
        return int(self.plan.limit - self.plan.busy[self._at] - len(self._chosen))

    @property
    def must_strike(self) -> bool:
        """Whether this is the last chance of an answer that would be empty."""
        return self._at == len(self.plan.fixed) - 1 and not self._has_notes

    @property
    def _has_notes(self) -> bool:
        return bool(self.notes or self._ringing or any(self._chosen.values()))

    def take(self, key: int, score: NoteScore | None) -> None:
        """A key sounds: struck anew, or, without a score, ringing on."""
        self._chosen[key] = score
        self.frames[self.now, 0, key] = 1
        self.frames[self.now, 1, key] = score is not None

    def end_frame(self) -> None:
        """Notes whose keys were left or struck again have ended."""
        for key in [key for key in self._ringing if self._chosen.get(key) or key not in self._chosen]:
            self._end_note(key)
        self._ringing |= {key: (self._at, score) for key, score in self._chosen.items() if score}
        self._chosen = {}
        self._at += 1
        if self._at == len(self.plan.fixed):
            for key in list(self._ringing):
                self._end_note(key)

    def _end_note(self, key: int) -> None:
        first, score = self._ringing.pop(key)
        start, end = (self.plan.ticks_of(self.plan.first + at) for at in (first, self._at))
        velocity = self.plan.velocity_at(start)
        self.notes.append(Note(start, end - start, fr.LOWEST_KEY + key, velocity))
        self.scores.append(score)

    @property
    def likelihood(self) -> float:
        """Mean log probability of a note."""
        logs = [math.log(max(score.probability, 1e-30)) for score in self.scores]
        return sum(logs) / len(logs) if logs else -math.inf

    def candidate(self) -> Candidate:
        """The notes that have ended, in order of time and pitch."""
        pairs = sorted(zip(self.notes, self.scores, strict=True), key=lambda pair: pair[0].sort_key)
        scores = tuple(score for _, score in pairs)
        return Candidate(
            tuple(note for note, _ in pairs), tuple(s.probability for s in scores), self.seed, scores
        )
