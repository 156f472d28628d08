"""Recipes: the round trip through JSON, and what hostile ones do."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED, Latent, LayerMix
from studio.core.recipe import MAX_RECIPE_CHARS, ComposeSettings, Recipe, recipe_from_json
from studio.core.restyle import Mask, StyleMix, StylePart

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
numbers = st.floats(-1e6, 1e6)
weights = st.lists(st.tuples(text, numbers), max_size=4).map(tuple)
seeds = st.integers(0, MAX_SEED)
layers = st.integers(0, 20)
latents = st.builds(
    Latent,
    seed=seeds,
    point=st.none() | st.lists(numbers, max_size=6).map(tuple),
    styles=weights,
    psi=st.floats(-2, 2),
    offsets=weights,
    mixes=st.lists(st.builds(LayerMix, seeds, layers, layers), max_size=2).map(tuple),
    noise_seed=seeds,
)
masks = st.none() | st.builds(Mask, st.integers(1, 2048), st.integers(1, 2048), st.binary(max_size=20))
vectors = st.none() | st.lists(numbers, max_size=5).map(tuple)
parts = st.builds(StylePart, text, st.floats(0, 9), vectors, masks)
mixes = st.builds(
    StyleMix,
    parts=st.lists(parts, max_size=3).map(tuple),
    offsets=st.lists(numbers, min_size=8, max_size=8).map(tuple),
    strength=st.floats(0, 1),
    keep_colour=st.booleans(),
    size=st.integers(64, 8192),
    mask=masks,
)
settings = st.builds(
    ComposeSettings,
    seed=seeds,
    bars=st.integers(1, 256),
    temperature=st.floats(0.01, 4),
    top_p=st.floats(0.01, 1),
    styles=weights,
)
recipes = st.builds(
    Recipe,
    kind=st.sampled_from(["picture", "music"]),
    model_id=text,
    weights_sha256=text,
    latent=st.none() | latents,
    restyle=st.none() | mixes,
    scale=st.sampled_from([1, 2, 4]),
    source_sha256=text,
    source_name=text,
    compose=st.none() | settings,
    device=text,
    app=text,
)


@given(recipes)
def test_a_recipe_comes_back_as_it_was(recipe: Recipe) -> None:
    assert recipe_from_json(recipe.to_json()) == recipe
    assert recipe_from_json(recipe.to_json().encode()) == recipe


@given(recipes)
def test_a_recipe_is_plain_json(recipe: Recipe) -> None:
    assert json.loads(recipe.to_json())["kind"] == recipe.kind


@given(st.text() | st.binary())
def test_anything_else_is_one_sentence(garbage: str | bytes) -> None:
    with pytest.raises(StudioError) as caught:
        recipe_from_json(garbage)
    assert "\n" not in caught.value.sentence()


@pytest.mark.parametrize(
    "hostile",
    [
        '{"kind":"picture","scale":9}',
        '{"kind":"picture","latent":{"seed":-1}}',
        '{"kind":"picture","latent":{"psi":1e999}}',
        '{"kind":"picture","restyle":{"size":100000}}',
        '{"kind":"picture","x":' + "[" * 200_000,
        '{"kind":"' + "a" * MAX_RECIPE_CHARS + '"}',
    ],
    ids=["scale", "seed", "psi", "size", "nesting", "length"],
)
def test_a_hostile_recipe_is_refused(hostile: str) -> None:
    with pytest.raises(StudioError):
        recipe_from_json(hostile)


def test_a_newer_recipe_asks_for_an_update_even_if_all_else_has_changed() -> None:
    with pytest.raises(StudioError, match="newer Latent Studio"):
        recipe_from_json('{"schema":2,"kind":{"name":"picture"}}')


def test_a_recipe_knows_its_device() -> None:
    assert Recipe("picture").on("cuda:0").device == "cuda:0"
