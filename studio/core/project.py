"""The documents of the two desks, as immutable values."""

from dataclasses import dataclass, field

from studio.core.latent import Latent
from studio.core.picture import Picture
from studio.core.restyle import StyleMix
from studio.core.score import Score


@dataclass(frozen=True, slots=True)
class PictureDocument:
    """What the canvas shows: the latent of a model, or an opened picture (`source`), then restyled.

    slot_a, slot_b: latents kept for interpolation; blend: where between them the latent was last put, 0 to 1.
    """

    model_id: str = ""
    latent: Latent = field(default_factory=Latent)
    source: Picture | None = None
    restyle: StyleMix = field(default_factory=StyleMix)
    slot_a: Latent | None = None
    slot_b: Latent | None = None
    blend: float = 0.0


@dataclass(frozen=True, slots=True)
class Project:
    """The whole work: a picture and a piece of music."""

    picture: PictureDocument = field(default_factory=PictureDocument)
    score: Score = field(default_factory=Score.empty)
