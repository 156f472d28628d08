"""How four voices on a grid of sixteenths become numbers: rows of small integers for the network, torch-free.

A frame is one sixteenth: for each voice, soprano first, what sounds (a pitch, or REST) and whether it begins here.
The network answers a class for each voice: HOLD, SILENT, or a pitch that begins. Rows show the past whole; of the
frame itself and of the future they show only what is known (fixed by the user, or drawn already).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.core.score import MeterChange

VOICES = 4
VOICE_NAMES = ("Soprano", "Alto", "Tenor", "Bass")
STEP_TICKS = 120
LOWEST, HIGHEST = 30, 88
PITCHES = HIGHEST - LOWEST + 1
REST, MASKED, OUTSIDE = PITCHES, PITCHES + 1, PITCHES + 2  # beside the pitches; OUTSIDE is before the piece
SOUNDS = PITCHES + 3
HOLD, SILENT, FIRST_PITCH = 0, 1, 2  # classes of the answer
CLASSES = PITCHES + 2
AGES = 17  # sixteenths since a note began; the last means 16 or more, or nothing sounds
HELD, BEGUN, UNSEEN = 0, 1, 2  # whether a note begins in a frame
PITCH_CLASSES = 13  # and none
INTERVALS = 51  # -24..24, further away, none
OCTAVE, FIFTH, IMPERFECT = 0, 1, 2  # what two voices made a frame earlier
MOVES = 76  # each of these by the other voice's step since, -12..12; none
BAR_PLACES, BEAT_PLACES, METERS, TONICS, MODES = 48, 4, 4, 13, 3
METER_BARS = (16, 12)  # sixteenths; then other, and unknown
UNKNOWN_KEY = (TONICS - 1, MODES - 1)
PLACE_SIZES = (BAR_PLACES, BEAT_PLACES, METERS, TONICS, MODES)
PAST_SIZES = (*(SOUNDS,) * VOICES, *(AGES,) * VOICES, *(PITCH_CLASSES,) * VOICES, *PLACE_SIZES)
AHEAD_SIZES = (*(SOUNDS,) * VOICES, *(3,) * VOICES, *(PITCH_CLASSES,) * VOICES, *PLACE_SIZES)
OTHERS = VOICES - 1
ECHO = 8  # sixteenths that must be as they were before, for an echo to be heard
ECHO_LENGTHS = (12, 16, 24, 32)  # and from which on the echo counts as longer
NO_ECHO = CLASSES
ECHO_SIZES = (CLASSES + 1, len(ECHO_LENGTHS) + 2, 3)
VOICE_SIZES = (
    *(SOUNDS, AGES, *(SOUNDS,) * OTHERS, *(3,) * OTHERS, *(INTERVALS,) * OTHERS, *(MOVES,) * OTHERS),
    *PLACE_SIZES[:2],
    *ECHO_SIZES,
)
ECHO_COLUMN = len(VOICE_SIZES) - len(ECHO_SIZES)

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
_OTHERS = np.array([[o for o in range(VOICES) if o != v] for v in range(VOICES)])  # (V, 3)
_EARLIER = np.array(
    [[o < v for o in line] for v, line in enumerate(_OTHERS)]
)  # (V, 3): drawn before this voice


@dataclass(frozen=True, slots=True)
class Frames:
    """Voices in a batch. sounds (B, T, V) int32; begins (B, T, V) bool; places (B, T, 5) int32: place in the bar and
    the beat, metre, tonic, mode; echoes (B, T, V + 1) int32: the class that each voice had when the last frames were
    heard before, and for how long they have been the same; opens (B,) bool: whether the first frame is the piece's."""

    sounds: Ints
    begins: Bools
    places: Ints
    echoes: Ints
    opens: Bools

    def before(self) -> tuple[Ints, Ints]:
        """What sounded one frame earlier, and for how long by now: sounds and ages (B, T, V)."""
        sounds = np.empty_like(self.sounds)
        sounds[:, 1:] = self.sounds[:, :-1]
        sounds[:, 0] = np.where(self.opens, OUTSIDE, MASKED)[:, None]
        return sounds, self._ages()

    def _ages(self) -> Ints:
        times = np.arange(self.sounds.shape[1], dtype=np.int32)[None, :, None]
        starts = np.maximum.accumulate(np.where(self.begins, times, -AGES), 1)
        ages = np.full(self.sounds.shape, AGES - 1, np.int32)
        ages[:, 1:] = np.clip(times[:, 1:] - starts[:, :-1], 0, AGES - 1)
        return ages

    def targets(self) -> Ints:
        """(B, T, V) classes."""
        return classes_of(self.sounds, self.begins)


