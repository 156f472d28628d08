"""Measures a chord finder on lead sheets that neither trained it nor chose its best step, against simpler ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from studio.core.chords import Chord
from studio.core.music_messages import ChordsRequest
from studio.core.score import MeterChange
from studio.core.theory import Key, guess_key
from studio.engines.catalogue import CatalogueEntry
from studio.engines.music import chord_slots as cs
from studio.engines.music.lead_sheet import LeadSheet
from studio.engines.music.lead_sheet_engine import LeadSheetEngine, config_of
from studio.engines.weights import fill_module, read_weights
from studio.training.music.harmony_baselines import Counting, Seen, chorded, fitted_markov
from studio.training.music.lead_sheet import MEASURED_A_BAR, LeadSheetRecipe, held_out_nats, slot_logits
from studio.training.music.leadsheets import LeadSheet as Sheet
from studio.training.music.leadsheets import read_lead_sheets, split
from studio.training.music.sheet_batches import Heard, collate, from_tonic, mode_of, plain_batches, whole
from studio.training.recipe import convert_recipe, read_recipe

MEASURED = (
    "two slots a bar; nats: mean negative log-likelihood of a slot's chord, the chord before and the key told, "
    "12 roots x 11 kinds or 'goes on'; found: from the melody alone, compared with the printed chords slot by slot: "
    "the likeliest root of each slot and its likeliest kind; best_of_eight: as a user gets them (temperature 0.8, "
    "top-p 0.95, seed 1, of eight answers the one that agrees most with the others); one_answer: the same, of one; "
    "sampled: temperature 1, all of the distribution, seeds 1 to 3"
)
TRIADS = np.array(
    [{"m": 1, "d": 2, "a": 3}.get(kind.replace("m7b5", "d").replace("maj7", "")[:1], 0) for kind in cs.KINDS]
)
SAMPLE_SEEDS = (1, 2, 3)
AS_ASKED: dict[str, Any] = {"temperature": 0.8, "top_p": 0.95}

Ints = NDArray[np.int64]
Figures = dict[str, Any]


def evaluate(entry: CatalogueEntry, data: Path) -> Figures:
    """The figures of a model folder, against the sheets under `data` that its recipe held out."""
    plan = convert_recipe(read_recipe(entry.folder / "recipe.toml"), LeadSheetRecipe).training
    train, held = split(read_lead_sheets(data).sheets, plan.held_out, plan.seed)
    net = LeadSheet(config_of(entry.card))
    fill_module(net, read_weights(entry), entry.card.name)
    return measure(LeadSheetEngine(entry.card, net), net, train, held)


def measure(
    engine: LeadSheetEngine, net: LeadSheet, train: Sequence[Sheet], held: Sequence[Sheet]
) -> Figures:
    """All figures; of the held-out sheets every other one chose the best step, and those between judge here."""
    net.eval()
    choosers, judges = held[::2], held[1::2]
    nats = held_out_nats(net, plain_batches(judges, MEASURED_A_BAR))
    by_bar = held_out_nats(net, plain_batches(judges, 1))
    heard = [Heard.of(sheet, MEASURED_A_BAR) for sheet in judges]
    return {
        "held_out_sheets": len(judges),
        "nats_per_slot": round(nats["slot"], 4),
        "nats_per_chord_that_begins": round(nats["change"], 4),
        "nats_per_slot_one_a_bar": round(by_bar["slot"], 4),
        "found": _agreement(heard, lambda one: _found(net, one, one.sheet.key)),
        "found_in_a_key_of_its_own": _agreement(
            heard, lambda one: _found(net, one, engine.find_key(cs.top_line(one.sheet.notes)))
        ),
        "one_answer": _agreement(heard, lambda sheet: _answer(engine, sheet, 1)),
        "best_of_eight": _agreement(heard, lambda sheet: _answer(engine, sheet, 8)),
        "keys": _keys(engine, judges),
        "baselines": _baselines(train, choosers, heard),
        "plausibility": _plausibility(engine, heard),
        "measured": MEASURED,
    }


def ask(engine: LeadSheetEngine, heard: Heard, **more: Any) -> list[tuple[Chord, ...]]:
    """The engine's chords for a whole sheet, one for each candidate."""
    sheet = heard.sheet
    request = ChordsRequest(
        engine.info.card.id,
        sheet.notes,
        heard.slots[0].start,
        heard.slots[-1].end,
        a_bar=MEASURED_A_BAR,
        meter=MeterChange(0, *sheet.meter),
        key=sheet.key.signature,
        **{"temperature": 1.0, "top_p": 1.0, "best_of": 1, **more},
    )
    return [candidate.chords for candidate in engine.find_chords(request)]


def _found(net: LeadSheet, heard: Heard, key: Key) -> Ints:
    """(T,) symbols from C: the likeliest root of each slot, and its likeliest kind, from the melody alone."""
    view = replace(
        whole(heard), tonic=key.tonic, mode="minor" if key.mode in ("minor", "dorian") else "major"
    )
    with torch.no_grad():
        alone = slot_logits(net, collate([heard], [view]))[1][0]  # (T, SYMBOLS)
    odds = alone.softmax(-1).unflatten(-1, (12, len(cs.KINDS))).numpy()
    roots = odds.sum(2).argmax(1)
    kinds = odds[np.arange(len(odds)), roots].argmax(1)
    return from_tonic(roots * len(cs.KINDS) + kinds, -key.tonic)


