"""The verbs that turn a score of one kind of file into another, or into engraved pages."""

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


@app.command(
    epilog="`latent-studio engrave tune.abc -o tune.pdf`, `latent-studio engrave song.mid -o page.svg`"
)
def engrave(
    file: Annotated[Path, typer.Argument(help="MIDI, MusicXML, ABC or Humdrum.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="A .pdf; or .png or .svg, numbered if pages are many.")
    ],
) -> None:
    """Write a score as pages that a musician can play from."""
    from studio.ui.music import engraved_pages  # here: only this verb draws with Qt

    if out.suffix.lower() not in engraved_pages.PAGE_ENDINGS:
        raise typer.BadParameter("pages end in .pdf, .png or .svg", param_hint="--out")
    reading = read_score(file)
    engraved_pages.ensure_application()
    files, warnings = engraved_pages.write_engraved(reading.score, out)
    for warning in (*reading.warnings, *warnings):
        errors.print(warning, markup=False)
    typer.echo("\n".join(str(one) for one in files))
