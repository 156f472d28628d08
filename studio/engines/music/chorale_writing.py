"""Drawing the voices: one pass from left to right over all that is open, then passes over a part with the rest fixed.

Each pass is an exact draw from the network: the forward LSTM hears what was drawn, the backward LSTM reads what is
fixed. The later passes are the pseudo-Gibbs sampling of DeepBach (Hadjeres 2017) in blocks of half bars, one voice a
block; on held-out melodies they led the voices no better than the first pass does, so there are none unless asked for.
Every line has its own random numbers, and all lines follow one timetable, so that a seed means the same notes alone and
among others.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.engines.base import Step
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_plan import VoicesPlan
from studio.engines.music.chorale_rows import Bools, Ints
from studio.engines.music.chorale_stepping import ChoraleStepper
from studio.engines.music.sampling import Floats, nucleus, softmax

BLOCK = 8  # frames that are drawn together in a later pass
PERFECT = (0, 7)  # semitones of octaves and fifths
RULE = 3.0  # nats by which parallel fifths and octaves are made less likely


class Choir:
    """Lines of four voices that are written side by side. Lives as long as one request, on the device thread."""

    def __init__(
        self, stepper: ChoraleStepper, plan: VoicesPlan, seeds: list[int], rule: float = RULE
    ) -> None:
        self._net, self._stepper, self._plan, self._rule = stepper.net, stepper, plan, rule
        count = len(seeds)
        self.sounds = np.repeat(plan.sounds[None], count, 0)  # (B, T, V)
        self.begins = np.repeat(plan.begins[None], count, 0)
        self._draws = [np.random.RandomState(seed % 2**32) for seed in seeds]
        asked = np.flatnonzero(~plan.known.all(1))
        self._first, self._last = int(asked[0]), int(asked[-1]) + 1
        self._memory = rows.EchoMemory()
        self._heard: list[tuple[Tensor, Tensor]] = []
        self._listen()

    def _listen(self) -> None:
        """Hear what stands before the first open frame, once."""
        plan = self._plan
        self._stepper.begin(len(self.sounds))
        classes = rows.classes_of(plan.sounds, plan.begins)
        for t in range(self._first):
            self._stepper.step(self._past(t, self._before(t)))
            self._memory.add(classes[t])
        self._heard = self._stepper.keep()

    def sweeps(self, count: int, temperature: float, top_p: float, step: Step) -> None:
        """The first pass, and `count` more."""
        free = [part for part in range(rows.VOICES) if not self._plan.known[:, part].all()]
        span = self._last - self._first
        passes = [~self._plan.known, *(self._blocks(free, sweep) for sweep in range(count))]
        for number, chosen in enumerate(passes):
            for done in self._pass(chosen, temperature, top_p):
                if done % BLOCK == 0:
                    step(number * span + done, len(passes) * span)

    def _blocks(self, free: list[int], sweep: int) -> Bools:
        """(T, V): in each block one voice, another in the next block and in the next sweep."""
        chosen = np.zeros(self._plan.known.shape, bool)
        shift = BLOCK // 2 * (sweep // len(free) % 2)
        for number, start in enumerate(range(-shift, len(chosen), BLOCK)):
            chosen[max(0, start) : max(0, start + BLOCK), free[(number + sweep) % len(free)]] = True
        return chosen & ~self._plan.known

    def _pass(self, chosen: Bools, temperature: float, top_p: float) -> Iterator[int]:
        """Draw what is chosen (T, V) anew, from left to right; yields how many frames are done."""
        ahead = self._look_ahead(~chosen)  # (B, T, V * G)
        uniform = np.stack([draw.random_sample(chosen.shape) for draw in self._draws])  # (B, T, V)
        self._stepper.go_back(self._heard)
        memories = [self._memory.copy() for _ in self._draws]
        for t in range(self._first, self._last):
            before = self._before(t)
            told = self._stepper.step(self._past(t, before))
            echoes = np.stack([memory.now() for memory in memories])  # (B, V + 1)
            for part in np.flatnonzero(chosen[t]):
                own = self._own(t, int(part), chosen[t], before, echoes)
                later = ahead[:, t].chunk(rows.VOICES, -1)[part]
                logits = self._net.head(int(part), told[part] + later, torch.from_numpy(own))
                allowed = self._allowed(t, int(part))
                weights = logits.numpy() / temperature + self._shunned(t, int(part), chosen[t])
                self._take(t, int(part), drawn(weights, allowed, top_p, uniform[:, t, part]))
            self._mend(t)
            classes = rows.classes_of(self.sounds[:, t], self.begins[:, t])
            for memory, frame in zip(memories, classes, strict=True):
                memory.add(frame)
            yield t + 1 - self._first

    def _look_ahead(self, known: Bools) -> Tensor:
        frames = rows.Frames(
            self.sounds,
            self.begins,
            np.repeat(self._plan.places[None], len(self.sounds), 0),
            np.zeros((*self.sounds.shape[:2], rows.VOICES + 1), np.int32),
            np.full(len(self.sounds), self._plan.opens),
        )
        told = np.broadcast_to(known, self.sounds.shape)
        return self._net.look_ahead(torch.from_numpy(rows.ahead_rows(frames, told)))

    def _before(self, t: int) -> tuple[Ints, Ints]:
        """Sounds and ages (B, V) one frame earlier."""
        if t == 0:
            shape = self.sounds[:, 0].shape
            outside = rows.OUTSIDE if self._plan.opens else rows.MASKED
            return np.full(shape, outside, np.int32), np.full(shape, rows.AGES - 1, np.int32)
        recent = self.begins[:, max(0, t - rows.AGES) : t][:, ::-1]  # (B, up to AGES, V)
        ages = np.where(recent.any(1), recent.argmax(1) + 1, rows.AGES - 1)
        return self.sounds[:, t - 1], np.minimum(ages, rows.AGES - 1).astype(np.int32)

    def _past(self, t: int, before: tuple[Ints, Ints]) -> Tensor:
        places = np.broadcast_to(self._plan.places[t], (len(self.sounds), len(rows.PLACE_SIZES)))
        return torch.from_numpy(rows.past_rows(*before, places))

    def _own(self, t: int, part: int, chosen: Bools, before: tuple[Ints, Ints], echoes: Ints) -> Ints:
        seen = ~chosen | (np.arange(rows.VOICES) < part)  # (V,)
        now = rows.masked(self.sounds[:, t], self.begins[:, t], seen)
        return rows.voice_row(part, before, now, self._plan.places[t], echoes)

    def _allowed(self, t: int, part: int) -> Bools:
        """(B, CLASSES): what a voice may do in a frame."""
        plan = self._plan
        allowed = np.zeros((len(self.sounds), rows.CLASSES), bool)
        allowed[:, rows.FIRST_PITCH :] = plan.pitches[t, part]
        allowed[:, rows.SILENT] = plan.silent[t]
        if t > 0 and not plan.known[t - 1, part]:
            last = self.sounds[:, t - 1, part]
            held = plan.pitches[t, part] if plan.strict[t] else np.ones(rows.PITCHES, bool)
            allowed[:, rows.HOLD] = np.append(held, False)[last]
        return allowed

    def _shunned(self, t: int, part: int, chosen: Bools) -> NDArray[np.float32]:
        """(B, CLASSES): what is taken from a pitch's log weight for each voice with which it would go on in fifths or
        octaves (of the voices of this frame that are known or drawn already)."""
        taken = np.zeros((len(self.sounds), rows.CLASSES), np.float32)
        if t == 0 or self._rule == 0:
            return taken
        last, pitches = self.sounds[:, t - 1], np.arange(rows.PITCHES)
        for other in range(rows.VOICES):
            if other != part and (other < part or not chosen[other]):
                was, now, own = last[:, other, None], self.sounds[:, t, other, None], last[:, part, None]
                apart = np.abs(own - was) % 12
                perfect = np.isin(apart, PERFECT) & (np.abs(pitches - now) % 12 == apart)
                together = (np.sign(pitches - own) * np.sign(now - was)) > 0
                real = (was < rows.PITCHES) & (now < rows.PITCHES) & (own < rows.PITCHES)
                taken[:, rows.FIRST_PITCH :] -= self._rule * (perfect & together & real)
        return taken

    def _take(self, t: int, part: int, classes: NDArray[np.int64]) -> None:
        held, silent = classes == rows.HOLD, classes == rows.SILENT
        before = self.sounds[:, t - 1, part] if t else self.sounds[:, t, part]
        sounds = np.where(held, before, np.where(silent, rows.REST, classes - rows.FIRST_PITCH))
        self.sounds[:, t, part] = sounds
        self.begins[:, t, part] = ~(held | silent)

    def _mend(self, t: int) -> None:
        """What is held from another pitch than before a redraw begins anew."""
        if t:
            changed = (self.sounds[:, t] != self.sounds[:, t - 1]) & (self.sounds[:, t] != rows.REST)
            self.begins[:, t] |= changed & ~self._plan.known[t]


def drawn(weights: NDArray[Any], allowed: Bools, top_p: float, uniform: Floats) -> NDArray[np.int64]:
    """(B,) classes that `allowed` (B, CLASSES) permits, by their log weights; uniform (B,) from 0 to 1."""
    masked = np.where(allowed, weights.astype(np.float64), -np.inf)
    cumulative = nucleus(softmax(masked), top_p).cumsum(1)
    chosen: NDArray[np.int64] = (cumulative <= (uniform * cumulative[:, -1])[:, None]).sum(1)
    return chosen
