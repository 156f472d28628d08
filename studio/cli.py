"""The headless verbs: each is a few lines over the same parts that the window uses. Imports neither Qt nor torch.

Exit codes: 0 done, 1 it could not be done (one sentence on the error stream), 2 not understood, 130 interrupted.
"""

import json
import logging
import math
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from studio import __version__
from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED, Latent, LatentPath
from studio.core.messages import Composed, Progress, RenderRequest
from studio.core.parameter import PSI, TEMPERATURE, TOP_P
from studio.core.recipe import ComposeSettings
from studio.core.restyle import StyleMix, StylePart
from studio.core.score import Score
from studio.engines.catalogue import Catalogue
from studio.files.locations import models_dir, user_models_dir
from studio.files.midi import read_midi, write_midi
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe
from studio.inference.continuation import Continuation, compose_recipe
from studio.inference.device_thread import as_studio_error
from studio.inference.errand import Errand
from studio.inference.export_jobs import ExportPictureJob, InterpolateJob, picture_recipe, request_of

if TYPE_CHECKING:
    from studio.inference.engine_room import Backend

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="An instrument for playing generative picture and music models by hand.",
    epilog="Without a verb the window opens. `latent-studio VERB --help` shows examples.",
)
errors = Console(stderr=True, highlight=False, soft_wrap=True)

Device = Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:1 or mps.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="The file to write.")]
Seed = Annotated[int, typer.Option(min=0, max=MAX_SEED, help="The same seed gives the same result.")]
Weights = Annotated[
    list[str], typer.Option("--style", help="NAME=WEIGHT; may be repeated, weights mix.", metavar="NAME=W")
]
Offsets = Annotated[
    list[str], typer.Option("--direction", help="NAME=AMOUNT in standard deviations.", metavar="NAME=V")
]
AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]
PrintSize = Annotated[int, typer.Option("--scale", help="1, 2 or 4 times the native size.")]


# --- pictures ---------------------------------------------------------------------------------------------


@app.command(epilog="`latent-studio generate paintings-gan --seed 85 --psi 0.8 -o 85.png`")
def generate(
    model: str,
    out: Out,
    seed: Seed = 0,
    psi: Annotated[float, typer.Option(help=PSI.hint)] = PSI.default,
    style: Weights = [],  # noqa: B006
    direction: Offsets = [],  # noqa: B006
    scale: PrintSize = 1,
    device: Device = "auto",
) -> None:
    """Draw a picture from a seed; its recipe stands in the PNG."""
    latent = Latent(seed, styles=_pairs(style), psi=PSI.check(psi), offsets=_pairs(direction))
    card = _card(model, "picture")
    _export(RenderRequest(card.id, latent), card.weights.sha256, out, scale, device)


@app.command(epilog="`latent-studio render 85.png -o again.png --scale 4`")
def render(
    file: Annotated[Path, typer.Argument(help="A PNG that Latent Studio wrote.")],
    out: Out,
    scale: Annotated[int, typer.Option(help="1, 2 or 4; 0 is as in the recipe.")] = 0,
    device: Device = "auto",
) -> None:
    """Make a picture again from the recipe that stands in it."""
    found = read_recipe(file)
    if found is None:
        open_picture(file)  # says so where it is no picture at all
        raise StudioError(
            f"There is no recipe in {file.name}.", hint="Only Latent Studio's own PNGs carry one."
        )
    recipe, source = found
    request = request_of(recipe, source)
    sha256 = catalogue().entry(request.model_id).card.weights.sha256 if request.model_id else ""
    if source is None and recipe.weights_sha256 not in ("", sha256):
        errors.print("The model has changed since this picture was made; it may look different.")
    _export(request, sha256, out, scale or recipe.scale, device)


