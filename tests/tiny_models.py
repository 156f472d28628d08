"""Untrained models of a few thousand numbers, written as model folders: for tests of the whole road from disk."""

import hashlib
import json
from dataclasses import asdict
from pathlib import Path

import torch
from safetensors.torch import save

from studio.core.card import Card, WeightsInfo
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.engines.music.lead_sheet import LeadSheet, LeadSheetConfig
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.music.melody_vae import MelodyVae, MelodyVaeConfig
from studio.engines.picture.gan import GanConfig, Generator
from studio.engines.picture.restoration import Restoration, RestorationConfig
from studio.engines.picture.translator import Translator, TranslatorConfig
from studio.engines.picture.vae import Vae, VaeConfig

GAN = GanConfig(("sea", "wood"), resolution=32, z_dim=8, w_dim=16, channels=(16, 16, 12, 8), directions=4)
VAE = VaeConfig(resolution=16, z_dim=6, channels=(8, 12, 16), sketch=8)
RESTORATION = RestorationConfig(16, (4, 6, 8, 8), (1, 2), 8, 4, 8, 2)
TRANSLATOR = TranslatorConfig(width=8, blocks=1)
CHORALE = ChoraleLstmConfig(embedding=12, hidden=16, layers=2, ahead=12, head=12)
PHRASES = MelodyVaeConfig(("reel", "jig"), latent=8, embedding=12, encoder=10, decoder=14, head=8)
LEAD_SHEET = LeadSheetConfig(embedding=8, encoder=6, hidden=10, head=6)
MELODY = MelodyLstmConfig(("reel", "jig"), embedding=16, hidden=24, head=16)


def write_tiny_models(folder: Path) -> None:
    """tiny-gan, tiny-vae, tiny-restoration, tiny-translator and tiny-melody under `folder`; the same at every call."""
    write_restoration(folder)
    write_translator(folder)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        generator = Generator(GAN)
        generator.w_mean.normal_()
        generator.directions.fit(torch.randn(200, GAN.w_dim))
        shape = {"resolution": GAN.resolution, "z_dim": GAN.z_dim}
        write_model(folder, "tiny-gan", "picture.gan", generator, asdict(GAN), styles=GAN.styles, **shape)
        shape = {"resolution": VAE.resolution, "z_dim": VAE.z_dim}
        write_model(folder, "tiny-vae", "picture.vae", Vae(VAE), asdict(VAE), **shape)
        write_model(
            folder,
            "tiny-melody",
            "music.melody_lstm",
            MelodyLstm(MELODY),
            asdict(MELODY),
            styles=MELODY.styles,
        )


def write_restoration(folder: Path) -> None:
    """tiny-restoration under `folder`; the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        nets = Restoration(RESTORATION)
        for parameter in nets.parameters():  # those too that begin at 0
            torch.nn.init.normal_(parameter, std=0.15)
        write_model(folder, "tiny-restoration", "picture.restoration", nets, asdict(RESTORATION))


def write_translator(folder: Path) -> None:
    """tiny-translator under `folder`."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        painter = Translator(TRANSLATOR)
        write_model(folder, "tiny-translator", "picture.translator", painter, asdict(TRANSLATOR))


def write_chorale(folder: Path) -> None:
    """tiny-chorale under `folder`; the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        choir = ChoraleLstm(CHORALE)
        write_model(folder, "tiny-chorale", "music.chorale_lstm", choir, asdict(CHORALE))


def write_phrases(folder: Path) -> None:
    """tiny-phrases under `folder`; the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        net = MelodyVae(PHRASES)
        for parameter in net.parameters():  # untrained, z would hardly be heard
            torch.nn.init.normal_(parameter, std=0.4)
        write_model(folder, "tiny-phrases", "music.melody_vae", net, asdict(PHRASES), styles=PHRASES.styles)


def write_lead_sheet(folder: Path) -> None:
    """tiny-lead-sheet under `folder`; the same at every call."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        write_model(folder, "tiny-lead-sheet", "music.lead_sheet", LeadSheet(LEAD_SHEET), asdict(LEAD_SHEET))


def write_model(
    folder: Path, name: str, family: str, module: torch.nn.Module, config: dict[str, object], **more: object
) -> None:
    home = folder / name
    home.mkdir(parents=True)
    data = save({key: tensor.contiguous() for key, tensor in module.state_dict().items()})
    (home / "model.safetensors").write_bytes(data)
    info = WeightsInfo("model.safetensors", hashlib.sha256(data).hexdigest(), bytes=len(data))
    config.pop("styles", None) if family.startswith("music") else None
    card = Card(name, name.title(), family, "For tests.", info, config=config, **more)  # type: ignore[arg-type]
    (home / "card.json").write_text(json.dumps(asdict(card)))
