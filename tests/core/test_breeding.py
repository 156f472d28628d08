"""Children lie on the shell, differ by the strength, and come again from the same litter."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.breeding import MOST_PARTS, OFFSET_SPREAD, Litter, children
from studio.core.errors import StudioError
from studio.core.latent import BlendPart, Latent, WCode, mixed

Z_DIM = 128
PARENT = Latent(85, styles=(("sea", 1.0),), psi=0.7, offsets=(("pca-0", 1.5),), noise_seed=4)
BLEND = mixed([(Latent(1, psi=0.7), 0.5), (Latent(2, psi=0.7), 0.5)])
CODE = Latent(w=WCode.of(np.ones((4, 8), np.float32)))
strengths = st.floats(0.0, 1.0)
seeds = st.integers(0, 2**32 - 1)


def litter(*parents: Latent, m: float = 0.35, seed: int = 7, side: int = 3) -> Litter:
    return Litter(parents, seed, m, side)


def zs(made: tuple[Latent, ...]) -> np.ndarray:
    return np.concatenate([child.z(Z_DIM) for child in made])  # (children, z_dim)


@given(strengths, seeds)
def test_the_same_litter_has_the_same_children(m: float, seed: int) -> None:
    small, large = litter(PARENT, m=m, seed=seed, side=2), litter(PARENT, m=m, seed=seed, side=3)
    assert children(small, Z_DIM) == children(small, Z_DIM) == children(large, Z_DIM)[:4]


def test_another_seed_gives_other_children_and_each_differs() -> None:
    first, second = children(litter(PARENT), Z_DIM), children(litter(PARENT, seed=8), Z_DIM)
    assert len({*first, *second}) == 18


@pytest.mark.parametrize("parent", [PARENT, BLEND, CODE, replace(CODE, offsets=(("pca-1", 2.0),))])
def test_without_mutation_an_only_parent_comes_again(parent: Latent) -> None:
    assert set(children(litter(parent, m=0.0), Z_DIM)) == {parent}


@given(strengths, seeds)
def test_the_length_of_a_child_is_that_of_a_gaussian_z(m: float, seed: int) -> None:
    lengths = np.linalg.norm(zs(children(litter(PARENT, m=m, seed=seed), Z_DIM)), axis=1)
    assert lengths.min() > 0.75 * Z_DIM**0.5
    assert lengths.max() < 1.25 * Z_DIM**0.5


def test_one_at_the_far_end_is_a_stranger_with_a_gaussian_z() -> None:
    made = zs(
        tuple(c for seed in range(40) for c in children(litter(PARENT, m=1.0, seed=seed, side=5), Z_DIM))
    )
    assert np.allclose(made.mean(axis=0), 0.0, atol=0.15)
    assert np.allclose(made.std(axis=0), 1.0, atol=0.15)


def test_the_variance_of_the_children_grows_with_the_strength() -> None:
    spreads = [
        zs(children(litter(PARENT, m=m, side=5), Z_DIM)).var(axis=0).mean() for m in (0.0, 0.2, 0.5, 0.8, 1.0)
    ]
    assert spreads == sorted(spreads)
    assert spreads[0] == pytest.approx(0.0, abs=1e-20)
    assert spreads[-1] == pytest.approx(1.0, abs=0.1)


def test_children_of_two_lie_between_them_on_the_shell() -> None:
    a, b = Latent(1), Latent(2)
    made = zs(children(litter(a, b, m=0.0, side=5), Z_DIM))
    along_a, along_b = (made @ parent.z(Z_DIM)[0] / Z_DIM for parent in (a, b))
    assert (along_a > -0.3).all()
    assert (along_b > -0.3).all()
    assert np.corrcoef(along_a, along_b)[0, 1] < -0.9  # the more of one, the less of the other
    assert np.linalg.norm(made, axis=1) == pytest.approx(Z_DIM**0.5, rel=0.2)


def test_styles_truncation_and_sliders_are_mixed_by_shares() -> None:
    other = Latent(2, styles=(("wood", 1.0),), psi=1.0, offsets=(("pca-1", -1.0),))
    for child in children(litter(PARENT, other, m=0.0), Z_DIM):
        share = child.style("sea")
        assert child.style("wood") == pytest.approx(1 - share)
        assert child.psi == pytest.approx(0.7 * share + 1.0 * (1 - share))
        assert child.offset("pca-0") == pytest.approx(1.5 * share)
        assert child.offset("pca-1") == pytest.approx(-1.0 * (1 - share))


def test_the_usual_mix_of_styles_is_inherited_whole() -> None:
    made = children(litter(PARENT, replace(PARENT, seed=2, styles=()), side=5), Z_DIM)
    assert {child.styles for child in made} == {(), PARENT.styles}


def test_chance_moves_only_sliders_in_use_and_no_locked_ones() -> None:
    parent = replace(PARENT, offsets=(("pca-0", 1.0), ("pca-3", -2.9)))
    made = children(litter(parent, m=1.0, side=5), Z_DIM, frozenset({"pca-0"}))
    assert {child.offset("pca-0") for child in made} == {1.0}
    amounts = np.asarray([child.offset("pca-3") for child in made])
    assert amounts.std() > OFFSET_SPREAD / 3
    assert amounts.min() == -3.0
    assert all({name for name, _ in child.offsets} == {"pca-0", "pca-3"} for child in made)


@pytest.mark.parametrize("parents", [(BLEND,), (CODE, PARENT), (BLEND, CODE)])
def test_children_of_what_has_no_z_are_blends_with_a_sum_of_one(parents: tuple[Latent, ...]) -> None:
    for m in (0.0, 0.3, 0.9):
        for child in children(litter(*parents, m=m), Z_DIM):
            assert not child.is_plain
            assert sum(part.weight for part in child.blend) == pytest.approx(1.0 if child.blend else 0.0)


def test_in_w_the_shares_keep_the_spread_about_the_mean_picture() -> None:
    child = children(litter(CODE, m=0.6), Z_DIM)[0]
    weights = {part.latent.psi if part.latent.w is None else "code": part.weight for part in child.blend}
    assert weights == {"code": pytest.approx(0.8), 0.7: pytest.approx(0.6), 0.0: pytest.approx(-0.4)}


def test_blends_do_not_grow_without_end() -> None:
    child = BLEND
    for seed in range(40):
        child = children(litter(child, replace(child, noise_seed=seed), seed=seed), Z_DIM)[0]
        assert len(child.blend) <= 2 * MOST_PARTS + 2
        assert sum(part.weight for part in child.blend) == pytest.approx(1.0)
        assert not any(isinstance(part, BlendPart) and part.latent.blend for part in child.blend)


def test_a_litter_without_parents_is_refused() -> None:
    with pytest.raises(StudioError):
        children(litter(), Z_DIM)
