"""Measures a melody LSTM on melodies that neither trained it nor chose its best step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from studio.core.attributes import Quantiles
from studio.core.music_messages import NEAREST_OF
from studio.core.parameter import GUIDANCE
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music.melody_engine import MelodyEngine, config_of
from studio.engines.music.melody_lstm import MelodyLstm
from studio.engines.weights import fill_module, read_weights
from studio.training.music import attribute_control, style_blending
from studio.training.music.attribute_control import Trial, measure_control, summary
from studio.training.music.batches import Collator, View, plain_batches
from studio.training.music.chord_following import measure_chords
from studio.training.music.melodies import Melodies, read_melodies
from studio.training.music.melody import MelodyRecipe, held_out_nats
from studio.training.music.segments import Segments
from studio.training.music.style_blending import measure_blending
from studio.training.music.tunes import STYLES, NamedTune
from studio.training.recipe import convert_recipe, read_recipe

MEASURED = "mean negative log-likelihood of a note, in nats, teacher forced; style, metre and mode told"
ASKED_BARS = 4


def evaluate(entry: CatalogueEntry, data: Path, requests: int = Trial().requests) -> dict[str, Any]:
    """The figures of a model folder, against the melodies under `data` that its recipe held out."""
    recipe = convert_recipe(read_recipe(entry.folder / "recipe.toml"), MelodyRecipe)
    melodies = read_melodies(data, recipe.training, recipe.data.collections)
    net = MelodyLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return Evaluation(net.eval(), MelodyEngine(entry.card, net), melodies, requests).figures()


class Evaluation:
    """One model before its judges: held-out melodies that did not choose its best step. Lives on one thread."""

    def __init__(self, net: MelodyLstm, engine: MelodyEngine, melodies: Melodies, requests: int) -> None:
        self.net, self.engine, self.melodies, self.requests = net, engine, melodies, requests
        self.judges = melodies.held[1::2]
        self.quantiles = Quantiles(engine.info.card.config.get("attributes", {}))
        self.collator = Collator(net.config.styles, self.quantiles)

    def figures(self) -> dict[str, Any]:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            found = {**self.likelihood(), **(self.control() if self.quantiles.tables else {})}
            chords = measure_chords(self.engine, self.net, self.collator, self.judges)
        finally:
            torch.set_num_threads(threads)
        return {**found, **({"chords": chords} if chords else {})}

    def likelihood(self) -> dict[str, Any]:
        """Nats a note: of the dance tunes by head, of each other style, and of all with attributes told."""
        dances = [named for named in self.judges if named.style in STYLES]
        others = sorted({named.style for named in self.judges} - set(STYLES))
        by_style = {name: self._nats(t for t in self.judges if t.style == name) for name in others}
        asked = View(segments=Segments.every(ASKED_BARS))
        return {
            "held_out_tunes": len(dances),
            "nats_per_event": self._heads(dances, View()),
            **({"nats_of_other_styles": by_style} if by_style else {}),
            "nats_with_attributes_told": self._heads(dances, asked)["event"] if self.quantiles.tables else 0,
            "measured": MEASURED,
        }

    def _heads(self, tunes: Sequence[NamedTune], view: View) -> dict[str, float]:
        nats = held_out_nats(self.net, plain_batches(self.collator, tunes, 32, view))
        return {name: round(value, 4) for name, value in nats.items()}

    def _nats(self, tunes: Iterable[NamedTune]) -> float:
        return self._heads(list(tunes), View())["event"]

    def control(self) -> dict[str, Any]:
        """Attributes and styles, as asked for and as obtained."""
        trials = {
            "attribute_control": Trial(self.requests, best_of=NEAREST_OF),
            "attribute_control_of_one_answer": Trial(self.requests),
            "attribute_control_without_guidance": Trial(self.requests, 1.0),
        }
        found = {
            name: {"guidance": trial.guidance, "nearest_of": trial.best_of, **summary(self._control(trial))}
            for name, trial in trials.items()
        }
        blending = measure_blending(self.engine, self.melodies, GUIDANCE.default)
        return {
            **found,
            "attributes_measured": attribute_control.MEASURED,
            "style_blending": {"guidance": GUIDANCE.default, **blending},
            "styles_measured": style_blending.MEASURED,
        }

    def _control(self, trial: Trial) -> dict[str, dict[str, float]]:
        return measure_control(self.engine, self.quantiles, self.judges, trial)
