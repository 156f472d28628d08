"""Latents that are made of others: what a mix comes to, how it stands in a recipe, and traps that are refused."""

import json
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.latent import MAX_DEPTH, MAX_PARTS, BlendPart, Latent, LayerMix, WCode, between, mixed
from studio.core.recipe import Recipe, recipe_from_json
from studio.files.project_file import load_project

names = st.sampled_from(["pc0", "pc1"])
seeds = st.integers(0, 2**32 - 1)
plain = st.builds(
    Latent,
    seed=seeds,
    psi=st.floats(-2, 2),
    offsets=st.dictionaries(names, st.floats(0.1, 3)).map(lambda d: tuple(sorted(d.items()))),
    w=st.none() | st.builds(WCode, st.integers(1, 64), st.binary(max_size=12)),
    noise=st.floats(0, 4),
)
weights = st.floats(0.01, 1)


def composed(inner: st.SearchStrategy[Latent]) -> st.SearchStrategy[Latent]:
    """Blends and layer mixes of others."""
    parts = st.lists(st.builds(BlendPart, inner, weights), min_size=1, max_size=3).map(tuple)
    mixes = st.builds(LayerMix, seeds, st.just(0), st.just(3), inner).map(lambda mix: (mix,))
    return st.builds(Latent, seed=seeds, blend=parts) | st.builds(Latent, seed=seeds, mixes=mixes)


nested = st.recursive(plain, composed, max_leaves=6)


@given(nested)
def test_a_mix_in_a_recipe_comes_back_as_it_was(latent: Latent) -> None:
    recipe = Recipe("picture", "gan", latent=latent)
    assert recipe_from_json(recipe.to_json()) == recipe


@given(nested, weights)
def test_a_mix_of_one_is_that_one(latent: Latent, weight: float) -> None:
    assert mixed(((latent, weight),)) is latent
    assert mixed(((latent, weight), (Latent(1), 0.0))) is latent
    assert mixed(((latent, weight), (latent, 0.5))) == latent


shares = st.lists(st.tuples(plain, weights), min_size=1, max_size=4)


@given(st.lists(st.tuples(shares.map(mixed), weights), min_size=2, max_size=4))
def test_the_shares_of_a_mix_come_to_1(parts: list[tuple[Latent, float]]) -> None:
    assume(len({latent for latent, _ in parts}) > 1)
    made = mixed(parts)
    if made.blend:
        assert sum(part.weight for part in made.blend) == pytest.approx(1.0)
        assert len({part.latent for part in made.blend}) == len(made.blend)


def test_a_mix_of_mixes_is_flat_and_equal_parts_add_up() -> None:
    a, b, c = Latent(1), Latent(2), Latent(3)
    made = mixed(((mixed(((a, 1), (b, 1))), 1), (mixed(((b, 1), (c, 1))), 1)))
    assert made.blend == (BlendPart(a, 0.25), BlendPart(b, 0.5), BlendPart(c, 0.25))


def test_a_mix_that_was_moved_on_stays_whole() -> None:
    moved = mixed(((Latent(1), 1), (Latent(2), 1))).with_offset("pc0", 2.0)
    assert [part.latent for part in mixed(((moved, 1), (Latent(3), 1))).blend] == [moved, Latent(3)]


def test_noise_goes_over_without_a_jump() -> None:
    quiet, rough = Latent(1, noise=0.5), Latent(2, noise=1.5)
    assert mixed(((quiet, 0.5), (rough, 0.5))).noise == 1.0
    assert mixed(((Latent(1), 0.3), (Latent(2), 0.7))).noise == 1.0  # exactly: another strength is drawn anew
    assert mixed(((quiet, 3.0), (rough, -2.0))).noise == 0.0


def test_shares_that_cancel_out_are_refused() -> None:
    with pytest.raises(StudioError, match="come to nothing"):
        mixed(((Latent(1), 1.0), (Latent(2), -1.0)))
    with pytest.raises(StudioError, match="come to nothing"):
        mixed(())


def test_the_way_between_mixes_is_straight_and_exact_at_its_ends() -> None:
    a, b = mixed(((Latent(1), 1), (Latent(2), 1))), Latent(3)
    assert between(a, b, 0.0, 8) is a
    assert between(a, b, 1.0, 8) is b
    quarter = {part.latent.seed: part.weight for part in between(a, b, 0.25, 8).blend}
    assert quarter == pytest.approx({1: 0.375, 2: 0.375, 3: 0.25})


