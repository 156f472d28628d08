"""Masks and retouching steps as values that travel inside a recipe."""

import zlib

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.recipe import Recipe, recipe_from_json
from studio.core.retouch import Mask, Retouch


def test_a_mask_comes_back_as_it_was() -> None:
    bits = np.random.RandomState(0).rand(13, 21) > 0.7
    assert (Mask.of(bits).bits() == bits).all()


def test_a_mask_travels_in_a_recipe() -> None:
    bits = np.zeros((40, 30), dtype=bool)
    bits[5:9, 3:20] = True
    steps = (Retouch("inpaint", mask=Mask.of(bits)), Retouch("upscale", factor=4))
    recipe = recipe_from_json(Recipe("picture", retouch=steps).to_json())
    assert recipe.retouch == steps
    assert recipe.retouch[0].mask is not None
    assert (recipe.retouch[0].mask.bits() == bits).all()


@pytest.mark.parametrize("packed", [b"", b"no zlib", zlib.compress(b"\0"), zlib.compress(b"\0" * 10_000_000)])
def test_a_damaged_mask_is_one_sentence(packed: bytes) -> None:
    with pytest.raises(StudioError, match="mask is damaged"):
        Mask(100, 100, packed).bits()


def test_a_recipe_with_an_unknown_step_is_refused() -> None:
    text = Recipe("picture", retouch=(Retouch("denoise"),)).to_json().replace("denoise", "dream")
    with pytest.raises(StudioError, match="cannot be read"):
        recipe_from_json(text)