def past_rows(sounds: Ints, ages: Ints, places: Ints) -> Ints:
    """What the forward network sees; sounds and ages (..., V) one frame earlier, places (..., 5) of this frame."""
    return np.concatenate([sounds, ages, pitch_classes(sounds), places], -1)


def ahead_rows(frames: Frames, known: Bools) -> Ints:
    """What the backward network sees, (B, T, 17); what is not known (B, T, V) is masked."""
    sounds, begins = masked(frames.sounds, frames.begins, known)
    return np.concatenate([sounds, begins, pitch_classes(sounds), frames.places], -1)


def masked(sounds: Ints, begins: Bools, known: Bools) -> tuple[Ints, Ints]:
    return (
        np.where(known, sounds, MASKED).astype(np.int32),
        np.where(known, begins.astype(np.int32), UNSEEN).astype(np.int32),
    )


def pitch_classes(sounds: Ints) -> Ints:
    return np.where(sounds < PITCHES, (sounds + LOWEST) % 12, PITCH_CLASSES - 1).astype(np.int32)


def voice_rows(before: tuple[Ints, Ints], frames: Frames, known: Bools) -> Ints:
    """What the head of each voice sees beside the networks, (B, T, V, 19): its last note, the voices of this frame
    that are known or drawn already, how far they lie from its last note, and how they came there (so that parallel
    fifths and octaves can be heard)."""
    sounds, ages = before
    seen = known[..., _OTHERS] | _EARLIER  # (B, T, V, 3)
    others, begun = masked(frames.sounds[..., _OTHERS], frames.begins[..., _OTHERS], seen)
    places = np.broadcast_to(frames.places[..., None, :2], (*sounds.shape, 2))
    own, last = sounds[..., None], sounds[..., _OTHERS]
    near, moved = intervals(others, own), moves(others, last, own)
    echo = echo_columns(frames.echoes, frames.targets())
    return np.concatenate([own, ages[..., None], others, begun, near, moved, places, echo], -1)


def voice_row(
    voice: int, before: tuple[Ints, Ints], now: tuple[Ints, Ints], place: Ints, echoes: Ints
) -> Ints:
    """The same for one voice of one frame, (B, 19): before, now (B, V) sounds and ages, sounds and begins with what is
    not seen masked; place (5,); echoes (B, V + 1)."""
    own, others, followed = before[0][:, voice, None], _OTHERS[voice], echoes[:, voice] == NO_ECHO
    row = np.empty((len(own), len(VOICE_SIZES)), np.int32)
    row[:, :1], row[:, 1] = own, before[1][:, voice]
    row[:, 2:5], row[:, 5:8] = now[0][:, others], now[1][:, others]
    row[:, 8:11] = intervals(row[:, 2:5], own)
    row[:, 11:14] = moves(row[:, 2:5], before[0][:, others], own)
    row[:, 14:16] = place[:2]
    row[:, 16], row[:, 17] = echoes[:, voice], echoes[:, VOICES]
    drawn = np.where(now[1][:, :voice] == BEGUN, now[0][:, :voice] + FIRST_PITCH, HOLD)
    drawn = np.where(now[0][:, :voice] == REST, SILENT, drawn)
    row[:, 18] = np.where(followed, 2, (drawn != echoes[:, :voice]).any(1))
    return row


def echo_columns(echoes: Ints, targets: Ints) -> Ints:
    """(B, T, V, 3): each voice's echo, its length, and whether the voices drawn before it have followed theirs."""
    classes, length = echoes[..., :VOICES], echoes[..., VOICES:]
    strayed = np.zeros(classes.shape, np.int32)
    strayed[..., 1:] = np.logical_or.accumulate(classes != targets, -1)[..., :-1]
    followed = np.where(classes == NO_ECHO, 2, strayed)
    return np.stack([classes, np.broadcast_to(length, classes.shape), followed], -1).astype(np.int32)


