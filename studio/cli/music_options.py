"""What the verbs that write notes are told: their options, and what the words of these mean."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from studio.core.errors import StudioError
from studio.core.mood import Mood
from studio.core.parameter import TEMPERATURE, TOP_P
from studio.core.pitch import pitch_class, pitch_named
from studio.core.theory import scale_named

T = TypeVar("T")

Temperature = Annotated[float, typer.Option(help=TEMPERATURE.hint)]
TopP = Annotated[float, typer.Option(help=TOP_P.hint)]
Bars = Annotated[int, typer.Option(min=1, max=256)]
Scale = Annotated[str, typer.Option(help='What may be written, as in "D dorian".')]
Range = Annotated[str, typer.Option("--range", help="Lowest and highest pitch, as in A3-C6 or 57-84.")]
Attributes = Annotated[
    list[str], typer.Option("--attribute", help="NAME=VALUE from 0 to 1; may be repeated.", metavar="NAME=V")
]
Guidance = Annotated[
    float,
    typer.Option(min=0, max=20, help="How strongly styles and attributes are followed; 1 is as trained."),
]
Chords = Annotated[str, typer.Option(help='What it lies over: "C Am F G", one a bar, or "C | Am F | G7".')]
Candidates = Annotated[int, typer.Option(min=1, max=8, help="More than one: OUT-1.mid, OUT-2.mid ...")]
MoodAsked = Annotated[
    str,
    typer.Option(
        "--mood",
        help="VALENCE,ENERGY from -1 to 1, as in -0.8,0.6; wishes of your own come first.",
        metavar="V,E",
    ),
]
StartOn = Annotated[str, typer.Option(help="What the first new note may be, as in D or D,A.")]
EndOn = Annotated[str, typer.Option(help="What the last new note may be, as in D or D,A.")]
BestOf = Annotated[
    int,
    typer.Option(
        min=1, max=16, help="Of so many answers the likeliest is kept, or the nearest to the attributes."
    ),
]
Polyphony = Annotated[int, typer.Option(min=0, max=88, help="Notes at once; 0: as the model likes.")]
Like = Annotated[
    Path | None, typer.Option(help="A MIDI file written here: everything is asked for as it says.")
]


def scale_of(text: str) -> tuple[int, ...]:
    """Pitch classes of a scale as in "D dorian" or "C"; none for an empty text."""
    return tuple(sorted(_told(scale_named, text, "--scale")[1])) if text.strip() else ()


def checked_scale(text: str) -> str:
    """The text, if it names a scale."""
    scale_of(text)
    return text.strip()


def range_of(text: str) -> tuple[int, int] | None:
    """Two pitches as in 48-72 or A3-C6; None for an empty text."""
    if not text:
        return None
    match = re.fullmatch(r"\s*([A-Ga-g][#b]*-?\d+|\d+)\s*-\s*([A-Ga-g][#b]*-?\d+|\d+)\s*", text)
    low, high = (_told(pitch_named, name, "--range") for name in match.groups()) if match else (1, 0)
    if low > high:
        raise typer.BadParameter("give two pitches as in A3-C6 or 48-72", param_hint="--range")
    return low, high


def bounds_of(text: str) -> tuple[int, int]:
    """The same; all pitches for an empty text."""
    return range_of(text) or (0, 127)


def classes_of(text: str, option: str) -> tuple[int, ...]:
    """Pitch classes as in "D" or "D,A"."""
    names = text.replace(",", " ").split()
    return tuple(sorted({_told(pitch_class, name, option) for name in names}))


def mood_of(text: str) -> Mood | None:
    """Two numbers as in -0.8,0.6; None for an empty text."""
    if not text.strip():
        return None
    try:
        valence, energy = (float(word) for word in text.split(","))
    except ValueError:
        valence = energy = 2.0
    if not (abs(valence) <= 1 and abs(energy) <= 1):
        raise typer.BadParameter("give two numbers from -1 to 1 as in -0.8,0.6", param_hint="--mood")
    return Mood(valence, energy)


def bars_of(text: str) -> tuple[int, int]:
    """(first, how many) of bars as in 5-8 or 5, which are counted from 1; the first from 0."""
    first, dash, last = text.partition("-")
    if not (first.isdecimal() and (last.isdecimal() or not dash)):
        raise typer.BadParameter("give bars as in 5-8", param_hint="--bars")
    count = (int(last) if dash else int(first)) - int(first) + 1
    if int(first) < 1 or not 1 <= count <= 256:
        raise typer.BadParameter("bars are counted from 1, and 256 are the most", param_hint="--bars")
    return int(first) - 1, count


def _told(read: Callable[[str], T], text: str, option: str) -> T:
    """What a text means; one that means nothing is a mistake in the option."""
    try:
        return read(text)
    except StudioError as error:
        raise typer.BadParameter(f"{error.title} {error.hint}", param_hint=option) from error
