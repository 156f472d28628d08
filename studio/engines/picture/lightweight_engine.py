"""The engine of imported lightweight-gans: their painter, for the engine of all imported generators.

They have no mapping network: their only row is z, psi scales it, and blends and sliders are those of z; there are no
layers to mix. Lives on the device thread.
"""

from __future__ import annotations

import torch
from torch import Tensor

from studio.core.latent import Latent
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.directions import read_config
from studio.engines.picture.lightweight_gan import LightweightConfig, LightweightGan
from studio.engines.picture.style_mapping import Mapping, MappingConfig, filled
from studio.engines.picture.stylegan_engine import ImportedEngine
from studio.engines.weights import read_weights


class LightweightPainter:
    """Draws with a lightweight-gan; keeps the noise of the last picture."""

    has_place, can_halve = False, False
    sizes: tuple[int, ...] = ()

    def __init__(self, generator: LightweightGan) -> None:
        self.network = generator
        self.config: MappingConfig = generator.config
        self.mapping: Mapping = generator.mapping
        self.layers = generator.config.num_layers
        self.moves = generator.directions.moves if generator.config.sliders else None
        self._noise = (0, 1.0)
        self._drawn = generator.own_noise()

    def paint(self, rows: Tensor, latent: Latent, stop_at: int | None, half: bool) -> Tensor:
        if (latent.noise_seed, latent.noise) != self._noise:
            self._noise = (latent.noise_seed, latent.noise)
            self._drawn = self.network.random_noise(*self._noise)
        return on_white(self.network.synthesise(rows, self._drawn))

    def drawn(self, codes: Tensor, latent: Latent) -> Tensor:
        return on_white(
            self.network.synthesise(codes, self.network.random_noise(latent.noise_seed, latent.noise))
        )

    def features(self, codes: Tensor, latent: Latent, size: int) -> Tensor | None:
        return None


def on_white(colours: Tensor) -> Tensor:
    """(B, 4, H, W), about -1 to 1, with opacity last, laid on white: (B, 3, H, W); other colours as they are."""
    if colours.shape[1] != 4:
        return colours
    opacity = (colours[:, 3:] / 2 + 0.5).clamp(0, 1)
    return colours[:, :3].clamp(-1, 1) * opacity + (1 - opacity)


def open_engine(entry: CatalogueEntry, device: torch.device) -> ImportedEngine:
    """Load an imported lightweight-gan; raises StudioError where card and weights do not agree."""
    config = read_config(entry.card, LightweightConfig)
    generator = filled(lambda: LightweightGan(config), read_weights(entry), entry.card.name).to(device)
    return ImportedEngine(LightweightPainter(generator), entry.card)
