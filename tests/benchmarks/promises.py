"""`python -m tests.benchmarks.promises [COUNT]`: random requests to a small network; counts broken promises."""

import sys
from collections import Counter
from time import perf_counter

import numpy as np
import torch

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.engines.music.melody_engine import MelodyEngine
from studio.engines.music.melody_lstm import MelodyLstm
from tests.engines.music.promises import broken, random_request
from tests.tiny_models import MELODY


def main(count: int = 10_000) -> int:
    torch.manual_seed(3)
    net = MelodyLstm(MELODY)
    for parameter in net.parameters():  # an untrained network hardly prefers anything: make it wilful
        parameter.data.mul_(3)
    card = Card("tiny", "Tiny", "music.melody_lstm", "", WeightsInfo("a", "b"), styles=MELODY.styles)
    engine, found, refused = MelodyEngine(card, net), Counter[str](), Counter[str]()
    answers = notes = 0
    started = perf_counter()
    for number in range(count):
        request = random_request(np.random.default_rng([1, number]), MELODY.styles)
        try:
            candidates = engine.compose(request)
        except StudioError as error:
            refused[error.title] += 1
            continue
        for candidate in candidates:
            answers, notes = answers + 1, notes + len(candidate.notes)
            found.update(broken(request, candidate))
    print(f"{count} requests in {perf_counter() - started:.0f} s: {answers} answers of {notes} notes")
    print(f"told that they cannot be: {sum(refused.values())}")
    for title, times in refused.most_common(12):
        print(f"  {times:>6}  {title}")
    print(f"broken promises: {sum(found.values())} {dict(found) or ''}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*(int(text) for text in sys.argv[1:2])))
