"""Batches of chorales for learning: windows in random keys, and what of them is told to the network.

Invariant: a batch depends on nothing but the works, the seed and the step, so that a run goes on bit for bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from studio.engines.music import chorale_rows as rows
from studio.training.music.chorales import Chorale

MAX_SHIFT = 6
Ranges = rows.Ints  # (V, 2): lowest and highest sound of each voice


@dataclass(frozen=True, slots=True)
class Batch:
    """past (B, T, 17), own (B, T, V, 19), ahead (B, T, 17) or None; targets (B, T, V); asked (B, T, V): what counts."""

    past: Tensor
    own: Tensor
    ahead: Tensor | None
    targets: Tensor
    asked: Tensor


def ranges_of(works: Sequence[Chorale]) -> Ranges:
    """What each voice reaches over all works."""
    found = []
    for voice in range(rows.VOICES):
        sung = np.concatenate([work.sounds[:, voice] for work in works])
        sung = sung[sung < rows.REST]
        found.append((sung.min(initial=rows.PITCHES - 1), sung.max(initial=0)))
    return np.array(found, np.int32)


class Pool:
    """The training works with their echoes, and how far each may be moved within the voices' ranges."""

    def __init__(self, works: Sequence[Chorale]) -> None:
        self.works = works
        self.echoes = [rows.echoes_of(work.sounds, work.begins) for work in works]
        ranges = ranges_of(works)
        self.shifts = [_shifts(work.sounds, ranges) for work in works]
        lengths = np.array([len(work.sounds) for work in works])
        self.share = lengths / lengths.sum()

    def batch(self, size: int, window: int, draw: np.random.RandomState) -> tuple[rows.Frames, rows.Bools]:
        """Windows (B, T) in random keys, and which of their frames are music and not padding."""
        picked = draw.choice(len(self.works), size, p=self.share)
        return joined([self._window(index, window, draw) for index in picked], window)

    def _window(self, index: int, window: int, draw: np.random.RandomState) -> Chunk:
        work, (low, high) = self.works[index], self.shifts[index]
        spare = max(0, len(work.sounds) - window)
        first = int(np.clip(draw.randint(-window // 4, spare + window // 8 + 1), 0, spare))
        part = slice(first, first + window)
        whole = Chunk(
            work.sounds[part], work.begins[part], work.places[part], self.echoes[index][part], first == 0
        )
        return whole.moved(draw.randint(low, high + 1))


@dataclass(frozen=True, slots=True)
class Chunk:
    """One window of a work: sounds, begins (T, V), places (T, 5), echoes (T, V + 1)."""

    sounds: rows.Ints
    begins: rows.Bools
    places: rows.Ints
    echoes: rows.Ints
    opens: bool

    @classmethod
    def whole(cls, work: Chorale) -> Chunk:
        return cls(work.sounds, work.begins, work.places, rows.echoes_of(work.sounds, work.begins), True)

    def moved(self, semitones: int) -> Chunk:
        """In another key."""
        places, echoes = self.places.copy(), self.echoes.copy()
        known = places[:, 3] < rows.TONICS - 1
        places[known, 3] = (places[known, 3] + semitones) % 12
        pitched = (echoes >= rows.FIRST_PITCH) & (echoes < rows.CLASSES)
        pitched[:, rows.VOICES] = False
        echoes[pitched] += semitones
        sounds = np.where(self.sounds < rows.PITCHES, self.sounds + semitones, self.sounds)
        return Chunk(sounds.astype(np.int32), self.begins, places, echoes, self.opens)


def joined(chunks: Sequence[Chunk], length: int) -> tuple[rows.Frames, rows.Bools]:
    """Chunks of at most `length` frames as one batch, padded with rests; and what is no padding (B, T)."""
    real = np.arange(length) < np.array([len(chunk.sounds) for chunk in chunks])[:, None]

    def stacked(name: str, fill: int) -> Any:
        parts = [getattr(chunk, name) for chunk in chunks]
        whole = np.full((len(parts), length, parts[0].shape[1]), fill, parts[0].dtype)
        for i, part in enumerate(parts):
            whole[i, : len(part)] = part
        return whole

    opens = np.array([chunk.opens for chunk in chunks])
    frames = rows.Frames(
        stacked("sounds", rows.REST),
        stacked("begins", 0),
        stacked("places", 0),
        stacked("echoes", 0),
        opens,
    )
    return frames, real


def _shifts(sounds: rows.Ints, ranges: Ranges) -> tuple[int, int]:
    low, high = -MAX_SHIFT, MAX_SHIFT
    for voice in range(rows.VOICES):
        sung = sounds[sounds[:, voice] < rows.REST, voice]
        if len(sung):
            low = max(low, int(ranges[voice, 0] - sung.min()))
            high = min(high, int(ranges[voice, 1] - sung.max()))
    return min(low, 0), max(high, 0)


def batch_of(frames: rows.Frames, real: rows.Bools, known: rows.Bools | None) -> Batch:
    """Tensors; known (B, T, V) is told ahead and not asked; None: nothing is told ahead, all is asked."""
    told = np.zeros(frames.sounds.shape, bool) if known is None else known
    before = frames.before()
    of = torch.from_numpy
    return Batch(
        of(rows.past_rows(*before, frames.places)),
        of(rows.voice_rows(before, frames, told)),
        None if known is None else of(rows.ahead_rows(frames, told)),
        of(frames.targets()).long(),
        of(real[..., None] & ~told),
    )


def known_at_random(frames: rows.Frames, draw: np.random.RandomState) -> rows.Bools:
    """What may be fixed when a user asks, (B, T, V): whole voices, all but a passage, some notes, or nothing."""
    return np.stack(
        [_KINDS[draw.choice(len(_KINDS), p=_SHARES)](frames, i, draw) for i in range(len(frames.sounds))]
    )


def _some_voices(frames: rows.Frames, index: int, draw: np.random.RandomState) -> rows.Bools:
    told = draw.random_sample(rows.VOICES) < draw.choice([0.25, 0.5, 0.75])
    if told.all():
        told[draw.randint(rows.VOICES)] = False
    return np.broadcast_to(told, frames.sounds.shape[1:])


def _soprano(frames: rows.Frames, index: int, draw: np.random.RandomState) -> rows.Bools:
    return np.broadcast_to(np.arange(rows.VOICES) == 0, frames.sounds.shape[1:])


def _all_but_a_passage(frames: rows.Frames, index: int, draw: np.random.RandomState) -> rows.Bools:
    length = frames.sounds.shape[1]
    span = min(length, draw.randint(4, 96))
    first = draw.randint(0, length - span + 1)
    known = np.ones(frames.sounds.shape[1:], bool)
    voices = draw.random_sample(rows.VOICES) < 0.6
    voices[draw.randint(rows.VOICES)] = True
    known[first : first + span, voices] = False
    return known


def _some_notes(frames: rows.Frames, index: int, draw: np.random.RandomState) -> rows.Bools:
    sounds, begins = frames.sounds[index], frames.begins[index].copy()
    begins[1:] |= (sounds[1:] != sounds[:-1]) & (sounds[1:] == rows.REST)
    number = begins.cumsum(0)  # (T, V): which note of its voice
    told = draw.random_sample((len(sounds) + 1, rows.VOICES)) < draw.random_sample()
    return np.take_along_axis(told, number, 0)


def _nothing(frames: rows.Frames, index: int, draw: np.random.RandomState) -> rows.Bools:
    return np.zeros(frames.sounds.shape[1:], bool)


_KINDS = (_soprano, _some_voices, _all_but_a_passage, _some_notes, _nothing)
_SHARES = (0.3, 0.25, 0.2, 0.15, 0.1)
