"""Four voices: sixteen bars harmonised, against the same network through nn.LSTM one sixteenth at a time."""

from time import perf_counter

import torch

from studio.core.messages import VoicesComposed, VoicesRequest
from studio.core.score import Note
from studio.engines.catalogue import Catalogue
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_engine import open_engine
from studio.engines.music.chorale_lstm import ChoraleLstm
from studio.engines.torch_backend import TorchBackend
from studio.inference.errand import Errand
from tests.benchmarks.models import chorale_model
from tests.benchmarks.report import Line, Report, percentile

BARS, BAR = 16, 1920
PHRASE = (67, 67, 69, 71, 72, 71, 69, 67, 67, 72, 71, 69, 67, 66, 67, 67)
MELODY = tuple(Note(i * 480, 480, pitch) for i, pitch in enumerate(PHRASE * (BARS // 4)))
ROUNDS = 5


def measure(report: Report) -> None:
    entry = chorale_model()
    report.section(f"Four voices: {entry.card.id}")
    net = open_engine(entry, torch.device("cpu"))._net
    plain = [_plain_ms(net) for _ in range(ROUNDS)]
    with Errand(lambda device: TorchBackend(Catalogue([entry]), device), "cpu") as errand:
        errand.ask(_request(entry.card.id, 1, 0))
        for candidates in (1, 8):
            times = []
            for seed in range(ROUNDS):
                started = perf_counter()
                assert isinstance(errand.ask(_request(entry.card.id, candidates, seed)), VoicesComposed)
                times.append((perf_counter() - started) * 1000)
            what = f"{BARS} bars harmonised, {candidates} candidate{'s' if candidates > 1 else ''}"
            goal = "<= 2000 ms" if candidates == 1 else ""
            baseline = "one nn.LSTM step a sixteenth", percentile(plain, 0.5)
            report.add(Line(what, percentile(times, 0.5), "ms", *baseline, goal))


def _request(model_id: str, candidates: int, seed: int) -> VoicesRequest:
    voices, written = (MELODY, (), (), ()), (False, True, True, True)
    return VoicesRequest(model_id, voices, written, 0, BARS * BAR, candidates=candidates, seed=seed)


@torch.inference_mode()
def _plain_ms(net: ChoraleLstm) -> float:
    """As many steps with the layers as they were trained: no masks, nothing drawn, no scores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    past = torch.zeros(8, 1, len(rows.PAST_SIZES), dtype=torch.int32)
    own = torch.zeros(8, 1, len(rows.VOICE_SIZES), dtype=torch.int32)
    started = perf_counter()
    states: list[tuple[torch.Tensor, torch.Tensor] | None] = [None] * len(net.past)
    for _ in range(BARS * 16):
        hidden = net.past_rows(past)  # (8, 1, E)
        for i, lstm in enumerate(net.past):
            hidden, states[i] = lstm(hidden, states[i])
        told = net.from_past(hidden).chunk(rows.VOICES, -1)
        for voice in range(rows.OTHERS):
            net.head(voice, told[voice], own)
    torch.set_num_threads(threads)
    return (perf_counter() - started) * 1000