def _answer(engine: LeadSheetEngine, heard: Heard, best_of: int) -> Ints:
    """What a user would get."""
    chords = ask(engine, heard, seed=1, best_of=best_of, **AS_ASKED)[0]
    return cs.chords_in(heard.slots, chords, 0)


def _agreement(sheets: Sequence[Heard], guess: Callable[[Heard], Ints]) -> Figures:
    """Shares of slots with the printed root; root and triad; root and kind."""
    pairs = [(heard.chords, guess(heard)) for heard in sheets]
    printed, found = (np.concatenate(each) for each in zip(*pairs, strict=True))
    asked = printed != cs.NO_CHORD
    (root, kind), (own_root, own_kind) = (np.divmod(each[asked], len(cs.KINDS)) for each in (printed, found))
    roots, triads = root == own_root, TRIADS[kind % len(cs.KINDS)] == TRIADS[own_kind % len(cs.KINDS)]
    return {
        "root": _round(roots.mean()),
        "root_and_triad": _round((roots & triads).mean()),
        "root_and_kind": _round((roots & (kind == own_kind)).mean()),
    }


def _baselines(train: Sequence[Sheet], choosers: Sequence[Sheet], heard: Sequence[Heard]) -> Figures:
    """Counting by scale degree, counting by the chord before, and a hidden Markov model of both."""
    known, others = ([Seen.of(Heard.of(s, MEASURED_A_BAR)) for s in part] for part in (train, choosers))
    counting = Counting(known)
    markov = fitted_markov(known, others, counting)
    seen = [Seen.of(each) for each in heard]
    slots = sum(len(each.chords) for each in seen)

    def by(guess: Callable[[Seen], Ints]) -> Callable[[Heard], Ints]:
        return lambda sheet: _from_c(sheet, guess(Seen.of(sheet)))

    return {
        "scale_degree": {
            "nats_per_slot": _round(sum(counting.degree_nats(each).sum() for each in seen) / slots),
            **_agreement(heard, by(counting.degree_guess)),
        },
        "chord_before": {
            "nats_per_slot": _round(sum(counting.move_nats(each).sum() for each in seen) / slots)
        },
        "hidden_markov": {
            "nats_per_slot": _round(sum(markov.nats(each) for each in seen) / slots),
            **_agreement(heard, by(markov.guess)),
        },
    }


def _from_c(heard: Heard, guess: Ints) -> Ints:
    """A guess for the slots with chords, seen from the tonic, as seen from C and over all slots."""
    whole = np.full(len(heard.chords), cs.NO_CHORD, np.int64)
    whole[chorded(heard)] = from_tonic(guess, -heard.sheet.key.tonic)
    return whole


def _keys(engine: LeadSheetEngine, judges: Sequence[Sheet]) -> Figures:
    """Shares of sheets whose tonic and mode are found: by the network, and by Krumhansl's profiles."""

    def share(find: Callable[[Sheet], tuple[int, str]]) -> float:
        return _round(np.mean([find(sheet) == (sheet.key.tonic, mode_of(sheet)) for sheet in judges]))

    def own(sheet: Sheet) -> tuple[int, str]:
        key = engine.find_key(cs.top_line(sheet.notes))
        return key.tonic, key.mode

    def profiles(sheet: Sheet) -> tuple[int, str]:
        key = guess_key(sheet.notes)
        return key.tonic, key.mode

    return {"found": share(own), "by_profiles": share(profiles)}


def _plausibility(engine: LeadSheetEngine, sheets: Sequence[Heard]) -> Figures:
    """What printed and sampled chords are like."""
    count = len(SAMPLE_SEEDS)
    samples = [
        (h, chords) for h in sheets for chords in ask(engine, h, seed=SAMPLE_SEEDS[0], candidates=count)
    ]
    best = [(h, chords) for h in sheets for chords in ask(engine, h, seed=1, best_of=8, **AS_ASKED)]
    return {
        "printed": _likeness([(h, h.sheet.chords) for h in sheets]),
        "sampled": _likeness(samples),
        "best_of_eight": _likeness(best),
    }


def _likeness(pairs: Sequence[tuple[Heard, tuple[Chord, ...]]]) -> Figures:
    """In slots: melody notes on strong beats that are chord tones, changes a bar, endings on the tonic."""
    tones, changes, ends = list[bool](), list[float](), list[bool]()
    for heard, chords in pairs:
        symbols = cs.chords_in(heard.slots, chords, 0)
        tones += _strong_tones(heard, symbols)
        stands = symbols[symbols != cs.NO_CHORD]
        changes.append(float((np.diff(stands) != 0).sum() / len(np.unique(heard.bars))))
        ends.append(int(stands[-1]) // len(cs.KINDS) == heard.sheet.key.tonic)
    return {
        "chord_tones_on_strong_beats": _round(np.mean(tones)),
        "changes_a_bar": _round(np.mean(changes)),
        "ends_on_the_tonic": _round(np.mean(ends)),
    }


def _strong_tones(heard: Heard, symbols: Ints) -> list[bool]:
    """For each note that begins with a slot: whether its pitch is in the slot's chord."""
    pitches = {note.start_ticks: note.pitch % 12 for note in heard.sheet.notes}
    return [
        pitches[slot.start] in cs.chord_of(int(symbol), 0, 0, 1).pitch_classes
        for slot, symbol in zip(heard.slots, symbols, strict=True)
        if slot.start in pitches and symbol != cs.NO_CHORD
    ]


def _round(value: float | np.floating[Any]) -> float:
    return round(float(value), 4)
