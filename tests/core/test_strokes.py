"""A hand's points become a smooth path, and a path becomes levels."""

import math

import numpy as np
import pytest

from studio.core.layers import Artboard
from studio.core.strokes import StrokePath, draw_segment, stroke_levels


def test_a_path_goes_smoothly_from_the_first_point_to_the_last() -> None:
    path = StrokePath((0, 0, 1), 1.0)
    for step in range(1, 40):
        path.add((step * 3, 30 * math.sin(step / 4), 0.5))
    points = path.finish()
    assert points[0] == (0, 0, 1)
    assert points[-1] == (117, 30 * math.sin(39 / 4), 0.5)
    turns = [
        abs(
            math.remainder(
                math.atan2(c[1] - b[1], c[0] - b[0]) - math.atan2(b[1] - a[1], b[0] - a[0]), math.tau
            )
        )
        for a, b, c in zip(points[:-1], points[1:-1], points[2:], strict=False)
    ]
    assert max(turns[2:-2]) < 0.8


def test_moves_smaller_than_the_spacing_add_nothing_but_the_end() -> None:
    path = StrokePath((5, 5, 1), 2.0)
    for _ in range(10):
        path.add((5.5, 5, 1))
    assert len(path.points) == 1
    assert path.finish() == ((5, 5, 1), (5.5, 5, 1))


def test_a_dot_is_round_and_as_wide_as_the_brush() -> None:
    levels = np.zeros((64, 64), np.uint8)
    draw_segment(levels, ((32, 32, 1), (32, 32, 1)), 20, 1.0)
    assert levels.sum() / 255 == pytest.approx(math.pi * 20**2, rel=0.02)
    assert np.array_equal(levels, levels.T)


def test_hardness_and_pressure_make_it_softer_and_thinner() -> None:
    hard, soft, light = (np.zeros((64, 64), np.uint8) for _ in range(3))
    draw_segment(hard, ((32, 32, 1), (32, 32, 1)), 20, 0.9)
    draw_segment(soft, ((32, 32, 1), (32, 32, 1)), 20, 0.0)
    draw_segment(light, ((32, 32, 0.5), (32, 32, 0.5)), 20, 0.9)
    assert soft.sum() < 0.6 * hard.sum()
    assert light.sum() == pytest.approx(hard.sum() / 4, rel=0.1)


def test_a_stroke_over_itself_is_no_darker() -> None:
    once, twice = np.zeros((40, 80), np.uint8), np.zeros((40, 80), np.uint8)
    for levels, times in ((once, 1), (twice, 3)):
        for _ in range(times):
            draw_segment(levels, ((10, 20, 1), (70, 20, 1)), 8, 0.3)
    assert np.array_equal(once, twice)


def test_a_stroke_outside_the_grid_leaves_it_alone() -> None:
    levels = np.zeros((10, 10), np.uint8)
    draw_segment(levels, ((-500, 5, 1), (-400, 5, 1)), 20, 0.5)
    assert not levels.any()


def test_stroke_levels_lie_over_the_artboard() -> None:
    points = np.array([[60, 70, 1], [110, 70, 1]], np.float32)
    levels = stroke_levels(points, 10, 1.0, Artboard(100, 100, 10, 20), (200, 200))
    assert levels[100, 150] == 255
    assert levels[100, 60] == 0
