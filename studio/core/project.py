"""The documents of the two desks, as immutable values."""

from dataclasses import dataclass, field, replace
from typing import Annotated

import msgspec

from studio.core.breeding import Litter
from studio.core.latent import Latent
from studio.core.layers import Artboard, Layers, Region, Share, with_opacities
from studio.core.mixing import MixGrid
from studio.core.picture import Picture
from studio.core.restyle import StyleMix
from studio.core.score import Score
from studio.core.timeline import Moment, Timeline

MAX_POINTS = 256
OF_THE_SPACE = ("slot_a", "slot_b", "blend", "pad", "mixing", "lineage", "litter", "timeline")


@dataclass(frozen=True, slots=True)
class PadPoint:
    """A picture on the blend pad, x and y from 0 to 1."""

    latent: Latent
    x: Share
    y: Share


@dataclass(frozen=True, slots=True)
class BlendPad:
    """cursor: where the hand last was; weights: exact shares instead of those by distance, () is by distance."""

    points: Annotated[tuple[PadPoint, ...], msgspec.Meta(max_length=MAX_POINTS)] = ()
    cursor: tuple[Share, Share] = (0.5, 0.5)
    weights: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Child:
    """A picture that was bred and kept. parents: ids of other children in the lineage; none is a founder."""

    id: int
    parents: tuple[int, ...]
    latent: Latent
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class SliderNote:
    """What the person noted on a slider of a model: a name of its own, pinned to the top, locked against chance."""

    model_id: str
    name: str
    label: str = ""
    pinned: bool = False
    locked: bool = False


@dataclass(frozen=True, slots=True)
class PictureDocument:
    """What the canvas shows: the latent of a model, or an opened picture (`source`), then restyled; and the layers
    around it.

    slot_a, slot_b: latents kept for interpolation; blend: where between them the latent was last put, 0 to 1;
    litter: what the grid of children was made from;
    layers: () is the picture alone, without an artboard; selection: where brushes and fills may work;
    selection_px: how wide the picture was, without an artboard, when that was selected; 0 where there is one.
    """

    model_id: str = ""
    latent: Latent = field(default_factory=Latent)
    source: Picture | None = None
    restyle: StyleMix = field(default_factory=StyleMix)
    slot_a: Latent | None = None
    slot_b: Latent | None = None
    blend: float = 0.0
    pad: BlendPad = BlendPad()
    mixing: MixGrid = MixGrid()
    lineage: tuple[Child, ...] = ()
    litter: Litter | None = None
    notes: tuple[SliderNote, ...] = ()
    layers: Layers = ()
    artboard: Artboard | None = None
    selection: Region | None = None
    selection_px: Annotated[int, msgspec.Meta(ge=0)] = 0
    timeline: Timeline = Timeline()

    @property
    def look(self) -> tuple[object, ...]:
        """What decides how the picture looks; what was kept does not."""
        base = self.model_id, self.latent, self.source, self.restyle
        return (*base, self.layers, self.artboard)

    def looking_like(self, other: "PictureDocument") -> "PictureDocument":
        """The same work with the picture of another document."""
        there = self.at_model(other.model_id, other.latent)
        look = {name: getattr(other, name) for name in ("source", "restyle", "layers", "artboard")}
        return replace(there, **look)

    @property
    def moment(self) -> Moment:
        """What a keyframe keeps of it."""
        return Moment(self.latent, self.restyle, tuple((layer.id, layer.opacity) for layer in self.layers))

    def with_moment(self, moment: Moment) -> "PictureDocument":
        """The same work in the state of a moment. An opened picture stays where only what lies over it moves."""
        source = self.source if len({key.latent for key in self.timeline.keyframes}) <= 1 else None
        layers = with_opacities(self.layers, moment.opacities)
        return replace(self, latent=moment.latent, restyle=moment.restyle, layers=layers, source=source)

    def at_time(self, time_s: float, z_dim: int) -> "PictureDocument":
        """As its timeline has it at a time; raises StudioError where there is no keyframe."""
        return self.with_moment(self.timeline.at(time_s, z_dim))

    def at_model(self, model_id: str, latent: Latent) -> "PictureDocument":
        """The same canvas with another model: what was kept of the old one's space goes."""
        there = replace(self, model_id=model_id, latent=latent, source=None)
        if model_id == self.model_id:
            return there
        fresh = PictureDocument()
        kept = {name: getattr(fresh, name) for name in OF_THE_SPACE}
        return replace(there, **kept)


@dataclass(frozen=True, slots=True)
class Project:
    """The whole work: a picture and a piece of music."""

    picture: PictureDocument = field(default_factory=PictureDocument)
    score: Score = field(default_factory=Score.empty)
