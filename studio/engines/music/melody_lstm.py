"""An LSTM that writes a melody note by note: how long until the next note, which pitch, how long it lasts.

The three choices are drawn in that order, each seeing the ones before it (a factorised output, as in Notochord,
Shepardson 2022, and Magenta's lookback RNN, Waite 2016, from which the look back over whole bars comes; fixed notes
ahead are shown as in Anticipation-RNN, Hadjeres 2018). Style, metre and mode are embeddings; styles mix by weights.
Attributes and styles can be left untold, so that telling them can be exaggerated: classifier-free guidance (Ho and
Salimans 2022).
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.music import conditions as told
from studio.engines.music import events as ev

LOUDER = 8.0  # attributes are learned so much faster than the rest, as with an equalised learning rate


@dataclass(frozen=True, slots=True)
class MelodyLstmConfig:
    """Sizes of the network; `styles` names the columns of the style weights."""

    styles: tuple[str, ...]
    embedding: int = 160
    hidden: int = 256
    head: int = 192
    dropout: float = 0.25


class MelodyLstm(nn.Module):
    """Rows of `events.COLUMNS` integers -> logits of shift, pitch and duration of the next note."""

    starts: Tensor
    places: Tensor

    def __init__(self, config: MelodyLstmConfig) -> None:
        super().__init__()
        e, h, g = config.embedding, config.hidden, config.head
        self.config = config
        starts = torch.tensor([0, *ev.SIZES[:-1]]).cumsum(0)
        self.register_buffer("starts", starts, persistent=False)  # (COLUMNS,)
        places = torch.tensor([0, *ev.PLACES[:-1]]).cumsum(0)
        self.register_buffer("places", places, persistent=False)  # (3,)
        self.rows = nn.Embedding(sum(ev.SIZES), e)
        self.style = nn.Embedding(len(config.styles), e)
        self.meter = nn.Embedding(len(ev.METERS), e)
        self.mode = nn.Embedding(len(ev.MODES), e)
        self.attributes = nn.Embedding(told.ATTRIBUTE_COLUMNS, e)
        self.lstm = nn.LSTM(e, h, num_layers=2, batch_first=True, dropout=config.dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.shift_out = nn.Linear(h, len(ev.SHIFTS) + 1)  # and ev.NO_MORE
        self.pitch_in, self.pitch_out = nn.Linear(h, g), nn.Linear(g, ev.PITCHES)
        self.duration_in, self.duration_out = nn.Linear(h, g), nn.Linear(g, len(ev.DURATIONS))
        self.steer = nn.Linear(
            e, 2 * g + len(ev.SHIFTS) + 1, bias=False
        )  # the condition, straight to the heads
        self.onset = nn.Embedding(sum(ev.PLACES), 2 * g)
        self.pitch_for_duration = nn.Embedding(ev.PITCHES, g)
        nn.init.zeros_(self.attributes.weight)
        nn.init.zeros_(self.steer.weight)
        for table in (self.rows, self.style, self.meter, self.mode, self.onset, self.pitch_for_duration):
            nn.init.normal_(table.weight, std=0.3 if table is self.rows else 0.1)

    def condition(self, styles: Tensor, meter: Tensor, mode: Tensor, attributes: Tensor) -> Tensor:
        """What `conditions.Told` says, as arrays: styles (B, S) weights, meter (B,), mode (B,), attributes (B, A) or
        (B, T, A) weights -> (B, E) or (B, T, E)."""
        plain = styles @ self.style.weight + self.meter(meter) + self.mode(mode)  # (B, E)
        asked = LOUDER * attributes @ self.attributes.weight  # (B, E) or (B, T, E)
        return asked + (plain if asked.ndim == 2 else plain[:, None])

    def forward(self, rows: Tensor, condition: Tensor) -> Tensor:
        """rows (B, T, COLUMNS), condition (B, E) or (B, T, E) -> hidden (B, T, H)."""
        x = functional.embedding_bag(
            (rows + self.starts).flatten(0, 1), self.rows.weight, mode="sum"
        ).unflatten(0, rows.shape[:2])  # (B, T, E)
        each = condition if condition.ndim == 3 else condition[:, None]
        hidden, _ = self.lstm(self.dropout(x + each))  # (B, T, H)
        return self.dropout(hidden)

    def heads(
        self, hidden: Tensor, condition: Tensor, place: Tensor, pitch: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Teacher-forced logits; hidden (N, H), condition (N, E), place (N, 3) and pitch (N,) of the next note."""
        g = self.config.head
        steer = self.steer(condition)  # (N, 2G + SHIFTS + 1)
        both = steer[:, : 2 * g] + self.onset(place + self.places).sum(1)  # (N, 2G)
        for_pitch, for_duration = both.chunk(2, -1)
        return (
            self.shift_out(hidden) + steer[:, 2 * g :],  # (N, SHIFTS + 1)
            self.pitch_out(functional.gelu(self.pitch_in(hidden) + for_pitch)),  # (N, PITCHES)
            self.duration_out(
                functional.gelu(self.duration_in(hidden) + for_duration + self.pitch_for_duration(pitch))
            ),  # (N, DURATIONS)
        )
