"""Regions: which painting shows where, and that the picture stays where none does."""

import numpy as np

from studio.core.restyle import Mask, StyleMix, StylePart
from studio.engines.picture.style_regions import Overlay, regions

PICTURE = np.full((12, 300, 3), 10, np.uint8)
RED, BLUE = np.full_like(PICTURE, 110), np.full_like(PICTURE, 210)
RAMP = np.tile(np.linspace(0, 255, 300).round().astype(np.uint8), (12, 1))
LEFT, RIGHT = Mask.of(255 - RAMP), Mask.of(RAMP)


def test_parts_that_share_a_mask_are_mixed_and_weightless_ones_left_out() -> None:
    a, b, c = StylePart("a", mask=LEFT), StylePart("b"), StylePart("c", 2.0, mask=Mask.of(255 - RAMP))
    mix = StyleMix((a, b, c, StylePart("d", 0.0, mask=RIGHT)), strength=0.5)
    assert regions(mix) == (
        (StyleMix((a, c), strength=0.5), LEFT),
        (StyleMix((b,), strength=0.5), None),
    )


def test_a_mix_of_offsets_alone_is_one_region() -> None:
    mix = StyleMix(offsets=(1.0,) * 8)
    assert regions(mix) == ((mix, None),)


def test_without_masks_the_painting_is_what_comes_out() -> None:
    overlay = Overlay(PICTURE)
    overlay.lay(RED, None)
    assert overlay.over(overlay.painted, None) is RED


def test_a_soft_mask_leads_from_the_picture_to_the_painting() -> None:
    overlay = Overlay(PICTURE)
    overlay.lay(RED, RIGHT)
    result = overlay.over(overlay.painted, None)
    np.testing.assert_array_equal(result[:, 0], PICTURE[:, 0])
    np.testing.assert_array_equal(result[:, -1], RED[:, -1])
    wanted = 10 + RAMP[..., None] / 2.55
    assert np.abs(result - wanted).max() <= 0.5


def test_masks_that_fill_up_each_other_leave_nothing_of_the_picture() -> None:
    overlay = Overlay(PICTURE)
    overlay.lay(RED, LEFT)
    overlay.lay(BLUE, RIGHT)
    result = overlay.over(overlay.painted, None)
    wanted = 110 + RAMP[..., None] / 2.55
    assert np.abs(result - wanted).max() <= 1


def test_three_equal_paintings_have_equal_shares() -> None:
    overlay = Overlay(PICTURE)
    for level in (30, 90, 240):
        overlay.lay(np.full_like(PICTURE, level), None)
    assert np.abs(overlay.over(overlay.painted, None).astype(int) - 120).max() <= 1


def test_the_mask_of_all_limits_every_painting() -> None:
    half = np.zeros((2, 4), np.uint8)
    half[:, :2] = 255
    overlay = Overlay(PICTURE)
    overlay.lay(RED, None)
    result = overlay.over(overlay.painted, Mask.of(half))
    np.testing.assert_array_equal(result[:, :100], RED[:, :100])
    np.testing.assert_array_equal(result[:, 200:], PICTURE[:, 200:])
