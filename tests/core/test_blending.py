"""The blend pad: shares by distance and by hand, and what each change does to the document."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from studio.core import blending
from studio.core.blending import FIRST_PLACES, pad_latent, shares, shares_by_distance
from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.picture import Picture
from studio.core.project import MAX_POINTS, BlendPad, PadPoint, PictureDocument
from studio.core.session import PICTURES, Session

sides = st.floats(0, 1, allow_subnormal=False)
places = st.tuples(sides, sides)
point_sets = st.lists(places, min_size=1, max_size=9)


def seen(points: list[tuple[float, float]], cursor: tuple[float, float]) -> list[float]:
    return shares_by_distance(points, np.array([cursor]))[0].tolist()


def pad_of(*points: tuple[float, float]) -> PictureDocument:
    """A document whose pad has the seeds 1, 2, ... at these places."""
    lying = tuple(PadPoint(Latent(i), *place) for i, place in enumerate(points, 1))
    return PictureDocument("gan", Latent(99), pad=BlendPad(lying))


THREE = pad_of((0.2, 0.2), (0.8, 0.2), (0.5, 0.8))


# --- by distance ------------------------------------------------------------------------------------------


@given(point_sets, places)
def test_shares_are_never_below_0_and_come_to_1(
    points: list[tuple[float, float]], cursor: tuple[float, float]
) -> None:
    weights = seen(points, cursor)
    assert min(weights) >= 0.0
    assert sum(weights) == pytest.approx(1.0)


@given(st.lists(places, min_size=1, max_size=9, unique=True), st.data())
def test_on_a_point_only_that_picture_is_left(points: list[tuple[float, float]], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(points) - 1))
    assert seen(points, points[index]) == [float(i == index) for i in range(len(points))]


@given(point_sets, places, st.floats(0, 6.28))
def test_a_small_step_changes_little(
    points: list[tuple[float, float]], cursor: tuple[float, float], angle: float
) -> None:
    for i, one in enumerate(points):
        assume(all(np.hypot(one[0] - x, one[1] - y) > 0.05 for x, y in points[:i]))
    step = 1e-6
    near = (cursor[0] + step * np.cos(angle), cursor[1] + step * np.sin(angle))
    assert np.allclose(seen(points, cursor), seen(points, near), atol=1e-3)


def test_points_in_one_place_share_it() -> None:
    assert seen([(0.5, 0.5), (0.5, 0.5), (0.1, 0.1)], (0.5, 0.5)) == [0.5, 0.5, 0.0]


def test_twice_as_far_counts_a_quarter() -> None:
    assert seen([(0.0, 0.0), (0.9, 0.0)], (0.3, 0.0)) == pytest.approx([0.8, 0.2])


# --- changes ----------------------------------------------------------------------------------------------


def test_the_cursor_shows_the_mix_of_all() -> None:
    document = blending.with_cursor(THREE, 0.5, 0.4)
    assert [part.latent.seed for part in document.latent.blend] == [1, 2, 3]
    assert sum(part.weight for part in document.latent.blend) == pytest.approx(1.0)
    assert blending.shows_pad(document)


@pytest.mark.parametrize("index", [0, 1, 2])
def test_at_a_point_the_picture_is_that_of_the_point(index: int) -> None:
    assert blending.at_point(THREE, index).latent == Latent(index + 1)


def test_a_picture_is_laid_on_a_free_place_and_stays_on_the_canvas() -> None:
    document = PictureDocument("gan", Latent(0))
    for seed in range(1, 30):
        document = blending.with_point(document, Latent(seed))
    taken = [(point.x, point.y) for point in document.pad.points]
    assert taken[: len(FIRST_PLACES)] == list(FIRST_PLACES)
    assert len(set(taken)) == 29
    assert document.latent == Latent(0)
    assert pad_latent(document.pad) == Latent(29)


def test_a_full_pad_says_so() -> None:
    points = tuple(PadPoint(Latent(i), 0.5, 0.5) for i in range(MAX_POINTS))
    with pytest.raises(StudioError, match="full"):
        blending.with_point(PictureDocument(pad=BlendPad(points)), Latent(9999))


def test_a_pad_of_nothing_keeps_the_picture() -> None:
    empty = PictureDocument("gan", Latent(4))
    assert pad_latent(empty.pad) is None
    assert shares(empty.pad) == ()
    assert blending.with_cursor(empty, 0.1, 0.9).latent == Latent(4)
    assert blending.without_point(pad_of((0.5, 0.5)), 0).latent == Latent(99)
    assert not blending.shows_pad(empty)


@given(places, st.floats(-3, 3), st.floats(-3, 3))
def test_nothing_leaves_the_pad(place: tuple[float, float], dx: float, dy: float) -> None:
    pad = blending.with_point_moved(THREE, 1, (place[0] + dx, place[1] + dy)).pad
    pad = blending.with_cursor(PictureDocument(pad=pad), dx, dy).pad
    assert all(0 <= value <= 1 for value in (pad.points[1].x, pad.points[1].y, *pad.cursor))


def test_moving_and_removing_points_take_the_picture_along_only_if_asked() -> None:
    document = blending.with_cursor(THREE, 0.5, 0.4)
    moved = blending.with_point_moved(document, 0, (0.5, 0.4))
    assert moved.latent == Latent(1)
    assert blending.with_point_moved(document, 0, (0.5, 0.4), follow=False).latent == document.latent
    fewer = blending.without_point(document, 0)
    assert [part.latent.seed for part in fewer.latent.blend] == [2, 3]
    assert blending.without_point(document, 0, follow=False).latent == document.latent


def test_an_opened_picture_gives_way_to_the_mix() -> None:
    opened = PictureDocument(pad=THREE.pad, source=Picture(np.zeros((2, 2, 3), np.uint8)))
    assert blending.with_cursor(opened, 0.5, 0.5).source is None


# --- exact weights ----------------------------------------------------------------------------------------


@given(st.integers(0, 2), sides, st.integers(0, 2), sides)
def test_a_weight_is_exact_and_the_others_keep_their_proportions(
    first: int, share: float, second: int, then: float
) -> None:
    before = shares(THREE.pad)
    document = blending.with_weight(THREE, first, share)
    now = shares(document.pad)
    assert now[first] == pytest.approx(share)
    assert sum(now) == pytest.approx(1.0)
    a, b = (i for i in range(3) if i != first)
    assert now[a] * before[b] == pytest.approx(now[b] * before[a])
    again = shares(blending.with_weight(document, second, then).pad)
    assert again[second] == pytest.approx(then)
    assert all(0 <= weight <= 1 for weight in again)


def test_a_drag_to_all_and_back_keeps_the_proportions_of_its_start() -> None:
    start = shares(blending.with_weight(THREE, 1, 0.6).pad)
    full = blending.with_weight(THREE, 0, 1.0, start)
    back = shares(blending.with_weight(full, 0, 0.2, start).pad)
    assert back[1] / back[2] == pytest.approx(start[1] / start[2])
    even = shares(blending.with_weight(full, 0, 0.2).pad)  # nothing is known of the others any more
    assert even == pytest.approx((0.2, 0.4, 0.4))


def test_exact_weights_stay_until_the_cursor_moves() -> None:
    document = blending.with_weight(blending.with_weight(THREE, 0, 0.5), 1, 0.25)
    assert shares(blending.with_point_moved(document, 0, (0.9, 0.9)).pad) == shares(document.pad)
    added = blending.with_point(document, Latent(7))
    assert shares(added.pad) == pytest.approx((*shares(document.pad), 0.0))
    assert shares(blending.without_point(added, 3).pad) == pytest.approx(shares(document.pad))
    assert not blending.is_exact(blending.by_distance(document).pad)
    assert not blending.is_exact(blending.with_cursor(document, 0.1, 0.1).pad)


def test_the_only_picture_has_all_the_weight() -> None:
    only = blending.with_weight(pad_of((0.1, 0.1)), 0, 0.3)
    assert shares(only.pad) == (1.0,)
    assert only.latent == Latent(1)


def test_weights_that_do_not_fit_the_points_do_not_count() -> None:
    odd = BlendPad(THREE.pad.points, THREE.pad.cursor, (0.5, 0.5))
    assert shares(odd) == shares(THREE.pad)
    assert shares(BlendPad(THREE.pad.points, THREE.pad.cursor, (0.0, 0.0, 0.0))) == shares(THREE.pad)


# --- through the session ----------------------------------------------------------------------------------


def test_a_drag_over_the_pad_is_one_step() -> None:
    session = Session()
    session.change_picture(THREE, "Lay three pictures on the pad")
    for i in range(20):
        after = blending.with_cursor(session.picture, i / 20, 0.5)
        session.change_picture(after, "Blend on the pad", "pad#1")
    session.end_gesture()
    assert session.picture.latent.blend
    assert session.undo(PICTURES) == "Blend on the pad"
    assert session.picture == THREE
