"""Finds models by their card.json, bundled and the user's. Torch-free: the list shows before torch is imported."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from studio.core.card import Card
from studio.core.errors import StudioError

MAX_CARD_BYTES = 1_000_000
CARD_SCHEMA = 1


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A model folder: card, weights and preview."""

    card: Card
    folder: Path

    @property
    def weights_path(self) -> Path:
        return self.folder / self.card.weights.file

    @property
    def preview_path(self) -> Path:
        return self.folder / "preview.webp"


class Catalogue:
    """All models that can be opened, in the order of their folders. Read on any thread, changed on one: a change puts
    another list in the place of the old one."""

    def __init__(self, entries: Iterable[CatalogueEntry], problems: Iterable[StudioError] = ()) -> None:
        self._entries = {entry.card.id: entry for entry in entries}
        self.problems = tuple(problems)

    @classmethod
    def scan(cls, folders: Iterable[Path]) -> "Catalogue":
        """Read every `folder/*/card.json`; a card that cannot be read becomes one of `problems`. Folders whose names
        begin with a dot are no models yet, or no more."""
        entries, problems = [], []
        for path in (p for folder in folders for p in sorted(folder.glob("[!.]*/card.json"))):
            try:
                entries.append(CatalogueEntry(read_card(path), path.parent))
            except StudioError as error:
                problems.append(error)
        return cls(entries, problems)

    def add(self, entry: CatalogueEntry) -> None:
        """A model has come, or its card has changed."""
        self._entries = {**self._entries, entry.card.id: entry}

    def forget(self, model_id: str) -> None:
        """A model has gone."""
        self._entries = {name: entry for name, entry in self._entries.items() if name != model_id}

    def entries(self, wing: str = "") -> tuple[CatalogueEntry, ...]:
        return tuple(e for e in self._entries.values() if not wing or e.card.wing == wing)

    def family(self, family: str) -> tuple[CatalogueEntry, ...]:
        return tuple(e for e in self._entries.values() if e.card.family == family)

    def entry(self, model_id: str) -> CatalogueEntry:
        """Raises StudioError for a model that is not here."""
        try:
            return self._entries[model_id]
        except KeyError:
            names = ", ".join(self._entries) or "none"
            raise StudioError(
                f"There is no model named {model_id!r}.", hint=f"Models here: {names}."
            ) from None


def read_card(path: Path) -> Card:
    """The card at `path`; raises StudioError with the reason."""
    try:
        if path.stat().st_size > MAX_CARD_BYTES:
            raise StudioError(f"The model card {path.name} in {path.parent.name} is too large to be one.")
        return _checked(msgspec.convert(json.loads(path.read_bytes()), Card))
    except (OSError, ValueError, RecursionError, msgspec.ValidationError) as error:
        raise StudioError(
            f"The model in {path.parent.name} has a card that cannot be read.",
            str(error),
            "Reinstall the model or remove its folder.",
        ) from error


def _checked(card: Card) -> Card:
    if card.schema > CARD_SCHEMA:
        raise StudioError(
            f"The model {card.name} needs a newer Latent Studio.", hint="Update the app to use it."
        )
    if Path(card.weights.file).name != card.weights.file:
        raise ValueError(f"the weights file {card.weights.file!r} must stand beside the card")
    return card
