"""The verb that finds the chords of a melody."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from studio import __version__
from studio.cli import music_options as opt
from studio.cli.common import AsJson, Device, Seed, app, card_of, errand, errors, print_json
from studio.cli.music import read_score
from studio.core.chords import Chord
from studio.core.messages import ChordsCandidate, ChordsReady
from studio.core.music_messages import CHORDS_BEST_OF, CHORDS_TEMPERATURE
from studio.core.parameter import TEMPERATURE, TOP_P
from studio.core.recipe import ChordsSettings
from studio.files.midi import write_midi
from studio.inference.lead_sheets import LeadSheetPlan, chords_recipe


@app.command(
    epilog="`latent-studio chords tune.mid --per-bar 2 -o song.mid`, "
    '`latent-studio chords tune.mid --bars 5-8 --fixed "5:C 8:G7" --candidates 3`'
)
def chords(
    melody: Path,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A MIDI file with a chords track.")] = None,
    model: Annotated[str, typer.Option(help="A model that finds chords.")] = "lead-sheet",
    track: Annotated[int, typer.Option(min=0, help="The melody, from 1; 0: the highest track.")] = 0,
    bars: Annotated[str, typer.Option(help="First and last bar, as in 5-8; else all.")] = "",
    per_bar: Annotated[int, typer.Option(min=1, max=16, help="Changes a bar at the most.")] = 1,
    fixed: Annotated[str, typer.Option(help='Chords that stay: "1:C 4:G7 4.3:C7" (bar.beat).')] = "",
    key: Annotated[str, typer.Option(help='As in "D minor"; else the model finds it.')] = "",
    scale: Annotated[str, typer.Option(help='Only chords of a scale, as in "D dorian".')] = "",
    seed: Seed = 0,
    temperature: Annotated[
        float, typer.Option(help="Low: the usual chords. High: surprises.")
    ] = CHORDS_TEMPERATURE,
    top_p: opt.TopP = TOP_P.default,
    candidates: opt.Candidates = 1,
    best_of: Annotated[
        int, typer.Option(min=1, max=8, help="Of so many answers the one that agrees most with the others.")
    ] = CHORDS_BEST_OF,
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Find the chords of a melody: printed as a lead sheet, and written as a track that can be heard."""
    settings = ChordsSettings(
        seed, track or None, _bars(bars), per_bar, candidates, TEMPERATURE.check(temperature),
        TOP_P.check(top_p), fixed, key, best_of, opt.scale_of(scale),
    )  # fmt: skip
    card = card_of(model, "music")
    plan = LeadSheetPlan.of(read_score(melody), card, settings)
    with errand(device) as now, errors.status("Finding chords"):
        answer = now.ask(plan.request)
    assert isinstance(answer, ChordsReady)
    files = _files(out, candidates)
    for file, candidate in zip(files, answer.candidates, strict=False):
        alone = replace(settings, seed=candidate.seed % 2**32, candidates=1)
        write_midi(plan.with_answer(candidate), file, chords_recipe(card, alone, __version__).to_json())
    if as_json:
        print_json([_told(plan, candidate) for candidate in answer.candidates])
    else:
        typer.echo("\n\n".join(_sheet(plan, candidate) for candidate in answer.candidates))


def _bars(text: str) -> tuple[int, int] | None:
    """The first and the last bar, from 1; None for an empty text."""
    first, count = opt.bars_of(text) if text else (0, 0)
    return (first + 1, first + count) if text else None


def _files(out: Path | None, candidates: int) -> list[Path]:
    if out is None or candidates == 1:
        return [out] if out else []
    return [out.with_stem(f"{out.stem}-{k + 1}") for k in range(candidates)]


def _sheet(plan: LeadSheetPlan, candidate: ChordsCandidate) -> str:
    key = f" in {plan.key_name(candidate)}" if candidate.key else ""
    return "\n".join([f"seed {candidate.seed}{key}", *plan.lines(candidate)])


def _told(plan: LeadSheetPlan, candidate: ChordsCandidate) -> dict[str, Any]:
    """The chords of one answer with what the model thinks of them, bars from 1."""
    rows = zip(candidate.chords, candidate.probabilities, candidate.alternatives, strict=True)
    return {
        "seed": candidate.seed,
        "key": plan.key_name(candidate),
        "chords": [_one(plan, *row) for row in rows],
    }


def _one(
    plan: LeadSheetPlan, chord: Chord, probability: float, others: tuple[tuple[Chord, float], ...]
) -> dict[str, Any]:
    return {
        "bar": plan.score.bar_of(chord.start_ticks) + 1,
        "start": chord.start_ticks,
        "duration": chord.duration_ticks,
        "name": chord.name,
        "fixed": chord in plan.request.fixed,
        "probability": round(probability, 4),
        "alternatives": {other.name: round(odds, 4) for other, odds in others},
    }
