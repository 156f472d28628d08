"""The loop that all music families share: steps, the log, the best network, and exact resuming.

Writes under the output folder: state.pt (to go on), best.safetensors and best.json, log.csv. Invariant: a run that was
cut goes on from its last measuring as if it had never stopped.
"""

from __future__ import annotations

import csv
import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor, nn
from tqdm import tqdm


@dataclass(frozen=True, slots=True)
class Plan:
    """The [training] table of a recipe."""

    seed: int = 1
    steps: int = 4000
    batch: int = 24
    learning_rate: float = 2e-3
    warmup: int = 100
    weight_decay: float = 0.01
    held_out: float = 0.08
    evaluate_every: int = 160
    threads: int = 1
    clip: float = 1.0

    def learning_rate_at(self, step: int) -> float:
        """Linear warm-up, then a cosine down to a fiftieth."""
        if step < self.warmup:
            return self.learning_rate * (step + 1) / self.warmup
        share = (step - self.warmup) / max(1, self.steps - self.warmup)
        return self.learning_rate * (0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, share))))


@dataclass(frozen=True)
class Task:
    """What a family hands over. loss: the mean loss () of the batch of a step, drawn from (seed, step) alone; measure:
    figures on held-out works, of which the first is the one to be small; config: what best.json says of the network."""

    net: nn.Module
    loss: Callable[[int], Tensor]
    measure: Callable[[], dict[str, float]]
    config: dict[str, Any] = field(default_factory=dict)


def train(task: Task, plan: Plan, out: Path, resume: bool = False) -> None:
    """Train to the plan's last step; `resume` goes on from state.pt, bit for bit. Call torch.manual_seed(plan.seed)
    before the network is made."""
    torch.set_num_threads(plan.threads)
    out.mkdir(parents=True, exist_ok=True)
    loop = Loop(task, plan, out)
    if resume and loop.state_path.exists():
        loop.load()
    loop.go()


class Loop:
    """One run: where it has got to, its optimiser and its clock. Lives on the thread that trains."""

    def __init__(self, task: Task, plan: Plan, out: Path) -> None:
        self._task, self._plan, self._out = task, plan, out
        self.optimiser = torch.optim.AdamW(
            task.net.parameters(), plan.learning_rate, (0.9, 0.99), weight_decay=plan.weight_decay
        )
        self.step, self.best, self.seconds, self._mean = 0, math.inf, 0.0, 0.0

    @property
    def state_path(self) -> Path:
        return self._out / "state.pt"

    def go(self) -> None:
        plan = self._plan
        with tqdm(total=plan.steps, initial=self.step, unit="step", mininterval=5) as bar:
            while self.step < plan.steps:
                loss = self.do_step()
                self._mean = loss if not self._mean else 0.98 * self._mean + 0.02 * loss
                bar.update()
                if self.step % plan.evaluate_every == 0 or self.step == plan.steps:
                    figures = self.evaluate()
                    bar.set_postfix({"train": f"{self._mean:.3f}"} | _short(figures))

    def do_step(self) -> float:
        """One update; returns the loss."""
        began = time.monotonic()
        for group in self.optimiser.param_groups:
            group["lr"] = self._plan.learning_rate_at(self.step)
        self._task.net.train()
        loss = self._task.loss(self.step)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._task.net.parameters(), self._plan.clip)
        self.optimiser.step()
        self.step += 1
        self.seconds += time.monotonic() - began
        return float(loss.detach())

    def evaluate(self) -> dict[str, float]:
        """Measure on held-out works, log, keep the best, save the state."""
        self._task.net.eval()
        with torch.no_grad():
            figures = self._task.measure()
        self._log(figures)
        first = next(iter(figures.values()))
        if first < self.best:
            self.best = first
            self._keep(figures)
        self.save()
        return figures

    def save(self) -> None:
        state = {
            "net": self._task.net.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
            "best": self.best,
            "seconds": self.seconds,
            "mean": self._mean,
            "random": torch.get_rng_state(),
        }
        torch.save(state, part := self.state_path.with_suffix(".part"))
        os.replace(part, self.state_path)

    def load(self) -> None:
        state = torch.load(self.state_path, weights_only=True)
        self._task.net.load_state_dict(state["net"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.step, self.best, self.seconds = state["step"], state["best"], state["seconds"]
        self._mean = state["mean"]
        torch.set_rng_state(state["random"])

    def _log(self, figures: dict[str, float]) -> None:
        with (self._out / "log.csv").open("a", newline="") as file:
            writer = csv.writer(file)
            if file.tell() == 0:
                writer.writerow(["step", "seconds", "train", *figures])
            values = (f"{value:.4f}" for value in (self._mean, *figures.values()))
            writer.writerow([self.step, round(self.seconds), *values])

    def _keep(self, figures: dict[str, float]) -> None:
        weights = {name: t.contiguous() for name, t in self._task.net.state_dict().items()}
        save_file(weights, self._out / "best.safetensors")
        facts = {
            "step": self.step,
            "seconds": self.seconds,
            "figures": figures,
            "config": self._task.config,
        }
        (self._out / "best.json").write_text(json.dumps(facts, indent=1))


def _short(figures: dict[str, float]) -> dict[str, str]:
    return {name: f"{value:.3f}" for name, value in figures.items()}
