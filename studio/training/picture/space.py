"""A model's space as the search for directions sees it: points, the pictures they give, and what is natural there.

Invariant: a slider at v adds v row + v^2 bend to a point; rows and bends have the shape of a point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from studio.engines.picture.directions import REACH
from studio.training.picture.attributes import Attribute, measure_all

BATCH = 32
CLIPPED = 0.999  # from here a value counts as lost
PURE = 6.0  # times as far as any other: beyond this nobody sees a difference


@dataclass(frozen=True)
class Scale:
    """Attributes and the standard deviation (A,) of each over samples."""

    attributes: tuple[Attribute, ...]
    deviations: Tensor

    def only(self, kept: Sequence[int]) -> Scale:
        return Scale(tuple(self.attributes[i] for i in kept), self.deviations[list(kept)])


@dataclass(frozen=True)
class Ways:
    """The ways of sliders: rows and bends, (k, *shape) each."""

    rows: Tensor
    bends: Tensor
    reach: float = REACH

    def at(self, index: int, amount: float) -> Tensor:
        """What one slider adds: (*shape)."""
        return amount * self.rows[index] + amount**2 * self.bends[index]

    def scaled(self, lengths: Tensor) -> Ways:
        """The same ways, walked by `lengths` (k,) as far."""
        factor = lengths.view(-1, *[1] * (self.rows.dim() - 1))
        return Ways(self.rows * factor, self.bends * factor**2, self.reach)

    def where(self, chosen: Tensor, other: Ways) -> Ways:
        """The other's ways where chosen (k,), these elsewhere."""
        mask = chosen.view(-1, *[1] * (self.rows.dim() - 1))
        return Ways(
            torch.where(mask, other.rows, self.rows), torch.where(mask, other.bends, self.bends), self.reach
        )

    def joined(self, other: Ways) -> Ways:
        return Ways(torch.cat([self.rows, other.rows]), torch.cat([self.bends, other.bends]), self.reach)

    def only(self, kept: Sequence[int]) -> Ways:
        return Ways(self.rows[list(kept)], self.bends[list(kept)], self.reach)


@dataclass(frozen=True)
class Space:
    """`sample(count, seed)` draws points (count, *shape) as the app does; `draw` makes pictures of them;
    `root` (D, D) turns white numbers along a point's last axis into the spread that is natural there."""

    sample: Callable[[int, int], Tensor]
    draw: Callable[[Tensor], Tensor]
    root: Tensor

    @torch.no_grad()
    def measure(self, points: Tensor, attributes: tuple[Attribute, ...]) -> tuple[Tensor, Tensor]:
        """Points (n, *shape) -> attributes (n, A) and the share of clipped values (n,)."""
        rows, clipped = [], []
        for batch in points.split(BATCH):
            pictures = self.draw(batch)  # (b, 3, S, S)
            rows.append(measure_all(pictures, attributes))
            clipped.append((pictures.abs() >= CLIPPED).float().mean(dim=(1, 2, 3)))
        return torch.cat(rows), torch.cat(clipped)

    @torch.enable_grad()
    def slopes(self, points: Tensor, attributes: tuple[Attribute, ...]) -> Tensor:
        """How every attribute of every point's picture rises along white axes: (n, A, size of a point)."""
        return torch.cat([self._slopes(batch, attributes) for batch in points.split(BATCH)])

    def _slopes(self, batch: Tensor, attributes: tuple[Attribute, ...]) -> Tensor:
        batch = batch.clone().requires_grad_(True)
        values = measure_all(self.draw(batch), attributes)  # (b, A)
        columns = values.unbind(dim=1)
        rows = [torch.autograd.grad(column.sum(), batch, retain_graph=True)[0] for column in columns]
        return (torch.stack(rows, dim=1) @ self.root).flatten(2).detach()  # (b, A, size)


@dataclass(frozen=True)
class Effects:
    """What sliders did to the attributes of many pictures, in standard deviations over samples.

    change (k, 2, n, A): from rest to the lower and to the upper end; clipped (k, 2): the share of values that
    are lost there and were not at rest.
    """

    change: Tensor
    clipped: Tensor

    @property
    def slope(self) -> Tensor:
        """Half the way from one end to the other, averaged over pictures: (k, A)."""
        low, high = self.change.mean(dim=2).unbind(dim=1)
        return (high - low) / 2

    @property
    def curve(self) -> Tensor:
        """What rises towards both ends, averaged over pictures: (k, A)."""
        return self.change.mean(dim=2).mean(dim=1)

    @property
    def moved(self) -> Tensor:
        """How far every attribute goes from rest, averaged over both ends: (k, A), never negative."""
        return self.change.mean(dim=2).abs().mean(dim=1)

    @property
    def error(self) -> Tensor:
        """Standard error of `moved`, (k, A)."""
        return (self.change.var(dim=2).mean(dim=1) / 2 / self.change.shape[2]).sqrt()

    @property
    def ratios(self) -> Tensor:
        """Own movement over the farthest of any other, (k,); slider i belongs to attribute i."""
        moved = self.moved
        others = moved.masked_fill(torch.eye(len(moved), dtype=torch.bool), 0.0)
        return moved.diagonal() / others.amax(dim=1).clamp(min=1e-3)

    @property
    def merit(self) -> Tensor:
        """What makes one way better than another, (k,): purity first, and where that is enough, length."""
        return self.ratios.clamp(max=PURE) + 0.5 * self.moved.diagonal().clamp(max=REACH)

    def where(self, chosen: Tensor, other: Effects) -> Effects:
        """The other's sliders where chosen (k,), these elsewhere."""
        mask = chosen[:, None, None, None]
        return Effects(
            torch.where(mask, other.change, self.change),
            torch.where(chosen[:, None], other.clipped, self.clipped),
        )

    def only(self, sliders: Sequence[int], attributes: Sequence[int]) -> Effects:
        return Effects(self.change[list(sliders)][..., list(attributes)], self.clipped[list(sliders)])


def effects(space: Space, ways: Ways, points: Tensor, scale: Scale) -> Effects:
    """Move points (n, *shape) to both ends of every slider."""
    still, lost = space.measure(points, scale.attributes)
    changes, clipped = [], []
    for index in range(len(ways.rows)):
        for end in (-ways.reach, ways.reach):
            moved, gone = space.measure(points + ways.at(index, end), scale.attributes)
            changes.append((moved - still) / scale.deviations)
            clipped.append((gone - lost).mean())
    shape = (len(ways.rows), 2)
    return Effects(
        torch.stack(changes).view(*shape, len(points), len(scale.attributes)),
        torch.stack(clipped).view(shape),
    )
