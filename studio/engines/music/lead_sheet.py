"""A network that finds the chords of a melody: it hears the whole melody first, then writes chord after chord.

A bidirectional LSTM over the slots of the melody (as in Lim 2017, "Chord generation from symbolic melody using BLSTM
networks"), which is also shown the chords that stand already, wherever they are (as the fixed notes ahead in
Anticipation-RNN, Hadjeres 2018); over it an LSTM from left to right, each step seeing the chord before, and the chord
that it gave to the bar that sounded most like this one (a look back, as in Waite 2016, but to where the melody says).
How well each chord fits what sounds is learned once for all roots: the melody is looked at from each root in turn; what
the melody alone says is trained to stand on its own feet too.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from studio.engines.music import chord_slots as cs

State = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class SoFar:
    """What stands before each slot, all (B, T): the chord so far, for how many slots it has lasted, the chord of the
    slot that sounded most like this one, and how like it was."""

    now: Tensor
    age: Tensor
    echo: Tensor
    likeness: Tensor


@dataclass(frozen=True, slots=True)
class LeadSheetConfig:
    """Sizes of the network."""

    embedding: int = 64
    encoder: int = 96
    hidden: int = 160
    head: int = 48
    dropout: float = 0.3
    forget: float = 0.15


class LeadSheet(nn.Module):
    """What each slot sounds like, and the chords so far -> logits of the chord of each slot."""

    starts: Tensor

    def __init__(self, config: LeadSheetConfig) -> None:
        super().__init__()
        e, n, h, g = config.embedding, config.encoder, config.hidden, config.head
        self.config = config
        starts = torch.tensor([0, *cs.SIZES[:-1]]).cumsum(0)
        self.register_buffer("starts", starts, persistent=False)  # (6,)
        self.places = nn.Embedding(sum(cs.SIZES), e)
        self.numbers = nn.Linear(cs.NUMBERS, e)
        self.given = nn.Embedding(cs.SYMBOLS + 1, e)  # chords that stand already
        self.hears = nn.LSTM(e, n, num_layers=2, batch_first=True, bidirectional=True, dropout=config.dropout)
        self.now = nn.Embedding(cs.SYMBOLS + 1, e)  # the chord so far
        self.age = nn.Embedding(cs.OLDEST + 1, e)
        self.likeness = nn.Embedding(len(cs.LIKENESSES) + 1, e)
        self.writes = nn.LSTM(2 * n + 2 * e, h, batch_first=True)
        self.dropout = nn.Dropout(config.dropout)
        self.root = nn.Linear(h + 2 * n, 12)
        self.kind = nn.Linear(h + 2 * n, len(cs.KINDS))
        self.both = nn.Parameter(torch.zeros(12, len(cs.KINDS)))
        self.hold = nn.Linear(h + 2 * n, 1)
        self.fit_in, self.fit_out = nn.Linear(cs.PITCH_ROWS * 12, g), nn.Linear(g, len(cs.KINDS))
        self.fit_root, self.fit_kind = nn.Linear(2 * n, 12), nn.Linear(2 * n, len(cs.KINDS))
        self.hold_fit = nn.Parameter(torch.ones(()))
        self.echo = nn.Linear(h + 2 * n, len(cs.LIKENESSES) + 1)
        self.key = nn.Linear(36, 2, bias=False)
        for table in (self.places, self.given, self.now, self.age, self.likeness):
            nn.init.normal_(table.weight, std=0.2)

    def listen(self, numbers: Tensor, places: Tensor, given: Tensor, lengths: Tensor) -> Tensor:
        """numbers (B, T, NUMBERS), places (B, T, 6), given (B, T) symbols, lengths (B,) of which the longest is T
        -> what each slot is, (B, T, 2N)."""
        x = self.numbers(numbers) + self.given(given)  # (B, T, E)
        x = x + self.places(places + self.starts).sum(2)  # (B, T, E)
        packed = pack_padded_sequence(self.dropout(x), lengths, batch_first=True, enforce_sorted=False)
        heard, _ = pad_packed_sequence(self.hears(packed)[0], batch_first=True)
        return self.dropout(heard)  # (B, T, 2N)

    def fits(self, numbers: Tensor, heard: Tensor) -> Tensor:
        """How well each chord fits the melody, whatever the chords before: (..., NUMBERS), (..., 2N) -> (..., 12,
        KINDS). As logits they are a harmonisation of their own: each slot's chord, independent of the others."""
        rows = numbers[..., : cs.PITCH_ROWS * 12].unflatten(-1, (cs.PITCH_ROWS, 12))
        turned = torch.stack([rows.roll(-root, -1).flatten(-2) for root in range(12)], -2)  # (..., 12, 60)
        sounding = self.fit_out(functional.gelu(self.fit_in(turned)))  # (..., 12, KINDS)
        return sounding + self.fit_root(heard)[..., None] + self.fit_kind(heard)[..., None, :] + self.both

    def write(self, heard: Tensor, so_far: SoFar, state: State | None = None) -> tuple[Tensor, State]:
        """heard (B, T, 2N), what stands before each slot -> (B, T, H + 2N) and the state to go on from."""
        before = self.now(so_far.now) + self.age(so_far.age)  # (B, T, E)
        echo = self.now(so_far.echo) + self.likeness(so_far.likeness)  # (B, T, E)
        x = torch.cat([heard, self._forget(before), self._forget(echo)], -1)  # (B, T, 2N + 2E)
        written, state = self.writes(x, state)
        return torch.cat([self.dropout(written), heard], -1), state

    def _forget(self, x: Tensor) -> Tensor:
        """In training now and then nothing of what stands before (Bowman 2016), so that the melody is listened to."""
        if self.training:
            x = x * (torch.rand(x.shape[:2], device=x.device) >= self.config.forget)[..., None]
        return self.dropout(x)

    def logits(self, written: Tensor, fits: Tensor, so_far: SoFar) -> Tensor:
        """(..., H + 2N), (..., 12, KINDS), (...) -> (..., CHOICES): each symbol, then HOLD. The chord that is there
        already cannot come anew, and at the start nothing can be held: both are -inf."""
        now = so_far.now[..., None]
        chords = self.root(written)[..., None] + self.kind(written)[..., None, :]  # (..., 12, KINDS)
        chords = (chords + fits).flatten(-2)  # (..., SYMBOLS)
        fits_now = functional.pad(fits.flatten(-2), (0, 1)).gather(-1, now)  # (..., 1)
        hold = self.hold(written) + self.hold_fit * fits_now  # (..., 1)
        every = torch.cat([chords, hold], -1)  # (..., CHOICES)
        again = self.echo(written).gather(-1, so_far.likeness[..., None])  # (..., 1)
        again = again.masked_fill(so_far.echo[..., None] == cs.NO_CHORD, 0.0)
        place = so_far.echo.where(so_far.echo != so_far.now, torch.tensor(cs.HOLD))[..., None]
        every = every.scatter_add(-1, place, again)
        return every.scatter(-1, now, -torch.inf)  # NO_CHORD is the place of HOLD

    def key_logits(self, clues: Tensor) -> Tensor:
        """(B, 36) -> (B, 24): each tonic in major, then each in minor."""
        rows = clues.unflatten(-1, (3, 12))
        turned = torch.stack([rows.roll(-tonic, -1).flatten(-2) for tonic in range(12)], -2)  # (B, 12, 36)
        return self.key(turned).transpose(-1, -2).flatten(-2)  # (B, 24)
