"""Where the music of each collection comes from: its name, whom to thank, its licence and its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

_ENCODINGS = (
    "public domain (printed books); encodings distributed with the encoders' permission (music21 corpus)"
)
_MUSIC21 = "music21 10.5.1 corpus (BSD-3-Clause)"


@dataclass(frozen=True, slots=True)
class Collection:
    """What a card says of a collection."""

    name: str
    credit: str
    licence: str
    source: str


COLLECTIONS = {
    "oneills1850": Collection(
        "O'Neill's Music of Ireland (1903)",
        "Norbert Paap and the O'Neill's ABC transcribers",
        _ENCODINGS,
        _MUSIC21,
    ),
    "airdsAirs": Collection(
        "Aird's Selection of Scotch, English, Irish and Foreign Airs (1778-1801)",
        "Jack Campin",
        _ENCODINGS,
        _MUSIC21,
    ),
    "ryansMammoth": Collection(
        "Ryan's Mammoth Collection (1883)",
        "Ray Davies and the contributors that he names",
        _ENCODINGS,
        _MUSIC21,
    ),
    "bach": Collection(
        "J. S. Bach: four-part chorales",
        "the encoders of the music21 corpus",
        "public domain (music); encodings distributed with the encoders' permission (music21 corpus)",
        _MUSIC21,
    ),
    "kern": Collection(
        "F. Chopin: first editions",
        "First Editions of Fryderyk Chopin's Music, Copyright 2017-2021 The Fryderyk Chopin Institute "
        "(https://nifc.pl), https://chopinscores.org, https://github.com/pl-wnifc/humdrum-chopin-first-editions",
        "CC BY 4.0",
        "humdrum-chopin-first-editions @ 95dfb105",
    ),
    "dataset": Collection(
        "OpenEWLD: public-domain lead sheets",
        "the Wikifonia transcribers and the maintainers of OpenEWLD",
        "public domain (music, by composers' dates); MIT (collection)",
        "OpenEWLD @ ec03cbd8",
    ),
}
OTHER_NAMES = {
    "openewld_melody_chords_jsonl": "dataset",
    "songs": "dataset",
    "openewld": "dataset",
    "chorales": "bach",
    "chopin": "kern",
}


def collection_of(folder: str) -> Collection:
    """What is known of a collection by the name of its folder; else that nothing is known."""
    known = COLLECTIONS.get(OTHER_NAMES.get(folder, folder))
    return known or Collection(folder or "unnamed", "", "not named", "")


def data_of(works: Mapping[str, int]) -> list[dict[str, Any]]:
    """A card's `data`: what is said of each collection that gave works."""
    return [{**asdict(collection_of(folder)), "works": count} for folder, count in works.items() if count]
