"""Drag points: a handle comes nearer to its target, what is masked stays, and bad wishes are one sentence."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from studio.core.card import WeightsInfo
from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.core.picture import Pixels
from studio.core.projection import MAX_POINTS, Dragged, DragPoint, DragWish
from studio.core.restyle import Mask
from studio.engines.picture.code_space import CodeSpace
from studio.engines.picture.drag_points import drag, sample, square, track
from studio.engines.picture.gan_engine import GanEngine
from studio.engines.picture.pixels import to_pixels
from tests.engines.picture.test_gan import card_of, small_generator

SIDE = 32
WISH = DragWish(Latent(), (DragPoint((0.3, 0.5), (0.7, 0.5)),), steps=40)


def a_spot(codes: torch.Tensor, size: int) -> torch.Tensor:
    """Features of a spot whose place is the code of the first row, in shares of the picture: (1, 4, size, size)."""
    line = torch.linspace(0, 1, size)
    x, y = torch.meshgrid(line, line, indexing="xy")
    off_x, off_y = x - (0.5 + codes[0, 0, 0]), y - (0.5 + codes[0, 0, 1])
    spot = torch.exp(-(off_x**2 + off_y**2) / 0.04)
    return torch.stack([spot, spot * off_x * 4, spot * off_y * 4, 0.1 * x])[None]


def spot_space() -> CodeSpace:
    def draw(codes: torch.Tensor) -> torch.Tensor:
        return a_spot(codes, SIDE)[:, :1].expand(-1, 3, -1, -1)

    def paint(codes: torch.Tensor) -> Pixels:
        return to_pixels(draw(codes))

    return CodeSpace(draw, paint, torch.zeros(2), torch.eye(2), 2, SIDE, a_spot)


def dragged(wish: DragWish, x: float = -0.2) -> list[Dragged]:
    start = WCode.of(np.array([[x, 0.0], [x, 0.0]], np.float32))
    return [step[2] for step in drag(spot_space(), start, wish)]


def test_a_handle_goes_to_its_target_and_the_spot_with_it() -> None:
    steps = dragged(WISH)
    assert steps[0].handles[0] == pytest.approx((0.3, 0.5), abs=1e-4)
    assert np.hypot(steps[-1].handles[0][0] - 0.7, steps[-1].handles[0][1] - 0.5) < 0.1
    place = steps[-1].code.rows(2, 2)[0]
    assert place[0] > 0.1
    assert abs(place[1]) < 0.05


def test_twice_is_the_same() -> None:
    assert dragged(WISH)[-1].code == dragged(WISH)[-1].code


def test_a_mask_holds_what_it_leaves_out() -> None:
    free = dragged(WISH)[-1].code.rows(2, 2)[0, 0]
    nothing = Mask.of(np.zeros((8, 8), np.uint8))
    kept = dragged(replace(WISH, mask=nothing))[-1].code.rows(2, 2)[0, 0]
    assert kept - -0.2 < (free - -0.2) / 2


def test_a_handle_that_is_there_already_ends_at_once() -> None:
    there = DragWish(Latent(), (DragPoint((0.5, 0.5), (0.5, 0.5)),))
    assert len(dragged(there, x=0.0)) == 1


def test_points_of_a_generator(small_engine: GanEngine) -> None:
    wish = DragWish(
        Latent(seed=3), (DragPoint((0.3, 0.3), (0.6, 0.4)), DragPoint((0.8, 0.8), (0.8, 0.7))), steps=8
    )
    steps = []
    for _done, _total, step in small_engine.dragging(wish):
        steps.append(step)
        small_engine.render(Latent(seed=8, noise_seed=3))
        assert (small_engine.render(Latent(w=step.code)) == step.frame.pixels).all()
    assert len(steps[-1].handles) == 2
    assert steps[-1].code != steps[0].code
    assert (steps[0].frame.pixels == small_engine.render(Latent(seed=3))).all()


@pytest.fixture
def small_engine() -> GanEngine:
    return GanEngine(small_generator(), card_of(WeightsInfo("", "")), torch.device("cpu"))


@pytest.mark.parametrize(
    "points",
    [
        (),
        (DragPoint((0.5, 0.5), (0.5, 0.6)),) * (MAX_POINTS + 1),
        (DragPoint((-0.1, 0.5), (0.5, 0.5)),),
        (DragPoint((0.5, 0.5), (0.5, 1.5)),),
        (DragPoint((float("nan"), 0.5), (0.5, 0.5)),),
    ],
)
def test_points_that_cannot_be_dragged(points: tuple[DragPoint, ...]) -> None:
    with pytest.raises(StudioError, match="point"):
        dragged(replace(WISH, points=points))


def test_steps_that_are_none() -> None:
    with pytest.raises(StudioError, match="steps"):
        dragged(replace(WISH, steps=0))


def test_a_model_without_features_says_so() -> None:
    with pytest.raises(StudioError, match="cannot be dragged"):
        next(drag(replace(spot_space(), features=None), WCode.of(np.zeros((2, 2), np.float32)), WISH))


def test_a_handle_is_found_again_where_its_features_went() -> None:
    features = torch.zeros(1, 1, 20, 20)
    features[0, 0, 12, 9] = 1.0  # y, x
    found = track(features, torch.ones(1, 1), torch.tensor([[7.0, 11.0]]))
    assert found.tolist() == [[9.0, 12.0]]


def test_sampling_between_pixels() -> None:
    ramp = torch.arange(5.0).expand(1, 1, 5, 5)
    assert sample(ramp, torch.tensor([[1.5, 2.0], [4.0, 0.0]])).flatten().tolist() == [1.5, 4.0]
    assert len(square(2)) == 25
