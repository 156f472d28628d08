"""Trains the polyphony LSTM on piano works, and keeps the network that is best on held-out works."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from tqdm import tqdm

from studio.engines.music import frames as fr
from studio.engines.music.polyphony_lstm import KEYS, PolyphonyConfig, PolyphonyLstm, texture_nats
from studio.training.music.loop import Plan, Task, train
from studio.training.music.piano_works import GENRES, PianoWork, read_works, split
from studio.training.recipe import convert_recipe

MOVES = range(-5, 7)
NO_STYLE = 0.2  # share of the windows that are not told their genre
HEARD = 512  # frames of a held-out window


@dataclass(frozen=True, slots=True)
class Sizes:
    """The [network] table of a recipe; see PolyphonyConfig."""

    hidden: int = 384
    layers: int = 1
    masked: int = 176
    tied: int = 12
    reach: int = 24
    condition: int = 48
    input_dropout: float = 0.0
    dropout: float = 0.2
    head_dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class PolyphonyRecipe:
    """A whole recipe.toml of the family music.polyphony_lstm. window: frames of a training example."""

    family: str = "music.polyphony_lstm"
    id: str = "polyphony-lstm"
    name: str = "Piano"
    summary: str = ""
    limits: str = ""
    window: int = 96
    bfloat16: bool = True
    training: Plan = Plan()
    network: Sizes = Sizes()

    def config(self) -> PolyphonyConfig:
        config = PolyphonyConfig(planes=fr.PLANES, memories=fr.MEMORIES, **asdict(self.network))
        return replace(config, places=fr.PLACES, meters=len(fr.METERS), styles=GENRES)


@dataclass(frozen=True)
class Window:
    """The frames [first, end) of a work, to be predicted from those before them."""

    work: PianoWork
    first: int
    end: int

    def __len__(self) -> int:
        return self.end - self.first

    def past(self, lag_place: int) -> fr.Frames:
        """Of each frame the one of that lag, silence before the beginning: (len, 2, 88)."""
        at = np.arange(self.first, self.end) - self.work.lags[self.first : self.end, lag_place]
        return self.work.frames[np.maximum(at, 0)] * (at >= 0)[:, None, None]


@dataclass(frozen=True)
class TextureBatch:
    """past (B, T, memories * 2 * 88), targets (B, T, 2, 88), real (B, T), styles (B, S), meters and places (B, T)."""

    past: Tensor
    targets: Tensor
    real: Tensor
    styles: Tensor
    meters: Tensor
    places: Tensor


def batch_of(windows: list[Window], moves: list[int], told: list[bool]) -> TextureBatch:
    """moves: semitones up, for each window; told: whether its genre is."""
    shape = (len(windows), max(len(window) for window in windows))
    past = np.zeros((*shape, fr.MEMORIES, fr.PLANES, KEYS), np.float32)
    targets, real = np.zeros((*shape, fr.PLANES, KEYS), np.float32), np.zeros(shape, np.float32)
    styles, meters, places = np.zeros((shape[0], len(GENRES)), np.float32), *np.zeros((2, *shape), np.int64)
    for row, window in enumerate(windows):
        count, work, own = len(window), window.work, slice(window.first, window.end)
        for place in range(fr.MEMORIES):
            past[row, :count, place] = np.roll(window.past(place), moves[row], -1)
        targets[row, :count] = np.roll(work.frames[own], moves[row], -1)
        real[row, :count], meters[row, :count], places[row, :count] = 1.0, work.meters[own], work.places[own]
        styles[row, GENRES.index(work.genre)] = told[row]
    arrays = (past.reshape(*shape, -1), targets, real, styles, meters, places)
    return TextureBatch(*(torch.from_numpy(array) for array in arrays))


def batch_nats(net: PolyphonyLstm, batch: TextureBatch) -> Tensor:
    """(sum of the sounding part, sum of the striking part, frames) as (3,)."""
    hidden, _ = net(batch.past, net.told(batch.styles, batch.meters, batch.places))  # (B, T, H)
    logits = net.log_odds(hidden, batch.past, batch.targets.flatten(2)).float()  # (B, T, 2, 88)
    last = batch.past[..., : fr.PLANES * KEYS].unflatten(-1, (fr.PLANES, KEYS))  # (B, T, 2, 88)
    sounding, striking = texture_nats(logits, last, batch.targets)  # (B, T) each
    return torch.stack(
        [(part * batch.real).sum() for part in (sounding, striking, torch.ones_like(sounding))]
    )


def windows_of(works: list[PianoWork], length: int, random: np.random.Generator) -> list[Window]:
    """Every work cut at a random place and then every `length` frames."""
    windows = []
    for work in works:
        end = len(work.frames)
        cuts = [0, *range(int(random.integers(1, length + 1)), end, length), end]
        windows += [Window(work, a, b) for a, b in pairwise(cuts) if b > a]
    return windows


def possible_moves(work: PianoWork) -> list[int]:
    """Of MOVES those that leave every note on the keyboard."""
    keys = np.flatnonzero(work.frames[:, 0].any(0))
    return [m for m in MOVES if keys[0] + m >= 0 and keys[-1] + m < KEYS] if len(keys) else [0]


class PolyphonyTraining:
    """One training run's data and network."""

    def __init__(self, recipe: PolyphonyRecipe, works: tuple[PianoWork, ...]) -> None:
        plan = self.plan = recipe.training
        torch.manual_seed(plan.seed)
        self.recipe = recipe
        self.train, self.held = split(works, plan.held_out, plan.seed)
        self.moves = {id(work): possible_moves(work) for work in self.train}
        self.net = PolyphonyLstm(recipe.config())
        self._epoch: tuple[int, list[list[Window]]] = (-1, [])
        self._length = len(self._groups(0))

    def task(self) -> Task:
        config = asdict(self.net.config)
        return Task(self.net, self.loss, lambda: held_out_nats(self.net, self.held[::2]), config)

    def loss(self, step: int) -> Tensor:
        """The mean nats a frame of the step's batch."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.recipe.bfloat16):
            sounding, striking, frames = batch_nats(self.net, self._batch(step))
        return (sounding + striking) / frames

    def _groups(self, epoch: int) -> list[list[Window]]:
        """The windows of an epoch in batches; the last few, that fill none, are left for another epoch."""
        random = np.random.default_rng((self.plan.seed, epoch))
        windows, size = windows_of(self.train, self.recipe.window, random), self.plan.batch
        order = random.permutation(len(windows))
        count = max(1, sum(len(w.frames) for w in self.train) // (self.recipe.window * size))
        return [[windows[i] for i in order[k * size : (k + 1) * size]] for k in range(count)]

    def _batch(self, step: int) -> TextureBatch:
        epoch, index = divmod(step, self._length)
        if self._epoch[0] != epoch:
            self._epoch = (epoch, self._groups(epoch))
        group, random = self._epoch[1][index], np.random.default_rng((self.plan.seed, 1, step))
        moves = [int(random.choice(self.moves[id(window.work)])) for window in group]
        return batch_of(group, moves, [bool(x) for x in random.random(len(group)) >= NO_STYLE])


def held_out_nats(net: PolyphonyLstm, works: list[PianoWork]) -> dict[str, float]:
    """Nats a frame on whole works (in windows of HEARD frames), and the parts of it; the genre is told."""
    windows = [
        Window(work, first, min(first + HEARD, len(work.frames)))
        for work in works
        for first in range(0, len(work.frames), HEARD)
    ]
    windows.sort(key=len)
    total = torch.zeros(3)
    with torch.no_grad():
        for begin in range(0, len(windows), 16):
            group = windows[begin : begin + 16]
            total += batch_nats(net, batch_of(group, [0] * len(group), [True] * len(group)))
    sounding, striking = (total[:2] / total[2]).tolist()
    return {"frame": sounding + striking, "sounding": sounding, "striking": striking}


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit."""
    recipe = convert_recipe(raw, PolyphonyRecipe)
    torch.set_num_threads(recipe.training.threads)
    reading = read_works(data_dir)
    training = PolyphonyTraining(recipe, reading.works)
    tqdm.write(
        f"{reading.editions} editions of {len(reading.works)} works: {len(training.train)} to learn from, "
        f"{len(training.held)} held out; left out: {dict(reading.refused)}"
    )
    train(training.task(), recipe.training, out_dir, resume)
