"""Measures a phrase autoencoder on tunes that neither trained it nor chose its best step.

Reconstruction runs free: the mean of z is decoded greedily from the network's own tokens, and the style is not told
unless the name of a figure says so. An onset counts where the right pitch begins at the right step.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae import MelodyVae
from studio.engines.music.melody_vae_engine import MelodyVaeEngine, open_engine
from studio.engines.music.phrase_writing import Chooser, Rules, write
from studio.training.music.melody_vae import ALL_STYLES, VaeRecipe, batch_of, divergence, read_data
from studio.training.music.phrases import Phrases, phrases_of
from studio.training.music.songs import SONG
from studio.training.music.tunes import NamedTune
from studio.training.music.vae_probes import probes
from studio.training.music.vae_space import grid_of
from studio.training.recipe import convert_recipe, read_recipe

ROWS = 256
MEASURED = (
    "phrases of held-out tunes (no variants of trained ones), z at its mean, greedy and free running, style not told; "
    "a step is a sixteenth or a place of a triplet; an onset counts where the right pitch begins at the right step"
)


def evaluate(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """The figures of a model folder, against the music under `data` that its recipe held out."""
    recipe = convert_recipe(read_recipe(entry.folder / "recipe.toml"), VaeRecipe)
    _, held, _ = read_data(recipe, data)
    engine = open_engine(entry, torch.device("cpu"))
    return measure(engine, held[1::2])


def measure(engine: MelodyVaeEngine, judges: list[NamedTune]) -> dict[str, Any]:
    """All figures, from tunes that the network has not seen."""
    songs = [named for named in judges if named.style == SONG]
    tunes = [named for named in judges if named.style != SONG]
    figures: dict[str, Any] = {"held_out_tunes": len(tunes), "held_out_songs": len(songs)}
    for bars, name in ((2, "two_bars"), (4, "four_bars")):
        figures[name] = reconstruction(engine.net, tunes, bars)
        if songs:
            figures[f"{name}_of_songs"] = reconstruction(engine.net, songs, bars)
    return {**figures, **probes(engine, tunes), "measured": MEASURED}


@dataclass
class Tally:
    """Counts over phrases."""

    phrases: int = 0
    steps: int = 0
    right: int = 0
    holds: int = 0
    onsets: int = 0
    written: int = 0
    found: int = 0
    exact: int = 0
    kl: float = 0.0

    def add(self, told: NDArray[np.int64], wrote: NDArray[np.int64], kl: float) -> None:
        """told, wrote (B, beats, SLOTS)."""
        same, onsets = told == wrote, told >= pg.FIRST_PITCH
        self.phrases += len(told)
        self.steps += told.size
        self.right += int(same.sum())
        self.holds += int((told == pg.HOLD).sum())
        self.onsets += int(onsets.sum())
        self.written += int((wrote >= pg.FIRST_PITCH).sum())
        self.found += int((same & onsets).sum())
        self.exact += int(same.all((1, 2)).sum())
        self.kl += kl

    def figures(self) -> dict[str, float]:
        return {
            "phrases": self.phrases,
            "step_accuracy": round(self.right / self.steps, 4),
            "step_accuracy_of_always_hold": round(self.holds / self.steps, 4),
            "onset_f1": round(2 * self.found / max(1, self.onsets + self.written), 4),
            "phrases_without_a_fault": round(self.exact / self.phrases, 4),
            "kl_nats": round(self.kl / self.phrases, 2),
        }


@torch.inference_mode()
def reconstruction(net: MelodyVae, tunes: list[NamedTune], bars: int) -> dict[str, Any]:
    """Step accuracy, onset F1 and KL of all phrases of so many bars; and the first two with the style told."""
    net.eval()
    shapes, counts = phrases_of(tunes, ALL_STYLES, (bars,))
    plain, styled = Tally(), Tally()
    for phrases in shapes:
        for meter in np.unique(phrases.meter):
            of_meter = np.flatnonzero(phrases.meter == meter)
            for first in range(0, len(of_meter), ROWS):
                _judge(net, phrases, of_meter[first : first + ROWS], (plain, styled))
    told = styled.figures()
    windows = max(1, sum(counts.values()))
    return {
        **plain.figures(),
        "style_told": {name: told[name] for name in ("step_accuracy", "onset_f1")},
        "windows_off_the_grid": round(counts["off the grid"] / windows, 4),
    }


def _judge(net: MelodyVae, phrases: Phrases, rows: NDArray[np.intp], tallies: tuple[Tally, Tally]) -> None:
    """Add some phrases of one metre to the tallies: (style not told, style told)."""
    batch = batch_of(phrases, rows, len(ALL_STYLES))
    rules = Rules(grid_of(phrases, int(rows[0])), np.ones(pg.VOCABULARY, bool))
    place = net.places(batch.meter, phrases.bars, phrases.beats)
    mean, log_variance = net.encode(batch.tokens, place)
    kl = float(divergence(mean, log_variance).sum())
    for tally, styles in zip(tallies, (torch.zeros_like(batch.styles), batch.styles), strict=True):
        context = place + (styles @ net.style.weight)[:, None]  # (B, beats, E)
        tally.add(batch.tokens.numpy(), write(net, mean, context, Chooser(rules, 0.0, ())), kl)
