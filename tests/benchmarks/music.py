"""The melody network: notes a second against nn.LSTM stepped note by note, and four bars continued."""

from time import perf_counter

import torch
from torch import Tensor

from studio.core.messages import Composed, ComposeRequest
from studio.core.score import Note
from studio.engines.catalogue import Catalogue
from studio.engines.music import conditions
from studio.engines.music import events as ev
from studio.engines.music.melody_engine import MelodyEngine, open_engine
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.torch_backend import TorchBackend
from studio.inference.errand import Errand
from tests.benchmarks.models import music_model
from tests.benchmarks.report import Line, Report, percentile

BAR = 1920
PROMPT = tuple(Note(i * 240, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 64)))
ROUNDS = 5


def measure(report: Report) -> None:
    entry = music_model()
    engine = open_engine(entry, torch.device("cpu"))
    report.section(f"Music: {entry.card.id}")
    stepped, plain = {1: [], 8: []}, {1: [], 8: []}
    with torch.inference_mode():
        for round_ in range(ROUNDS):
            for candidates in (1, 8):
                stepped[candidates].append(_notes_a_second(engine, candidates, round_))
                plain[candidates].append(_plain_notes_a_second(engine._net, candidates))
    for candidates in (1, 8):
        label = "one melody" if candidates == 1 else "8 candidates"
        values, baseline = percentile(stepped[candidates], 0.5), percentile(plain[candidates], 0.5)
        report.add(Line(f"notes a second, {label}", values, "notes/s", "nn.LSTM stepping", baseline))
    _measure_continuing(report, entry.card.id, Catalogue([entry]))


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


def _measure_continuing(report: Report, model_id: str, catalogue: Catalogue) -> None:
    """The whole road, as the window takes it: request, device thread, answer."""
    times, alone = [], []
    with Errand(lambda device: TorchBackend(catalogue, device), "cpu") as errand:
        errand.ask(_request(4, 1, 0, model_id))
        for seed in range(20):
            started = perf_counter()
            reply = errand.ask(_request(4, 1, seed, model_id))
            times.append((perf_counter() - started) * 1000)
            assert isinstance(reply, Composed)
            alone.append(reply.compose_ms)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        goal = "<= 300 ms" if name == "p95" else ""
        report.add(
            Line(
                f"four bars continued, {name}",
                percentile(times, share),
                "ms",
                "the engine alone",
                percentile(alone, share),
                goal,
            )
        )
