"""The verbs for data: what a folder or zip of pictures holds, before a model learns from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import Progress

from studio.cli.common import AsJson, app, errors, print_json, print_table
from studio.core.errors import StudioError

if TYPE_CHECKING:
    from studio.training.picture.check import DataReport

SHOWN = 12
data = typer.Typer(help="Look at pictures before a model learns from them.")
app.add_typer(data, name="data")


@data.callback()
def _data() -> None:
    """Keeps `check` a verb of its own."""


@data.command(epilog="`latent-studio data check my-pictures`, `latent-studio data check scans.zip --json`")
def check(
    place: Annotated[Path, typer.Argument(help="A folder, with all that is below it, or a zip file.")],
    recipe: Annotated[Path | None, typer.Option(help="Check for this recipe.toml.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which pictures are broken, small, odd or there twice, and what labels they have."""
    report = _examine(place, recipe)
    if as_json:
        print_json(report)
    else:
        _show(report)
    if not report.usable:
        raise StudioError(report.verdict)


def _examine(place: Path, recipe: Path | None) -> "DataReport":
    from studio.training.picture import check as room
    from studio.training.picture.recipes import PictureData
    from studio.training.recipe import convert_recipe, read_recipe

    wanted, seed = PictureData((), pack_side=1), 0
    if recipe:
        raw = read_recipe(recipe)
        wanted, seed = convert_recipe(raw.get("data", {}), PictureData), raw.get("seed", 0)
    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("Looking", total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total)

        return room.check(place, wanted, seed, show)


def _show(report: "DataReport") -> None:
    sides = report.short_sides_px
    facts = {
        "pictures": str(report.pictures),
        "short side": f"{sides[0]} to {sides[2]} px, half of them {sides[1]} px or more" if sides else "",
        "kinds": _counts(report.kinds),
        "turned by their camera": str(report.turned or ""),
        "marked as not usable": str(report.left_out or ""),
        "other files, ignored": str(report.ignored or ""),
        **{f"label {name}": _counts(counts) for name, counts in report.labels.items()},
    }
    print_table((report.place, ""), [(name, fact) for name, fact in facts.items() if fact])
    _list("Broken", report.broken)
    _list("In the manifest, but not there", report.missing)
    _list("There, but not in the manifest", report.unlisted)
    _list(f"Short side under {report.least_px} px (will be enlarged)", report.small)
    _list("Longer than three times the short side (much is cut off)", report.odd)
    _list("The same picture", [" = ".join(names) for names in report.duplicates])
    _list("Drawn for the held-out set, left out as the same as a training picture", report.twins)
    if report.usable:
        typer.echo(f"\n{report.verdict}")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items())


def _list(title: str, lines: list[str]) -> None:
    if not lines:
        return
    typer.echo(f"\n{title}: {len(lines)}")
    for line in lines[:SHOWN]:
        typer.echo(f"  {line}")
    if len(lines) > SHOWN:
        typer.echo(f"  and {len(lines) - SHOWN} more (--json lists all)")
