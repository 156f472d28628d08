"""Judges of pictures: projected discriminators on frozen features (Sauer et al., 2021), and a plain one with R1."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import ParametrizationList

from studio.training.picture.features import TAP_CHANNELS, Features


class Projected(nn.Module):
    """Frozen features, mixed by frozen random convolutions, judged by one small head a scale."""

    def __init__(self, styles: int, width: int, feature_size: int) -> None:
        super().__init__()
        self.feature_size = feature_size
        self.features = Features()
        self.mix_channels = nn.ModuleList(nn.Conv2d(c, width, 1) for c in TAP_CHANNELS).requires_grad_(False)
        self.mix_scales = nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in TAP_CHANNELS[1:])
        self.mix_scales.requires_grad_(False)
        for conv in [*self.mix_channels, *self.mix_scales]:
            nn.init.kaiming_normal_(conv.weight, nonlinearity="linear")
            nn.init.zeros_(conv.bias)
        self.heads = nn.ModuleList(Head(width, styles, halvings) for halvings in (2, 1, 0, 0))

    def project(self, x: Tensor) -> list[Tensor]:
        """Pictures (B, 3, S, S) -> four maps (B, width, s, s), finest first; nothing here learns."""
        return self.mix(self.see(x))

    def mix(self, seen: list[Tensor]) -> list[Tensor]:
        """The four frozen feature maps -> the four projected ones."""
        maps = [mix(m) for mix, m in zip(self.mix_channels, seen, strict=True)]
        for i in (2, 1, 0):  # top down: each scale hears from the coarser one
            coarse = F.interpolate(maps[i + 1], size=maps[i].shape[-2:], mode="bilinear", align_corners=False)
            maps[i] = (maps[i] + self.mix_scales[i](coarse)) * math.sqrt(0.5)
        return maps

    def see(self, x: Tensor) -> list[Tensor]:
        """Pictures (B, 3, S, S) -> the four frozen feature maps, at the recipe's feature size."""
        if x.shape[-1] != self.feature_size:
            size = (self.feature_size, self.feature_size)
            x = F.interpolate(x, size=size, mode="bilinear", align_corners=False)
        return self.features(x)

    def judge(self, maps: list[Tensor], styles: Tensor) -> list[Tensor]:
        """Projected maps and style indices (B,) -> one logit map a scale."""
        return [head(m, styles) for head, m in zip(self.heads, maps, strict=True)]


class Head(nn.Module):
    """Spectrally normalised convolutions to a logit map, plus a projection on the style (Miyato 2018)."""

    def __init__(self, width: int, styles: int, halvings: int) -> None:
        super().__init__()
        steps = [_conv(width, width, stride=2) for _ in range(halvings)]
        self.body = nn.Sequential(*steps, _conv(width, width, stride=1), _conv(width, width, stride=1))
        self.logit = spectral_norm(nn.Conv2d(width, 1, 1))
        self.style = spectral_norm(nn.Embedding(styles, width))

    def forward(self, x: Tensor, styles: Tensor) -> Tensor:
        x = self.body(x)  # (B, width, s, s)
        match = (x.mean(dim=(2, 3)) * self.style(styles).sum(dim=1)).sum(dim=1)  # (B,)
        return torch.add(self.logit(x), match[:, None, None, None])  # (B, 1, s, s)


def _conv(inputs: int, outputs: int, stride: int) -> nn.Module:
    conv = spectral_norm(nn.Conv2d(inputs, outputs, 3, stride, padding=1))
    return nn.Sequential(conv, nn.LeakyReLU(0.2))


class Plain(nn.Module):
    """A small residual discriminator on the pixels, for use with R1 (Mescheder 2018). Input (B, 3, size, size)."""

    def __init__(self, styles: int, width: int, size: int) -> None:
        super().__init__()
        depth = int(math.log2(size)) - 2
        widths = [min(width << i, 256) for i in range(depth + 1)]
        self.read = nn.Conv2d(3, widths[0], 1)
        self.blocks = nn.ModuleList(Residual(a, b) for a, b in pairwise(widths))
        self.last = nn.Linear((widths[-1] + 1) * 16, widths[-1])
        self.logit = nn.Linear(widths[-1], 1)
        self.style = nn.Embedding(styles, widths[-1])

    def project(self, x: Tensor) -> list[Tensor]:
        """The pictures themselves: this judge looks at pixels."""
        return [x]

    def judge(self, maps: list[Tensor], styles: Tensor) -> list[Tensor]:
        """[pictures] and style indices (B, K) -> [logits (B, 1)]."""
        x = self.read(maps[0])
        for block in self.blocks:
            x = block(x)
        spread = x.std(dim=0, unbiased=False).mean().expand(len(x), 1, 4, 4)  # minibatch statistic
        x = F.leaky_relu(self.last(torch.cat([x, spread], dim=1).flatten(1)), 0.2)  # (B, C)
        return [
            self.logit(x)
            + (x * self.style(styles).sum(dim=1)).sum(dim=1, keepdim=True) / math.sqrt(x.shape[1])
        ]


class Both(nn.Module):
    """A projected judge for forms beside a plain one for brushwork."""

    def __init__(self, projected: Projected, plain: Plain) -> None:
        super().__init__()
        self.projected, self.plain = projected, plain

    def project(self, x: Tensor) -> list[Tensor]:
        """Four maps of frozen features, and the pictures (B, 3, S, S) themselves."""
        return [*self.projected.project(x), x]

    def judge(self, maps: list[Tensor], styles: Tensor) -> list[Tensor]:
        """The logits of both."""
        return [*self.projected.judge(maps[:-1], styles), *self.plain.judge(maps[-1:], styles)]


class Residual(nn.Module):
    """Two convolutions and a halving, beside a 1 x 1 shortcut."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(inputs, inputs, 3, padding=1)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.skip = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        y = F.leaky_relu(self.conv0(x), 0.2)
        y = F.leaky_relu(F.avg_pool2d(self.conv1(y), 2), 0.2)
        return (y + self.skip(F.avg_pool2d(x, 2))) * math.sqrt(0.5)


@contextlib.contextmanager
def norms_held(judge: nn.Module, held: bool) -> Iterator[None]:
    """Where `held`, the spectral norms stay as they are: they are refined once an update, in the first micro-batch."""
    norms = [module for module in judge.modules() if isinstance(module, ParametrizationList)] if held else []
    for norm in norms:
        norm.eval()
    yield
    for norm in norms:
        norm.train()
