"""The verbs for data: what a folder or zip of pictures or of music holds, before a model learns from it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer
from rich.progress import Progress

from studio.cli.common import AsJson, app, errors, print_json, print_table
from studio.core.errors import StudioError

if TYPE_CHECKING:
    from studio.training.music.check import MusicReport
    from studio.training.picture.check import DataReport

SHOWN = 12
data = typer.Typer(help="Look at pictures or music before a model learns from them.")
app.add_typer(data, name="data")


@data.callback()
def _data() -> None:
    """Keeps `check` a verb of its own."""


@data.command(epilog="`latent-studio data check my-pictures`, `latent-studio data check tunes.zip --json`")
def check(
    place: Annotated[Path, typer.Argument(help="A folder, with all that is below it, or a zip file.")],
    recipe: Annotated[Path | None, typer.Option(help="Check pictures for this recipe.toml.")] = None,
    as_json: AsJson = False,
) -> None:
    """Say which pictures are broken, small, odd or there twice, and what labels they have; of music, what cannot be
    read, what is there twice, and its styles, metres and keys."""
    from studio.training.music.sources import is_of_music

    music = recipe is None and is_of_music(place)
    report = _examine_music(place) if music else _examine(place, recipe)
    if as_json:
        print_json(report)
    elif music:
        _show_music(cast("MusicReport", report))
    else:
        _show(cast("DataReport", report))
    if not report.usable:
        raise StudioError(report.verdict)


def _examine_music(place: Path) -> "MusicReport":
    from studio.training.music import check as room

    with Progress(console=errors, transient=True, disable=not errors.is_terminal) as bar:
        task = bar.add_task("Listening", total=None)
        return room.check(place, lambda done: bar.update(task, completed=done))


def _show_music(report: "MusicReport") -> None:
    facts = {
        "works": f"{report.works} in {report.files} files, {report.notes:,} notes",
        "with chords": str(report.with_chords or ""),
        "styles": _counts(report.styles),
        "metres": _counts(report.metres),
        "keys": _counts(report.keys),
        "variants of others": str(report.variants or ""),
        **report.collections,
    }
    print_table((report.place, ""), [(name, fact) for name, fact in facts.items() if fact])
    _list("Cannot be used", report.refused)
    _list("The same melody, in this or another key", [" = ".join(names) for names in report.duplicates])
    _list("Said by the readers", [f"{what}: in {count}" for what, count in report.not_kept.items()])
    if report.usable:
        typer.echo(f"\n{report.verdict}")


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
