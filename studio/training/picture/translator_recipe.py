"""What a recipe for `family = "picture.translator"` may say; its values are those of the bundled model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from studio.training.picture.recipes import Positive, Rate, Run

Share = Annotated[float, msgspec.Meta(gt=0, le=1)]


@dataclass(frozen=True)
class TranslatorData:
    """shares: the smallest and the largest crop, as share of the short side, which is `pack_side` px in the cache."""

    styles: tuple[str, ...] = ("impressionist", "post-impressionist")
    without: tuple[str, ...] = (
        "mate_",
        "plasma_",
    )  # photos left out, by how their names begin: these are GPL
    pack_side: Positive = 512
    photo_shares: tuple[Share, Share] = (0.3, 0.9)
    painting_shares: tuple[Share, Share] = (0.2, 0.4)
    held_out: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.15


@dataclass(frozen=True)
class TranslatorNetwork:
    """The generator's shape; see TranslatorConfig."""

    resolution: Positive = 128
    width: Positive = 64
    blocks: Positive = 6
    detail: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.0


@dataclass(frozen=True)
class TranslatorTraining:
    """Weights of the losses beside the judge's verdict, and the rates."""

    rate: Rate = 4e-4
    judge_rate: Rate = 2e-4
    judge_width: Positive = 64
    feature_size: Positive = 128
    nce: float = 0.7
    nce_width: Positive = 64
    nce_patches: Positive = 128
    identity: float = 1.5
    identity_share: Share = 0.25  # of the batch: paintings that must stay as they are
    ema_half_life: float = 4000.0
    warm_up: Annotated[int, msgspec.Meta(ge=0)] = 800  # pictures before the judge has a say


@dataclass(frozen=True)
class TranslatorRecipe:
    """A whole recipe for `family = "picture.translator"`."""

    id: str
    name: str
    family: Literal["picture.translator"]
    seed: int
    summary: str = ""
    limits: str = ""
    notes: str = ""
    data: TranslatorData = field(default_factory=TranslatorData)
    network: TranslatorNetwork = field(default_factory=TranslatorNetwork)
    training: TranslatorTraining = field(default_factory=TranslatorTraining)
    run: Run = field(default_factory=Run)
