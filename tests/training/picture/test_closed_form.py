"""Closed-form factors: what stretches most comes first, and a factor stays within its layers."""

import torch

from studio.engines.picture.gan import GanConfig, Generator
from studio.training.picture.closed_form import PER_RANGE, factors, strongest
from studio.training.picture.direction_bundle import LONGEST, VISIBLE, visible
from studio.training.picture.space import Space

CONFIG = GanConfig(
    ("sea", "wood"), resolution=64, z_dim=8, w_dim=16, channels=(16, 16, 12, 8, 8), directions=4
)


def test_what_stretches_most_comes_first() -> None:
    weights = torch.diag(torch.tensor([1.0, 5.0, 3.0]))
    assert strongest(weights, 2).tolist() == [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]


def test_a_factor_moves_its_own_layers_only() -> None:
    torch.manual_seed(0)
    generator = Generator(CONFIG).eval()
    with torch.no_grad():
        generator.blocks[3].conv1.conv.affine.weight[:, 5] *= 50
    labels, rows = factors(generator, 4 * torch.eye(16))
    assert rows.shape == (3 * PER_RANGE, CONFIG.num_layers, 16)
    assert labels[0] == "Large forms 1"
    assert labels[-1] == f"Finish {PER_RANGE}"
    used = rows.abs().sum(dim=2) > 0  # (12, layers)
    assert used[0].nonzero().flatten().tolist() == [0, 1, 2, 3]
    assert used[4].nonzero().flatten().tolist() == [4, 5, 6, 7]
    assert used[8].nonzero().flatten().tolist() == [8, 9]
    assert rows[8, 9].argmax() == 5
    torch.testing.assert_close(rows[8, 9].norm(), torch.tensor(2.0))  # a standard deviation of w


def test_sliders_that_are_hardly_seen_are_lengthened() -> None:
    def draw(points: torch.Tensor) -> torch.Tensor:
        return points[:, 0].view(-1, 1, 1, 1).expand(-1, 3, 8, 8)

    space = Space(lambda count, seed: torch.zeros(count, 2), draw, torch.eye(2))
    rows = visible(space, torch.tensor([[0.05, 0.0], [0.5, 0.0], [0.0, 1.0]]), torch.zeros(2, 2))
    torch.testing.assert_close(rows[0, 0], torch.tensor(VISIBLE / 3))
    assert rows[1, 0] == 0.5
    assert rows[2, 1] == LONGEST
