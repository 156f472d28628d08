"""Measures a chorale LSTM on chorales whose tunes neither trained it nor chose its best step.

What it thinks of Bach's notes, in nats; and how it leads the voices that it writes under Bach's melodies, beside Bach's
own and a bigram's. It hears the melody alone: the key is not told.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from studio.core.card import Card
from studio.core.messages import VoicesRequest
from studio.core.recipe import HarmoniseSettings
from studio.core.score import MeterChange, Note
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_engine import ChoraleEngine, config_of
from studio.engines.music.chorale_lstm import ChoraleLstm
from studio.engines.weights import fill_module, read_weights
from studio.training.music.chorale import ChoraleRecipe, held_out, measured
from studio.training.music.chorales import Chorale, read_chorales, split
from studio.training.music.voice_leading import figures
from studio.training.recipe import convert_recipe, read_recipe

MEASURED = (
    "mean negative log-likelihood of a voice's sixteenth (a pitch, a hold or a rest), in nats, teacher forced; key and "
    "length told. under_soprano: alto, tenor and bass where the soprano is told ahead; inner_voices: alto and tenor "
    "between soprano and bass; all_voices: nothing told ahead"
)
LED = (
    "alto, tenor and bass written under held-out melodies, seed 0, as `harmonize` does (temperature 0.8, top-p 0.95; "
    "parallel fifths and octaves weighed down by 3 nats, and once without this rule), beside Bach's own and a bigram's "
    "(each voice from its last pitch, the place in the beat and the melody's pitch class)"
)


def evaluate(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """The figures of a model folder, against the chorales under `data` that its recipe held out."""
    plan = convert_recipe(read_recipe(entry.folder / "recipe.toml"), ChoraleRecipe).training
    train, held = split(read_chorales(data).works, plan.held_out, plan.seed)
    net = ChoraleLstm(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return measure(entry.card, net, held[1::2], train)


def measure(card: Card, net: ChoraleLstm, judges: list[Chorale], train: list[Chorale]) -> dict[str, Any]:
    """All figures on `judges`; the bigram learns from `train`."""
    with torch.no_grad():
        nats = measured(net.eval(), held_out(judges))
    engine, unruled = ChoraleEngine(card, net), ChoraleEngine(card, net, 0.0)
    written = [harmonised(engine, work) for work in judges]
    bigram = Bigram(train)
    choirs = {
        "bach": judges,
        "model": written,
        "model_without_the_rule": [harmonised(unruled, work) for work in judges],
        "bigram": [bigram.sing(work, np.random.RandomState(0)) for work in judges],
    }
    return {
        "held_out_works": len(judges),
        "nats": {name: round(value, 4) for name, value in nats.items()},
        "measured": MEASURED,
        "as_bach_wrote": round(_agreement(judges, written), 4),
        "voice_leading": {
            name: {key: round(value, 4) for key, value in figures(works).items()}
            for name, works in choirs.items()
        },
        "led": LED,
    }


def harmonised(engine: ChoraleEngine, work: Chorale, seed: int = 0) -> Chorale:
    """The work with lower voices that the engine wrote under its soprano."""
    request = request_of(work, engine.info.card.id)
    answer = engine.compose_voices(replace(request, seed=seed))[0]
    sounds, begins = work.sounds.copy(), work.begins.copy()
    sounds[:, 1:], begins[:, 1:] = rows.REST, False
    for voice in range(1, rows.VOICES):
        for note in answer.voices[voice]:
            start, end = (ticks // rows.STEP_TICKS for ticks in (note.start_ticks, note.end_ticks))
            sounds[start:end, voice] = note.pitch - rows.LOWEST
            begins[start, voice] = True
    return replace(work, sounds=sounds, begins=begins)


def request_of(work: Chorale, model_id: str = "") -> VoicesRequest:
    """The soprano of a work, and three voices asked for."""
    bar = rows.METER_BARS[work.places[0, 2]] if work.places[0, 2] < len(rows.METER_BARS) else 16
    upbeat = (bar - int(work.places[0, 0])) % bar * rows.STEP_TICKS
    meter = MeterChange(upbeat, bar // rows.BEAT_PLACES, 4)
    end = len(work.sounds) * rows.STEP_TICKS
    voices, written = (melody_of(work), (), (), ()), (False, True, True, True)
    usual = HarmoniseSettings()
    asked = VoicesRequest(model_id, voices, written, 0, end, meter=meter)
    return replace(asked, temperature=usual.temperature, top_p=usual.top_p)


def melody_of(work: Chorale, voice: int = 0) -> tuple[Note, ...]:
    """One voice as notes."""
    sounds, begins = work.sounds[:, voice], work.begins[:, voice]
    notes = []
    for start in np.flatnonzero(begins):
        end = int(start) + 1
        while end < len(sounds) and not begins[end] and sounds[end] < rows.REST:
            end += 1
        ticks = int(start) * rows.STEP_TICKS, (end - int(start)) * rows.STEP_TICKS
        notes.append(Note(*ticks, int(sounds[start]) + rows.LOWEST))
    return tuple(notes)


def _agreement(bach: list[Chorale], written: list[Chorale]) -> float:
    """The share of sixteenths in which a lower voice sings Bach's pitch."""
    pairs = zip(bach, written, strict=True)
    return float(np.concatenate([(a.sounds == b.sounds)[:, 1:].ravel() for a, b in pairs]).mean())


class Bigram:
    """The rival: each lower voice's class from its last pitch, the place in the beat and the melody's pitch class."""

    def __init__(self, works: list[Chorale]) -> None:
        shape = (rows.VOICES, rows.BEAT_PLACES, rows.PITCH_CLASSES, rows.PITCHES + 1, rows.CLASSES)
        self._counts = np.zeros(shape, np.float32)
        for work in works:
            classes, tones = rows.classes_of(work.sounds, work.begins), rows.pitch_classes(work.sounds[:, 0])
            last = np.append(work.sounds[:1], work.sounds[:-1], 0)
            for voice in range(1, rows.VOICES):
                np.add.at(
                    self._counts[voice], (work.places[:, 1], tones, last[:, voice], classes[:, voice]), 1
                )

    def sing(self, work: Chorale, draw: np.random.RandomState) -> Chorale:
        """The work with lower voices that are drawn anew from its first frame on."""
        sounds, begins = work.sounds.copy(), work.begins.copy()
        tones = rows.pitch_classes(sounds[:, 0])
        for t in range(1, len(sounds)):
            for voice in range(1, rows.VOICES):
                last = sounds[t - 1, voice]
                counts = self._counts[voice, work.places[t, 1], tones[t], last]
                total = counts.sum()
                answer = int(draw.choice(rows.CLASSES, p=counts / total)) if total else rows.HOLD
                held = answer == rows.HOLD
                sounds[t, voice] = last if held else answer - rows.FIRST_PITCH
                if answer == rows.SILENT:
                    sounds[t, voice] = rows.REST
                begins[t, voice] = answer >= rows.FIRST_PITCH
        return replace(work, sounds=sounds, begins=begins)
