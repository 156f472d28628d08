"""Measures what telling the chords does: nats a note with and without, and whether strong notes belong to the chord."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from studio.core.chords import Chord
from studio.core.messages import ComposeRequest
from studio.core.score import Note
from studio.engines.base import MusicEngine
from studio.engines.music.melody_lstm import MelodyLstm
from studio.training.music.attribute_control import AT_ONCE, continuation
from studio.training.music.batches import Collator, View, plain_batches
from studio.training.music.melody import held_out_nats
from studio.training.music.tunes import NamedTune

BARS = 8
MEASURED = (
    f"held-out melodies whose chords are known; continuations of {BARS} bars under the melody's own chords, its style "
    "told; share of the notes on a bar's first beat and its middle that belong to the chord"
)


def measure_chords(
    engine: MusicEngine, net: MelodyLstm, collator: Collator, tunes: Sequence[NamedTune], most: int = 24
) -> dict[str, Any]:
    """Empty where no tune has chords."""
    harmonised = [named for named in tunes if named.chords]
    if not harmonised:
        return {}
    told, untold = (
        held_out_nats(net, plain_batches(collator, harmonised, 32, View(says_chords=says)))["event"]
        for says in (True, False)
    )
    return {
        "melodies": len(harmonised),
        "nats_with_chords": round(told, 4),
        "nats_without": round(untold, 4),
        "chord_tones_on_strong_beats": _shares(engine, harmonised[:most]),
        "measured": MEASURED,
    }


def _shares(engine: MusicEngine, tunes: Sequence[NamedTune]) -> dict[str, float]:
    written: dict[str, list[bool]] = {"told": [], "untold": [], "as_printed": []}
    for number, named in enumerate(tunes):
        request = replace(
            continuation(named, BARS, engine.info.card.id),
            styles=((named.style, 1.0),),
            chords=named.chords,
            candidates=AT_ONCE // 2,
            seed=number,
        )
        for name, asked in (("told", request), ("untold", replace(request, chords=()))):
            for candidate in engine.compose(asked):
                written[name] += _belong(candidate.notes, request)
        real = [n for n in named.tune.notes if request.region_start <= n.start_ticks < request.region_end]
        written["as_printed"] += _belong(real, request)
    return {name: round(sum(found) / max(1, len(found)), 3) for name, found in written.items()}


def _belong(notes: Iterable[Note], request: ComposeRequest) -> list[bool]:
    """For each note on a strong beat over a chord: whether it is one of the chord's."""
    meter = request.meter
    strong = meter.bar_ticks // 2 if meter.numerator % 2 == 0 else meter.bar_ticks
    found = list[bool]()
    for note in notes:
        chord = _at(request.chords, note.start_ticks)
        if chord and (note.start_ticks - meter.ticks) % strong == 0:
            found.append(note.pitch % 12 in chord.pitch_classes)
    return found


def _at(chords: Sequence[Chord], ticks: int) -> Chord | None:
    return next((chord for chord in chords if chord.start_ticks <= ticks < chord.end_ticks), None)
