"""CodeSpace: the pictures of a network as a differentiable function of explicit codes, and where its codes lie.

Lives on the device thread. Threads of devices run without gradients: whoever wants them enables them for one step
at a time, since other requests are served between two steps.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from studio.core.latent import WCode
from studio.core.picture import Frame, Pixels

LEAST_SPREAD = (
    0.05  # of the average spread: along an axis where the codes hardly differ, one may still go a little
)


@dataclass(frozen=True)
class CodeSpace:
    """draw: codes (1, rows, width) -> pictures (1, 3, size, size), about -1 to 1; paint: the same as the pixels
    that people see (size, size, 3); mean (width,): the middle of the
    codes; axes (width, width): row i is what one standard deviation along the i-th principal axis adds to a code;
    features: codes and a size -> the feature maps (1, C, size, size) that a picture of that size is painted from."""

    draw: Callable[[Tensor], Tensor]
    paint: Callable[[Tensor], Pixels]
    mean: Tensor
    axes: Tensor
    rows: int
    size: int
    features: Callable[[Tensor, int], Tensor] | None = None

    def code(self, place: Tensor) -> Tensor:
        """A place in standard deviations (rows or 1, width) -> the code (1, rows, width)."""
        return (self.mean + place @ self.axes).expand(self.rows, -1)[None]

    def place(self, code: Tensor) -> Tensor:
        """The other way: (rows, width) -> (rows, width)."""
        away, axes = (code - self.mean).cpu(), self.axes.cpu()  # not every device can solve
        return torch.linalg.solve(axes, away, left=False).to(code.device)

    def packed(self, place: Tensor) -> WCode:
        """The code of a place, as documents keep it."""
        return WCode.of(self.code(place.detach())[0].cpu().numpy())

    def frame(self, place: Tensor) -> Frame:
        """The picture of a place, as a document that keeps its code shows it."""
        return Frame(self.paint(self.code(place.detach())))

    def unpacked(self, code: WCode) -> Tensor:
        """(rows, width); raises StudioError for a code of another network."""
        rows: np.ndarray = code.rows(self.rows, len(self.mean))
        return torch.from_numpy(rows).to(self.mean.device)


def principal_axes(codes: Tensor) -> tuple[Tensor, Tensor]:
    """The mean (width,) and the principal axes (width, width), each as long as its standard deviation, of codes
    (n, width)."""
    mean = codes.mean(dim=0)
    centred = (codes - mean).cpu().double()  # not every device has numbers of that length
    variances, vectors = torch.linalg.eigh(centred.T @ centred / len(codes))
    spreads = variances.clamp(min=0).sqrt()
    spreads = spreads.clamp(min=max(1e-6, LEAST_SPREAD * float(spreads.mean())))
    return mean, (spreads[:, None] * vectors.T).to(codes)
