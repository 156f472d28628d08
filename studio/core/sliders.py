"""The sliders of a picture model: their places in a latent, chance and rest over many of them, and what is noted on
them.

A slider's key is its direction's name, `style:<name>` for a style's weight, or `noise` and `psi`.
Invariant: what is locked stays where it is, by chance and by reset; a note that says nothing is not kept.
"""

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace

from studio.core.latent import Latent
from studio.core.parameter import Parameter
from studio.core.project import PictureDocument, SliderNote

STYLE, NOISE_KEY, PSI_KEY = "style:", "noise", "psi"
COARSE_END, MIDDLE_END = 4, 8  # layers 0-3 lay out the picture, 4-7 form it, the rest finish it


def with_value(latent: Latent, key: str, value: float) -> Latent:
    """The latent with one slider at a value."""
    if key.startswith(STYLE):
        return latent.with_style(key.removeprefix(STYLE), value)
    if key == NOISE_KEY:
        return replace(latent, noise=value)
    if key == PSI_KEY:
        return replace(latent, psi=value)
    return latent.with_offset(key, value)


def with_values(latent: Latent, values: Mapping[str, float]) -> Latent:
    """The latent with many sliders at their values."""
    for key, value in values.items():
        latent = with_value(latent, key, value)
    return latent


def ends(latent: Latent, key: str, parameter: Parameter) -> tuple[Latent, Latent]:
    """What the low and the high end of a slider lead to."""
    return with_value(latent, key, parameter.low), with_value(latent, key, parameter.high)


def by_chance(parameter: Parameter, chance: random.Random, spread: float = 1.0) -> float:
    """A value at random: normal around the default, a sixth of the range wide (1 σ where it runs from -3 to 3) times
    `spread`; where the default is an end, mostly little and now and then much."""
    low, high, rest = parameter.low, parameter.high, parameter.default
    if low < rest < high:
        value = rest + chance.gauss(0.0, spread) * (high - low) / 6
    else:
        share = chance.random() ** 3
        value = rest + share * ((high if rest == low else low) - rest)
    return round(parameter.clamp(value), parameter.decimals)


def layer_bands(layers: int) -> tuple[tuple[str, int, int], ...]:
    """(name, first, last) of the coarse, middle and fine layers that a network of so many has."""
    bands = (
        ("coarse", 0, COARSE_END - 1),
        ("middle", COARSE_END, MIDDLE_END - 1),
        ("fine", MIDDLE_END, layers - 1),
    )
    return tuple((name, first, min(last, layers - 1)) for name, first, last in bands if first < layers)


def note_on(document: PictureDocument, key: str) -> SliderNote:
    """What is noted on a slider of the document's model; an empty note where nothing is."""
    found = (n for n in document.notes if n.model_id == document.model_id and n.name == key)
    return next(found, SliderNote(document.model_id, key))


def with_note(document: PictureDocument, note: SliderNote) -> PictureDocument:
    """The document with another note on a slider; an empty one takes it away."""
    others = tuple(n for n in document.notes if (n.model_id, n.name) != (note.model_id, note.name))
    is_empty = note == SliderNote(note.model_id, note.name)
    return replace(document, notes=others if is_empty else (*others, note))


def locked_keys(document: PictureDocument) -> frozenset[str]:
    """The sliders of the document's model that chance and reset leave alone."""
    return frozenset(n.name for n in document.notes if n.locked and n.model_id == document.model_id)


def unlocked(document: PictureDocument, keys: Iterable[str]) -> tuple[str, ...]:
    """Those of the keys that may be changed by chance and by reset."""
    locked = locked_keys(document)
    return tuple(key for key in keys if key not in locked)
