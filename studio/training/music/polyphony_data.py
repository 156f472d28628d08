"""Piano rolls of the Boulanger-Lewandowski benchmark: read, moved by semitones, cut into batches. Single-threaded."""

from __future__ import annotations

from collections.abc import Iterator
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


def windows(rolls: list[Roll], length: int, random: np.random.Generator) -> list[Roll]:
    """Every roll cut at a random place and then every `length` frames; pieces share their border frame, so that
    every frame but a roll's first is predicted once."""
    pieces = []
    for roll in rolls:
        first = int(random.integers(1, length + 1)) if len(roll) > length + 1 else length
        cuts = [0, *range(first, len(roll) - 1, length), len(roll) - 1]
        pieces += [roll[a : b + 1] for a, b in pairwise(cuts) if b > a]
    return pieces


@dataclass(frozen=True)
class RollBatch:
    """inputs and targets (B, T, 88): a frame and the next; real (B, T): 1 where there is one."""

    inputs: Tensor
    targets: Tensor
    real: Tensor


def batch_of(pieces: list[Roll]) -> RollBatch:
    longest = max(len(piece) for piece in pieces)
    frames = np.zeros((len(pieces), longest, KEYS), np.float32)  # (B, T + 1, 88)
    real = np.zeros((len(pieces), longest - 1), np.float32)  # (B, T)
    for row, piece in enumerate(pieces):
        frames[row, : len(piece)] = piece
        real[row, : len(piece) - 1] = 1.0
    whole = torch.from_numpy(frames)
    return RollBatch(whole[:, :-1], whole[:, 1:], torch.from_numpy(real))


def epoch_batches(
    rolls: list[Roll], size: int, length: int, transpose: bool, random: np.random.Generator
) -> Iterator[RollBatch]:
    """One pass over the training rolls: cut, moved, and batched with others of about their length."""
    pieces = windows(rolls, length, random)
    if transpose:
        pieces = [moved(piece, int(random.choice(MOVES))) for piece in pieces]
    order = sorted(random.permutation(len(pieces)).tolist(), key=lambda i: len(pieces[i]))
    groups = [order[i : i + size] for i in range(0, len(order), size)]
    for index in random.permutation(len(groups)):
        yield batch_of([pieces[i] for i in groups[index]])


def whole_batches(rolls: list[Roll], frames: int = 8192) -> list[RollBatch]:
    """Whole sequences, the short ones together: for measuring."""
    batches, group = [], list[Roll]()
    for roll in sorted(rolls, key=len):
        if group and len(roll) * (len(group) + 1) > frames:
            batches.append(batch_of(group))
            group = []
        group.append(roll)
    return [*batches, batch_of(group)] if group else batches
