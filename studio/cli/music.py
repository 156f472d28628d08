"""The verbs for music."""

from pathlib import Path
from typing import Annotated

import typer

from studio import __version__
from studio.cli.common import Device, Out, Seed, Weights, app, card_of, errand, errors, pairs
from studio.core.errors import StudioError
from studio.core.messages import Composed
from studio.core.parameter import TEMPERATURE, TOP_P
from studio.core.recipe import ComposeSettings
from studio.core.score import Score
from studio.files import score_file
from studio.files.midi import write_midi
from studio.inference.continuation import Continuation, compose_recipe


@app.command(
    epilog="`latent-studio compose melody-lstm --prompt idea.mid --bars 8 --style jig=1 -o more.mid`"
)
def compose(
    model: str,
    out: Out,
    prompt: Annotated[Path | None, typer.Option(help="A MIDI file to go on from.")] = None,
    bars: Annotated[int, typer.Option(min=1, max=256)] = 4,
    temperature: Annotated[float, typer.Option(help=TEMPERATURE.hint)] = TEMPERATURE.default,
    top_p: Annotated[float, typer.Option(help=TOP_P.hint)] = TOP_P.default,
    style: Weights = [],  # noqa: B006
    seed: Seed = 0,
    meter: Annotated[str, typer.Option(help="Where there is no prompt, as in 6/8.")] = "4/4",
    device: Device = "auto",
) -> None:
    """Let a model go on from a melody, or begin one."""
    settings = ComposeSettings(seed, bars, TEMPERATURE.check(temperature), TOP_P.check(top_p), pairs(style))
    score = read_score(prompt) if prompt else _empty_score(meter)
    card = card_of(model, "music")
    plan = Continuation.of(score, card, settings)
    with errand(device) as now, errors.status("Composing"):
        answer = now.ask(plan.request)
    assert isinstance(answer, Composed)
    write_midi(
        plan.with_answer(answer.candidates[0]), out, compose_recipe(card, settings, __version__).to_json()
    )


@app.command(epilog="`latent-studio play more.mid`, `latent-studio play more.mid -o more.wav`")
def play(
    file: Path,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write a WAV file instead.")] = None,
) -> None:
    """Play a MIDI file, or write it as sound."""
    score = read_score(file)
    if out is None:
        from studio.audio.player import play_through

        with errors.status("Playing; Ctrl+C stops"):
            play_through(score)
    else:
        from studio.audio.synth import render_wav

        with errors.status("Rendering"):
            render_wav(score, out)


def _empty_score(meter: str) -> Score:
    beats, _, unit = meter.partition("/")
    if not (beats.isdecimal() and unit.isdecimal()):
        raise typer.BadParameter("give a metre as in 6/8", param_hint="--meter")
    try:
        return Score.empty(numerator=int(beats), denominator=int(unit))
    except StudioError as error:
        raise typer.BadParameter(error.detail, param_hint="--meter") from error


def read_score(path: Path) -> Score:
    reading = score_file.read_score(path)
    for warning in reading.warnings:
        errors.print(warning, markup=False)
    return reading.score
