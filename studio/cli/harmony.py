"""The verb that writes voices under, over and between those that are there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from studio import __version__
from studio.cli.common import AsJson, Device, Out, Seed, app, card_of, errand, errors, print_json
from studio.cli.music import read_score
from studio.cli.music_options import range_of, scale_of
from studio.core.messages import VoicesCandidate, VoicesComposed
from studio.core.parameter import TEMPERATURE, TOP_P
from studio.core.pitch import note_name
from studio.core.recipe import HARMONISING_TEMPERATURE, HarmoniseSettings
from studio.files.midi import write_midi
from studio.inference.harmonising import Harmonising, harmonise_recipe


@app.command(
    epilog="`latent-studio harmonize melody.mid -o chorale.mid --seed 3`, "
    '`latent-studio harmonize melody.mid -o song.mid --voices 3 --chords "C | Am F | G7 | C"`'
)
def harmonize(
    melody: Path,
    out: Out,
    model: Annotated[str, typer.Option(help="A model for voices.")] = "chorale-lstm",
    voices: Annotated[int, typer.Option(min=2, max=4, help="Voices in all.")] = 4,
    seed: Seed = 0,
    temperature: Annotated[float, typer.Option(help=TEMPERATURE.hint)] = HARMONISING_TEMPERATURE,
    top_p: Annotated[float, typer.Option(help=TOP_P.hint)] = TOP_P.default,
    candidates: Annotated[
        int, typer.Option(min=1, max=8, help="More than one: OUT-1.mid, OUT-2.mid ...")
    ] = 1,
    chords: Annotated[str, typer.Option(help='Chords for the beats, bar by bar: "C | Am F | G7".')] = "",
    scale: Annotated[str, typer.Option(help='What may be written, as in "D dorian".')] = "",
    range_: Annotated[str, typer.Option("--range", help="Lowest and highest pitch, as in 48-72.")] = "",
    sweeps: Annotated[int, typer.Option(min=0, max=64, help="Turns of thinking over.")] = 0,
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Write the missing voices of a choir: tracks named Soprano, Alto, Tenor or Bass stay, or the highest one."""
    settings = HarmoniseSettings(
        seed, voices, candidates, TEMPERATURE.check(temperature), TOP_P.check(top_p), sweeps,
        scale_of(scale), range_of(range_), chords,
    )  # fmt: skip
    card = card_of(model, "music")
    plan = Harmonising.of(read_score(melody), card, settings)
    with errand(device) as now, errors.status("Harmonising"):
        answer = now.ask(plan.request)
    assert isinstance(answer, VoicesComposed)
    files = [out] if candidates == 1 else [out.with_stem(f"{out.stem}-{k + 1}") for k in range(candidates)]
    for file, candidate in zip(files, answer.candidates, strict=True):
        alone = replace(settings, seed=candidate.seed % 2**32, candidates=1)
        write_midi(plan.with_answer(candidate), file, harmonise_recipe(card, alone, __version__).to_json())
    if as_json:
        print_json([_told(plan, *pair) for pair in zip(files, answer.candidates, strict=True)])


def _told(plan: Harmonising, file: Path, candidate: VoicesCandidate) -> dict[str, Any]:
    """The notes of one answer with what the model thinks of them, and of the notes that were there."""
    voices = {}
    for number, name in enumerate(plan.names):
        written = plan.request.written[number]
        notes = candidate.voices[number] if written else plan.kept(number)
        scores = candidate.scores[number] if written else candidate.kept_scores[number]
        voices[name] = {
            "written": written,
            "notes": [
                {
                    "start": note.start_ticks,
                    "duration": note.duration_ticks,
                    "pitch": note.pitch,
                    "name": note_name(note.pitch),
                    "probability": round(score.probability, 4),
                    "rank": score.rank,
                    "entropy": round(score.entropy, 4),
                    "alternatives": {note_name(p): round(chance, 4) for p, chance in score.alternatives},
                }
                for note, score in zip(notes, scores, strict=True)
            ],
        }
    return {"file": str(file), "seed": candidate.seed, "voices": voices}
