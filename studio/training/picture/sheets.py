"""Sample sheets: a grid of pictures as one PNG or WebP, to look at while a model learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor


def grid(pictures: Tensor, columns: int) -> NDArray[np.uint8]:
    """Pictures (n, 3, S, S) in -1..1 -> one (rows S, columns S, 3) uint8 array; missing places stay grey."""
    n, _, size, _ = pictures.shape
    rows = -(-n // columns)
    levels = ((pictures.float().clamp(-1, 1) + 1) * 127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()
    sheet = np.full((rows * size, columns * size, 3), 128, dtype=np.uint8)
    for i, picture in enumerate(levels):
        top, left = i // columns * size, i % columns * size
        sheet[top : top + size, left : left + size] = picture
    return sheet


def save_sheet(pictures: Tensor, columns: int, path: Path, scale: int = 1) -> None:
    """Write the grid to `path`, each pixel `scale` px wide."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet = Image.fromarray(grid(pictures, columns))
    sheet.resize((sheet.width * scale, sheet.height * scale), Image.Resampling.BICUBIC).save(path)
