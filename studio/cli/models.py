"""The verbs for models and the machine."""

import logging
from pathlib import Path
from typing import Annotated

import typer

from studio.cli import common
from studio.cli.common import AsJson, Device, app, errors, print_json, print_table
from studio.core.errors import StudioError


@app.command()
def models(as_json: AsJson = False) -> None:
    """List the models that are installed."""
    cards = [entry.card for entry in common.catalogue().entries()]
    if as_json:
        print_json(cards)
    else:
        print_table(
            ("model", "what it is", "styles"), [(c.id, c.summary, ", ".join(c.styles)) for c in cards]
        )
    for problem in common.catalogue().problems:
        errors.print(problem.sentence())


@app.command(epilog="`latent-studio train models/paintings-gan/recipe.toml --data pictures --out runs/mine`")
def train(
    recipe: Path,
    data: Annotated[Path, typer.Option(help="The folder with what to learn from.")],
    out: Annotated[Path, typer.Option(help="The folder for checkpoints, log and sample sheets.")],
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last checkpoint.")] = False,
    start: Annotated[
        Path | None, typer.Option("--from", help="Begin with this model folder's weights.")
    ] = None,
    device: Device = "",
) -> None:
    """Train a model as a recipe.toml says."""
    from studio.training.__main__ import run

    if not data.exists():
        raise StudioError(f"There is no folder {data}.", hint="Name the folder with the data in --data.")
    logging.getLogger("studio.training").setLevel(logging.WARNING)
    run(recipe, data, out, resume, start, device)


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Say what this machine has and what is missing."""
    from studio.inference.doctor import examine

    report = examine(common.catalogue(), _device_facts)
    if as_json:
        print_json(report)
        return
    for title, findings in report.sections.items():
        print_table((title, ""), list(findings.items()))
    for trouble in report.troubles or ("Everything is in order.",):
        typer.echo(trouble)


@app.command("open", epilog="`latent-studio`, `latent-studio open picture.png`, `latent-studio idea.mid`")
def open_window(files: Annotated[list[Path], typer.Argument()] = [], device: Device = "") -> None:  # noqa: B006
    """Open the window, with pictures, MIDI files or a project. (`studio.__main__` does; this is its help.)"""
    raise typer.BadParameter("give only files and --device")


def _device_facts() -> dict[str, str]:
    from studio.engines.device import device_facts

    return device_facts()
