"""The chord finder as an engine: it hears the melody with all chords that stand, and writes the others in order.

Invariant: fixed chords stay as they are; those that are found begin on slots, or where a fixed one ends.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.card import Card, ModelInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.music_messages import ChordsCandidate, ChordsRequest
from studio.core.score import KeySignature, MeterChange, Note
from studio.core.theory import Key
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import chord_slots as cs
from studio.engines.music.chord_answers import (
    Fixed,
    Floats,
    Writing,
    answer_of,
    choose,
    most_agreeing,
    softmax,
)
from studio.engines.music.chord_stepping import Stepper
from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig
from studio.engines.weights import described, fill_module, read_weights

MAX_CANDIDATES = 8
MAX_SLOTS = 2048
CONTEXT_BARS = 32  # that are heard on both sides of the region


@dataclass(frozen=True)
class Scene:
    """A request as the network sees it: slots before, in and after the region; `given` (T,) are the symbols of fixed
    chords and NO_CHORD elsewhere; `echoes` and `likeness` (T,) say which earlier slot each is like."""

    slots: list[cs.Slot]
    begin: int  # the first slot of the region
    end: int  # the slot after it
    given: cs.Ints
    echoes: cs.Ints
    likeness: cs.Ints
    numbers: torch.Tensor  # (1, T, NUMBERS)
    places: torch.Tensor  # (1, T, 6)
    key: Key
    may: NDArray[np.bool_]  # (SYMBOLS + 1,) which chords may be new

    def before(self, line: Writing, t: int) -> tuple[int, int, int, int]:
        """What a line has so far when slot t comes: see SoFar."""
        echo = line.stood[self.echoes[t]] if self.echoes[t] != cs.NO_ECHO else cs.NO_CHORD
        return line.now, line.age, echo, int(self.likeness[t]) if echo != cs.NO_CHORD else 0


class LeadSheetEngine:
    """A loaded chord finder. Lives on the device thread, and always computes on the CPU. One batch size for any
    number of candidates, so that a seed means the same chords alone and among others."""

    def __init__(self, card: Card, net: LeadSheet) -> None:
        self.info = ModelInfo(card)
        self._net = net.eval().requires_grad_(False)
        self._stepper = Stepper(self._net, MAX_CANDIDATES)

    @torch.inference_mode()
    def find_chords(self, request: ChordsRequest) -> tuple[ChordsCandidate, ...]:
        """1 to 8 answers for the region; candidate k is drawn with seed + k. A fixed chord that only begins or only
        ends in the region is given back whole. StudioError for a request that cannot be met."""
        check(request)
        scene = self._scene(request)
        seeds = range(request.seed, request.seed + request.candidates)
        if request.best_of == 1:
            lines = [Writing(_stream(seed, 0)) for seed in seeds]
            self._write(scene, lines, request)
        else:
            lines = [self._best(scene, seed, request) for seed in seeds]
        region, fixed = scene.slots[scene.begin : scene.end], Fixed(request)
        return tuple(
            answer_of(region, line, fixed, scene.key, seed) for seed, line in zip(seeds, lines, strict=True)
        )

    def find_key(self, line: list[Note]) -> Key:
        """The likeliest key of a melody; C major for none."""
        if not line:
            return Key(0)
        with torch.inference_mode():
            best = int(self._net.key_logits(torch.from_numpy(cs.key_clues(line))[None]).argmax())
        return Key(best % 12, "minor" if best >= 12 else "major")

    def _scene(self, request: ChordsRequest) -> Scene:
        line, meters = cs.top_line(request.melody), request.meters or (request.meter,)
        key = _key_of(request.key) if request.key else self.find_key(line)
        first, last = _reach(request, line, meters)
        fixed = sorted(request.fixed, key=lambda chord: chord.start_ticks)
        edges = [edge for chord in fixed for edge in (chord.start_ticks, chord.end_ticks)]
        cuts = (first, request.region_start, request.region_end, last)
        before, inside, after = (
            cs.split_at(cs.slots_between(*span, meters, request.a_bar), edges) for span in pairwise(cuts)
        )
        slots, end = before + inside + after, len(before) + len(inside)
        heard = cs.seen_from(cs.hear(line, slots), key.tonic)
        places = cs.places(slots, meters, key.mode, not line or last >= line[-1].end_ticks)
        given = cs.chords_in(slots, fixed, key.tonic)
        may = cs.within(request.scale, key.tonic)
        if not may[: cs.SYMBOLS].any():
            raise StudioError("No chord has all its notes in this scale.")
        numbers = torch.from_numpy(heard)[None]
        like = cs.echoes(heard, slots, meters)
        return Scene(slots, len(before), end, given, *like, numbers, torch.from_numpy(places)[None], key, may)

    def _best(self, scene: Scene, seed: int, request: ChordsRequest) -> Writing:
        """Of several answers for one seed the one that agrees most with the others."""
        lines = [Writing(_stream(seed, variant)) for variant in range(request.best_of)]
        self._write(scene, lines, request)
        lengths = [slot.end - slot.start for slot in scene.slots[scene.begin : scene.end]]
        return lines[most_agreeing([line.stood[scene.begin :] for line in lines], lengths)]

    def _write(self, scene: Scene, lines: list[Writing], request: ChordsRequest) -> None:
        """Fill `lines` from the first slot of the region to its last; of what lies before it only the fixed chords are
        known."""
        given = torch.from_numpy(scene.given)[None]
        heard = self._net.listen(scene.numbers, scene.places, given, torch.tensor([len(scene.slots)]))
        self._stepper.begin(heard[0].numpy(), self._net.fits(scene.numbers, heard)[0].numpy())
        for t in range(scene.begin):
            self._stepper.step(t, _rows(scene, lines, t))
            for line in lines:
                line.stand(int(scene.given[t]))
        for t in range(scene.begin, scene.end):
            odds = softmax(self._stepper.step(t, _rows(scene, lines, t)))
            for line, own in zip(lines, odds, strict=False):
                line.take(_choice(scene, t, line, own, request), own)


def _rows(scene: Scene, lines: list[Writing], t: int) -> cs.Ints:
    """(8, 4): what stands before slot t in every line; the rows that are left over are like the first."""
    rows = [scene.before(line, t) for line in lines]
    return np.array(rows + rows[:1] * (MAX_CANDIDATES - len(rows)), np.int64)


def _stream(seed: int, variant: int) -> np.random.RandomState:
    """The random numbers of a candidate; those of its further variants are streams of their own."""
    return np.random.RandomState([seed % 2**32, variant] if variant else seed % 2**32)


def _choice(scene: Scene, t: int, line: Writing, odds: Floats, request: ChordsRequest) -> int:
    """The chord of slot t: the fixed one, the one before where the slot is a mere scrap between fixed ones (shorter
    than half a beat), or a drawn one."""
    slot, given = scene.slots[t], int(scene.given[t])
    if given != cs.NO_CHORD:
        return given
    may_hold = bool(scene.may[line.now])
    if slot.end - slot.start < request.meter.beat_ticks // 2 and line.now != cs.NO_CHORD and may_hold:
        return cs.HOLD
    left = np.append(odds[: cs.SYMBOLS] * scene.may[: cs.SYMBOLS], odds[cs.HOLD] * may_hold)
    return choose(left / left.sum(), request.temperature, request.top_p, line.random)


def _key_of(signature: KeySignature) -> Key:
    return Key(signature.tonic, "minor" if signature.minor else "major")


def _reach(request: ChordsRequest, line: list[Note], meters: Sequence[MeterChange]) -> tuple[int, int]:
    """[first, last) of what is heard: the region with melody and chords around it, in whole bars, CONTEXT_BARS away at
    the most."""
    meter = cs.meter_at(meters, request.region_start)
    bar, far = meter.bar_ticks, CONTEXT_BARS * meter.bar_ticks

    def bar_line(ticks: int) -> int:
        """The last one up to `ticks`."""
        return (ticks - meter.ticks) // bar * bar + meter.ticks

    things: tuple[Note | Chord, ...] = (*line, *request.fixed)
    begins = min((one.start_ticks for one in things), default=request.region_start)
    ends = max((one.end_ticks for one in things), default=request.region_end)
    first = max(0, bar_line(request.region_start) - far, bar_line(begins))
    last = min(request.region_end + far, bar_line(ends - 1) + bar)
    return min(request.region_start, first), max(request.region_end, last)


def check(request: ChordsRequest) -> None:
    """StudioError for a request that cannot be met."""
    length, bar = request.region_end - request.region_start, request.meter.bar_ticks
    if request.region_start < 0 or length < 1:
        raise StudioError("The region for chords must last at least a tick, from tick 0 on.")
    if request.a_bar < 1 or length // bar * min(request.a_bar, request.meter.numerator) > MAX_SLOTS:
        raise StudioError("Chords are found for up to 2,048 places at a time, one or more in a bar.")
    for count in (request.candidates, request.best_of):
        if not 1 <= count <= MAX_CANDIDATES:
            raise StudioError(f"Between 1 and {MAX_CANDIDATES} answers, please, not {count}.")
    if not (math.isfinite(request.temperature) and request.temperature > 0 and 0 < request.top_p <= 1):
        raise StudioError("Temperature must be above 0, and top-p between 0 and 1.")
    fixed = sorted(request.fixed, key=lambda chord: chord.start_ticks)
    if any(one.end_ticks > other.start_ticks for one, other in pairwise(fixed)):
        raise StudioError("Two fixed chords overlap.")


def open_engine(entry: CatalogueEntry, device: torch.device) -> LeadSheetEngine:
    """The model of a catalogue entry, ready. Raises StudioError for missing or damaged weights."""
    net = LeadSheet(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return LeadSheetEngine(entry.card, net)


def config_of(card: Card) -> LeadSheetConfig:
    """The network's sizes from its card; StudioError for a card of another shape."""
    return described(card, LeadSheetConfig, "chord finder")
