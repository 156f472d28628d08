"""The loop that all families share: steps, the log, sample sheets, checkpoints, measuring, and when to stop.

A family hands over a `Task`; nothing is registered and nothing calls back but what the task holds.
Invariant: a run cut at any moment goes on from its last checkpoint as if it had never stopped; only the process that
leads writes; the first failure to write (a full disk) is said, and the run ends if the next attempt fails as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn
from tqdm import tqdm

from studio.core.errors import StudioError
from studio.training.checkpoints import BEST, CHECKPOINT, Parts, load_checkpoint, save_checkpoint
from studio.training.log import CsvLog
from studio.training.place import Place
from studio.training.recipe import Run

COSTS = ("s_per_kimg", "memory_mb", "hours_left")


@dataclass(frozen=True)
class Task:
    """What a family hands over.

    step: makes the update of the given number and returns what the log averages under `columns`. parts: what a
    checkpoint holds; the loop moves the modules to the device. sheet: draws what the model makes to a file. facts: what
    the card wants to know from the start. measure: how far the shown network is from held-out works (None: cannot be
    measured here). figures: further entries of each checkpoint. shown: the part that is shipped.
    """

    step: Callable[[int], dict[str, float]]
    parts: Parts
    columns: tuple[str, ...]
    sheet: Callable[[Path], None]
    facts: dict[str, Any]
    measure: Callable[[], float | None] | None = None
    metric: str = "distance"
    figures: Callable[[], dict[str, Any]] = dict
    shown: str = "ema"


def train(task: Task, run: Run, place: Place, out_dir: Path, resume: bool) -> dict[str, Any]:
    """Train to the recipe's end, or until the metric stands still; returns the counters.

    Raises StudioError where a checkpoint cannot be read or written.
    """
    for part in task.parts.values():
        if isinstance(part, nn.Module):
            part.to(place.device)
            place.follow(part)
    loop = Loop(task, run, place, out_dir)
    if resume and (out_dir / CHECKPOINT).is_file():
        loop.resume()
    loop.agree()
    loop.go()
    return loop.counters


class Loop:
    """Owns the counters, the log and the clock of one run; lives on the thread that trains."""

    def __init__(self, task: Task, run: Run, place: Place, out_dir: Path) -> None:
        self._task, self._run, self._place, self._out = task, run, place, out_dir
        self._update = run.update_size(place.world)
        self._total = run.pictures // self._update
        self._seconds, self._timed = 0.0, 0  # spent on steps since the last row, and how many those were
        self._failed = False
        self._measures = task.measure
        self.counters: dict[str, Any] = {
            "step": 0, "hours": 0.0, "pictures": 0, "best": None, "waited": 0,
            "device": place.name(run.threads), **task.facts,
        }  # fmt: skip

    @property
    def _tired(self) -> bool:
        """Whether the metric has stood still for too long."""
        return 0 < self._run.patience <= self.counters["waited"]

    def resume(self) -> None:
        """Fill the task's parts from the last checkpoint; with another update size, the pictures shown count."""
        here = self.counters["device"]
        self.counters |= load_checkpoint(self._out / CHECKPOINT, self._task.parts)
        if not self.counters["device"].endswith(here):
            self.counters["device"] += f", then {here}"
        self.counters["step"] = self.counters["pictures"] // self._update

    def agree(self) -> None:
        """Raise StudioError where the processes would begin at different updates."""
        if self._place.agree(self.counters["step"]) != self.counters["step"]:
            raise StudioError(
                "The processes do not see the same run.", hint="Share the folder --out among all machines."
            )

    def go(self) -> None:
        """All steps that are left."""
        first, total = self.counters["step"], self._total
        self._began = time.monotonic() - self.counters["hours"] * 3600
        leads = self._place.leads
        log = CsvLog(self._out / "log.csv", self._columns(), first) if leads else None
        bar = tqdm(initial=first, total=total, unit="step", mininterval=5, disable=None if leads else True)
        with bar:
            for step in range(first, total):
                if self._tired:
                    break
                self._step(step, log, bar)
                bar.update()
        if leads and self._tired:
            _say(f"Stopped: {self._task.metric} has not fallen since update {self.counters['best']['step']}.")

    def _columns(self) -> tuple[str, ...]:
        measured = (self._task.metric,) if self._run.measure_every and self._task.measure else ()
        return (*self._task.columns, *COSTS, *measured)

    def _step(self, step: int, log: CsvLog | None, bar: tqdm) -> None:
        began = time.monotonic()
        values = self._task.step(step)
        self._seconds, self._timed = self._seconds + time.monotonic() - began, self._timed + 1
        done, run = step + 1, self._run
        self.counters.update(step=done, pictures=done * self._update)
        measured = self._measure() if run.measure_every and done % run.measure_every == 0 else {}
        if log is None:
            return
        log.add(values)
        last = done == self._total or self._tired
        if measured or done % run.log_every == 0:
            self._report(log, bar, measured)
        if last or done % run.sheet_every == 0:
            self._attempt(lambda: self._task.sheet(self._out / f"sheets/{done:06d}.png"))
        if last or done % run.checkpoint_every == 0:
            self._save(last)

    def _report(self, log: CsvLog, bar: tqdm, measured: dict[str, float]) -> None:
        """Write a row with what the last steps cost, and show it on the bar."""
        pace = self._seconds / self._timed  # seconds an update
        costs = {
            "s_per_kimg": 1000 * pace / self._update,
            "memory_mb": self._place.memory_mb(),
            "hours_left": (self._total - self.counters["step"]) * pace / 3600,
        }
        self._seconds, self._timed = 0.0, 0
        means: dict[str, float] = {}
        self._attempt(lambda: means.update(log.write_row(self.counters["step"], {**costs, **measured})))
        shown = {**means, "s/kimg": costs["s_per_kimg"], "MB": costs["memory_mb"], **measured}
        bar.set_postfix({name: f"{value:.3g}" for name, value in shown.items()})

    def _measure(self) -> dict[str, float]:
        """Ask for the metric, keep the best network; all processes then know for how long it has stood still."""
        counters, name = self.counters, self._task.metric
        value = self._measures() if self._measures and self._place.leads else None
        if value is None and self._measures:
            self._measures = None
            if self._place.leads:
                _say(
                    f"The {name} cannot be measured: its features are not installed. The training goes on without."
                )
        elif value is not None and (counters["best"] is None or value < counters["best"]["value"]):
            self._keep({"value": value, "step": counters["step"], "metric": name})
        elif value is not None:
            counters["waited"] += 1
        counters["waited"] = self._place.agree(counters["waited"])
        return {} if value is None else {name: value}

    def _keep(self, best: dict[str, Any]) -> None:
        """Write the shown network as the best so far."""
        counters = self.counters | {"best": best, "waited": 0} | self._hours()
        shown = {self._task.shown: self._task.parts[self._task.shown]}
        if self._attempt(lambda: save_checkpoint(self._out / BEST, shown, counters)):
            self.counters.update(best=best, waited=0)

    def _save(self, last: bool) -> None:
        """Write a checkpoint. A full disk may have room again at the next one: only the second failure ends the run."""
        self.counters |= self._hours() | self._task.figures()

        def save() -> None:
            save_checkpoint(self._out / CHECKPOINT, self._task.parts, self.counters)

        if last or self._failed:
            save()
        self._failed = not (last or self._failed or self._attempt(save))

    def _hours(self) -> dict[str, float]:
        return {"hours": (time.monotonic() - self._began) / 3600}

    def _attempt(self, write: Callable[[], object]) -> bool:
        """Whether it could be written; what went wrong is said, and the training goes on."""
        try:
            write()
        except OSError as error:
            _say(f"Not written: {error}")
        except StudioError as error:
            _say(f"{error.sentence()} {error.detail}")
        else:
            return True
        return False


def _say(line: str) -> None:
    tqdm.write(line)