@app.command(
    epilog="`latent-studio restyle cat.jpg --style 'van gogh=2' --style munch=1 --keep-colour -o cat.png`"
)
def restyle(
    picture: Path,
    out: Out,
    style: Weights = [],  # noqa: B006
    strength: Annotated[float, typer.Option(min=0, max=1, help="0 keeps the picture, 1 is all style.")] = 1.0,
    keep_colour: Annotated[
        bool, typer.Option("--keep-colour", help="Keep the picture's own colours.")
    ] = False,
    size: Annotated[int, typer.Option(min=64, max=4096, help="The longer side, px.")] = 512,
    scale: PrintSize = 1,
    device: Device = "auto",
) -> None:
    """Repaint a picture after one painting or several, named by painter or title."""
    parts = tuple(StylePart(_style_id(name), weight) for name, weight in _pairs(style))
    if not parts:
        raise typer.BadParameter("name at least one, as in --style munch=1", param_hint="--style")
    mix = StyleMix(parts, strength=strength, keep_colour=keep_colour, size=size)
    _export(RenderRequest(source=open_picture(picture), restyle=mix), "", out, scale, device)


@app.command(
    epilog="`latent-studio interpolate paintings-gan --seeds 1,2,3 --frames 120 --loop -o walk.webp`"
)
def interpolate(
    model: str,
    out: Annotated[Path, typer.Option("--out", "-o", help="A .webp or .gif file, or a new folder.")],
    seeds: Annotated[str, typer.Option(help="Seeds to pass through, as in 1,2,3.")],
    frames: Annotated[int, typer.Option(min=1, max=100_000)] = 120,
    loop: Annotated[bool, typer.Option("--loop", help="Go on from the last seed back to the first.")] = False,
    psi: Annotated[float, typer.Option(help=PSI.hint)] = PSI.default,
    style: Weights = [],  # noqa: B006
    fps: Annotated[int, typer.Option(min=1, max=100, help="Frames a second.")] = 24,
    device: Device = "auto",
) -> None:
    """Wander from seed to seed and write what passes as an animation."""
    start = Latent(styles=_pairs(style), psi=PSI.check(psi))
    way = LatentPath(tuple(replace(start, seed=seed) for seed in _seeds(seeds)), loop)
    with _errand(device) as errand:
        errand.do(InterpolateJob(_card(model, "picture").id, way, frames, out, fps))


# --- music ------------------------------------------------------------------------------------------------


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
    settings = ComposeSettings(seed, bars, TEMPERATURE.check(temperature), TOP_P.check(top_p), _pairs(style))
    score = _read_score(prompt) if prompt else _empty_score(meter)
    card = _card(model, "music")
    plan = Continuation.of(score, card, settings)
    with _errand(device) as errand, errors.status("Composing"):
        answer = errand.ask(plan.request)
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
    score = _read_score(file)
    if out is None:
        from studio.audio.player import play_through

        with errors.status("Playing; Ctrl+C stops"):
            play_through(score)
    else:
        from studio.audio.synth import render_wav

        with errors.status("Rendering"):
            render_wav(score, out)


# --- models and machine -----------------------------------------------------------------------------------


@app.command()
def models(as_json: AsJson = False) -> None:
    """List the models that are installed."""
    cards = [entry.card for entry in catalogue().entries()]
    if as_json:
        _print_json(cards)
    else:
        _print_table(
            ("model", "what it is", "styles"), [(c.id, c.summary, ", ".join(c.styles)) for c in cards]
        )
    for problem in catalogue().problems:
        errors.print(problem.sentence())


