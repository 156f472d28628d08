"""Drawing phrases: about codes of phrases of the metre and styles asked, far enough off to be no copy. Torch-free.

The prior is a mixture of Gaussians about codes of training phrases, as in VampPrior (Tomczak and Welling 2018) with the
data for its pseudo-inputs: one Gaussian about the mean of all gives rhythms that belong to no dance. STRAY was set so
that draws lie no nearer to any training phrase than tunes by different people do to each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from studio.engines.music import events as ev

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STRAY = 0.7  # of a draw's variance, the root of the share that is chance


@dataclass(frozen=True)
class Anchors:
    """Codes (N, Z) in standard deviations, with the metre and the style of each (N,)."""

    codes: Floats
    meter: Ints
    style: Ints

    def chances(self, meter: int, styles: Floats) -> Floats:
        """(N,): how likely each is drawn about. Styles as weights (S,), none: any; where no phrase of the metre has the
        style, phrases of the metre; where none has the metre, of metres that divide the beat alike; else all."""
        alike = np.isin(self.meter, [i for i in range(len(ev.METERS)) if _compound(i) == _compound(meter)])
        wanted = styles[self.style] if styles.any() else np.ones(len(self.codes))
        for chances in (wanted * (self.meter == meter), self.meter == meter, wanted * alike, alike):
            if chances.any():
                return chances / chances.sum()
        return np.full(len(self.codes), 1 / len(self.codes))

    def draw(self, seed: int, chances: Floats) -> Floats:
        """(Z,): the same for the same seed and chances."""
        random = np.random.RandomState(seed % 2**32)
        code = self.codes[
            min(int(np.searchsorted(chances.cumsum(), random.random_sample())), len(chances) - 1)
        ]
        drawn: Floats = np.sqrt(1 - STRAY**2) * code + STRAY * random.standard_normal(len(code))
        return drawn


def _compound(meter: int) -> bool:
    """Whether a beat of a metre of ev.METERS has three eighths."""
    return ev.METERS[meter] in ("6/8", "9/8", "3/8", "12/8")
