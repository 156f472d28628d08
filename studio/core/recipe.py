"""Recipe: all that is needed to make a result again, bit for bit on one device. Stands inside every export."""

from dataclasses import dataclass, replace
from typing import Annotated

import msgspec

from studio.core.errors import StudioError
from studio.core.latent import Latent, Seed
from studio.core.mood import Mood
from studio.core.music_messages import CHORDS_BEST_OF, CHORDS_TEMPERATURE
from studio.core.parameter import GUIDANCE, TEMPERATURE, TOP_P
from studio.core.restyle import StyleMix
from studio.core.retouch import Retouch

RECIPE_SCHEMA = 1
MAX_RECIPE_CHARS = 32_000_000  # masks stand in it
Pitch = Annotated[int, msgspec.Meta(ge=0, le=127)]


@dataclass(frozen=True, slots=True)
class ComposeSettings:
    """How a model was asked for notes; together with the score that it heard, the same notes again.

    first_bar: counted from 0, -1 for going on after the last note; tracks: counted from 0, none for the melody's;
    scale: as "D dorian", empty is free; chords: as "C | Am F | G7", bar by bar; must_start, must_end: pitch classes;
    meter: of a piece that is begun, as "6/8"; keep_rhythm, keep_notes: of what stands in the bars; rhythm: (ticks after
    the bars begin, duration) of what is written, where it is told; given: (start, duration, pitch, velocity) of notes
    that are part of the answer without being written, such as the opening of an idea that was liked; mood: none asks
    for nothing."""

    seed: Seed = 0
    bars: Annotated[int, msgspec.Meta(ge=1, le=256)] = 4
    temperature: Annotated[float, msgspec.Meta(ge=0.01, le=4)] = TEMPERATURE.default
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] = TOP_P.default
    styles: tuple[tuple[str, float], ...] = ()
    first_bar: Annotated[int, msgspec.Meta(ge=-1, le=100_000)] = -1
    tracks: tuple[int, ...] = ()
    scale: str = ""
    low: Pitch = 0
    high: Pitch = 127
    attributes: tuple[tuple[str, float], ...] = ()
    guidance: Annotated[float, msgspec.Meta(ge=0, le=20)] = GUIDANCE.default
    chords: str = ""
    must_start: tuple[int, ...] = ()
    must_end: tuple[int, ...] = ()
    best_of: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    polyphony: Annotated[int, msgspec.Meta(ge=0, le=88)] = 0
    keep_rhythm: bool = False
    keep_notes: bool = False
    meter: str = ""
    rhythm: tuple[tuple[int, int], ...] = ()
    given: tuple[tuple[int, int, Pitch, int], ...] = ()
    mood: Mood | None = None


HARMONISING_TEMPERATURE = 0.8  # at 1 the chorale model's beats are half as often again dissonant as Bach's


@dataclass(frozen=True, slots=True)
class HarmoniseSettings:
    """How a model was asked for voices. chords: as "C | Am F | G7", bar by bar; scale: pitch classes, empty is free;
    range: lowest and highest pitch of what is written, ranges: those of each voice, the highest first; sweeps: how
    often it is thought over."""

    seed: Seed = 0
    voices: Annotated[int, msgspec.Meta(ge=1, le=4)] = 4
    candidates: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    temperature: Annotated[float, msgspec.Meta(ge=0.01, le=4)] = HARMONISING_TEMPERATURE
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] = TOP_P.default
    sweeps: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    scale: tuple[int, ...] = ()
    range: tuple[int, int] | None = None
    chords: str = ""
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class MorphSettings:
    """How a way between two phrases was asked for: `steps` phrases of `bars` bars, the ends among them. styles: of what
    lies between; scale: pitch classes, empty is free; range: lowest and highest pitch of what is written."""

    seed: Seed = 0
    steps: Annotated[int, msgspec.Meta(ge=3, le=64)] = 8
    bars: Annotated[int, msgspec.Meta(ge=1, le=16)] = 2
    temperature: Annotated[float, msgspec.Meta(ge=0, le=4)] = 0.0
    styles: tuple[tuple[str, float], ...] = ()
    scale: tuple[int, ...] = ()
    range: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class ChordsSettings:
    """How a model was asked for chords. track and bars count from 1 (None: the melody, all of it); a_bar: changes a
    bar at the most; fixed: chords that stay, as "1:C 4:G7"; key: as in "D minor", empty: the model is to find it;
    best_of: drawn for each candidate; scale: pitch classes of new chords, empty is free."""

    seed: Seed = 0
    track: Annotated[int, msgspec.Meta(ge=1)] | None = None
    bars: tuple[int, int] | None = None
    a_bar: Annotated[int, msgspec.Meta(ge=1, le=16)] = 1
    candidates: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    temperature: Annotated[float, msgspec.Meta(ge=0.01, le=4)] = CHORDS_TEMPERATURE
    top_p: Annotated[float, msgspec.Meta(gt=0, le=1)] = TOP_P.default
    fixed: str = ""
    key: str = ""
    best_of: Annotated[int, msgspec.Meta(ge=1, le=8)] = CHORDS_BEST_OF
    scale: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AccompanySettings:
    """How an accompaniment was asked for. track and bars count from 1 (None: the melody, all of it); figure: one of
    core.accompaniment's, "texture", or empty for the one that suits the metre; chords: as "C | Am F | G7" from the
    first bar on, empty: those that stand in the score, and where there are none a model finds them."""

    seed: Seed = 0
    track: Annotated[int, msgspec.Meta(ge=1)] | None = None
    bars: tuple[int, int] | None = None
    figure: str = ""
    candidates: Annotated[int, msgspec.Meta(ge=1, le=8)] = 1
    chords: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """kind: "picture" or "music"; model_id and weights_sha256: which model; latent, restyle, retouch: the picture;
    size: longer side in px before `scale` (1, 2 or 4); source_sha256: an opened picture that takes part
    (it travels beside the recipe); app: the version that wrote it."""

    kind: str
    model_id: str = ""
    weights_sha256: str = ""
    latent: Latent | None = None
    restyle: StyleMix | None = None
    retouch: tuple[Retouch, ...] = ()
    scale: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1
    source_sha256: str = ""
    source_name: str = ""
    compose: ComposeSettings | None = None
    harmonise: HarmoniseSettings | None = None
    morph: MorphSettings | None = None
    chords: ChordsSettings | None = None
    accompany: AccompanySettings | None = None
    device: str = ""
    app: str = ""
    schema: int = RECIPE_SCHEMA

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    def on(self, device: str) -> "Recipe":
        return replace(self, device=device)


class _Head(msgspec.Struct):
    """What is read first: a newer version may have changed all the rest."""

    schema: int = RECIPE_SCHEMA


def recipe_from_json(text: str | bytes) -> Recipe:
    """Read a recipe; raises StudioError for text that is none, or that a newer version wrote."""
    if len(text) > MAX_RECIPE_CHARS:
        raise StudioError("The recipe in this file is too large to be real.", hint="The file was left alone.")
    try:
        if msgspec.json.decode(text, type=_Head).schema > RECIPE_SCHEMA:
            raise StudioError(
                "This file was made by a newer Latent Studio.", hint="Update the app to open it."
            )
        return msgspec.json.decode(text, type=Recipe)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StudioError("The recipe in this file cannot be read.", str(error)) from error
