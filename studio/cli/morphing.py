"""The verb that goes from one phrase to another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from studio import __version__
from studio.cli.common import (
    AsJson,
    Device,
    Out,
    Seed,
    Weights,
    app,
    card_of,
    errand,
    errors,
    pairs,
    print_json,
)
from studio.cli.music import read_score
from studio.cli.music_options import range_of, scale_of
from studio.core.messages import PhrasesDecoded, PhrasesEncoded
from studio.core.music_messages import Notes
from studio.core.pitch import note_name
from studio.core.recipe import MorphSettings
from studio.files.midi import write_midi
from studio.inference.morphing import Ending, Morph, morph_recipe

Steps = Annotated[int, typer.Option(min=3, max=64, help="Phrases in all, the two files' own among them.")]
Bars = Annotated[int, typer.Option(help="Bars of each phrase, 2 or 4: the first of each file.")]
Heat = Annotated[float, typer.Option(min=0, max=4, help="0: the likeliest notes. Higher: surprises.")]


@app.command(
    epilog="`latent-studio morph reel.mid jig.mid --steps 8 -o way.mid`, "
    '`latent-studio morph a.mid b.mid --bars 4 --style air=1 --scale "D dorian" -o way.mid`'
)
def morph(
    first: Path,
    last: Path,
    out: Out,
    steps: Steps = 8,
    model: Annotated[str, typer.Option(help="A model of phrases.")] = "melody-vae",
    bars: Bars = 2,
    seed: Seed = 0,
    temperature: Heat = 0.0,
    style: Weights = [],  # noqa: B006
    scale: Annotated[str, typer.Option(help='What may be written, as in "D dorian".')] = "",
    range_: Annotated[str, typer.Option("--range", help="Lowest and highest pitch, as in 48-72.")] = "",
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """Go from one melody to another in steps; both stand at the ends as they are."""
    settings = MorphSettings(
        seed, steps, bars, temperature, pairs(style), scale_of(scale), range_of(range_)
    )  # fmt: skip
    card = card_of(model, "music")
    plan = Morph.of(read_score(first), read_score(last), card, settings)
    with errand(device) as now, errors.status("Morphing"):
        encoded = now.ask(plan.encoding())
        assert isinstance(encoded, PhrasesEncoded)
        answers = [now.ask(request) for request in plan.decodings(encoded)]
    way = [notes for answer in answers if isinstance(answer, PhrasesDecoded) for notes in answer.phrases]
    write_midi(plan.score_of(way), out, morph_recipe(card, settings, __version__).to_json())
    warnings = (*plan.warnings, *encoded.warnings)
    for warning in warnings:
        errors.print(warning, markup=False)
    if as_json:
        print_json(_told(plan.phrases(way), warnings, out))


def _told(phrases: list[tuple[Ending, Notes]], warnings: tuple[str, ...], out: Path) -> dict[str, Any]:
    return {
        "file": str(out),
        "warnings": list(warnings),
        "phrases": [
            [
                {
                    "start": n.start_ticks,
                    "duration": n.duration_ticks,
                    "pitch": n.pitch,
                    "name": note_name(n.pitch),
                }
                for n in phrase
            ]
            for _, phrase in phrases
        ],
    }
