"""One run of the piano-roll benchmark: train a polyphony LSTM, choose its epoch on validation, score it once on test.

The scores are those of the papers: minus the log probability of each next frame, summed over the 88 keys, in nats, over
all frames but each sequence's first, divided by their number. A seed gives the same figures on one machine.
"""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from studio.engines.music.polyphony_lstm import PolyphonyConfig, PolyphonyLstm, frame_nats
from studio.training.music.polyphony_data import (
    Cutting,
    Roll,
    RollBatch,
    Rolls,
    batch_of,
    epoch_batches,
    whole_batches,
)

WARMUP = 100
LEAST_RATE = 0.02


@dataclass(frozen=True)
class RollRecipe:
    """How a benchmark network is trained: AdamW, a cosine to 2% of the learning rate, averaged weights.

    averaging: what an update leaves of the averaged weights; measure_every: epochs between two looks at validation;
    bfloat16: products of training and validation in half the digits, twice as fast where the processor has them.
    """

    network: PolyphonyConfig
    epochs: int
    cutting: Cutting = Cutting()
    learning_rate: float = 4e-3
    weight_decay: float = 0.01
    averaging: float = 0.99
    measure_every: int = 5
    bfloat16: bool = True


@dataclass(frozen=True)
class RunResult:
    """Nats a frame of the epoch that was best on validation; seconds are of processor time."""

    valid: float
    test: float
    epoch: int
    seconds: float
    parameters: int


class RollRun:
    """A network in training, its averaged twin, and the best of its epochs. Owned by one caller."""

    def __init__(self, rolls: Rolls, recipe: RollRecipe, seed: int) -> None:
        torch.manual_seed(seed)
        self.rolls, self.recipe = rolls, recipe
        self.random = np.random.default_rng(seed)
        self.net = PolyphonyLstm(recipe.network)
        self.mean = copy.deepcopy(self.net).eval().requires_grad_(False)
        self.optimiser = torch.optim.AdamW(
            self.net.parameters(), recipe.learning_rate, (0.9, 0.98), weight_decay=recipe.weight_decay
        )
        self.step = 0

    def epoch(self) -> float:
        """Go through the training part once; returns its nats a frame."""
        recipe, total, count = self.recipe, 0.0, 0.0
        batches = epoch_batches(self.rolls.train, recipe.cutting, self.random)
        for pieces in batches:
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                nats, frames = batch_nats(self.net, batch_of(pieces, recipe.cutting.lags))
            self._descend(nats / frames, recipe.epochs * len(batches))
            total, count = total + nats.item(), count + frames.item()
        return total / count

    def _descend(self, loss: Tensor, steps: int) -> None:
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.learning_rate * _share(self.step, steps)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimiser.step()
        self.step += 1
        kept = min(self.recipe.averaging, self.step / (self.step + 10))
        with torch.no_grad():
            torch._foreach_lerp_(
                list[Tensor](self.mean.parameters()), [p.detach() for p in self.net.parameters()], 1 - kept
            )


def _share(step: int, steps: int) -> float:
    """Of the learning rate: a short rise, then a cosine down to LEAST_RATE."""
    fallen = LEAST_RATE + (1 - LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / steps)))
    return min(1.0, (step + 1) / WARMUP) * fallen


def batch_nats(net: PolyphonyLstm, batch: RollBatch) -> tuple[Tensor, Tensor]:
    """(nats, number) of the batch's frames."""
    hidden, _ = net(batch.past)  # (B, T, H)
    logits = net.log_odds(hidden, batch.past, batch.targets).float()  # (B, T, 1, 88)
    return (frame_nats(logits, batch.targets) * batch.real).sum(), batch.real.sum()


@torch.no_grad()
def mean_nats(net: PolyphonyLstm, rolls: list[Roll], lags: tuple[int, ...]) -> float:
    """Nats a frame over whole sequences; the network must be in eval mode."""
    sums = [batch_nats(net, batch_of(pieces, lags)) for pieces in whole_batches(rolls)]
    return sum(float(nats) for nats, _ in sums) / sum(float(frames) for _, frames in sums)


def train_and_score(rolls: Rolls, recipe: RollRecipe, seed: int, say: Callable[[str], None]) -> RunResult:
    """Train to the recipe's last epoch; the test part is looked at once, by the epoch that validation chose."""
    began = time.process_time()
    run, lags = RollRun(rolls, recipe, seed), recipe.cutting.lags
    best, chosen, best_net = math.inf, 0, run.mean
    for epoch in range(1, recipe.epochs + 1):
        nats = run.epoch()
        if epoch % recipe.measure_every == 0 or epoch == recipe.epochs:
            with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                measured = mean_nats(run.mean, rolls.valid, lags)
            say(f"epoch {epoch}: training {nats:.3f}, validation {measured:.3f}")
            if measured < best:
                best, chosen, best_net = measured, epoch, copy.deepcopy(run.mean)
    test = mean_nats(best_net, rolls.test, lags)
    size = sum(p.numel() for p in best_net.parameters())
    return RunResult(best, test, chosen, time.process_time() - began, size)