@app.command(epilog="`latent-studio train models/paintings-gan/recipe.toml --data pictures --out runs/mine`")
def train(
    recipe: Path,
    data: Annotated[Path, typer.Option(help="The folder with what to learn from.")],
    out: Annotated[Path, typer.Option(help="The folder for checkpoints, log and sample sheets.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
) -> None:
    """Train a model as a recipe.toml says."""
    from studio.training.__main__ import run

    if not data.is_dir():
        raise StudioError(f"There is no folder {data}.", hint="Name the folder with the data in --data.")
    run(recipe, data, out, resume)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has and what is missing."""
    from studio.inference.doctor import examine

    report = examine(catalogue(), _device_facts)
    if as_json:
        _print_json(report)
        return
    for title, findings in report.sections.items():
        _print_table((title, ""), list(findings.items()))
    for trouble in report.troubles or ("Everything is in order.",):
        typer.echo(trouble)


@app.command("open", epilog="`latent-studio`, `latent-studio open picture.png`, `latent-studio idea.mid`")
def open_window(files: Annotated[list[Path], typer.Argument()] = [], device: Device = "") -> None:  # noqa: B006
    """Open the window, with pictures, MIDI files or a project. (`studio.__main__` does; this is its help.)"""
    raise typer.BadParameter("give only files and --device")


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the details of an error.")] = False,
) -> None:
    if version:
        typer.echo(f"Latent Studio {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: list[str] | None = None) -> int:
    """Run a verb; returns the exit code. An error is one line on the error stream, unless --debug asks for more."""
    arguments = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in arguments
    logging.basicConfig(level=logging.INFO if debug else logging.CRITICAL + 1)
    try:
        app([argument for argument in arguments if argument != "--debug"], prog_name="latent-studio")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except Exception as error:
        failure = as_studio_error(error)
        errors.print(failure.sentence(), markup=False)
        if debug:
            errors.print(failure.detail, markup=False)
        return 1
    return 0


# --- parts of several verbs -------------------------------------------------------------------------------


def catalogue() -> Catalogue:
    return Catalogue.scan((models_dir(), user_models_dir()))


def _open_backend(device: str) -> "Backend":
    from studio.engines.torch_backend import TorchBackend

    return TorchBackend(catalogue(), device)


def _device_facts() -> dict[str, str]:
    from studio.engines.device import device_facts

    return device_facts()


@contextmanager
def _errand(device: str) -> Iterator[Errand]:
    """An errand whose jobs show their progress."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with ProgressBar(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("Loading", total=None)

        def show(now: Progress) -> None:
            bar.update(task, description=now.title, completed=now.done, total=now.total or None)

        with Errand(_open_backend, device, show) as errand:
            yield errand


def _export(request: RenderRequest, sha256: str, out: Path, scale: int, device: str) -> None:
    if out.suffix.lower() != ".png":
        raise typer.BadParameter("pictures are written as .png, which keeps the recipe", param_hint="--out")
    if scale not in (1, 2, 4):
        raise typer.BadParameter("1, 2 or 4", param_hint="--scale")
    recipe = picture_recipe(request, sha256, __version__)
    with _errand(device) as errand:
        errand.do(ExportPictureJob(request, out, scale, recipe))


def _card(model: str, wing: str) -> Card:
    card = catalogue().entry(model).card
    if card.wing != wing:
        raise StudioError(f"The model {card.name} makes no {'pictures' if wing == 'picture' else wing}.")
    return card


def _style_id(name: str) -> str:
    """The id of the one painting that `name` means: an id, or words of its painter and title."""
    from studio.engines.picture.style_library import LIBRARY_FILE, StyleLibrary

    entries = catalogue().family("picture.style_transfer")
    if not entries:
        raise StudioError("No restyling model is installed.", hint="Install the style-transfer model.")
    return StyleLibrary.read(entries[0].folder / LIBRARY_FILE).find(name).id


def _pairs(texts: list[str]) -> tuple[tuple[str, float], ...]:
    """NAME=VALUE options, sorted by name so that equal wishes are equal values."""
    return tuple(sorted(_pair(text) for text in texts))


def _pair(text: str) -> tuple[str, float]:
    name, sign, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not sign or not name or not math.isfinite(number):
        raise typer.BadParameter(f"{text!r} is not of the form NAME=NUMBER")
    return name, number


def _seeds(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) <= MAX_SEED for part in parts):
        raise typer.BadParameter("give numbers with commas between, as in 1,2,3", param_hint="--seeds")
    return [int(part) for part in parts]


def _empty_score(meter: str) -> Score:
    beats, _, unit = meter.partition("/")
    if not (beats.isdecimal() and unit.isdecimal()):
        raise typer.BadParameter("give a metre as in 6/8", param_hint="--meter")
    try:
        return Score.empty(numerator=int(beats), denominator=int(unit))
    except StudioError as error:
        raise typer.BadParameter(error.detail, param_hint="--meter") from error


def _read_score(path: Path) -> Score:
    reading = read_midi(path)
    for warning in reading.warnings:
        errors.print(warning, markup=False)
    return reading.score


def _print_json(value: object) -> None:
    typer.echo(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False))


def _print_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(*heads, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)
