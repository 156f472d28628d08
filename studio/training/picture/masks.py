"""Random holes for learning to inpaint: strokes of a hand, boxes and blobs. Drawn from the generator handed in."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

Hole = NDArray[np.uint8]
LEAST, MOST = 0.01, 0.5  # share of the picture that a hole may take


def random_masks(random: np.random.Generator, count: int, size: int) -> Tensor:
    """(count, 1, size, size) of 0 and 1; 1 is to be painted."""
    return torch.from_numpy(np.stack([_mask(random, size) for _ in range(count)]))[:, None].float()


def _mask(random: np.random.Generator, size: int) -> Hole:
    draw = (_strokes, _strokes, _boxes, _blobs)[random.integers(4)]
    while True:
        hole = draw(random, size)
        if LEAST <= hole.mean() <= MOST:
            return hole


def _strokes(random: np.random.Generator, size: int) -> Hole:
    """One to four strokes that wander."""
    canvas = Image.new("L", (size, size))
    pen = ImageDraw.Draw(canvas)
    for _ in range(random.integers(1, 5)):
        width = int(size * random.uniform(0.03, 0.16)) + 1
        place, angle = random.uniform(0, size, 2), random.uniform(0, 2 * np.pi)
        points = [tuple(place)]
        for _ in range(random.integers(1, 8)):
            angle += random.normal(0, 0.8)
            place = place + random.uniform(0.08, 0.3) * size * np.array([np.cos(angle), np.sin(angle)])
            points.append(tuple(place))
        pen.line(points, fill=1, width=width, joint="curve")
        for x, y in points:
            pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=1)
    return np.asarray(canvas)


def _boxes(random: np.random.Generator, size: int) -> Hole:
    """One or two boxes."""
    hole = np.zeros((size, size), dtype=np.uint8)
    for _ in range(random.integers(1, 3)):
        height, width = (random.uniform(0.12, 0.5, 2) * size).astype(int) + 1
        top, left = (
            random.integers(-height // 4, size - height // 2),
            random.integers(-width // 4, size - width // 2),
        )
        hole[max(top, 0) : top + height, max(left, 0) : left + width] = 1
    return hole


def _blobs(random: np.random.Generator, size: int) -> Hole:
    """Soft noise above a threshold."""
    cells = int(random.integers(3, 7))
    noise = Image.fromarray(random.random((cells, cells)).astype(np.float32))
    soft = np.asarray(noise.resize((size, size), Image.Resampling.BICUBIC))
    return (soft > np.quantile(soft, random.uniform(0.6, 0.95))).astype(np.uint8)
