"""TorchBackend: one torch device and the families that can be opened on it. Lives on its device thread.

Importing this module imports torch: do it on the device thread.
"""

from collections.abc import Callable
from importlib import import_module

import torch

from studio.core.errors import StudioError
from studio.engines.base import Engine
from studio.engines.catalogue import Catalogue, CatalogueEntry
from studio.engines.device import (
    choose_device,
    device_choices,
    free_memory,
    is_out_of_memory,
    prepare_threads,
)

FAMILIES = {
    "picture.gan": ("studio.engines.picture.gan_engine", "open_engine"),
    "picture.stylegan2": ("studio.engines.picture.stylegan_engine", "open_stylegan2"),
    "picture.stylegan3": ("studio.engines.picture.stylegan_engine", "open_stylegan3"),
    "picture.lightweight_gan": ("studio.engines.picture.lightweight_engine", "open_engine"),
    "picture.vae": ("studio.engines.picture.vae", "open_engine"),
    "picture.restoration": ("studio.engines.picture.restoration", "open_engine"),
    "picture.translator": ("studio.engines.picture.translator", "open_engine"),
    "picture.style_transfer": ("studio.engines.picture.style_transfer", "open_engine"),
    "music.melody_lstm": ("studio.engines.music.melody_engine", "open_engine"),
    "music.polyphony_lstm": ("studio.engines.music.polyphony_engine", "open_engine"),
    "music.lead_sheet": ("studio.engines.music.lead_sheet_engine", "open_engine"),
    "music.melody_vae": ("studio.engines.music.melody_vae_engine", "open_engine"),
    "music.chorale_lstm": ("studio.engines.music.chorale_engine", "open_engine"),
}


class TorchBackend:
    """The real Backend: see inference.engine_room."""

    def __init__(self, catalogue: Catalogue, wish: str) -> None:
        prepare_threads()
        self._catalogue = catalogue
        self.choices = device_choices()
        self.device = choose_device(wish)
        self.name = next((n for n, _ in self.choices if torch.device(n) == self.device), str(self.device))
        self.label = dict(self.choices)[self.name]

    def load(self, model_id: str) -> Engine:
        """Open a model; raises StudioError when it is missing, damaged or of an unknown family."""
        return self.open_entry(self._catalogue.entry(model_id))

    def open_entry(self, entry: CatalogueEntry) -> Engine:
        """Open a model that is in no list yet; raises StudioError as `load` does."""
        return _opener(entry)(entry, self.device)

    def style_model_id(self) -> str:
        entries = self._catalogue.family("picture.style_transfer")
        if not entries:
            raise StudioError("No restyling model is installed.", hint="Install the style-transfer model.")
        return entries[0].card.id

    def model_of(self, family: str) -> str:
        """The id of the first model of a family; raises StudioError where none is installed."""
        entries = self._catalogue.family(family)
        if not entries:
            name = family.partition(".")[2].replace("_", " ")
            raise StudioError(f"No {name} model is installed.", hint=f"Install a {name} model.")
        return entries[0].card.id

    def is_out_of_memory(self, error: BaseException) -> bool:
        return is_out_of_memory(error)

    def free_memory(self) -> None:
        free_memory(self.device)


def _opener(entry: CatalogueEntry) -> Callable[[CatalogueEntry, torch.device], Engine]:
    family = entry.card.family
    if family not in FAMILIES:
        raise StudioError(
            f"This version cannot open models of the family {family!r}.", hint="Update Latent Studio."
        )
    module, name = FAMILIES[family]
    opener: Callable[[CatalogueEntry, torch.device], Engine] = getattr(import_module(module), name)
    return opener
