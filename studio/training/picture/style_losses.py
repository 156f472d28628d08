"""Perceptual losses of style transfer: what is in the picture, and how it is painted.

Content is compared place by place in deep features (Gatys 2016; Johnson 2016), style by statistics that know no
place: Gram matrices (Gatys 2016) and means and deviations (Huang 2017) of each channel. The features are those of
EfficientNet-lite0, and a bank of random filters at three scales, which catch touch and grain (Ustyuzhaninov 2016).
Invariant: every distance is relative to what it is measured against, so that layers weigh alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.training.picture.features import TAPS, Features
from studio.training.place import Place

SCALES = 3
LEAST_VARIANCE = 1e-3  # of colours, so that a grey picture does not ask for the impossible
FILTERS = 16
FILTER_PX = 5
HERE = Place()
CONTENT_MAPS = (3, 4)  # of the maps below: the ones at 1/8 and 1/16 of the size


@dataclass(frozen=True)
class StyleStatistics:
    """Of a batch, for each map: Gram matrices (B, C, C), means (B, C) and deviations (B, C)."""

    grams: list[Tensor]
    means: list[Tensor]
    deviations: list[Tensor]


class PerceptualLoss(nn.Module):
    """Pictures (B, 3, S, S) in 0..1 -> maps. Owns frozen features and frozen random filters."""

    filters: Tensor

    def __init__(self, place: Place = HERE) -> None:
        super().__init__()
        self.features = Features()
        self._place = place
        generator = torch.Generator().manual_seed(0)
        filters = torch.randn(FILTERS, 3, FILTER_PX, FILTER_PX, generator=generator)
        filters -= filters.mean((2, 3), keepdim=True)
        self.register_buffer("filters", filters / filters.flatten(1).norm(dim=1)[:, None, None, None])

    def deep(self, x: Tensor) -> list[Tensor]:
        """The stem's map at 1/2 of the size and the four of TAPS, in float32."""
        net, maps = self.features, []
        with self._place.autocast():
            x = net.stem_norm(net.stem((x * 2 - 1).contiguous(memory_format=torch.channels_last)))
            maps.append(x := F.relu6(x))  # (B, 32, S/2, S/2)
            for index, block in enumerate(net.blocks[: TAPS[-1] + 1]):
                x = block(x)
                if index in TAPS:
                    maps.append(x)  # (B, C, S/4 .. S/32)
        return [found.float() for found in maps]

    def grain(self, x: Tensor) -> list[Tensor]:
        """Answers of the random filters at 1, 1/2 and 1/4 of the size, beside the colours there."""
        maps = []
        for _ in range(SCALES):
            answers = F.conv2d(x, self.filters).abs()  # (B, 16, S - 4, S - 4)
            middle = x[:, :, FILTER_PX // 2 : -(FILTER_PX // 2), FILTER_PX // 2 : -(FILTER_PX // 2)]
            maps.append(torch.cat([answers, middle], 1))  # (B, 19, S - 4, S - 4)
            x = F.avg_pool2d(x, 2)
        return maps

    def statistics(self, x: Tensor, deep: list[Tensor]) -> StyleStatistics:
        """Of pictures (B, 3, S, S) whose deep maps are known."""
        return style_statistics([*deep[:4], *self.grain(x)])


def style_statistics(maps: list[Tensor]) -> StyleStatistics:
    """Of feature maps (B, C, H, W) of any sizes."""
    grams, means, deviations = [], [], []
    for found in maps:
        flat = found.flatten(2)  # (B, C, H W)
        grams.append(flat @ flat.transpose(1, 2) / flat.shape[2])
        means.append(flat.mean(2))
        deviations.append(flat.std(2))
    return StyleStatistics(grams, means, deviations)


def content_distance(found: list[Tensor], wanted: list[Tensor]) -> Tensor:
    """(B,): the squared distance of feature maps over the squared length of those that are wanted."""
    return torch.stack([_relative(a, b) for a, b in zip(found, wanted, strict=True)]).mean(0)


def style_distance(found: StyleStatistics, wanted: StyleStatistics) -> Tensor:
    """(B,): the mean over the maps of the relative squared distances of Gram matrices, means and deviations."""
    pairs = [
        *zip(found.grams, wanted.grams, strict=True),
        *zip(found.means, wanted.means, strict=True),
        *zip(found.deviations, wanted.deviations, strict=True),
    ]
    return torch.stack([_relative(a, b) for a, b in pairs]).mean(0)


def palette_distance(found: Tensor, wanted: Tensor) -> Tensor:
    """(B,): how far the colours of pictures (B, 3, h, w) in 0..1 are from those of others, in lightness, red against
    green and blue against yellow: squared distances of means and deviations over the variance that is wanted."""
    (mean, deviation), (mean_wanted, deviation_wanted) = _palette(found), _palette(wanted)
    apart = (mean - mean_wanted).square() + (deviation - deviation_wanted).square()  # (B, 3)
    return (apart / (deviation_wanted.square() + LEAST_VARIANCE)).mean(1)


def _palette(x: Tensor) -> tuple[Tensor, Tensor]:
    """Means and deviations (B, 3) of patches of 4 px in opponent colours."""
    red, green, blue = F.avg_pool2d(x, 4).flatten(2).unbind(1)  # each (B, h w / 16)
    grey = (red + green) / 2
    opponents = torch.stack([(red + green + blue) / 3, red - green, blue - grey], 1)  # (B, 3, h w / 16)
    return opponents.mean(2), opponents.std(2)


def _relative(found: Tensor, wanted: Tensor) -> Tensor:
    """(B,) of tensors (B, ...)."""
    apart = (found - wanted).square().flatten(1).sum(1)
    return apart / wanted.square().flatten(1).sum(1).clamp(min=1e-8)
