"""From a Latent to the w of every layer of our own generator: styles in groups, truncation to the mean of their mix.

Lives on the device thread.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.engines.picture.directions import NamedRows
from studio.engines.picture.gan import Generator, home_shares
from studio.engines.picture.latent_rows import LatentRows

KNOWN_W = 64


class GanRows(LatentRows):
    """Remembers the last w, since a drag keeps the seed."""

    def __init__(self, generator: Generator, directions: NamedRows) -> None:
        super().__init__(generator.config.num_layers, generator.config.num_layers, directions)
        self._generator, self._device = generator, generator.w_mean.device
        self._known_w: dict[tuple[bytes, bytes], Tensor] = {}

    def style_weights(self, styles: tuple[tuple[str, float], ...]) -> Tensor:
        """(1, N), every group with a sum of 1; a group in which nothing is chosen is mixed as at home."""
        names = self._generator.config.styles
        unknown = sorted(set(dict(styles)) - set(names))
        if unknown:
            raise StudioError(
                f"This model has no style named {unknown[0]!r}.", hint=f"Its styles: {', '.join(names)}."
            )
        wanted = torch.tensor([[max(0.0, float(dict(styles).get(name, 0.0))) for name in names]])
        return home_shares(self._generator.config, wanted).to(self._device)

    def _base(self, latent: Latent) -> Tensor:
        """w before sliders and mixing (1, num_layers, w_dim). Where it does not come from z, the styles move it as far
        as they move the mean picture."""
        config, weights = self._generator.config, self.style_weights(latent.styles)
        if latent.is_plain:
            z, fine = latent.z(config.z_dim), latent.cutoff
            w = self._truncated(z, weights, latent.psi)[:, None].repeat(1, config.num_layers, 1)
            if fine is not None:
                w[:, fine:] = self._truncated(z, weights, 1.0)
            return w
        if latent.blend:
            w = self._blended(latent)
        else:
            assert latent.w is not None
            rows = latent.w.rows(config.num_layers, config.w_dim)
            w = torch.from_numpy(rows)[None].to(self._device)  # (1, num_layers, w_dim)
        return self._moved_home(w, latent, weights)

    def _moved_home(self, w: Tensor, latent: Latent, weights: Tensor) -> Tensor:
        """w (1, num_layers, w_dim) that does not come from z, with the styles and the truncation of a latent."""
        if not latent.styles and latent.psi == 1.0:
            return w.clone()
        home = self.style_weights(()) @ self._generator.w_mean  # (1, w_dim)
        mean = weights @ self._generator.w_mean
        psi = w.new_full((w.shape[1], 1), latent.psi)  # (num_layers, 1)
        if latent.cutoff is not None:
            psi[latent.cutoff :] = 1.0
        return mean[:, None] + psi * (w - home[:, None])

    def _truncated(self, z: NDArray[np.float64], weights: Tensor, psi: float) -> Tensor:
        key = (z.tobytes(), weights.cpu().numpy().tobytes())
        if key not in self._known_w:
            if len(self._known_w) >= KNOWN_W:
                self._known_w.clear()
            self._known_w[key] = self._generator.mapping(
                torch.tensor(z, dtype=torch.float32, device=self._device), weights
            )
        return self._generator.truncate(self._known_w[key], weights, psi)
