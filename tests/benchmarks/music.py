"""The melody network: notes a second against nn.LSTM note by note, and how long a person waits for four bars."""

import queue
from dataclasses import replace
from time import perf_counter

import numpy as np
import torch
from torch import Tensor

from studio.core.messages import Composed, ComposeRequest, Composing, Loaded, LoadRequest, Reply
from studio.core.score import Note
from studio.engines.catalogue import Catalogue
from studio.engines.music import conditions
from studio.engines.music import events as ev
from studio.engines.music.melody_engine import MelodyEngine, config_of, open_engine
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.music.melody_stepper import Stepper
from studio.engines.torch_backend import TorchBackend
from studio.inference.controller import InferenceController
from studio.inference.errand import Errand
from tests.benchmarks.models import music_model
from tests.benchmarks.report import Line, Report, percentile

BAR = 1920
PROMPT = tuple(Note(i * 240, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 64)))
ROUNDS = 7


def measure(report: Report) -> None:
    entry = music_model()
    engine = open_engine(entry, torch.device("cpu"))
    report.section(f"Music: {entry.card.id}, products in {engine.precision}")
    _measure_notes(report, engine, MelodyLstm(config_of(entry.card)).eval().requires_grad_(False))
    _measure_waiting(report, entry.card.id, Catalogue([entry]))


def _measure_notes(report: Report, engine: MelodyEngine, net: MelodyLstm) -> None:
    """The plain way draws freely from zeros: no masks, no constraints, no scores; the engine does all of it."""
    torch.set_num_threads(1)
    stepper = Stepper(net)
    _notes_a_second(engine, 8, 0)  # warm
    values: dict[tuple[str, int], list[float]] = {}
    with torch.inference_mode():
        for round_ in range(ROUNDS):
            for count in (1, 8):
                values.setdefault(("network", count), []).append(_stepped_notes_a_second(net, stepper, count))
                values.setdefault(("engine", count), []).append(_notes_a_second(engine, count, round_))
                values.setdefault(("plain", count), []).append(_plain_notes_a_second(net, count))
    for count in (1, 8):
        label = "one melody" if count == 1 else "8 candidates"
        plain = percentile(values["plain", count], 0.5)
        for part, goal in (("network", ""), ("engine", "ratio >= 3")):
            speed = percentile(values[part, count], 0.5)
            report.add(Line(f"notes a second, {label}, {part}", speed, "notes/s", "nn.LSTM", plain, goal))


def _request(bars: int, candidates: int, seed: int, model_id: str = "") -> ComposeRequest:
    return ComposeRequest(model_id, PROMPT, BAR, (1 + bars) * BAR, candidates=candidates, seed=seed)


def _notes_a_second(engine: MelodyEngine, candidates: int, seed: int) -> float:
    request = _request(32, candidates, seed * 100)
    started = perf_counter()
    answers = engine.compose(request)
    return sum(len(answer.notes) for answer in answers) / (perf_counter() - started)


def _plain_notes_a_second(net: MelodyLstm, batch: int, notes: int = 100) -> float:
    """The same network through nn.LSTM and its heads, drawing freely: no masks, no probabilities."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    plain = conditions.arrays([conditions.Told.of(_request(4, 1, 0), "major", net.config.styles)])
    condition = net.condition(*map(torch.from_numpy, plain))
    rows = torch.zeros(batch, 1, ev.COLUMNS, dtype=torch.long)
    place, pitch = torch.zeros(batch, len(ev.PLACES), dtype=torch.long), torch.zeros(batch, dtype=torch.long)
    state: tuple[Tensor, Tensor] | None = None
    started = perf_counter()
    for _ in range(notes):
        x = net.rows(rows + net.starts).sum(2) + condition[:, None]  # (B, 1, E)
        hidden, state = net.lstm(x, state)
        logits = net.heads(hidden[:, 0], condition, place, pitch)
        for out in logits:
            torch.multinomial(out.softmax(-1), 1)
    passed = perf_counter() - started
    torch.set_num_threads(threads)
    return batch * notes / passed


def _stepped_notes_a_second(net: MelodyLstm, stepper: Stepper, batch: int, notes: int = 200) -> float:
    """The same network by hand, without drawing."""
    told = conditions.Told.of(_request(4, 1, 0), "major", net.config.styles)
    stepper.hear(np.zeros((0, ev.COLUMNS), np.int64), told, batch)
    rows, places = np.zeros((batch, ev.COLUMNS), np.int64), np.zeros((batch, 3), np.int64)
    pitch = np.zeros(batch, np.int64)
    started = perf_counter()
    for _ in range(notes):
        opening = stepper.step(rows)
        stepper.shift_logits(opening)
        _, carried = stepper.pitch_logits(opening, places)
        stepper.duration_logits(carried, pitch)
    return batch * notes / (perf_counter() - started)


def _measure_waiting(report: Report, model_id: str, catalogue: Catalogue) -> None:
    """How long a person waits for four bars, the whole road as the window takes it: request, device thread, answer."""
    with Errand(lambda device: TorchBackend(catalogue, device), "cpu") as errand:
        errand.ask(_request(4, 1, 0, model_id))
        for count in (1, 8):
            times, alone = [], []
            for seed in range(30):
                started = perf_counter()
                reply = errand.ask(_request(4, count, seed, model_id))
                times.append((perf_counter() - started) * 1000)
                assert isinstance(reply, Composed)
                alone.append(reply.compose_ms)
            label = "candidate" if count == 1 else "candidates"
            for name, share in (("p50", 0.5), ("p95", 0.95)):
                value, engine = percentile(times, share), percentile(alone, share)
                what = f"{count} {label} of four bars, {name}"
                report.add(Line(what, value, "ms", "the engine alone", engine, "<= 250 ms"))
        wish = {"styles": (("jig", 1.0),), "attributes": (("density", 0.8),), "guidance": 4.0, "best_of": 8}
        steered = [replace(_request(4, 8, seed, model_id), **wish) for seed in range(12)]
        times = [_composed_ms(errand, request) for request in steered]
        report.add(
            Line("the same, guided, each the best of 8, p50", percentile(times, 0.5), "ms", goal="<= 250 ms")
        )
    waited = [_first_bar_ms(catalogue, model_id, seed) for seed in range(12)]
    report.add(Line("first streamed bar of 8 candidates, p50", percentile(waited, 0.5), "ms"))


def _composed_ms(errand: Errand, request: ComposeRequest) -> float:
    reply = errand.ask(request)
    assert isinstance(reply, Composed)
    return reply.compose_ms


def _first_bar_ms(catalogue: Catalogue, model_id: str, seed: int) -> float:
    """From the question to the first bar of sixteen, the model being loaded."""
    replies: queue.Queue[Reply] = queue.Queue()
    controller = InferenceController(lambda device: TorchBackend(catalogue, device), replies.put, "cpu")
    try:
        controller.submit(LoadRequest(model_id))
        _until(replies, Loaded)
        started = perf_counter()
        controller.submit(replace(_request(16, 8, seed, model_id), streaming=True))
        _until(replies, Composing)
        return (perf_counter() - started) * 1000
    finally:
        controller.close()


def _until(replies: queue.Queue[Reply], kind: type[Reply]) -> None:
    while not isinstance(replies.get(timeout=60), kind):
        pass
