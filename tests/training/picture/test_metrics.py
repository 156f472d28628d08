"""The figures against closed forms: identical sets, shifted Gaussians, toy manifolds, copied pictures."""

import pytest
import torch

from studio.training.picture import metrics
from studio.training.picture.metrics import (
    frechet_distance,
    kernel_distance,
    mean_distance,
    mean_step,
    memorisation,
    perceptual_distance,
    precision_recall,
    psnr,
    ssim,
)


@pytest.fixture(autouse=True)
def seeded() -> None:
    torch.manual_seed(0)


def test_frechet_of_two_gaussians_is_the_analytic_value() -> None:
    a = torch.randn(20_000, 4)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(a, a + 1.0) == pytest.approx(1.0, rel=0.05)  # |shift|^2 = 4, total variance 4
    assert frechet_distance(a, 3 * torch.randn(20_000, 4)) == pytest.approx(4.0, rel=0.05)  # (3 - 1)^2 each


def test_frechet_of_fewer_pictures_than_numbers() -> None:
    assert frechet_distance(torch.randn(5, 40), torch.randn(5, 40)) > 0


def test_kernel_distance_is_unbiased_and_sees_a_shift(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "SUBSET_SIZE", 20)
    monkeypatch.setattr(metrics, "SUBSETS", 300)
    mean, spread = kernel_distance(torch.randn(4000, 8), torch.randn(4000, 8))
    assert abs(mean) < 4 * spread / 300**0.5 + 0.01  # a biased estimate at 20 pictures would be about 0.3
    assert kernel_distance(torch.randn(400, 8), torch.randn(400, 8) + 1)[0] > 0.5


def test_kernel_distance_repeats() -> None:
    a, b = torch.randn(60, 3), torch.randn(60, 3)
    assert kernel_distance(a, b) == kernel_distance(a, b)


def test_precision_and_recall_of_toy_sets() -> None:
    real = torch.rand(400, 2)
    half = torch.rand(400, 2) * torch.tensor([0.5, 1.0])
    assert precision_recall(real, real) == (1.0, 1.0)
    assert precision_recall(real, torch.rand(400, 2) + 10) == (0.0, 0.0)
    precision, recall = precision_recall(real, half)  # all within the real, but only half of it
    assert precision > 0.9
    assert 0.4 < recall < 0.65


def test_diversity() -> None:
    same = torch.ones(5, 3)
    assert mean_distance(same) == 0
    assert mean_distance(torch.randn(500, 100)) == pytest.approx(2**0.5, rel=0.02)
    assert mean_step(torch.zeros(5, 3, 4, 4)) == 0
    assert mean_step(torch.tensor([-1.0, 1.0]).view(2, 1, 1, 1).expand(-1, 3, 4, 4)) == pytest.approx(255)


def test_copies_of_training_crops_are_found_and_others_are_not() -> None:
    bank, held_out = torch.randn(300, 30), torch.randn(200, 30)
    fresh = bank[:50] + 0.01 * torch.randn(50, 30)
    copies = torch.cat([torch.randn(9, 30) * 0.7, bank[123:124] + 0.001])
    memory = memorisation(bank, copies, held_out, fresh)
    assert memory.share == pytest.approx(0.1)
    assert memory.verdict == "memorised pictures found"
    assert int(memory.distances.argmin()) == 9
    assert int(memory.indices[9]) == 123
    assert memory.sensitivity == 1
    clean = memorisation(bank, torch.randn(20, 30) + 0.5, held_out, fresh)
    assert (clean.share, clean.verdict) == (0, "no memorised picture found")


def test_ssim_and_psnr() -> None:
    picture = torch.rand(2, 3, 32, 32) * 2 - 1
    assert ssim(picture, picture) == pytest.approx(1)
    assert ssim(picture, -picture) < 0
    noisy = (picture + 0.2 * torch.randn_like(picture)).clamp(-1, 1)
    assert 0.5 < ssim(picture, noisy) < 0.99
    assert psnr(torch.zeros(1, 3, 8, 8), torch.full((1, 3, 8, 8), 0.2)) == pytest.approx(20)
    assert ssim(picture[..., :4, :4], picture[..., :4, :4]) == pytest.approx(1)  # smaller than the window


def test_ssim_of_two_flat_pictures_is_its_luminance_term() -> None:
    a, b = torch.full((1, 3, 16, 16), -0.5), torch.full((1, 3, 16, 16), 0.5)  # levels 0.25 and 0.75
    c1 = 0.01**2
    assert ssim(a, b) == pytest.approx((2 * 0.25 * 0.75 + c1) / (0.25**2 + 0.75**2 + c1), rel=1e-5)


def test_perceptual_distance_counts_directions_only() -> None:
    a, b = torch.zeros(1, 2, 3, 3), torch.zeros(1, 2, 3, 3)
    a[:, 0], b[:, 1] = 1, 5
    assert perceptual_distance([a], [7 * a]).item() == pytest.approx(0)
    assert perceptual_distance([a, a], [b, b]).tolist() == pytest.approx([4.0])
