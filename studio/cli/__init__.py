"""The headless verbs: each is a few lines over the same parts that the window uses. Imports neither Qt nor torch.

Exit codes: 0 done, 1 it could not be done (one sentence on the error stream), 2 not understood, 130 interrupted.
"""

import logging
import sys
from typing import Annotated

import typer

from studio import __version__
from studio.cli import (  # noqa: F401 (they add their verbs to the command)
    accompanying,
    blending,
    chords,
    converting,
    data,
    evaluate,
    harmony,
    importing,
    judging,
    models,
    morphing,
    motion,
    music,
    originality,
    painting,
    pictures,
    projection,
    restoration,
    restyling,
)
from studio.cli.common import app, errors
from studio.inference.device_thread import as_studio_error


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
