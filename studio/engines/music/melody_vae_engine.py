"""A loaded phrase autoencoder: phrases into latents, latents into phrases. Computes on the CPU, in batches of one size.

A latent counts in standard deviations along the principal axes of the training phrases' codes, widest first: 0 is the
mean of their metre, and the first numbers change the most.
Invariant: no note lies outside the scale, the range or the frame; the same request gives the same notes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.attributes import Quantiles, Window
from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.music_messages import DecodePhrasesRequest, EncodePhrasesRequest, Notes, PhraseFrame
from studio.core.parameter import Parameter
from studio.core.theory import Key, guess_key
from studio.engines.base import Latents
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import events as ev
from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae import LENGTHS, MAX_BEATS, MelodyVae, MelodyVaeConfig
from studio.engines.music.phrase_drawing import Anchors
from studio.engines.music.phrase_steering import Aim, aimed, moves_of
from studio.engines.music.phrase_writing import Chooser, Rules, write
from studio.engines.weights import described, fill_module, read_weights

Floats = NDArray[np.float64]

ROWS = 8  # phrases in one batch, so that a phrase is the same alone and among others
MAX_PHRASES = 256
SLIDERS = 16
REACH = 3.0
USUAL_OCTAVE = 5


@dataclass(frozen=True, slots=True)
class _Space:
    """Where the codes of phrases of one length lie: mean of each metre (M, Z); axes (Z, Z), a row an axis, as long as
    its deviation, and the way back; what tells the attributes of a latent: slopes (A, Z), levels (A,); and the codes
    that draws are made about."""

    mean: Floats
    axes: Floats
    inverse: Floats
    slopes: Floats
    levels: Floats
    anchors: Anchors

    @classmethod
    def of(cls, net: MelodyVae, index: int) -> _Space:
        tensors = (net.mean, net.axes, net.directions, net.levels, net.anchors)
        mean, axes, slopes, levels, codes = (tensor[index].double().numpy() for tensor in tensors)
        kinds = net.anchor_kinds[index].long().numpy()  # (N, 2)
        anchors = Anchors(codes, kinds[:, 0], kinds[:, 1])
        return cls(mean, axes, np.linalg.pinv(axes), slopes, levels, anchors)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How one request's phrases are written."""

    space: _Space
    style: Floats  # (S,) weights
    rules: Rules
    base: int
    context: torch.Tensor  # (1, beats, E)

    def window(self, frame: PhraseFrame) -> Window:
        """The frame as attributes are measured in it."""
        end = frame.start_ticks + self.rules.grid.total_ticks
        return Window(frame.start_ticks, end, replace(frame.meter, ticks=frame.start_ticks), self.base)


