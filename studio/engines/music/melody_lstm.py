"""An LSTM that writes a melody note by note: how long until the next note, which pitch, how long it lasts.

The three choices are drawn in that order, each seeing the ones before it (a factorised output, as in Notochord,
Shepardson 2022, and Magenta's lookback RNN, Waite 2016, from which the look back over whole bars comes; fixed notes
ahead are shown as in Anticipation-RNN, Hadjeres 2018). Style, metre and mode are embeddings; styles mix by weights.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.engines.music import events as ev


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

    def __init__(self, config: MelodyLstmConfig) -> None:
        super().__init__()
        e, h, g = config.embedding, config.hidden, config.head
        self.config = config
        starts = torch.tensor([0, *ev.SIZES[:-1]]).cumsum(0)
        self.register_buffer("starts", starts, persistent=False)  # (COLUMNS,)
        self.rows = nn.Embedding(sum(ev.SIZES), e)
        self.style = nn.Embedding(len(config.styles), e)
        self.meter = nn.Embedding(len(ev.METERS), e)
        self.mode = nn.Embedding(len(ev.MODES), e)
        self.lstm = nn.LSTM(e, h, num_layers=2, batch_first=True, dropout=config.dropout)
        self.dropout = nn.Dropout(config.dropout)
        self.shift_out = nn.Linear(h, len(ev.SHIFTS) + 1)  # and ev.NO_MORE
        self.pitch_in, self.pitch_out = nn.Linear(h, g), nn.Linear(g, ev.PITCHES)
        self.duration_in, self.duration_out = nn.Linear(h, g), nn.Linear(g, len(ev.DURATIONS))
        self.onset = nn.Embedding(ev.POSITIONS + ev.PHRASE_BARS, 2 * g)
        self.pitch_for_duration = nn.Embedding(ev.PITCHES, g)
        for table in (self.rows, self.style, self.meter, self.mode, self.onset, self.pitch_for_duration):
            nn.init.normal_(table.weight, std=0.3 if table is self.rows else 0.1)

    def condition(self, styles: Tensor, meter: Tensor, mode: Tensor) -> Tensor:
        """styles (B, S) weights, meter (B,), mode (B,) -> (B, E)."""
        return styles @ self.style.weight + self.meter(meter) + self.mode(mode)  # (B, E)

    def forward(self, rows: Tensor, condition: Tensor) -> Tensor:
        """rows (B, T, COLUMNS) -> hidden (B, T, H)."""
        x = functional.embedding_bag(
            (rows + self.starts).flatten(0, 1), self.rows.weight, mode="sum"
        ).unflatten(0, rows.shape[:2])  # (B, T, E)
        hidden, _ = self.lstm(self.dropout(x + condition[:, None]))  # (B, T, H)
        return self.dropout(hidden)

    def heads(
        self, hidden: Tensor, position: Tensor, phrase: Tensor, pitch: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Teacher-forced logits; hidden (..., H); position, phrase and pitch (...) of the next note."""
        onset = self.onset(position) + self.onset(phrase + ev.POSITIONS)  # (..., 2G)
        for_pitch, for_duration = onset.chunk(2, -1)
        return (
            self.shift_out(hidden),  # (..., SHIFTS + 1)
            self.pitch_out(functional.gelu(self.pitch_in(hidden) + for_pitch)),  # (..., PITCHES)
            self.duration_out(
                functional.gelu(self.duration_in(hidden) + for_duration + self.pitch_for_duration(pitch))
            ),  # (..., DURATIONS)
        )
