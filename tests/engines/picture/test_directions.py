"""PCA of w: order, sign and scale."""

import torch

from studio.engines.picture.directions import Directions


def test_components_are_ordered_and_signed() -> None:
    torch.manual_seed(0)
    spread = torch.tensor([1.0, 5.0, 3.0, 0.1])
    samples = torch.randn(4000, 4) * spread
    directions = Directions(3, 4)
    directions.fit(samples)
    assert directions.pca.abs().argmax(dim=1).tolist() == [1, 2, 0]
    torch.testing.assert_close(directions.scale, torch.tensor([5.0, 3.0, 1.0]), rtol=0.1, atol=0.1)
    assert (directions.pca.gather(1, directions.pca.abs().argmax(dim=1, keepdim=True)) > 0).all()
    again = Directions(3, 4)
    again.fit(samples)
    assert torch.equal(again.pca, directions.pca)


def test_offset_is_linear_in_standard_deviations() -> None:
    directions = Directions(2, 3)
    directions.pca.copy_(torch.eye(3)[:2])
    directions.scale.copy_(torch.tensor([2.0, 0.5]))
    moved = directions.offset(torch.tensor([[1.0, -2.0]]))
    assert moved.tolist() == [[2.0, -1.0, 0.0]]
