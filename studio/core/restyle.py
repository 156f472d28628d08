"""StyleMix: how a picture is restyled after other pictures."""

from dataclasses import dataclass
from typing import Annotated

import msgspec

STYLE_SLIDERS = 8


@dataclass(frozen=True, slots=True)
class StylePart:
    """One style picture in the mix. `style_id` names it in the library; `vector` (100 numbers) is set for a
    style picture that the person brought."""

    style_id: str
    weight: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    vector: tuple[float, ...] | None = None


@dataclass(frozen=True, slots=True)
class StyleMix:
    """parts: weighted styles (their mean is taken); offsets: amounts in standard deviations along the PCA of
    all styles; strength: 0 keeps the picture, 1 is the full style; size: longer side of the result in px."""

    parts: tuple[StylePart, ...] = ()
    offsets: tuple[float, ...] = (0.0,) * STYLE_SLIDERS
    strength: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    keep_colour: bool = False
    size: Annotated[int, msgspec.Meta(ge=64, le=4096)] = 512

    @property
    def active(self) -> bool:
        """Whether it changes the picture at all."""
        styled = any(part.weight > 0 for part in self.parts) or any(self.offsets)
        return self.strength > 0 and styled
