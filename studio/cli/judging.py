"""The verb that says how a model hears the notes of a melody."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from studio.cli import music_options as opt
from studio.cli.answers import note_told
from studio.cli.common import (
    AsJson,
    Device,
    Weights,
    app,
    card_of,
    errand,
    errors,
    pairs,
    print_json,
    print_table,
)
from studio.cli.music import MELODIES, read_score
from studio.core.messages import NoteScore, NotesScored
from studio.core.pitch import note_name
from studio.core.recipe import ComposeSettings
from studio.core.score import Note, Score
from studio.inference.composing import scoring_request

SHOWN = 12
Judged = list[tuple[Note, NoteScore]]


@app.command(epilog="`latent-studio judge tune.mid`, `latent-studio judge tune.mid --style jig=1 --json`")
def judge(
    file: Path,
    track: Annotated[int, typer.Option(min=0, help="Counted from 1; 0: the melody's.")] = 0,
    model: Annotated[str, typer.Option(help="A model of melodies.")] = MELODIES,
    style: Weights = [],  # noqa: B006
    chords: opt.Chords = "",
    as_json: AsJson = False,
    device: Device = "auto",
) -> None:
    """How likely a model finds each note of a melody, and what it would have expected: where a tune surprises."""
    score, card = read_score(file), card_of(model, "music")
    tracks = (track - 1,) if track else ()
    request = scoring_request(score, card, ComposeSettings(styles=pairs(style), tracks=tracks, chords=chords))
    with errand(device) as now, errors.status("Listening"):
        answer = now.ask(request)
    assert isinstance(answer, NotesScored)
    judged = [(n, s) for n, s in zip(request.notes, answer.scores, strict=True) if s is not None]
    if as_json:
        print_json({"file": str(file), "model": card.id, "notes": [note_told(*pair) for pair in judged]})
    else:
        _print(score, judged)


def _print(score: Score, judged: Judged) -> None:
    """The least likely notes in the order of time, and how likely all are together."""
    least = sorted(judged, key=lambda pair: pair[1].probability)[:SHOWN]
    rows = [_row(score, *pair) for pair in sorted(least, key=lambda pair: pair[0].start_ticks)]
    print_table(("bar", "note", "probability", "rank", "expected"), rows)
    mean = math.exp(sum(math.log(max(told.probability, 1e-300)) for _, told in judged) / len(judged))
    typer.echo(f"{len(judged)} notes, {mean:.0%} likely on average; the {len(rows)} least likely are shown.")


def _row(score: Score, note: Note, told: NoteScore) -> tuple[str, ...]:
    expected = ", ".join(f"{note_name(pitch)} {odds:.0%}" for pitch, odds in told.alternatives[:3])
    bar = str(score.bar_of(note.start_ticks) + 1)
    return bar, note_name(note.pitch), f"{told.probability:.1%}", str(told.rank), expected
