"""The models to measure: the bundled ones; where there is none yet, an untrained one of the usual shape.

Untrained weights take as long as trained ones, but a melody that nobody trained has other note lengths.
"""

from dataclasses import asdict
from pathlib import Path

import torch

from studio.core.settings import Settings
from studio.engines.catalogue import Catalogue, CatalogueEntry
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.picture.gan import GanConfig, Generator
from studio.files.locations import models_dir, user_models_dir
from tests.tiny_models import write_model


def picture_model() -> CatalogueEntry:
    return _bundled("picture.gan") or _untrained_gan(user_models_dir())


def music_model() -> CatalogueEntry:
    return _bundled("music.melody_lstm") or _untrained_melody(user_models_dir())


def chorale_model() -> CatalogueEntry:
    return _bundled("music.chorale_lstm") or _untrained_chorale(user_models_dir())


def chords_model() -> CatalogueEntry:
    return _bundled("music.lead_sheet") or _untrained_sheet(user_models_dir())


def _bundled(family: str) -> CatalogueEntry | None:
    found = Catalogue.scan([models_dir()]).family(family)
    first = [entry for entry in found if entry.card.id == Settings().picture_model]
    return next(iter((*first, *found)), None)


def _untrained_gan(folder: Path) -> CatalogueEntry:
    config = GanConfig(("landscape", "portrait"))
    generator = Generator(config)
    generator.directions.fit(torch.randn(500, config.w_dim))
    shape = {"resolution": config.resolution, "z_dim": config.z_dim}
    write_model(
        folder, "untrained-gan", "picture.gan", generator, asdict(config), styles=config.styles, **shape
    )
    return Catalogue.scan([folder]).entry("untrained-gan")


def _untrained_melody(folder: Path) -> CatalogueEntry:
    config = MelodyLstmConfig(("reel", "jig"), hidden=384)
    write_model(
        folder,
        "untrained-melody",
        "music.melody_lstm",
        MelodyLstm(config),
        asdict(config),
        styles=config.styles,
    )
    return Catalogue.scan([folder]).entry("untrained-melody")


def _untrained_chorale(folder: Path) -> CatalogueEntry:
    config = ChoraleLstmConfig()
    write_model(folder, "untrained-chorale", "music.chorale_lstm", ChoraleLstm(config), asdict(config))
    return Catalogue.scan([folder]).entry("untrained-chorale")


def _untrained_sheet(folder: Path) -> CatalogueEntry:
    config = LeadSheetConfig()
    write_model(folder, "untrained-sheet", "music.lead_sheet", LeadSheet(config), asdict(config))
    return Catalogue.scan([folder]).entry("untrained-sheet")
