"""The verb that turns a score of one kind of file into another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.common import app, errors
from studio.files.score_file import read_score
from studio.files.score_writer import write_score


@app.command(epilog="`latent-studio convert tune.abc tune.mid`, `latent-studio convert song.mid song.mxl`")
def convert(
    file: Annotated[Path, typer.Argument(help="MIDI, MusicXML, ABC or Humdrum.")],
    out: Annotated[
        Path, typer.Argument(help="Its ending says what it is to be: .mid, .musicxml, .mxl or .abc.")
    ],
) -> None:
    """Write a score as another kind of file; what cannot be kept is said, nothing is left out in silence."""
    reading = read_score(file)
    for warning in (*reading.warnings, *write_score(reading.score, out, reading.recipe)):
        errors.print(warning, markup=False)
    score = reading.score
    counts = (sum(1 for _ in score.notes()), len(score.tracks))
    typer.echo(f"{out.name}: {counts[0]} notes on {counts[1]} {'track' if counts[1] == 1 else 'tracks'}")
