"""What the verbs share: the command, its options, the catalogue and an errand with a progress bar."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED
from studio.core.messages import Progress
from studio.engines.catalogue import Catalogue
from studio.files.locations import models_dir, user_models_dir
from studio.inference.errand import Errand

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


def catalogue() -> Catalogue:
    return Catalogue.scan((models_dir(), user_models_dir()))


def _open_backend(device: str) -> "Backend":
    from studio.engines.torch_backend import TorchBackend

    return TorchBackend(catalogue(), device)


@contextmanager
def progress_bar() -> Iterator[Callable[[Progress], None]]:
    """What shows progress on a terminal, as a function to tell it to."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with ProgressBar(*columns, console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("Loading", total=None)
        yield lambda now: bar.update(task, description=now.title, completed=now.done, total=now.total or None)


@contextmanager
def errand(device: str) -> Iterator[Errand]:
    """An errand whose jobs show their progress."""
    with progress_bar() as show, Errand(_open_backend, device, show) as ready:
        yield ready


def card_of(model: str, wing: str) -> Card:
    card = catalogue().entry(model).card
    if card.wing != wing:
        raise StudioError(f"The model {card.name} makes no {'pictures' if wing == 'picture' else wing}.")
    return card


def pairs(texts: list[str]) -> tuple[tuple[str, float], ...]:
    """NAME=VALUE options, sorted by name so that equal wishes are equal values."""
    return tuple(sorted(pair(text) for text in texts))


def pair(text: str) -> tuple[str, float]:
    """One NAME=VALUE option."""
    name, sign, value = text.rpartition("=")
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not sign or not name or not math.isfinite(number):
        raise typer.BadParameter(f"{text!r} is not of the form NAME=NUMBER")
    return name, number


def print_json(value: object) -> None:
    typer.echo(json.dumps(msgspec.to_builtins(value), indent=2, ensure_ascii=False))


def print_table(heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    table = Table(*heads, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    Console(highlight=False).print(table)


def seeds_of(text: str, option: str) -> list[int]:
    """Numbers with commas between."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isdecimal() and int(part) <= MAX_SEED for part in parts):
        raise typer.BadParameter("give numbers with commas between, as in 1,2,3", param_hint=option)
    return [int(part) for part in parts]
