"""The verb that measures models: figures for people as a table, for programs as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from studio.cli import common
from studio.cli.common import AsJson, app, errors, print_json, print_table, progress_bar

if TYPE_CHECKING:
    from studio.training.picture.evaluation import Measured, Report

LIKENESS = {
    "Fréchet distance to held-out works": "frechet",
    "kernel distance to held-out works": "kernel",
    "  its spread over subsets": "kernel_spread",
    "precision": "precision",
    "recall": "recall",
    "diversity in features": "diversity",
    "diversity in levels of 255": "pixel_diversity",
}
COPIES = {
    "copies of held-out works: PSNR, dB": "psnr_db",
    "  SSIM": "ssim",
    "  perceptual distance": "perceptual",
}


@app.command(
    epilog="`latent-studio evaluate paintings-gan --data pictures --against runs/dcgan`, "
    "`latent-studio evaluate melody-lstm --data music --json`"
)
def evaluate(
    model: Annotated[str, typer.Argument(help="A model, or the folder of a picture model's training run.")],
    data: Annotated[
        Path, typer.Option(help="The folder with the pictures or the music that it learned from.")
    ],
    against: Annotated[str, typer.Option(help="A second model or run, measured beside it.")] = "",
    as_json: AsJson = False,
) -> None:
    """Measure a model against works that it never saw."""
    if any(entry.card.id == model for entry in common.catalogue().entries("music")):
        _evaluate_music(model, data, as_json)
    else:
        _evaluate_pictures(model, data, against, as_json)


def _evaluate_music(model: str, data: Path, as_json: bool) -> None:
    from studio.training.music.evaluation import evaluate as measure

    with errors.status("Measuring"):
        figures = measure(common.catalogue().entry(model), data)
    if as_json:
        print_json(figures)
    else:
        print_table((model, ""), [(name, str(value)) for name, value in _flat(figures)])


def _flat(figures: dict[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Groups of figures one after the other, each name behind that of its group."""
    for name, value in figures.items():
        title = f"{above}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _flat(value, f"{title}: ")
        else:
            yield title, value


def _evaluate_pictures(model: str, data: Path, against: str, as_json: bool) -> None:
    from studio.training.picture.evaluation import evaluate as measure

    with progress_bar() as show:
        report = measure(model, data, common.catalogue(), show, against)
    if as_json:
        print_json(report)
        return
    models = [report.model, *([report.against] if report.against else [])]
    ratio = ["ratio"] if report.against else []
    print_table(("", *(m.name for m in models), *ratio, "yardstick"), _rows(report, models))
    for line in (*(_findings(m) for m in models), *_notes(report)):
        typer.echo(line)


def _rows(report: Report, models: list[Measured]) -> list[tuple[str, ...]]:
    def part(name: str) -> Callable[[Measured], Any]:
        return lambda measured: getattr(measured, name)

    rows = [
        _row(title, name, models, part("likeness"), report.real_crops) for title, name in LIKENESS.items()
    ]
    rows.append(_row("share nearer than held-out works", "share", models, part("memorisation"), None))
    rows.append(_row("path length", "path_length", models, lambda measured: measured, None))
    if report.linear_code:
        yardstick = report.linear_code
        rows += [_row(title, name, models, part("copies"), yardstick) for title, name in COPIES.items()]
    return rows


def _row(
    title: str, name: str, models: list[Measured], part: Callable[[Measured], Any], yardstick: object
) -> tuple[str, ...]:
    """Title, the figure of each model, the first over the second where there are two, and the yardstick's."""
    values = [getattr(part(model), name, None) for model in models]
    real = getattr(yardstick, name, None)
    ratio = [values[0] / values[1] if values[0] and values[1] else None] if len(values) > 1 else []
    return title, *("" if value is None else f"{value:.3f}" for value in (*values, *ratio, real))


def _findings(measured: Measured) -> str:
    memory = measured.memorisation
    first = memory.nearest[0]
    return (
        f"{measured.name}, {measured.pictures_shown:,} pictures shown: {memory.verdict}. Nearest: seed {first.seed} "
        f"({', '.join(first.styles)}) and “{first.title}” by {first.artist}, {first.distance:.3f} apart; "
        f"1 % of held-out crops are nearer than {memory.threshold:.3f}, "
        f"and so are {memory.sensitivity:.0%} of fresh crops of training works."
    )


def _notes(report: Report) -> list[str]:
    counts = ", ".join(f"{count:,} {name}" for name, count in report.counts.items())
    yardstick = "Yardstick: crops of training works against crops of held-out works"
    if report.linear_code:
        yardstick += "; for copies, a linear code of equal size"
    lines = [f"{yardstick}.", f"Features: {report.features}. Measured: {counts}."]
    if report.against and report.against.held_out_seen:
        lines.append(
            f"{report.against.name} has learned from {report.against.held_out_seen} of the held-out works."
        )
    return lines