class EchoMemory:
    """What was heard so far in one piece, so that a phrase that comes again is known after ECHO frames (the look
    back of Waite 2016, found instead of fixed). Owned by one line being written, or one piece being read."""

    def __init__(self) -> None:
        self._classes: list[Ints] = []
        self._frames: list[bytes] = []
        self._heard: dict[bytes, int] = {}
        self._context = b""

    def copy(self) -> EchoMemory:
        twin = EchoMemory()
        twin._classes, twin._frames = self._classes.copy(), self._frames.copy()
        twin._heard, twin._context = self._heard.copy(), self._context
        return twin

    def now(self) -> Ints:
        """(V + 1,) of the next frame: `Frames.echoes`."""
        row = np.full(VOICES + 1, NO_ECHO, np.int32)
        before, row[VOICES] = self._heard.get(self._context, -1), 0
        if before >= 0:
            row[:VOICES] = self._classes[before]
            alike = self._alike(before)
            row[VOICES] = 1 + sum(alike >= length for length in ECHO_LENGTHS)
        return row

    def add(self, classes: Ints) -> None:
        """The next frame's classes (V,)."""
        if len(self._frames) >= ECHO:
            self._heard[self._context] = len(self._frames)
        self._classes.append(classes)
        self._frames.append(classes.tobytes())
        self._context = b"".join(self._frames[-ECHO:]) if len(self._frames) >= ECHO else b""

    def _alike(self, before: int) -> int:
        """For how many frames what came last is what came before frame `before`, as far as that matters."""
        frames, length, now = self._frames, ECHO, len(self._frames)
        while (
            length < min(ECHO_LENGTHS[-1], before) and frames[before - length - 1] == frames[now - length - 1]
        ):
            length += 1
        return length


def echoes_of(sounds: Ints, begins: Bools) -> Ints:
    """(T, V + 1) of a piece (T, V): `Frames.echoes`."""
    memory, classes = EchoMemory(), classes_of(sounds, begins)
    echoes = np.empty((len(sounds), VOICES + 1), np.int32)
    for t, frame in enumerate(classes):
        echoes[t] = memory.now()
        memory.add(frame)
    return echoes


def classes_of(sounds: Ints, begins: Bools) -> Ints:
    """(..., V) classes."""
    classes = np.where(begins, sounds + FIRST_PITCH, HOLD)
    return np.where(sounds == REST, SILENT, classes).astype(np.int32)


def intervals(others: Ints, own: Ints) -> Ints:
    far = np.clip(others - own, -25, 24) + 25  # 0: further below; 24 stands for further above too
    return np.where((others < PITCHES) & (own < PITCHES), far, INTERVALS - 1).astype(np.int32)


def places_of(
    meters: tuple[MeterChange, ...], first: int, count: int, key: tuple[int, int], shift: int = 0
) -> Ints:
    """(count, 5) columns of the frames from frame `first` on; `shift` moves the bar lines, in frames."""
    places = np.empty((count, len(PLACE_SIZES)), np.int32)
    for meter, later in zip(meters, (*meters[1:], None), strict=True):
        start = meter.ticks // STEP_TICKS - first
        stop = count if later is None else later.ticks // STEP_TICKS - first
        times = np.arange(0 if meter is meters[0] else max(0, start), max(0, min(count, stop)))
        bar = max(1, meter.bar_ticks // STEP_TICKS)
        within = (times - start + shift) % bar
        places[times, 0] = np.minimum(within, BAR_PLACES - 1)
        places[times, 1] = within % BEAT_PLACES
        places[times, 2] = METER_BARS.index(bar) if bar in METER_BARS else len(METER_BARS)
    places[:, 3:] = key
    return places


def moves(others: Ints, last: Ints, own: Ints) -> Ints:
    """How other voices moved since a frame ago, by what they made with this voice's last note then."""
    apart = np.abs(own - last) % 12
    kind = np.where(apart == 0, OCTAVE, np.where((apart == 7), FIFTH, IMPERFECT))
    step = np.clip(others - last, -12, 12) + 12
    real = (others < PITCHES) & (last < PITCHES) & (own < PITCHES)
    return np.where(real, kind * 25 + step, MOVES - 1).astype(np.int32)
