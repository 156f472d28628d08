"""Interpolation and paths: exact ends, lengths in between, seeds that mean the same everywhere."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.latent import MAX_SEED, Latent, LatentPath, Vector, between, lerp, seed_z, slerp

numbers = st.floats(-100, 100, allow_subnormal=False)
vectors = st.lists(numbers, min_size=4, max_size=4).map(lambda xs: np.array([xs]))
shares = st.floats(0, 1)
names = st.sampled_from(["pc0", "pc1", "pc2"])
latents = st.builds(
    Latent,
    seed=st.integers(0, MAX_SEED),
    psi=st.floats(-2, 2),
    styles=st.dictionaries(names, st.floats(0.1, 1)).map(lambda d: tuple(sorted(d.items()))),
    offsets=st.dictionaries(names, st.floats(0.1, 3)).map(lambda d: tuple(sorted(d.items()))),
)


def angle(a: Vector, b: Vector) -> float:
    cosine = np.sum(a * b) / (np.linalg.norm(a) * np.linalg.norm(b))
    return float(np.arccos(np.clip(cosine, -1, 1)))


def test_a_seed_means_the_same_vector_as_in_every_stylegan_tool() -> None:
    z = seed_z(85, 512)
    assert z.shape == (1, 512)
    assert np.array_equal(z, np.random.RandomState(85).randn(1, 512))


@given(vectors, vectors)
def test_slerp_ends_are_exact(a: Vector, b: Vector) -> None:
    assert np.allclose(slerp(a, b, 0.0), a, rtol=1e-9, atol=1e-9)
    assert np.allclose(slerp(a, b, 1.0), b, rtol=1e-9, atol=1e-9)


@given(vectors, vectors, shares)
def test_slerp_keeps_the_length_between_those_of_its_ends(a: Vector, b: Vector, t: float) -> None:
    lengths = sorted([float(np.linalg.norm(a)), float(np.linalg.norm(b))])
    assume(lengths[0] > 1e-3)
    assume(angle(a, b) < np.pi - 0.01)
    assert lengths[0] * (1 - 1e-6) <= np.linalg.norm(slerp(a, b, t)) <= lengths[1] * (1 + 1e-6)


@given(vectors, vectors, shares)
def test_slerp_turns_evenly(a: Vector, b: Vector, t: float) -> None:
    assume(min(np.linalg.norm(a), np.linalg.norm(b)) > 1e-3)
    whole = angle(a, b)
    assume(0.01 < whole < np.pi - 0.01)
    assert angle(a, slerp(a, b, t)) == pytest.approx(whole * t, abs=1e-4)


@given(vectors, vectors, shares)
def test_slerp_there_is_slerp_back(a: Vector, b: Vector, t: float) -> None:
    assert np.allclose(slerp(a, b, t), slerp(b, a, 1 - t), atol=1e-6)


@given(vectors, shares)
def test_slerp_falls_back_to_a_line_from_zero_and_to_the_opposite(a: Vector, t: float) -> None:
    zero = np.zeros_like(a)
    assert np.allclose(slerp(zero, a, t), lerp(zero, a, t))
    assert np.allclose(slerp(a, -a, t), lerp(a, -a, t))


@given(latents, latents)
def test_between_ends_are_the_latents_themselves(a: Latent, b: Latent) -> None:
    assert between(a, b, 0.0, 8) is a
    assert between(a, b, 1.0, 8) in (a, b)


@given(latents, latents, st.floats(0.01, 0.99))
def test_between_mixes_sliders_and_styles(a: Latent, b: Latent, t: float) -> None:
    assume(a != b)
    mixed = between(a, b, t, 8)
    assert mixed.psi == pytest.approx(a.psi * (1 - t) + b.psi * t)
    for name in ("pc0", "pc1", "pc2"):
        assert mixed.offset(name) == pytest.approx(a.offset(name) * (1 - t) + b.offset(name) * t)
        assert mixed.style(name) == pytest.approx(a.style(name) * (1 - t) + b.style(name) * t)
    assert np.allclose(mixed.z(8), slerp(a.z(8), b.z(8), t))


@given(st.lists(latents, min_size=1, max_size=5), st.booleans())
def test_a_path_passes_exactly_through_its_keyframes(keyframes: list[Latent], closed: bool) -> None:
    path = LatentPath(tuple(keyframes), closed)
    assert all(path.at(float(i), 8) == latent for i, latent in enumerate(keyframes))


@given(st.lists(latents, min_size=2, max_size=4), st.floats(-50, 50))
def test_time_wraps_on_a_closed_path_and_stops_on_an_open_one(keyframes: list[Latent], time: float) -> None:
    closed, path = LatentPath(tuple(keyframes), True), LatentPath(tuple(keyframes))
    assert np.allclose(closed.at(time, 8).z(8), closed.at(time + closed.length, 8).z(8), atol=1e-4)
    assert path.at(-1.0 - abs(time), 8) == keyframes[0]
    assert path.at(path.length + abs(time), 8) == keyframes[-1]


def test_a_path_through_nothing_is_refused() -> None:
    with pytest.raises(StudioError):
        LatentPath(())


def test_a_slider_at_zero_leaves_no_trace() -> None:
    moved = Latent(seed=1).with_offset("pc0", 2.0).with_style("landscape", 0.5)
    assert moved.with_offset("pc0", 0.0).with_style("landscape", 0.0) == Latent(seed=1)


def test_a_point_counts_only_for_its_own_model() -> None:
    latent = Latent(seed=4, point=(1.0, 2.0))
    assert latent.z(2).tolist() == [[1.0, 2.0]]
    assert np.array_equal(latent.z(3), seed_z(4, 3))


def test_another_seed_keeps_styles_and_sliders() -> None:
    latent = Latent(seed=4, point=(1.0,), styles=(("portrait", 1.0),), offsets=(("pc0", 1.0),))
    other = latent.with_seed(MAX_SEED + 3)
    assert (other.seed, other.point) == (2, None)
    assert (other.styles, other.offsets) == (latent.styles, latent.offsets)
