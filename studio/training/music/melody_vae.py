"""Trains the phrase autoencoder on all phrases of the tunes, and keeps the network that is best on held-out ones.

The loss is the negative evidence lower bound with a weighted KL (beta-VAE, Higgins 2017) that grows from nothing over
the first part of the run (Bowman 2016); the decoder is shown only some of the tokens that it has written (word dropout,
Bowman 2016), so that it leans on z and goes on well from its own mistakes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from studio.engines.music import phrase_grid as pg
from studio.engines.music.melody_vae import MelodyVae, MelodyVaeConfig
from studio.training.music.loop import Plan, Task, train
from studio.training.music.phrases import Phrases, phrases_of
from studio.training.music.songs import SONG, check_found, read_songs, split_songs
from studio.training.music.tunes import STYLES, NamedTune, read_tunes, split
from studio.training.recipe import convert_recipe

ALL_STYLES = (*STYLES, SONG)
HELD_ROWS = 256  # held-out phrases of each shape that choose the best step


@dataclass(frozen=True, slots=True)
class Sizes:
    """The [network] table of a recipe."""

    latent: int = 96
    embedding: int = 192
    encoder: int = 256
    decoder: int = 448
    head: int = 160
    dropout: float = 0.05


@dataclass(frozen=True, slots=True)
class Objective:
    """The [objective] table. beta: the KL's weight once it has grown over the share `ramp` of the steps; free_nats: so
    much of the KL a beat costs nothing (free bits, Kingma 2016, for all dimensions together as in MusicVAE);
    hidden_tokens, hidden_beats: how many of its own tokens and beats the decoder is not shown; unstyled: how many
    phrases do not say their style; octaves: how many are moved by an octave; steps: how many by some semitones."""

    beta: float = 0.5
    ramp: float = 0.5
    free_nats: float = 4.0
    hidden_tokens: float = 0.5
    hidden_beats: float = 0.5
    unstyled: float = 0.15
    octaves: float = 0.2
    steps: float = 0.05


@dataclass(frozen=True, slots=True)
class VaeRecipe:
    """A whole recipe.toml of the family music.melody_vae."""

    family: str = "music.melody_vae"
    id: str = "melody-vae"
    name: str = "Phrases"
    summary: str = ""
    limits: str = ""
    songs: bool = True
    training: Plan = Plan()
    objective: Objective = Objective()
    network: Sizes = Sizes()


@dataclass(frozen=True, slots=True)
class PhraseBatch:
    """Phrases of one shape: tokens (B, beats, SLOTS); styles (B, S) weights; meter (B,)."""

    bars: int
    tokens: Tensor
    styles: Tensor
    meter: Tensor


def batch_of(phrases: Phrases, rows: NDArray[np.intp], styles: int) -> PhraseBatch:
    tokens = torch.from_numpy(phrases.tokens[rows].astype(np.int64))
    shares = functional.one_hot(torch.from_numpy(phrases.style[rows]), styles).float()
    return PhraseBatch(phrases.bars, tokens, shares, torch.from_numpy(phrases.meter[rows]))


def moved(tokens: pg.Tokens, objective: Objective, rng: np.random.Generator) -> pg.Tokens:
    """Some phrases moved by an octave or some semitones, where all their notes stay within reach; (B, beats, SLOTS)."""
    sounding = tokens >= pg.FIRST_PITCH
    low = np.where(sounding, tokens, 127).min((1, 2)) - pg.FIRST_PITCH
    high = np.where(sounding, tokens, 0).max((1, 2)) - pg.FIRST_PITCH
    shift = np.where(rng.random(len(tokens)) < objective.octaves, rng.choice([-12, 12], len(tokens)), 0)
    some = rng.random(len(tokens)) < objective.steps
    shift = shift + np.where(some, rng.integers(-6, 7, len(tokens)), 0)
    shift = np.where((low + shift >= 0) & (high + shift < pg.PITCHES), shift, 0)
    return np.where(sounding, tokens + shift[:, None, None], tokens).astype(np.int8)


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL from the standard normal in nats, (B, Z)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


def nats(net: MelodyVae, batch: PhraseBatch, z: Tensor, place: Tensor, kept: Tensor | None) -> Tensor:
    """Negative log-likelihood of each phrase, (B,)."""
    context = place + (batch.styles @ net.style.weight)[:, None]  # (B, beats, E)
    logits = net(z, batch.tokens, context, kept)  # (B, beats, SLOTS, V)
    lost = functional.cross_entropy(logits.float().flatten(0, 2), batch.tokens.flatten(), reduction="none")
    return lost.view(len(z), -1).sum(1)


class PhraseTraining:
    """One training run's phrases and network."""

    def __init__(self, recipe: VaeRecipe, train_tunes: list[NamedTune], held: list[NamedTune]) -> None:
        self.recipe = recipe
        torch.manual_seed(recipe.training.seed)
        self.phrases, self.counts = phrases_of(train_tunes, ALL_STYLES)
        self.held, _ = phrases_of(held, ALL_STYLES)
        sizes = np.array([len(phrases.meter) for phrases in self.phrases], np.float64)
        self.shares = sizes / sizes.sum()
        self.net = MelodyVae(MelodyVaeConfig(styles=ALL_STYLES, **asdict(recipe.network)))

    def task(self) -> Task:
        return Task(self.net, self.loss, self.measure, asdict(self.net.config))

    def beta(self, step: int) -> float:
        objective, plan = self.recipe.objective, self.recipe.training
        return objective.beta * min(1.0, (step + 1) / max(1.0, objective.ramp * plan.steps))

    def loss(self, step: int) -> Tensor:
        """Of a batch of phrases of one shape, a beat; bfloat16 products where they are fast."""
        objective, plan = self.recipe.objective, self.recipe.training
        rng = np.random.default_rng((plan.seed, step))
        phrases = self.phrases[int(rng.choice(len(self.phrases), p=self.shares))]
        rows = rng.integers(0, len(phrases.meter), plan.batch)
        batch = self._seen(phrases, rows, rng)
        shape = batch.tokens.shape
        kept = (rng.random(shape) >= objective.hidden_tokens) & (
            rng.random((*shape[:2], 1)) >= objective.hidden_beats
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            place = self.net.places(batch.meter, batch.bars, shape[1])
            mean, log_variance = self.net.encode(batch.tokens, place)
            mean, log_variance = mean.float(), log_variance.float()
            z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()  # (B, Z)
            lost = nats(self.net, batch, z, place, torch.from_numpy(kept.astype(np.float32)))
        kl = divergence(mean, log_variance).sum(1).mean() / shape[1]  # ()
        return lost.mean() / shape[1] + self.beta(step) * (kl - objective.free_nats).clamp(min=0.0)

    def _seen(self, phrases: Phrases, rows: NDArray[np.intp], rng: np.random.Generator) -> PhraseBatch:
        """A batch as it is shown once: some phrases moved, some without their style."""
        batch = batch_of(phrases, rows, len(ALL_STYLES))
        tokens = moved(phrases.tokens[rows], self.recipe.objective, rng)
        styled = rng.random(len(rows)) >= self.recipe.objective.unstyled
        styles = batch.styles * torch.from_numpy(styled.astype(np.float32))[:, None]
        return PhraseBatch(batch.bars, torch.from_numpy(tokens.astype(np.int64)), styles, batch.meter)

    def measure(self) -> dict[str, float]:
        """Of held-out phrases, z at its mean: what the loss will come to, nats a beat; and nats and KL a phrase."""
        objective, found = self.recipe.objective, dict[str, float]()
        bound, rows = 0.0, 0
        for phrases in self.held:
            lost, kl = self._held_out(phrases)  # (B,) each
            over = float((kl.mean() / phrases.beats - objective.free_nats).clamp(min=0.0))
            bound += len(lost) * (float(lost.mean()) / phrases.beats + objective.beta * over)
            rows += len(lost)
            name = f"{phrases.bars}_bars_of_{phrases.beats // phrases.bars}"
            found |= {f"nats_{name}": float(lost.mean()), f"kl_{name}": float(kl.mean())}
        return {"bound": bound / rows, **found}

    def _held_out(self, phrases: Phrases) -> tuple[Tensor, Tensor]:
        """(nats, KL) of the first phrases of one shape, (B,) each."""
        batch = batch_of(phrases, np.arange(min(HELD_ROWS, len(phrases.meter))), len(ALL_STYLES))
        place = self.net.places(batch.meter, batch.bars, phrases.beats)
        mean, log_variance = self.net.encode(batch.tokens, place)
        return nats(self.net, batch, mean, place, None), divergence(mean, log_variance).sum(1)


def read_data(recipe: VaeRecipe, folder: Path) -> tuple[list[NamedTune], list[NamedTune], Counter[str]]:
    """(tunes to learn from, held out, left out): dance tunes and, where the recipe says so, songs."""
    plan = recipe.training
    reading = read_tunes(folder)
    train_tunes, held = split(reading.tunes, plan.held_out, plan.seed)
    left_out = Counter(reading.refused)
    if recipe.songs:
        songs, refused = read_songs(folder)
        check_found(songs, folder)
        more, kept_back = split_songs(songs, plan.held_out, plan.seed)
        train_tunes, held, left_out = train_tunes + more, held + kept_back, left_out + refused
    return train_tunes, held, left_out


def run(raw: dict[str, Any], data_dir: Path, out_dir: Path, resume: bool = False) -> None:
    """Train to the recipe's last step. `resume` goes on from the output folder's state.pt, bit for bit."""
    recipe = convert_recipe(raw, VaeRecipe)
    torch.set_num_threads(recipe.training.threads)
    train_tunes, held, left_out = read_data(recipe, data_dir)
    training = PhraseTraining(recipe, train_tunes, held[::2])  # the other half judges the end
    tqdm.write(
        f"{len(train_tunes)} tunes to learn from, {len(held)} held out; left out: {dict(left_out)}; "
        f"windows: {dict(training.counts)}"
    )
    train(training.task(), recipe.training, out_dir, resume)
