"""The verb that says where a melody has been before."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.common import AsJson, app, errors, print_json, print_table
from studio.core.errors import StudioError
from studio.core.originality import Originality, bars_of, judge
from studio.core.score import Score, Track
from studio.files.score_file import read_score
from studio.files.tune_index_file import bundled_tune_index


@app.command(
    epilog="`latent-studio originality idea.mid`, `latent-studio originality song.mxl --track 2 --json`"
)
def originality(
    file: Annotated[Path, typer.Argument(help="MIDI, MusicXML, ABC or Humdrum.")],
    track: Annotated[int, typer.Option(min=0, help="Which track; 0 is the first that has notes.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say whether a melody stands in a tune that the models learned from, in any key and at any tempo."""
    reading = read_score(file)
    for warning in reading.warnings:
        errors.print(warning, markup=False)
    score = reading.score
    index, baseline = bundled_tune_index()
    found = judge(_chosen(score, track).notes, index, baseline)
    if as_json:
        print_json(_facts(score, found))
    else:
        print_table((file.name, ""), _rows(score, found))
        typer.echo(f"\n{found.sentence}")


def _chosen(score: Score, number: int) -> Track:
    if number:
        return score.track(number - 1)
    for track in score.tracks:
        if track.notes:
            return track
    raise StudioError("There are no notes to judge.")


def _facts(score: Score, found: Originality) -> dict[str, Any]:
    facts = asdict(found) | {"sentence": found.sentence}
    if found.longest:
        facts["longest"]["bars"] = bars_of(score, found.longest)
    return facts


def _rows(score: Score, found: Originality) -> list[tuple[str, ...]]:
    usual = found.usual
    rows = [
        ("notes of melody", str(found.notes)),
        ("seen before", f"{found.share:.0%} of its pieces of eight notes (usual: {usual.share:.0%})"),
    ]
    if match := found.longest:
        first, last = bars_of(score, match)
        rows += [
            ("nearest tune", f"{match.tune}, bar {match.bar}"),
            ("longest match", f"{match.notes} notes, here in bars {first} to {last}"),
        ]
    return [*rows, ("verdict", found.verdict)]
