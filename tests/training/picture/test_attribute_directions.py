"""Attribute directions on a painter whose codes are known, and the check that they come apart."""

import pytest
import torch
from torch import Tensor

from studio.training.picture.attribute_directions import Counts, apart, find_attributes, settle, solve
from studio.training.picture.attributes import ATTRIBUTES, Attribute
from studio.training.picture.space import Effects, Scale, Space, Ways, effects

FEW = Counts(samples=64, slopes=32, settle=16, judged=32)
NAMES = ("brightness", "warmth", "side-light")
CHOSEN = tuple(a for name in NAMES for a in ATTRIBUTES if a.name == name)
TWIN = Attribute("twin", "Dark – light", "L*", CHOSEN[0].measure)
BLEND = torch.tensor([[1.0, 0.6, 0.2, 0.0], [0.0, 1.0, 0.5, 0.3], [0.3, 0.0, 1.0, 0.2], [0.1, 0.4, 0.0, 1.0]])


def paint(points: Tensor) -> Tensor:
    """(n, 4) -> (n, 3, 8, 8): light, warmth and light from the right, each by its own mixture of the numbers."""
    light, warm, side, nothing = (points @ BLEND.T * 0.08).view(-1, 4, 1, 1, 1).unbind(dim=1)
    ramp = torch.linspace(-1, 1, 8).expand(1, 1, 8, 8)
    yellow = torch.tensor([0.6, 0.0, -1.0]).view(1, 3, 1, 1)
    return light + warm * yellow + side * ramp + 0 * nothing


def sample(count: int, seed: int) -> Tensor:
    return torch.randn(count, 4, generator=torch.Generator().manual_seed(seed))


SPACE = Space(sample, paint, torch.eye(4))


def test_every_attribute_gets_the_number_that_draws_it() -> None:
    found = find_attributes(SPACE, CHOSEN, seed=1, counts=FEW)
    assert [a.name for a in found.attributes] == list(NAMES)
    codes = found.ways.rows @ BLEND.T  # light, warm, side, nothing
    for index, code in enumerate(codes):
        assert code[:3].abs().argmax() == index
        assert code[index] > 5 * code[:3].abs().sort().values[1]
    assert found.effects.ratios.min() > 5
    assert found.effects.moved.diagonal().min() > 1.5
    assert (found.effects.error < 0.2).all()


def test_of_two_names_for_one_thing_at_most_one_is_kept() -> None:
    found = find_attributes(SPACE, (*CHOSEN, TWIN), seed=1, counts=FEW)
    names = {a.name for a in found.attributes}
    assert not {"brightness", "twin"} <= names
    assert {"warmth", "side-light"} <= names


def test_a_painter_in_grey_has_no_colours_to_move() -> None:
    grey = Space(
        sample, lambda points: paint(points).mean(dim=1, keepdim=True).expand(-1, 3, -1, -1), torch.eye(4)
    )
    found = find_attributes(grey, CHOSEN, seed=1, counts=FEW)
    assert [a.name for a in found.attributes] == ["brightness", "side-light"]
    assert found.ways.rows.isfinite().all()


def made(change: list[list[list[float]]]) -> Effects:
    """Mean changes [slider][end][attribute], the same in both of two pictures."""
    moved = torch.tensor(change)[:, :, None].expand(-1, -1, 2, -1)
    return Effects(moved, torch.zeros(moved.shape[:2]))


def test_movement_counts_both_ends_and_hides_nothing() -> None:
    seen = made([[[-3.0, 1.0], [3.0, 1.0]], [[0.5, -2.0], [-0.5, 4.0]]])
    assert seen.moved.tolist() == [[3.0, 1.0], [0.5, 3.0]]  # what rises towards both ends counts as well
    assert seen.slope.tolist() == [[3.0, 0.0], [-0.5, 3.0]]
    assert seen.curve.tolist() == [[0.0, 1.0], [0.0, 1.0]]
    assert seen.ratios.tolist() == [3.0, 6.0]
    assert apart(seen, 3.0) == [0, 1]
    assert apart(seen, 3.1) == [1]


def test_the_error_is_that_of_a_mean() -> None:
    torch.manual_seed(0)
    noisy = Effects(3 + torch.randn(1, 2, 400, 1), torch.zeros(1, 2))
    assert noisy.error.item() == pytest.approx(1 / 800**0.5, rel=0.1)


def test_solved_rows_answer_to_one_attribute_each() -> None:
    torch.manual_seed(0)
    slopes = torch.randn(50, 3, 8) * 0.2 + torch.randn(3, 8)
    rows = solve(slopes)
    torch.testing.assert_close(rows @ slopes.mean(dim=0).T, torch.eye(3), rtol=0, atol=1e-4)


def test_a_bend_takes_out_what_rises_towards_both_ends() -> None:
    def bowl(points: Tensor) -> Tensor:
        """The first number gives light from the right, and its square makes it light."""
        ramp = torch.linspace(-1, 1, 8).expand(1, 3, 8, 8)
        side, light = (points[:, i, None, None, None] * 0.1 for i in (0, 1))
        return side * ramp + light + 4 * side.square()

    space = Space(lambda count, seed: 0.1 * sample(count, seed)[:, :2], bowl, torch.eye(2))
    attributes = (CHOSEN[2], CHOSEN[0])
    scale = Scale(attributes, torch.tensor([15.0, 4.0]))
    straight, points = Ways(torch.eye(2), torch.zeros(2, 2)), space.sample(16, 1)
    before = effects(space, straight, points, scale)
    ways, after = settle(space, straight, points, scale)
    assert before.ratios[0] < 1.5
    assert after.ratios[0] > 3
    assert ways.bends[0, 1] < 0
