"""What a picture recipe may say, family by family. Each field has the value that trained the bundled models."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from studio.training.recipe import Positive as Positive
from studio.training.recipe import Run as Run

Rate = Annotated[float, msgspec.Meta(gt=0, le=0.1)]


@dataclass(frozen=True)
class PictureData:
    """Which pictures, and how they are cut.

    collections: folders with a manifest, () for whatever pictures there are; labels: the manifest's columns that a
    model is conditioned on, or "folder" for the names of sub-folders, () for none; folders: those names, filled in
    when a run begins; pad: white squares instead of cuts; pack_side: short side of the cached pictures, px; zoom: the
    smallest crop; held_out: share of works; unmirrored: labels whose pictures are never mirrored, "all" for every one.
    """

    collections: tuple[str, ...] = ("paintings", "masters")
    labels: tuple[Literal["genre", "style", "category", "folder"], ...] = ("genre",)
    folders: tuple[str, ...] = ()
    pad: bool = False
    pack_side: Positive = 128
    zoom: Annotated[float, msgspec.Meta(ge=0.1, le=1)] = 0.55
    held_out: Annotated[float, msgspec.Meta(ge=0, lt=1)] = 0.08
    unmirrored: tuple[str, ...] = ("letters", "words")


@dataclass(frozen=True)
class GanNetwork:
    """The generator's shape; its styles are the labels of the data."""

    resolution: Positive = 64
    z_dim: Positive = 128
    w_dim: Positive = 256
    sketch: Positive = 16  # px of the underpainting
    colours: Literal[1, 3] = 3
    ink: Annotated[float, msgspec.Meta(ge=0)] = 0.0
    channels: tuple[int, ...] = (256, 256, 192, 96, 48)


@dataclass(frozen=True)
class GanTraining:
    """judge: on frozen features, on pixels, or one of each; r1: weight of the pixel judge's gradient penalty.

    tints: both kinds of pictures are shown in changed light and colours; not for ink on white paper.
    """

    judge: Literal["projected", "plain", "both"] = "projected"
    judge_width: Positive = 64
    plain_width: Positive = 24
    feature_size: Positive = 96
    generator_rate: Rate = 2e-3
    judge_rate: Rate = 2e-4
    ema_half_life: float = 4000.0
    warm_up: Annotated[int, msgspec.Meta(ge=0)] = 3200  # pictures before the judge has a say
    repaint: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.5  # share that repaints real pictures
    repaint_weight: float = 1.0
    tints: bool = True
    style_mixing: Annotated[float, msgspec.Meta(ge=0, le=1)] = 0.3
    r1: float = 0.0
    r1_every: Positive = 16


@dataclass(frozen=True)
class GanRecipe:
    """A whole recipe for `family = "picture.gan"`; home: weights of the styles where none is chosen."""

    id: str
    name: str
    family: Literal["picture.gan"]
    seed: int
    seed_default: int = 0
    summary: str = ""
    limits: str = ""
    notes: str = ""  # what was tried, for the model's README
    home: dict[str, float] = field(default_factory=dict)
    data: PictureData = field(default_factory=PictureData)
    network: GanNetwork = field(default_factory=GanNetwork)
    training: GanTraining = field(default_factory=GanTraining)
    run: Run = field(default_factory=Run)


@dataclass(frozen=True)
class VaeNetwork:
    """The autoencoder's shape; without `linear` its linear code stays empty, as in a plain VAE."""

    resolution: Positive = 64
    z_dim: Positive = 128
    sketch: Positive = 32  # px of the linear code
    linear: bool = True
    channels: tuple[int, ...] = (32, 64, 128, 192, 256)


@dataclass(frozen=True)
class VaeTraining:
    """Weights of the losses beside that of the pixels: perceptual, KL a nat, adversarial from `adversarial_from` on."""

    rate: Rate = 5e-4
    pixels: Literal["l1", "l2"] = "l1"
    perceptual: float = 0.2
    kl: float = 2e-4
    adversarial: float = 0.05
    adversarial_from: int = 500
    judge_rate: Rate = 2e-4
    judge_width: Positive = 48
    feature_size: Positive = 64
    ema_half_life: float = 4000.0


@dataclass(frozen=True)
class VaeRecipe:
    """A whole recipe for `family = "picture.vae"`."""

    id: str
    name: str
    family: Literal["picture.vae"]
    seed: int
    seed_default: int = 0
    summary: str = ""
    limits: str = ""
    notes: str = ""  # what was tried, for the model's README
    data: PictureData = field(default_factory=PictureData)
    network: VaeNetwork = field(default_factory=VaeNetwork)
    training: VaeTraining = field(default_factory=VaeTraining)
    run: Run = field(default_factory=Run)


@dataclass(frozen=True)
class DcganNetwork:
    """Both networks of the baseline: the widths at 4, 8, 16, ... px, those of the paper halved for a CPU."""

    resolution: Positive = 128
    z_dim: Positive = 100
    channels: tuple[int, ...] = (512, 256, 128, 64, 32)


@dataclass(frozen=True)
class DcganTraining:
    """rate: of Adam, for both networks."""

    rate: Rate = 2e-4


@dataclass(frozen=True)
class DcganRecipe:
    """A whole recipe for `family = "picture.dcgan"`, the baseline of the paintings GAN."""

    id: str
    name: str
    family: Literal["picture.dcgan"]
    seed: int
    summary: str = ""
    data: PictureData = field(default_factory=PictureData)
    network: DcganNetwork = field(default_factory=DcganNetwork)
    training: DcganTraining = field(default_factory=DcganTraining)
    run: Run = field(default_factory=Run)