# --- traps ------------------------------------------------------------------------------------------------


def deep(levels: int, key: str) -> str:
    """A latent within a latent within a latent ..., as JSON."""
    head, tail = {
        "blend": ('{"blend":[{"weight":1.0,"latent":', "}]}"),
        "mixes": ('{"mixes":[{"seed":1,"first":0,"last":3,"latent":', "}]}"),
    }[key]
    return head * levels + "{}" + tail * levels


def wide(count: int) -> str:
    return '{"blend":[' + ",".join('{"weight":0.1,"latent":{}}' for _ in range(count)) + "]}"


def tree(levels: int) -> str:
    """Each level three times as wide as the one above."""
    inner = "{}" if levels == 0 else tree(levels - 1)
    part = f'{{"weight":0.3,"latent":{inner}}}'
    return f'{{"blend":[{part},{part},{part}]}}'


TRAPS = {
    "deep blend": deep(MAX_DEPTH, "blend"),
    "deeper blend": deep(900, "blend"),
    "deepest blend": deep(100_000, "blend"),
    "deep mixes": deep(MAX_DEPTH, "mixes"),
    "deepest mixes": deep(50_000, "mixes"),
    "wide": wide(MAX_PARTS + 1),
    "very wide": wide(300_000),
    "tree": tree(7),
    "heavy": '{"blend":[{"weight":1e300,"latent":{}}]}',
    "endless": '{"blend":[{"weight":1e999,"latent":{}}]}',
    "no latent": '{"blend":[{"weight":1.0}]}',
}


@pytest.mark.parametrize("latent", TRAPS.values(), ids=TRAPS)
def test_a_trap_in_a_recipe_is_one_sentence(latent: str) -> None:
    with pytest.raises(StudioError) as caught:
        recipe_from_json(f'{{"kind":"picture","model_id":"gan","latent":{latent}}}')
    assert "\n" not in caught.value.sentence()


@pytest.mark.parametrize("place", ["latent", "slot_a", "pad"])
@pytest.mark.parametrize("trap", ["deeper blend", "deepest mixes", "very wide", "tree"])
def test_a_trap_in_a_project_is_one_sentence(tmp_path: Path, trap: str, place: str) -> None:
    inner = TRAPS[trap] if place != "pad" else f'{{"points":[{{"x":0.1,"y":0.2,"latent":{TRAPS[trap]}}}]}}'
    score = json.dumps({"tracks": []})
    (tmp_path / "trap.latent").write_text(f'{{"picture":{{"{place}":{inner}}},"score":{score}}}')
    with pytest.raises(StudioError) as caught:
        load_project(tmp_path / "trap.latent")
    assert "\n" not in caught.value.sentence()


def test_as_many_as_are_allowed_are_no_trap() -> None:
    for latent in (deep(MAX_DEPTH - 1, "blend"), deep(MAX_DEPTH - 1, "mixes"), wide(MAX_PARTS)):
        assert recipe_from_json(f'{{"kind":"picture","latent":{latent}}}').latent is not None


def test_a_hand_cannot_mix_more_either() -> None:
    with pytest.raises(StudioError, match="too many"):
        mixed((Latent(seed), 1.0) for seed in range(MAX_PARTS + 1))


@pytest.mark.parametrize(
    "picture",
    [
        '{"pad":{"points":[' + ",".join(['{"latent":{},"x":0,"y":0}'] * 300) + "]}}",
        '{"pad":{"points":[{"latent":{},"x":1e9,"y":0}]}}',
        '{"pad":{"cursor":[0.5,-1]}}',
        '{"pad":{"weights":[-1]}}',
        '{"mixing":{"rows":[{},{},{},{},{},{},{}]}}',
        '{"mixing":{"first":64}}',
    ],
    ids=["many points", "far point", "cursor", "weight", "many rows", "layer"],
)
def test_a_pad_or_grid_that_cannot_be_is_refused(tmp_path: Path, picture: str) -> None:
    (tmp_path / "odd.latent").write_text(f'{{"picture":{picture},"score":{{"tracks":[]}}}}')
    with pytest.raises(StudioError, match=r"odd\.latent"):
        load_project(tmp_path / "odd.latent")
