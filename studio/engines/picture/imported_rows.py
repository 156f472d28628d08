"""From a Latent to the w of every layer of an imported generator: truncation with a cutoff, and classes.

A generator that can be moved by hand (StyleGAN3) has one row more, whose first numbers are where it stands: so places
are mixed, kept and slid as everything else is. Lives on the device thread.
"""

from __future__ import annotations

import torch
from torch import Tensor

from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.engines.picture.directions import NamedRows
from studio.engines.picture.latent_rows import LatentRows
from studio.engines.picture.style_mapping import Mapping

KNOWN_W = 64
CLASS = "class-"  # and its number


class ImportedRows(LatentRows):
    """Remembers the last w, since a drag keeps the seed."""

    def __init__(self, mapping: Mapping, layers: int, directions: NamedRows, has_place: bool = False) -> None:
        super().__init__(layers, layers + has_place, directions)
        self._mapping, self._config = mapping, mapping.config
        self._known_w: dict[tuple[bytes, tuple[tuple[int, float], ...]], Tensor] = {}

    def _base(self, latent: Latent) -> Tensor:
        """Before sliders and mixing."""
        if latent.blend:
            rows = self._blended(latent)
        elif latent.w is not None:
            rows = self._explicit(latent.w)
        else:
            w = self._mapped(latent)[:, None].expand(-1, self._layers, -1)
            rows = torch.cat([w, w.new_zeros(1, self.count - self._layers, w.shape[2])], dim=1)
        layers = self._mapping.truncate(rows[:, : self._layers], latent.psi, latent.cutoff)
        return torch.cat([layers, rows[:, self._layers :]], dim=1)

    def _explicit(self, code: WCode) -> Tensor:
        """A code with or without a place."""
        given = min(code.layers, self.count) if code.layers >= self._layers else self.count
        rows = torch.from_numpy(code.rows(given, self._config.w_dim))[None].to(self._mapping.w_avg.device)
        return torch.cat([rows, rows.new_zeros(1, self.count - given, rows.shape[2])], dim=1)

    def _mapped(self, latent: Latent) -> Tensor:
        """w of z (1, w_dim), mixed over the classes that it has a share of."""
        z, shares = latent.z(self._config.z_dim), self._shares(latent.styles)
        key = (z.tobytes(), shares)
        if key not in self._known_w:
            if len(self._known_w) >= KNOWN_W:
                self._known_w.clear()
            point = torch.tensor(z, dtype=torch.float32, device=self._mapping.w_avg.device)
            self._known_w[key] = self._of_classes(point, shares)
        return self._known_w[key]

    def _of_classes(self, z: Tensor, shares: tuple[tuple[int, float], ...]) -> Tensor:
        if not self._config.c_dim:
            return self._mapping(z)
        numbers = torch.tensor([number for number, _ in shares], device=z.device)
        classes = torch.nn.functional.one_hot(numbers, self._config.c_dim).to(z)  # (n, c_dim)
        weights = z.new_tensor([share for _, share in shares])  # (n,)
        return (weights @ self._mapping(z.expand(len(shares), -1), classes))[None]

    def _shares(self, styles: tuple[tuple[str, float], ...]) -> tuple[tuple[int, float], ...]:
        """(class, share) with a sum of 1; the first class where none is chosen."""
        wanted = [(self._class(name), max(0.0, weight)) for name, weight in styles]
        total = sum(weight for _, weight in wanted)
        return (
            tuple((number, weight / total) for number, weight in wanted if weight) if total else ((0, 1.0),)
        )

    def _class(self, name: str) -> int:
        number = name.removeprefix(CLASS)
        if not (name.startswith(CLASS) and number.isdecimal() and int(number) < self._config.c_dim):
            last = self._config.c_dim - 1
            hint = f"Its classes: {CLASS}0 to {CLASS}{last}." if last >= 0 else "It has no classes."
            raise StudioError(f"This model has no class named {name!r}.", hint=hint)
        return int(number)