class MelodyVaeEngine:
    """Encodes, decodes and samples phrases. Lives on the device thread."""

    def __init__(self, card: Card, net: MelodyVae) -> None:
        self.net = net.eval().requires_grad_(False)
        self._names: tuple[str, ...] = tuple(net.config.attributes)
        self.quantiles = Quantiles(card.config.get("attributes", {}))
        self._spaces = {bars: _Space.of(net, index) for index, bars in enumerate(LENGTHS)}
        self.info = ModelInfo(card, self._sliders(), can_encode=True)

    # --- notes -> latents -----------------------------------------------------------------------------

    @torch.inference_mode()
    def encode_phrases(
        self, request: EncodePhrasesRequest
    ) -> tuple[Latents, tuple[PhraseFrame, ...], tuple[str, ...]]:
        """(latents, frames with key and octave, warnings). Phrases near to each other share their octave, so that the
        way between them is no leap. StudioError for a frame of a length or metre that was never learned."""
        frames = _in_one_octave(_keyed(request))
        latents, warnings = list[tuple[float, ...]](), list[str]()
        for number, (frame, (_, notes)) in enumerate(zip(frames, request.phrases, strict=True), 1):
            written = pg.encode(notes, frame.start_ticks, grid_of(frame), base_of(frame))
            latents.append(self._latent(written.tokens, frame))
            place = f"Phrase {number}: " if len(frames) > 1 else ""
            warnings += [place + text for text in written.loss.sentences()]
        return tuple(latents), frames, tuple(warnings)

    def _latent(self, tokens: pg.Tokens, frame: PhraseFrame) -> tuple[float, ...]:
        place = self.net.places(_meter(frame), frame.bars, len(tokens))
        code, _ = self.net.encode(torch.from_numpy(tokens.astype(np.int64))[None], place)  # (1, Z)
        space = self._spaces[frame.bars]
        mean = space.mean[_meter(frame)[0]]  # (Z,)
        return tuple(float(x) for x in (code[0].double().numpy() - mean) @ space.inverse)

    # --- latents -> notes -----------------------------------------------------------------------------

    @torch.inference_mode()
    def decode_phrases(self, request: DecodePhrasesRequest) -> tuple[tuple[Notes, ...], Latents]:
        """(phrases, the latents that they come from, drawn and moved)."""
        _check(request)
        plan = self._plan(request)  # and with it, whether the frame can be written
        z = self._points(request, plan) + self._moved_by(request)  # (N, Z)
        seeds = [request.seed + (0 if request.latents else k) for k in range(len(z))]
        if request.attributes:
            aim = Aim.of(
                request.attributes, self._names, self.quantiles, plan.space.slopes, plan.space.levels
            )
            z = aimed(
                z,
                aim,
                lambda points: self._written(points, plan, request, np.repeat(seeds, len(points) // len(z))),
                plan.window(request.frame),
            )
        return self._written(z, plan, request, seeds), tuple(tuple(float(x) for x in row) for row in z)

    def _written(
        self, z: Floats, plan: _Plan, request: DecodePhrasesRequest, seeds: Sequence[int] | NDArray[np.int64]
    ) -> tuple[Notes, ...]:
        """One phrase for each row of z (N, Z)."""
        mean = plan.space.mean[_meter(request.frame)[0]]  # (Z,)
        codes = torch.from_numpy((mean + z @ plan.space.axes).astype(np.float32))  # (N, Z)
        phrases = list[Notes]()
        for first in range(0, len(codes), ROWS):
            some = codes[first : first + ROWS]
            batch = torch.zeros(ROWS, codes.shape[1]).index_copy(0, torch.arange(len(some)), some)
            draws = [np.random.RandomState(int(seed) % 2**32) for seed in seeds[first : first + ROWS]]
            draws += [np.random.RandomState(0) for _ in range(ROWS - len(some))]
            chooser = Chooser(plan.rules, request.temperature, draws)
            tokens = write(self.net, batch, plan.context.expand(ROWS, -1, -1), chooser)
            start = request.frame.start_ticks
            phrases += [pg.decode(rows, start, plan.rules.grid, plan.base) for rows in tokens[: len(some)]]
        return tuple(phrases)

    def _plan(self, request: DecodePhrasesRequest) -> _Plan:
        grid = grid_of(request.frame)
        base = _within_reach(base_of(request.frame), request.low, request.high)
        rules = Rules.of(grid, base, request.scale, request.low, request.high)
        place = self.net.places(_meter(request.frame), request.frame.bars, grid.beats)
        weights = self._style_weights(request)  # (S,)
        context = place + weights @ self.net.style.weight  # (1, beats, E)
        return _Plan(self._spaces[request.frame.bars], weights.double().numpy(), rules, base, context)

    def _style_weights(self, request: DecodePhrasesRequest) -> torch.Tensor:
        """(S,): the weights asked for, scaled down to a sum of 1 where they exceed it; none means any style."""
        names = self.info.card.styles
        weights = torch.zeros(len(names))
        for name, weight in request.styles:
            if name not in names:
                raise StudioError(
                    f"This model does not know the style {name!r}.", hint=f"Styles: {', '.join(names)}."
                )
            weights[names.index(name)] = max(0.0, weight)
        return weights / weights.sum().clamp(min=1.0)

    def _points(self, request: DecodePhrasesRequest, plan: _Plan) -> Floats:
        """(N, Z): the given latents, or draws."""
        z_dim = self.net.config.latent
        if not request.latents:
            chances = plan.space.anchors.chances(int(_meter(request.frame)[0]), plan.style)
            return np.stack(
                [plan.space.anchors.draw(request.seed + k, chances) for k in range(request.samples)]
            )
        if any(len(latent) != z_dim for latent in request.latents):
            raise StudioError(f"A latent of this model has {z_dim} numbers.")
        points = np.array(request.latents, np.float64)
        if not np.isfinite(points).all():
            raise StudioError("A latent holds a number that is none.")
        return points

    # --- sliders --------------------------------------------------------------------------------------

    def _sliders(self) -> tuple[Parameter, ...]:
        """The attributes, then the axes along which phrases differ most."""
        hint = "Moves one of the numbers that a phrase is made of; the first say the most."
        named = [
            Parameter(
                name, name.capitalize(), -REACH, REACH, 0.0, " σ", f"More or less {name}.", group="attribute"
            )
            for name in self._names
        ]
        count = min(SLIDERS, self.net.config.latent)
        axes = [
            Parameter(f"latent-{i}", f"Latent {i + 1}", -REACH, REACH, 0.0, " σ", hint, group="latent")
            for i in range(count)
        ]
        return (*named, *axes)

    def _moved_by(self, request: DecodePhrasesRequest) -> Floats:
        """(Z,): what the sliders add to a latent."""
        moves = dict(zip(self._names, moves_of(self._spaces[request.frame.bars].slopes), strict=True))
        axes = np.eye(self.net.config.latent)
        moves |= {f"latent-{i}": axis for i, axis in enumerate(axes)}
        total = np.zeros(len(axes))
        for name, amount in request.offsets:
            if name not in moves or not math.isfinite(amount):
                raise StudioError(
                    f"This model has no direction named {name!r}.",
                    hint=f"Its directions: {', '.join(slider.name for slider in self.info.directions)}.",
                )
            total = total + amount * moves[name]
        return total


def grid_of(frame: PhraseFrame) -> pg.Grid:
    """The slots of a frame; StudioError where the model cannot write it."""
    grid = pg.Grid(frame.meter.numerator, frame.meter.denominator, frame.bars)
    if frame.bars not in LENGTHS:
        raise StudioError(f"A phrase has 2 or 4 bars here, not {frame.bars}.", hint="Take it in parts.")
    if grid.beats > MAX_BEATS:
        raise StudioError(
            f"{frame.bars} bars of {frame.meter.numerator}/{frame.meter.denominator} are too long for this model.",
            f"{grid.beats} beats; at most {MAX_BEATS} fit.",
            "Take 2 bars, or another metre.",
        )
    return grid


def base_of(frame: PhraseFrame) -> int:
    """The MIDI pitch that a frame's pitches count from."""
    octave = USUAL_OCTAVE if frame.octave is None else frame.octave
    return 12 * octave + (frame.key.tonic if frame.key else 0)


def _within_reach(base: int, low: int, high: int) -> int:
    """Another octave where the usual place of a melody is not between low and high."""
    if low <= base + pg.HOME <= high:
        return base
    return base + 12 * round(((low + high) / 2 - pg.HOME - base) / 12)


def _keyed(request: EncodePhrasesRequest) -> list[tuple[PhraseFrame, Notes]]:
    """Frames with a key, and the notes that sound in them; a key that is not told is guessed from all notes."""
    key: Key | None = None
    keyed = []
    for frame, notes in request.phrases:
        end = frame.start_ticks + grid_of(frame).total_ticks
        inside = tuple(note for note in notes if note.overlaps(frame.start_ticks, end))
        if frame.key is None:
            key = key or guess_key(note for _, every in request.phrases for note in every)
            frame = replace(frame, key=key.signature)
        keyed.append((frame, inside))
    return keyed


def _in_one_octave(keyed: list[tuple[PhraseFrame, Notes]]) -> tuple[PhraseFrame, ...]:
    """Frames with an octave: one for all phrases that lie within an octave and a bit of their common middle."""
    together = [note for _, notes in keyed for note in notes]
    frames = []
    for frame, notes in keyed:
        tonic = frame.key.tonic if frame.key else 0
        own, common = (pg.base_near(heard, tonic) for heard in (notes, together))
        base = common if abs(own - common) <= 12 else own
        octave = (base - tonic) // 12 if frame.octave is None else frame.octave
        frames.append(replace(frame, octave=octave))
    return tuple(frames)


def _meter(frame: PhraseFrame) -> torch.Tensor:
    return torch.tensor([ev.meter_class(frame.meter.numerator, frame.meter.denominator)])


def _check(request: DecodePhrasesRequest) -> None:
    count = len(request.latents) or request.samples
    if not 1 <= count <= MAX_PHRASES:
        raise StudioError(f"Between 1 and {MAX_PHRASES} phrases at once, please, not {count}.")
    if not (math.isfinite(request.temperature) and request.temperature >= 0):
        raise StudioError("Temperature must be 0 or above.")


def open_engine(entry: CatalogueEntry, device: torch.device) -> MelodyVaeEngine:
    """The model of a catalogue entry, ready. Raises StudioError for missing or damaged weights."""
    net = MelodyVae(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return MelodyVaeEngine(entry.card, net)


def config_of(card: Card) -> MelodyVaeConfig:
    """The network's sizes from its card; StudioError for a card of another shape."""
    config = described(card, MelodyVaeConfig, "phrase model", styles=tuple(card.styles))
    if not isinstance(config.attributes, Collection):
        raise StudioError(f"The card of {card.name} does not describe a phrase model.", "attributes")
    return replace(config, attributes=tuple(config.attributes))
