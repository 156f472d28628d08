"""The polyphony LSTM as an engine: it hears the frames before a region, and writes candidates frame by frame."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import torch
from torch import Tensor

from studio.core.card import Card, ModelInfo
from studio.core.errors import StudioError
from studio.core.messages import Candidate, ComposeRequest, NoteScore, ScoreNotesRequest
from studio.core.music_messages import Styles
from studio.core.score import MeterChange
from studio.engines.base import Show, Step, no_show, no_step
from studio.engines.catalogue import CatalogueEntry
from studio.engines.device import one_thread
from studio.engines.music import frames as fr
from studio.engines.music.frame_choices import DONE, Floats, Odds, drawn, score_of, scores_of
from studio.engines.music.polyphony_lstm import PolyphonyConfig, PolyphonyLstm
from studio.engines.music.texture_plan import TexturePlan, TextureWriter
from studio.engines.music.wishes import MAX_CANDIDATES, check_draws
from studio.engines.weights import fill_module, read_weights

WIDTH = fr.PLANES * fr.KEYS
CANNOT: dict[str, Callable[[ComposeRequest], object]] = {
    "a given rhythm": lambda r: r.rhythm,
    "a given last note": lambda r: r.must_end,
    "attributes": lambda r: r.attributes,
}


class Draw:
    """Draws choices with temperature and top-p, each candidate with its own random numbers."""

    def __init__(self, seeds: list[int], variant: int, request: ComposeRequest) -> None:
        own = [seed % 2**32 for seed in seeds]
        self._draws = [np.random.RandomState([seed, variant] if variant else seed) for seed in own]
        self._temperature, self._top_p = request.temperature, request.top_p

    def __call__(self, candidate: int, options: Floats, mask: np.ndarray) -> int:
        uniform = self._draws[candidate].random_sample()
        return drawn(options, mask, uniform, self._temperature, self._top_p)


class FrameStepper:
    """The trained network unrolled for one frame at a time, its masked and tied matrices made once. Owned by the
    engine's thread."""

    def __init__(self, net: PolyphonyLstm) -> None:
        self.net, head = net, net.head
        self.matrices = head.matrices()
        self.state: tuple[Tensor, Tensor] | None = None

    def hear(self, past: Tensor, told: Tensor, copies: int) -> None:
        """Hear frames (T, memories * WIDTH), and give every candidate its own copy of the state."""
        self.state = None
        if len(past):
            _, (h, c) = self.net(past[None], told[None])  # (L, 1, H) each
            self.state = h.repeat(1, copies, 1), c.repeat(1, copies, 1)

    def step(self, past: Tensor, told: Tensor) -> None:
        """Go on to the next frame; past (B, memories * WIDTH), told (B, C)."""
        hidden, self.state = self.net(past[:, None], told[:, None], self.state)
        self.base = self.net.head.base(hidden[:, 0], past, self.matrices)

    def logits(self, frame: Tensor) -> Floats:
        """(B, 2, 88) with the keys of `frame` (B, WIDTH) so far."""
        return self.net.head.with_frame(self.base, frame, self.matrices).double().numpy()


