"""What one update of a generator shows, before it is painted and after, and how it is shared out.

Invariant: the parts of a split together are the whole, picture by picture, whatever their number.
"""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from studio.training.place import Place


@dataclass(frozen=True)
class Draft:
    """Every `parts`-th picture, from number `part` on, of an update.

    The first `repainted` of the generated pictures repaint the first of the real ones; the others are drawn from z and,
    from layer `cut` on (0: from none), from `other`.
    """

    real: Tensor  # (B, 3, S, S)
    styles: Tensor  # (B, K)
    repainted: int
    z: Tensor  # (B - repainted, z_dim)
    other: Tensor  # (B - repainted, z_dim)
    cut: int
    part: int = 0
    parts: int = 1

    def split(self, count: int, place: Place) -> list[Draft]:
        """The micro-batches of one process, on its device; `real` and `styles` are its own share already."""
        return [self._micro_batch(i, count, place) for i in range(count)]

    def _micro_batch(self, i: int, count: int, place: Place) -> Draft:
        part, parts = place.rank + i * place.world, place.world * count
        own = slice((part - self.repainted) % parts, None, parts)
        tensors = self.real[i::count], self.styles[i::count], self.z[own], self.other[own]
        real, styles, z, other = (tensor.to(place.device) for tensor in tensors)
        return Draft(real, styles, len(range(part, self.repainted, parts)), z, other, self.cut, part, parts)


@dataclass(frozen=True)
class Seen:
    """The pictures of a draft and what the judge's frozen part makes of real and generated ones."""

    fake: Tensor  # (B, 3, S, S)
    real_maps: list[Tensor]
    fake_maps: list[Tensor]
