"""An untrained polyphony LSTM of a few thousand numbers, written as a model folder."""

from dataclasses import asdict
from pathlib import Path

import torch

from studio.engines.music import frames
from studio.engines.music.polyphony_lstm import KEYS, PolyphonyConfig, PolyphonyLstm
from tests.tiny_models import write_model

POLYPHONY = PolyphonyConfig(
    planes=frames.PLANES,
    memories=frames.MEMORIES,
    hidden=10,
    masked=20,
    tied=2,
    condition=4,
    places=frames.PLACES,
    meters=len(frames.METERS),
    styles=("waltz", "etude"),
)


def untrained() -> PolyphonyLstm:
    """About three keys a frame, which ring on as often as not; the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(2)
        net = PolyphonyLstm(POLYPHONY)
        for parameter in net.parameters():
            torch.nn.init.normal_(parameter, std=0.3)
        net.head.from_state.bias.data[:KEYS] -= 4.0
    return net


def write_polyphony(folder: Path) -> None:
    """tiny-polyphony under `folder`."""
    write_model(
        folder,
        "tiny-polyphony",
        "music.polyphony_lstm",
        untrained(),
        asdict(POLYPHONY),
        styles=POLYPHONY.styles,
    )
