"""Two LSTMs over four voices: one remembers what was sung, the other reads ahead what is already known.

The class of every voice is drawn in the order soprano, alto, tenor, bass, frame after frame, each seeing all that was
drawn before and, through the backward LSTM, the notes that are fixed later: with nothing fixed this is an exact
left-to-right likelihood, with all else fixed it is the conditional of DeepBach's pseudo-Gibbs sampling (Hadjeres
2017), and between the two it is Anticipation-RNN (Hadjeres 2018). Classes are told by pitch and by the step from the
voice's last note at once, so that what is learned in one key helps in all.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.music import chorale_rows as rows

STEPS = 16  # semitones from the last note that have a logit of their own, up and down


@dataclass(frozen=True, slots=True)
class ChoraleLstmConfig:
    """Sizes of the network."""

    embedding: int = 192
    hidden: int = 256
    layers: int = 2
    ahead: int = 192
    head: int = 192
    dropout: float = 0.3


class Table(nn.Module):
    """The sum of one embedding for each column of a row: (..., COLUMNS) integers -> (..., E)."""

    starts: Tensor

    def __init__(self, sizes: tuple[int, ...], width: int, std: float = 0.3) -> None:
        super().__init__()
        self.register_buffer("starts", torch.tensor([0, *sizes[:-1]]).cumsum(0).int(), persistent=False)
        self.weight = nn.Parameter(torch.randn(sum(sizes), width) * std)

    def forward(self, columns: Tensor) -> Tensor:
        flat = (columns + self.starts).flatten(0, -2)  # (N, COLUMNS)
        return functional.embedding_bag(flat, self.weight, mode="sum").unflatten(0, columns.shape[:-1])


class LockedDropout(nn.Module):
    """Dropout with one mask for all frames of a sequence (Gal 2016): right for recurrence, and cheap to draw."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """x (B, T, E)."""
        if not self.training or self.rate == 0:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2]) >= self.rate  # (B, 1, E)
        return x * (kept / (1 - self.rate)).to(x.dtype)


class ChoraleLstm(nn.Module):
    """Rows of `chorale_rows` -> logits of every voice's class."""

    pitches: Tensor

    def __init__(self, config: ChoraleLstmConfig) -> None:
        super().__init__()
        e, h, g = config.embedding, config.hidden, config.head
        self.config = config
        self.past_rows, self.ahead_rows = Table(rows.PAST_SIZES, e), Table(rows.AHEAD_SIZES, e)
        self.voice_rows = nn.ModuleList(Table(rows.VOICE_SIZES, g, 0.2) for _ in range(rows.VOICES))
        self.past = nn.ModuleList(nn.LSTM(h if i else e, h, batch_first=True) for i in range(config.layers))
        self.ahead = nn.LSTM(e, config.ahead, batch_first=True)
        self.from_past = nn.Linear(h, rows.VOICES * g)
        self.from_ahead = nn.Linear(config.ahead, rows.VOICES * g, bias=False)
        self.inner = nn.ModuleList(nn.Linear(g, g) for _ in range(rows.VOICES))
        self.out = nn.ModuleList(nn.Linear(g, rows.CLASSES + 2 * STEPS + 2) for _ in range(rows.VOICES))
        self.dropout = LockedDropout(config.dropout)
        self.register_buffer("pitches", torch.arange(rows.PITCHES), persistent=False)

    def remember(self, past: Tensor) -> Tensor:
        """past rows (B, T, 17) -> what each voice's head takes from the past (B, T, V * G)."""
        hidden = self.past_rows(past)  # (B, T, E)
        for lstm in self.past:
            hidden, _ = lstm(self.dropout(hidden))  # (B, T, H)
        return self.from_past(self.dropout(hidden))

    def look_ahead(self, ahead: Tensor) -> Tensor:
        """ahead rows (B, T, 17) -> (B, T, V * G); frame t is told of t and of all later frames."""
        hidden, _ = self.ahead(self.dropout(self.ahead_rows(ahead)).flip(1))  # (B, T, A)
        return self.from_ahead(self.dropout(hidden.flip(1)))

    def head(self, voice: int, told: Tensor, own: Tensor) -> Tensor:
        """Logits (..., CLASSES) of a voice; told (..., G) by the networks, own rows (..., 19)."""
        x = functional.gelu(told + self.voice_rows[voice](own))  # (..., G)
        x = self.dropout(x)
        x = x + functional.gelu(self.inner[voice](x))
        out = self.out[voice](self.dropout(x))  # (..., CLASSES + 2 * STEPS + 2)
        logits = self._by_step(out[..., :-1], own[..., 0])
        return _by_echo(logits, out[..., -1:], own[..., rows.ECHO_COLUMN, None])

    def _by_step(self, out: Tensor, last: Tensor) -> Tensor:
        """Add to each pitch's logit the one of its step from the last note (...)."""
        step = self.pitches - last[..., None] + STEPS  # (..., PITCHES)
        near = (step >= 0) & (step <= 2 * STEPS) & (last < rows.PITCHES)[..., None]
        steps = out[..., rows.CLASSES :].gather(-1, step.clamp(0, 2 * STEPS).long())
        pitched = out[..., rows.FIRST_PITCH : rows.CLASSES] + steps * near
        return torch.cat([out[..., : rows.FIRST_PITCH], pitched], -1)

    def forward(self, past: Tensor, own: Tensor, ahead: Tensor | None = None) -> Tensor:
        """Teacher-forced logits (B, T, V, CLASSES); own rows (B, T, V, 19); no `ahead`: nothing is known of later."""
        told = self.remember(past)  # (B, T, V * G)
        if ahead is not None:
            told = told + self.look_ahead(ahead)
        parts = told.chunk(rows.VOICES, -1)
        return torch.stack([self.head(v, parts[v], own[..., v, :]) for v in range(rows.VOICES)], -2)


def _by_echo(logits: Tensor, weight: Tensor, echo: Tensor) -> Tensor:
    """Add `weight` (..., 1) to the logit of the class that the echo names (..., 1), where there is one."""
    heard = (echo < rows.NO_ECHO).to(weight.dtype)
    return logits.scatter_add(-1, echo.clamp(max=rows.CLASSES - 1).long(), weight * heard)
