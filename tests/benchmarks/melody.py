"""Notes per second of the melody engine, against nn.LSTM stepped one note at a time, in the same run."""

from __future__ import annotations

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # as in the app: else idle threads spin (before torch)

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch

from studio.core.messages import ComposeRequest
from studio.core.score import Note
from studio.engines.catalogue import Catalogue
from studio.engines.music import events as ev
from studio.engines.music.melody_lstm import MelodyEngine, open_engine

PROMPT = tuple(Note(i * 480, 480, pitch, id=i) for i, pitch in enumerate((62, 66, 69, 74)))
REQUEST = ComposeRequest("melody-lstm", PROMPT, 1920, 5 * 1920, seed=1)
ROUNDS = 7


def median_ms(work: Callable[[], object]) -> float:
    """Median of ROUNDS runs after one to warm up."""
    work()
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return statistics.median(times) * 1000


def lines(engine: MelodyEngine) -> list[str]:
    """What to print: four bars for 1 and 8 candidates, and the same notes by nn.LSTM steps alone."""
    out = []
    for candidates in (1, 8):
        request = replace(REQUEST, candidates=candidates)
        notes = max(len(answer.notes) for answer in engine.compose(request))
        ours = median_ms(lambda request=request: engine.compose(request))  # type: ignore[misc]
        plain = median_ms(lambda count=notes: _plain_steps(engine, count))  # type: ignore[misc]
        out.append(
            f"four bars, {candidates} candidates: {ours:.0f} ms ({notes * 1000 / ours:.0f} notes a second), "
            f"all of it {ours / plain:.2f} x the bare nn.LSTM steps ({plain:.0f} ms)"
        )
    ours, plain = median_ms(lambda: _our_steps(engine, 100)), median_ms(lambda: _plain_steps(engine, 100))
    out.append(
        f"recurrent step, batch 8: {ours / 100:.2f} ms, {ours / plain:.2f} x nn.LSTM ({plain / 100:.2f} ms)"
    )
    return out


@torch.inference_mode()
def _our_steps(engine: MelodyEngine, notes: int) -> None:
    """Our unrolled network alone, all heads' first layer included."""
    stepper, rows = engine._stepper, torch.zeros(8, ev.COLUMNS, dtype=torch.long)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    stepper.begin(
        torch.zeros(0, ev.COLUMNS, dtype=torch.long), torch.zeros(1, engine._net.config.embedding), 8
    )
    for _ in range(notes):
        stepper.step(rows)
    torch.set_num_threads(threads)


@torch.inference_mode()
def _plain_steps(engine: MelodyEngine, notes: int) -> None:
    """The recurrent network alone, as nn.LSTM, a batch of 8, one step a note, on one thread like ours."""
    net, threads = engine._net, torch.get_num_threads()
    torch.set_num_threads(1)
    x, state = torch.zeros(8, 1, net.config.embedding), None
    for _ in range(notes):
        _, state = net.lstm(x, state)
    torch.set_num_threads(threads)


def main() -> None:
    """With the bundled model."""
    models = Path(__file__).parents[2] / "models"
    entry = Catalogue.scan([models]).entry("melody-lstm")
    print(*lines(open_engine(entry, torch.device("cpu"))), sep="\n")


if __name__ == "__main__":
    main()
