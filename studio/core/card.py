"""Card: what a model is, as its card.json says. Torch-free, so that the list of models shows at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.core.parameter import Parameter

LIGHTWEIGHT = "picture.lightweight_gan"
GENERATORS = ("picture.gan", "picture.stylegan2", "picture.stylegan3", LIGHTWEIGHT)


@dataclass(frozen=True, slots=True)
class WeightsInfo:
    """The weights file beside the card: its name, sha256 and size."""

    file: str
    sha256: str
    dtype: str = "float32"
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class DataSource:
    """What a model learned from."""

    name: str
    licence: str
    works: int = 0
    source: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A model for people and programs. `family` names the engine (picture.gan, picture.stylegan2, picture.vae,
    picture.style_transfer, picture.translator, music.melody_lstm ...); `config` is the network's own;
    `styles` its classes."""

    id: str
    name: str
    family: str
    summary: str
    weights: WeightsInfo
    schema: int = 1
    licence: str = ""
    config: Mapping[str, Any] = field(default_factory=dict)
    resolution: int = 0
    z_dim: int = 0
    styles: tuple[str, ...] = ()
    parameters: int = 0
    seed_default: int = 0
    data: tuple[DataSource, ...] = ()
    training: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    limits: str = ""

    @property
    def is_generator(self) -> bool:
        """Whether it draws seeds by way of a w for each layer, which psi pulls to the mean."""
        return self.family in GENERATORS

    @property
    def layers(self) -> int:
        """How many layers of w a generator has; 0 for another model."""
        if not self.is_generator:
            return 0
        if self.family == LIGHTWEIGHT:  # it has no mapping network: its only row is z
            return 1
        plan = self.config.get("layers")  # of StyleGAN3, whose first w is for the waves
        return 1 + len(plan) if plan is not None else 2 * len(self.config.get("channels", ()))

    @property
    def wing(self) -> str:
        """picture or music."""
        return self.family.partition(".")[0]


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the window needs to know of a loaded model: its card and the sliders that it offers. sizes: its early
    exits in px; can_halve: whether it draws faster drafts with shorter numbers."""

    card: Card
    directions: tuple[Parameter, ...] = ()
    sizes: tuple[int, ...] = ()
    can_encode: bool = False
    can_halve: bool = False
