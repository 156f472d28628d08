"""A cut through the space along two directions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.latent import Latent
from studio.core.parameter import Parameter
from studio.core.plane import Plane, first_axes

amounts = st.floats(-3, 3)
START = Latent(85, psi=0.7, offsets=(("pca-1", 0.5), ("pca-7", 1.0)))


@given(amounts, amounts)
def test_all_pictures_of_a_plane_lie_on_it(x: float, y: float) -> None:
    plane = Plane.through("m", START, "pca-0", "pca-1")
    there = plane.at(x, y)
    assert Plane.through("m", there, "pca-0", "pca-1") == plane
    assert plane.place(there) == pytest.approx((x, y), abs=6e-4)
    assert there.offset("pca-7") == 1.0
    assert plane.at(*plane.place(START)) == START


def test_other_sliders_and_seeds_are_other_planes() -> None:
    plane = Plane.through("m", START, "pca-0", "pca-1")
    for other in (START.with_seed(86), START.with_offset("pca-7", 1.1)):
        assert Plane.through("m", other, "pca-0", "pca-1") != plane


def test_the_edge_is_where_the_sliders_end() -> None:
    assert Plane.through("m", START, "pca-0", "pca-1").at(9.0, -9.0).offsets[:2] == (
        ("pca-0", 3.0),
        ("pca-1", -3.0),
    )


def test_the_first_axes_are_those_in_which_pictures_differ_most() -> None:
    def named(*names: str) -> list[Parameter]:
        return [Parameter(name, name, -3, 3, 0, group=name.partition("-")[0]) for name in names]

    assert first_axes(named("attribute-0", "attribute-1", "pca-0", "pca-1")) == ("pca-0", "pca-1")
    assert first_axes(named("attribute-0", "latent-0", "latent-1")) == ("latent-0", "latent-1")
    assert first_axes(named("other-0", "other-1")) == ("other-0", "other-1")
    assert first_axes(named("pca-0")) is None