class PolyphonyEngine:
    """A loaded polyphony LSTM. Lives on the device thread, and always computes on the CPU: one small step after the
    other is faster there than on a GPU. One batch size for any number of candidates, so that a seed means the
    same notes alone and among others."""

    def __init__(self, card: Card, net: PolyphonyLstm) -> None:
        self.info = ModelInfo(card)
        self._net = net.eval().requires_grad_(False)
        self._stepper = FrameStepper(self._net)

    @torch.inference_mode()
    def compose(
        self, request: ComposeRequest, step: Step = no_step, show: Show = no_show
    ) -> tuple[Candidate, ...]:
        """1 to 8 answers for the region, of several voices; candidate k is drawn with seed + k. Cancelled comes out of
        `step`. A note's probability is the model's own, at temperature 1 and before any constraint, given the frame's
        lower keys. Of several answers to one candidate only the first is shown while it grows."""
        _check(request)
        plan = TexturePlan.of(request)
        best: list[TextureWriter] = []
        for variant in range(request.best_of):
            writers = self._write(request, plan, variant, step, show)
            pairs = zip(best or writers, writers, strict=True)
            best = [max(pair, key=lambda writer: writer.likelihood) for pair in pairs]
        return tuple(writer.candidate() for writer in best)

    def _write(
        self, request: ComposeRequest, plan: TexturePlan, variant: int, step: Step, show: Show
    ) -> list[TextureWriter]:
        """All candidates once, side by side."""
        writers = [TextureWriter(plan, request.seed + k) for k in range(request.candidates)]
        draw = Draw([writer.seed for writer in writers], variant, request)
        told = self._told(request.styles, plan.meter, range(plan.first - len(plan.context), plan.end))
        past = fr.past_of(plan.context, fr.lags_of(plan.meter), 0, len(plan.context))
        frames = plan.end - plan.first
        with one_thread():
            self._stepper.hear(_rows(past), told[: len(plan.context)], MAX_CANDIDATES)
            for at in range(frames):
                step(variant * frames + at, request.best_of * frames)
                bar = at and (plan.first + at) % fr.bar_frames(plan.meter) == 0
                if request.streaming and bar and not variant:
                    show(tuple(w.candidate() for w in writers), plan.ticks_of(plan.first + at))
                self._write_frame(writers, draw, told[len(plan.context) + at])
        return writers

    @torch.inference_mode()
    def score_notes(self, request: ScoreNotesRequest, step: Step = no_step) -> tuple[NoteScore, ...]:
        """What the network thinks of each note, of any number of voices, as if it had written them all; a note on no
        piano key has probability 0."""
        spans = [fr.span_of(n.start_ticks, n.end_ticks, n.pitch, request.meter.ticks) for n in request.notes]
        if not spans:
            return ()
        first = min(span[0] for span in spans)
        end = max(span[0] + span[1] for span in spans)
        frames = fr.frames_of([(start - first, count, pitch) for start, count, pitch in spans], end - first)
        past = _rows(fr.past_of(frames, fr.lags_of(request.meter), 0, len(frames)))
        told = self._told(request.styles, request.meter, range(first, end))
        at, keys = (np.array([span[i] for span in spans]) - (first, 0, fr.LOWEST_KEY)[i] for i in (0, 2))
        below = frames[at] * (
            np.arange(fr.KEYS) < keys[:, None, None]
        )  # (N, 2, 88): all that a note's odds know of
        with one_thread():
            hidden, _ = self._net(past[None], told[None])  # (1, T, H)
            logits = self._net.log_odds(
                hidden[0, at], past[at], torch.from_numpy(below.reshape(-1, WIDTH)).float()
            )
        odds = Odds.of(logits.double().numpy(), past[at, : fr.KEYS].numpy() > 0)
        return scores_of(odds, below[:, 0] > 0, keys)

    def _told(self, styles: Styles, meter: MeterChange, frames: range) -> Tensor:
        """(T, condition): style, metre and place in the bar of frames that count from the metre's beginning."""
        ticks = (meter.ticks + t * fr.FRAME_TICKS for t in frames)
        places = torch.tensor([[fr.place_of(t, meter) for t in ticks]])
        meters = torch.full_like(places, fr.meter_class(meter))
        return self._net.told(self._style_weights(styles), meters, places)[0]

    def _style_weights(self, styles: Styles) -> Tensor:
        """(1, S): the weights asked for, scaled down to a sum of 1 where they exceed it; none means any style."""
        names = self.info.card.styles
        weights = torch.zeros(1, len(names))
        for name, weight in styles:
            if name not in names:
                raise StudioError(
                    f"This model does not know the style {name!r}.", hint=f"Styles: {', '.join(names)}."
                )
            weights[0, names.index(name)] = max(0.0, weight)
        return weights / weights.sum().clamp(min=1.0)

    def _write_frame(self, writers: list[TextureWriter], draw: Draw, told: Tensor) -> None:
        """One frame of every candidate: the network's step, then one key after the other."""
        plan, now = writers[0].plan, writers[0].now
        lags = fr.lags_of(plan.meter)
        past = np.zeros((MAX_CANDIDATES, fr.MEMORIES * WIDTH), np.float32)
        for row, writer in zip(past, writers, strict=False):
            row[:] = fr.past_of(writer.frames, lags, now, now + 1).ravel()
        self._stepper.step(torch.from_numpy(past), told.expand(MAX_CANDIDATES, -1))
        sounded = past[: len(writers), : fr.KEYS] > 0  # (B, 88)
        live, begin = list(range(len(writers))), np.zeros(len(writers), np.int64)
        while live:
            live = self._choose(writers, draw, sounded, live, begin)
        for writer in writers:
            writer.end_frame()

    def _choose(
        self,
        writers: list[TextureWriter],
        draw: Draw,
        sounded: np.ndarray,
        live: list[int],
        begin: np.ndarray,
    ) -> list[int]:
        """The next key of every live candidate; returns those that are not done with the frame."""
        frame = np.zeros((MAX_CANDIDATES, WIDTH), np.float32)
        for row, writer in zip(frame, writers, strict=False):
            row[:] = writer.frames[writer.now].ravel()
        logits = self._stepper.logits(torch.from_numpy(frame))[: len(writers)]  # (B, 2, 88)
        plan, at = writers[0].plan, writers[0].now - len(writers[0].plan.context)
        odds = Odds.of(logits, sounded)
        led = Odds.of(logits + plan.leaning[at] * [[1.0], [0.0]], sounded)
        may = [np.stack([getattr(w, name)() for w in writers]) for name in ("may_ring", "may_strike")]
        options = led.kept_to(may[0], may[1], plan.fixed[at]).options(begin)
        chosen = [draw(k, options[k], _mask(options[k], writers[k])) for k in live]
        free = odds.options(begin)
        for k, choice in zip(live, chosen, strict=True):
            if choice < DONE:
                key = choice % fr.KEYS
                begin[k] = key + 1
                if not plan.fixed[at, 0, key]:
                    writers[k].take(key, score_of(free[k], key) if choice < fr.KEYS else None)
        return [k for k, choice in zip(live, chosen, strict=True) if choice < DONE]


