"""Piano rolls of the Boulanger-Lewandowski benchmark: read, moved by semitones, cut into batches. Single-threaded."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.errors import StudioError
from studio.files.mat import read_cells

Roll = NDArray[np.uint8]  # (T, 88): 1 where a key sounds
FILES = {
    "jsb": "JSB_Chorales.mat",
    "nottingham": "Nottingham.mat",
    "musedata": "MuseData.mat",
    "piano_midi": "Piano_midi.mat",
}
PARTS = ("traindata", "validdata", "testdata")
KEYS = 88
MOVES = range(-5, 7)


@dataclass(frozen=True)
class Rolls:
    """The three parts of one data set."""

    train: list[Roll]
    valid: list[Roll]
    test: list[Roll]


def read_rolls(folder: Path, name: str) -> Rolls:
    """One of FILES. Raises StudioError where the file is missing or holds no 88-key rolls."""
    cells = read_cells(folder / FILES[name])
    for part in PARTS:
        if part not in cells or any(roll.ndim != 2 or roll.shape[1] != KEYS for roll in cells[part]):
            raise StudioError(f"{FILES[name]} holds no piano rolls of 88 keys.", part)
    return Rolls(*([np.ascontiguousarray(roll, np.uint8) for roll in cells[part]] for part in PARTS))


def moved(roll: Roll, semitones: int) -> Roll:
    """The roll so many semitones higher; as it was where a note would leave the keyboard."""
    keys = np.flatnonzero(roll.any(0))
    if not len(keys) or keys[0] + semitones < 0 or keys[-1] + semitones >= KEYS:
        return roll
    return np.roll(roll, semitones, 1)


@dataclass(frozen=True)
class Piece:
    """The frames [first, end) of a roll, to be predicted from those before them; first is 1 or more."""

    roll: Roll
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first

    def past(self, lag: int) -> Roll:
        """Of each of its frames the one `lag` frames before, silence before the beginning: (len, 88)."""
        found = np.zeros((len(self), KEYS), np.uint8)
        missing = min(len(self), max(0, lag - self.first))
        found[missing:] = self.roll[self.first + missing - lag : self.end - lag]
        return found


def whole(roll: Roll) -> Piece:
    """All frames that are scored: those after the first."""
    return Piece(roll, 1, len(roll))


def windows(rolls: list[Roll], length: int, random: np.random.Generator) -> list[Piece]:
    """Every roll cut at a random place and then every `length` frames."""
    pieces = []
    for roll in rolls:
        first = int(random.integers(2, length + 2)) if len(roll) > length + 1 else length + 1
        cuts = [1, *range(first, len(roll), length), len(roll)]
        pieces += [Piece(roll, a, b) for a, b in pairwise(cuts)]
    return pieces


@dataclass(frozen=True)
class RollBatch:
    """past (B, T, lags * 88): the frames before; targets (B, T, 88); real (B, T): 1 where there is one."""

    past: Tensor
    targets: Tensor
    real: Tensor


def batch_of(pieces: list[Piece], lags: tuple[int, ...]) -> RollBatch:
    shape = (len(pieces), max(len(piece) for piece in pieces))
    past = np.zeros((*shape, len(lags), KEYS), np.float32)
    targets, real = np.zeros((*shape, KEYS), np.float32), np.zeros(shape, np.float32)
    for row, piece in enumerate(pieces):
        for place, lag in enumerate(lags):
            past[row, : len(piece), place] = piece.past(lag)
        targets[row, : len(piece)] = piece.roll[piece.first : piece.end]
        real[row, : len(piece)] = 1.0
    return RollBatch(*(torch.from_numpy(a) for a in (past.reshape(*shape, -1), targets, real)))


@dataclass(frozen=True)
class Cutting:
    """How training rolls become batches: pieces a batch, frames a piece at most, whether they are moved by MOVES anew
    in every epoch, and which past frames stand beside each frame, the last one (1) first."""

    batch: int = 16
    length: int = 128
    moves: bool = True
    lags: tuple[int, ...] = (1,)


def epoch_batches(rolls: list[Roll], cutting: Cutting, random: np.random.Generator) -> list[list[Piece]]:
    """One pass over the training rolls: moved, cut, and grouped with others of about their length."""
    if cutting.moves:
        rolls = [moved(roll, int(random.choice(MOVES))) for roll in rolls]
    pieces = windows(rolls, cutting.length, random)
    order = sorted(random.permutation(len(pieces)).tolist(), key=lambda i: len(pieces[i]))
    groups = [order[i : i + cutting.batch] for i in range(0, len(order), cutting.batch)]
    return [[pieces[i] for i in groups[index]] for index in random.permutation(len(groups))]


def whole_batches(rolls: list[Roll], frames: int = 8192) -> list[list[Piece]]:
    """Whole sequences, the short ones together: for measuring."""
    groups: list[list[Piece]] = [[]]
    for piece in sorted(map(whole, rolls), key=len):
        if groups[-1] and len(piece) * (len(groups[-1]) + 1) > frames:
            groups.append([])
        groups[-1].append(piece)
    return groups
