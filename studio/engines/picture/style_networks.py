"""The two networks of arbitrary style transfer, as they are trained: plain modules, any batch, gradients everywhere.

They are those of Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary neural artistic stylization
network", in Magenta's small edition: a MobileNetV2 (Sandler et al. 2018) reads a style, and a transformer whose only
knobs are the scales and shifts of its instance normalisations paints it. Large pictures are painted by style_painting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from studio.core.picture import Pixels
from studio.engines.picture.style_library import STYLE_SIZE

EPSILON = 1e-5

# ---------------------------------------------------------------- reading a style


@dataclass(frozen=True, slots=True)
class Stage:
    """`repeats` inverted residual blocks; the first one strides."""

    expand: int
    channels: int
    repeats: int
    stride: int


STAGES = (
    Stage(1, 16, 1, 1),
    Stage(6, 24, 2, 2),
    Stage(6, 32, 3, 2),
    Stage(6, 64, 4, 2),
    Stage(6, 96, 3, 1),
    Stage(6, 160, 3, 2),
    Stage(6, 320, 1, 1),
)


EARLY = (2, 5)  # the last blocks of the second and third stage


class Conv6(nn.Module):
    """Convolution and ReLU6, padded as TensorFlow's SAME: a stride of 2 pads right and below only."""

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups)
        total = max(kernel - stride, 0)
        self.pad = (total // 2, total - total // 2) * 2

    def forward(self, x: Tensor) -> Tensor:
        return F.relu6(self.conv(F.pad(x, self.pad)))


class InvertedResidual(nn.Module):
    """Widen, filter each channel by itself, narrow again; with a shortcut where the shape allows it."""

    def __init__(self, inputs: int, outputs: int, expand: int, stride: int) -> None:
        super().__init__()
        wide = inputs * expand
        self.expand = Conv6(inputs, wide) if expand > 1 else nn.Identity()
        self.depthwise = Conv6(wide, wide, 3, stride, groups=wide)
        self.project = nn.Conv2d(wide, outputs, 1)
        self.shortcut = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.depthwise(self.expand(x)))
        return x + y if self.shortcut else y


class StylePredictor(nn.Module):
    """MobileNetV2 from a style picture (B, 3, 256, 256) in 0..1 to its style vector (B, 100)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = Conv6(3, 32, 3, 2)
        self.blocks = nn.Sequential(*inverted_residuals())
        self.widen = Conv6(STAGES[-1].channels, 1280)
        self.head = nn.Linear(1280, STYLE_SIZE, bias=False)

    def forward(self, picture: Tensor) -> Tensor:
        x = self.stem(picture)  # (B, 32, 128, 128)
        x = self.widen(self.blocks(x))  # (B, 1280, 8, 8)
        vector: Tensor = self.head(x.mean((2, 3)))  # (B, 100)
        return vector

    def early_features(self, picture: Tensor) -> list[Tensor]:
        """What it sees of pictures (B, 3, H, W) in 0..1 before it comes to styles: 32 channels at half the size, 24 at
        a quarter, 32 at an eighth."""
        seen = [self.stem(picture)]
        x = seen[0]
        for index, block in enumerate(list(self.blocks)[: max(EARLY) + 1]):
            x = block(x)
            if index in EARLY:
                seen.append(x)
        return seen


def inverted_residuals() -> Iterator[InvertedResidual]:
    """The 17 blocks of STAGES, in order."""
    inputs = 32
    for stage in STAGES:
        for index in range(stage.repeats):
            stride = stage.stride if index == 0 else 1
            yield InvertedResidual(inputs, stage.channels, stage.expand, stride)
            inputs = stage.channels


# ---------------------------------------------------------------- painting in a style


class StyleNorm(nn.Module):
    """Instance normalisation whose scale and shift are linear in the style vector."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Linear(STYLE_SIZE, channels)
        self.shift = nn.Linear(STYLE_SIZE, channels)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        x = F.instance_norm(x, eps=EPSILON)  # (B, C, H, W)
        return x * self.scale(style)[:, :, None, None] + self.shift(style)[:, :, None, None]


class ReflectConv(nn.Conv2d):
    """Convolution with reflected borders, so that no dark frame surrounds the painting."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, bias: bool = True) -> None:
        super().__init__(inputs, outputs, kernel, stride, bias=bias)
        self.reach = kernel // 2

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(F.pad(x, (self.reach,) * 4, mode="reflect"))


class StyledConv(nn.Module):
    """Enlarged `up` times by repeating pixels, a reflected convolution, then a style normalisation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, up: int = 1) -> None:
        super().__init__()
        self.conv = ReflectConv(inputs, outputs, kernel, bias=False)
        self.norm = StyleNorm(outputs)
        self.up = up

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        x = F.interpolate(x, scale_factor=float(self.up)) if self.up > 1 else x
        y: Tensor = self.norm(self.conv(x), style)
        return y


class StyledResidual(nn.Module):
    """Two styled convolutions around which the picture passes unchanged."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = StyledConv(channels, channels, 3)
        self.conv2 = StyledConv(channels, channels, 3)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        y: Tensor = self.conv2(self.conv1(x, style).relu(), style)
        return x + y


class StyleTransformer(nn.Module):
    """From pictures (B, 3, H, W) in 0..1, H and W multiples of 4, and styles (B, 100) to their repaintings."""

    def __init__(self) -> None:
        super().__init__()
        contract = (ReflectConv(3, 8, 9), ReflectConv(8, 16, 3, 2), ReflectConv(16, 32, 3, 2))
        self.contract = nn.ModuleList(contract)
        self.residual = nn.ModuleList(StyledResidual(32) for _ in range(5))
        self.expand1 = StyledConv(32, 16, 3, up=2)
        self.expand2 = StyledConv(16, 8, 3, up=2)
        self.expand3 = StyledConv(8, 3, 9)

    @property
    def contractions(self) -> list[ReflectConv]:
        return cast(list[ReflectConv], list(self.contract))

    @property
    def residuals(self) -> list[StyledResidual]:
        return cast(list[StyledResidual], list(self.residual))

    @property
    def expansions(self) -> list[StyledConv]:
        return [self.expand1, self.expand2, self.expand3]

    def forward(self, picture: Tensor, style: Tensor) -> Tensor:
        x = picture
        for conv in self.contract:
            x = conv(x).relu()  # (B, 8, H, W), (B, 16, H/2, W/2), (B, 32, H/4, W/4)
        for block in self.residual:
            x = block(x, style)  # (B, 32, H/4, W/4)
        x = self.expand1(x, style).relu()  # (B, 16, H/2, W/2)
        x = self.expand2(x, style).relu()  # (B, 8, H, W)
        return self.expand3(x, style).sigmoid()  # (B, 3, H, W)


class StyleNetworks(nn.Module):
    """Both networks, as one weights file holds them."""

    def __init__(self) -> None:
        super().__init__()
        self.predictor = StylePredictor()
        self.transformer = StyleTransformer()

    def tensor(self, pixels: Pixels) -> Tensor:
        """(H, W, 3) uint8 -> (1, 3, H, W) in 0..1, where the networks are."""
        picture = torch.from_numpy(np.array(pixels)).to(self.predictor.head.weight.device)
        return picture.permute(2, 0, 1)[None].float() / 255


def dequantised(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """8-bit weights times their scales (one a channel, named `..._scale`); other tensors as they are."""
    return {
        name: tensor.float() * tensors[f"{name}_scale"] if tensor.dtype == torch.int8 else tensor
        for name, tensor in tensors.items()
        if not name.endswith("_scale")
    }
