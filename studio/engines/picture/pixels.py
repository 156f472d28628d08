"""Network output <-> pixels, the same for every picture family."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.picture import Pixels


def to_pixels(picture: Tensor) -> Pixels:
    """(1, 3, H, W) in -1..1 -> (H, W, 3) uint8, rounded to the nearest level."""
    levels = picture[0].float().mul(127.5).add(128.0).clamp_(0, 255).to(torch.uint8)  # floor(x + 1/2) rounds
    return np.ascontiguousarray(levels.permute(1, 2, 0).cpu().numpy())


def from_pixels(pixels: Pixels, size: int, device: torch.device) -> Tensor:
    """The middle square of (H, W, 3) uint8, resized: (1, 3, size, size) in -1..1."""
    height, width = pixels.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = torch.tensor(pixels[top : top + side, left : left + side]).permute(2, 0, 1)[None].float()
    square = F.interpolate(square, size=(size, size), mode="bilinear", antialias=True, align_corners=False)
    return (square / 127.5 - 1).to(device)  # (1, 3, size, size)