def _mask(options: Floats, writer: TextureWriter) -> np.ndarray:
    """The choices that are open to a candidate."""
    mask = np.isfinite(options)
    if writer.must_strike and mask[: fr.KEYS].any():
        mask[fr.KEYS :] = False
    return mask


def open_engine(entry: CatalogueEntry, device: torch.device) -> PolyphonyEngine:
    """The model of a catalogue entry, ready. Raises StudioError for missing or damaged weights."""
    net = PolyphonyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return PolyphonyEngine(entry.card, net)


def config_of(card: Card) -> PolyphonyConfig:
    """The network's sizes from its card; StudioError for a card of another shape."""
    try:
        config = msgspec.convert({**card.config, "styles": card.styles}, PolyphonyConfig)
    except msgspec.ValidationError as error:
        raise StudioError(
            f"The card of {card.name} does not describe a polyphony LSTM.", str(error)
        ) from error
    if (config.planes, config.memories, config.downward) != (
        fr.PLANES,
        fr.MEMORIES,
        False,
    ) or not config.joint:
        raise StudioError(f"{card.name} was made for the benchmark: it cannot compose.")
    return config


def _rows(past: np.ndarray) -> Tensor:
    """(T, lags, 2, 88) -> (T, lags * WIDTH)."""
    return torch.from_numpy(past.reshape(len(past), fr.MEMORIES * WIDTH).astype(np.float32))


def _check(request: ComposeRequest) -> None:
    check_draws(request)
    for what, asked in CANNOT.items():
        if asked(request):
            raise StudioError(f"This model cannot follow {what}.", hint="Choose a melody model for that.")
