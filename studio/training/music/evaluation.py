"""`latent-studio evaluate MODEL` for music: each family's judge measures on works that never trained its model."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry
from studio.training.music import copying

JUDGES = {
    "music.melody_lstm": "studio.training.music.melody_evaluation",
    "music.polyphony_lstm": "studio.training.music.polyphony_evaluation",
    "music.chorale_lstm": "studio.training.music.chorale_evaluation",
    "music.melody_vae": "studio.training.music.vae_evaluation",
    "music.lead_sheet": "studio.training.music.leadsheet_evaluation",
}
MELODIC = ("music.melody_lstm", "music.melody_vae")  # whose melodies are compared with those of people


def evaluate(entry: CatalogueEntry, data: Path) -> dict[str, Any]:
    """Figures by name; a group of figures is a dict of its own. StudioError where the family has no judge."""
    if entry.card.family not in JUDGES:
        raise StudioError(f"There is no measure for models of the family {entry.card.family!r}.")
    judge = import_module(JUDGES[entry.card.family])
    figures: dict[str, Any] = judge.evaluate(entry, data)
    return {**figures, "copies": copying.figures(entry, data)} if entry.card.family in MELODIC else figures
