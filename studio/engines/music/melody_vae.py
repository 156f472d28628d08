"""A recurrent variational autoencoder of phrases: some bars of melody <-> one latent vector.

As MusicVAE (Roberts 2018): a bidirectional LSTM reads the phrase into a Gaussian over z, and an LSTM writes it back
from z. Here both go by beats, not by steps: a beat's six slots are read as one sum of embeddings, and written one after
the other by a small autoregressive head (as in MADE, Germain 2015), so that two bars of 4/4 are 8 steps, not 48. Each
beat also has a straight way into z and out of it, which is what makes the code learn at once. The decoder sees z, the
metre, the place in the phrase and the style at every beat; the encoder never sees the style.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.music import events as ev
from studio.engines.music.phrase_grid import SLOTS, VOCABULARY

LENGTHS = (2, 4)  # bars of a phrase
MAX_BEATS, MAX_BARS = 16, 4
FIRST_LOG_VARIANCE = -4.0
CODE = 64  # what each beat hands to the latent directly


@dataclass(frozen=True, slots=True)
class MelodyVaeConfig:
    """Sizes of the network; `styles` names the columns of the style weights, `attributes` the rows of directions,
    `anchors` how many codes draws are made about."""

    styles: tuple[str, ...]
    latent: int = 96
    embedding: int = 192
    encoder: int = 256
    decoder: int = 448
    head: int = 160
    dropout: float = 0.05
    attributes: tuple[str, ...] = ()
    anchors: int = 1


class MelodyVae(nn.Module):
    """Tokens (B, beats, SLOTS) -> z (B, Z) -> logits (B, beats, SLOTS, VOCABULARY)."""

    slot_starts: Tensor
    mean: Tensor
    anchors: Tensor
    anchor_kinds: Tensor
    axes: Tensor
    directions: Tensor
    levels: Tensor

    def __init__(self, config: MelodyVaeConfig) -> None:
        super().__init__()
        e, h, g, z = config.embedding, config.decoder, config.head, config.latent
        self.config = config
        self.register_buffer("slot_starts", torch.arange(SLOTS) * VOCABULARY, persistent=False)  # (SLOTS,)
        self.read = nn.Embedding(SLOTS * VOCABULARY, e)
        self.written = nn.Embedding(SLOTS * VOCABULARY, e)
        self.in_beat = nn.Embedding(SLOTS * VOCABULARY, g)
        self.style = nn.Embedding(len(config.styles), e)
        self.meter = nn.Embedding(len(ev.METERS), e)
        self.beat = nn.Embedding(MAX_BEATS, e)
        self.bar = nn.Embedding(MAX_BARS * MAX_BARS, e)  # bar of a phrase of so many bars
        self.encoder = nn.LSTM(e, config.encoder, num_layers=1, batch_first=True, bidirectional=True)
        self.to_code = nn.Linear(2 * config.encoder + e, CODE)
        self.to_latent = nn.Linear(4 * config.encoder + MAX_BEATS * CODE, 2 * z)
        self.to_beats = nn.Linear(z, MAX_BEATS * e)
        self.to_state = nn.Linear(z, 2 * h)
        self.decoder = nn.LSTM(e, h, batch_first=True)
        self.to_slots = nn.Linear(h + e, SLOTS * g)
        self.out = nn.Linear(g, VOCABULARY)
        self.out_bias = nn.Parameter(torch.zeros(SLOTS, VOCABULARY))
        self.dropout = nn.Dropout(config.dropout)
        self._set_out(z)
        self._place_latents(z, len(config.attributes))

    def _place_latents(self, z: int, attributes: int) -> None:
        """Where the training phrases' codes lie, for each of LENGTHS: filled in when the model is bundled.

        mean: of each metre; the rows of axes are the principal axes about it, as long as the deviation along them. In
        these deviations: the directions of phrase_steering, and the codes about which phrases are drawn, each with the
        numbers of its metre and style."""
        lengths = len(LENGTHS)
        self.register_buffer("mean", torch.zeros(lengths, len(ev.METERS), z))
        self.register_buffer("anchors", torch.zeros(lengths, self.config.anchors, z))
        self.register_buffer("anchor_kinds", torch.zeros(lengths, self.config.anchors, 2, dtype=torch.uint8))
        self.register_buffer("axes", torch.eye(z).repeat(lengths, 1, 1))
        self.register_buffer("directions", torch.zeros(lengths, attributes, z))
        self.register_buffer("levels", torch.zeros(lengths, attributes))

    def _set_out(self, z: int) -> None:
        """First weights: tokens well apart, and a latent that says something from the first step on."""
        for table in (self.read, self.written, self.in_beat):
            nn.init.normal_(table.weight, std=0.3)
        for table in (self.style, self.meter, self.beat, self.bar):
            nn.init.normal_(table.weight, std=0.1)
        with torch.no_grad():
            self.to_latent.weight[:z] *= 3.0
            self.to_latent.bias[z:] = FIRST_LOG_VARIANCE

    def places(self, meter: Tensor, bars: int, beats: int) -> Tensor:
        """meter (B,) -> (B, beats, E): where each beat stands."""
        per_bar = beats // bars
        steps = torch.arange(beats)
        where = self.beat(steps % per_bar) + self.bar((bars - 1) * MAX_BARS + steps // per_bar)  # (beats, E)
        return where + self.meter(meter)[:, None]  # (B, beats, E)

    def encode(self, tokens: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """tokens (B, beats, SLOTS) -> mean and log variance of z, (B, Z) each."""
        beats = _summed(tokens + self.slot_starts, self.read)  # (B, beats, E)
        heard, _ = self.encoder(self.dropout(beats + place))  # (B, beats, 2H)
        h = self.config.encoder
        codes = self.to_code(torch.cat([heard, beats], 2))  # (B, beats, CODE)
        codes = functional.pad(codes, (0, 0, 0, MAX_BEATS - codes.shape[1])).flatten(1)
        ends = [heard[:, -1, :h], heard[:, 0, h:], heard.mean(1), codes]
        mean, log_variance = self.to_latent(torch.cat(ends, 1)).chunk(2, 1)
        return mean, log_variance.clamp(-8.0, 4.0)

    def begin(self, z: Tensor, beats: int) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """z (B, Z) -> what each beat sees of it (B, beats, E), and the decoder's first state (1, B, H) twice."""
        width = beats * self.config.embedding
        seen = functional.linear(z, self.to_beats.weight[:width], self.to_beats.bias[:width])
        h, c = torch.tanh(self.to_state(z)).chunk(2, 1)  # (B, H)
        return seen.unflatten(1, (beats, -1)), (h[None].contiguous(), c[None].contiguous())

    def forward(self, z: Tensor, given: Tensor, context: Tensor, kept: Tensor | None = None) -> Tensor:
        """Teacher-forced logits (B, beats, SLOTS, VOCABULARY).

        z (B, Z); given (B, beats, SLOTS); context (B, beats, E): place and style; kept (B, beats, SLOTS): 0 where a
        given token is hidden from the decoder (word dropout, Bowman 2016)."""
        seen, state = self.begin(z, given.shape[1])
        rows = given + self.slot_starts  # (B, beats, SLOTS)
        past = _summed(rows, self.written, kept)[:, :-1]  # (B, beats - 1, E)
        past = functional.pad(past, (0, 0, 1, 0))  # (B, beats, E)
        hidden, _ = self.decoder(self.dropout(context + seen + past), state)  # (B, beats, H)
        earlier = self.in_beat(rows[..., :-1])  # (B, beats, SLOTS - 1, G)
        if kept is not None:
            earlier = earlier * kept[..., :-1, None]
        both = torch.cat([self.dropout(hidden), seen], 2)  # (B, beats, H + E)
        slots = self.to_slots(both).unflatten(2, (SLOTS, -1))  # (B, beats, SLOTS, G)
        slots = slots + functional.pad(earlier.cumsum(2), (0, 0, 1, 0))
        return self.out(functional.gelu(slots)) + self.out_bias


def _summed(rows: Tensor, table: nn.Embedding, kept: Tensor | None = None) -> Tensor:
    """rows (B, beats, SLOTS) -> the sum over the slots of their embeddings (B, beats, E)."""
    weights = None if kept is None else kept.flatten(0, 1)
    return functional.embedding_bag(
        rows.flatten(0, 1), table.weight, per_sample_weights=weights, mode="sum"
    ).unflatten(0, rows.shape[:2])
