"""StyleGAN3: waves and filters as the paper has them, and a picture that goes where it is sent."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from studio.engines.picture import resampling
from studio.engines.picture.resampling import Filters, enlarged, reduced
from studio.engines.picture.stylegan_engine import moved_back
from tests.engines.picture.stylegans import layers_of, sg3

TAPS = torch.tensor([0.1, 0.3, 0.4, 0.15, 0.05])
SQUARE = torch.outer(TAPS, TAPS.flip(0))


def zeros_between(x: torch.Tensor, up: int) -> torch.Tensor:
    wide = x.new_zeros(*x.shape[:2], x.shape[2] * up, x.shape[3] * up)
    wide[:, :, ::up, ::up] = x
    return wide


def convolved(x: torch.Tensor, square: torch.Tensor) -> torch.Tensor:
    """The filter as mathematics has it: turned round."""
    kernel = square.flip(0, 1).expand(x.shape[1], 1, -1, -1)
    return F.conv2d(x, kernel, groups=x.shape[1])


@pytest.mark.parametrize("up", [1, 2, 4])
@pytest.mark.parametrize("padding", [(3, 4, 5, 2), (6, 6, 6, 6), (9, 8, 7, 10)])
@pytest.mark.parametrize("taps", [TAPS, SQUARE], ids=["along both axes", "round"])
def test_enlarging_is_zeros_between_and_a_filter(
    up: int, padding: tuple[int, int, int, int], taps: torch.Tensor
) -> None:
    x = torch.randn(1, 2, 6, 7)
    square = taps if taps.dim() == 2 else torch.outer(taps, taps)
    plain = convolved(F.pad(zeros_between(x, up), padding), square * up**2)
    torch.testing.assert_close(enlarged(x, taps, up, padding), plain, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("taps", [TAPS, SQUARE], ids=["along both axes", "round"])
def test_reducing_is_a_filter_and_every_other_pixel(taps: torch.Tensor) -> None:
    x = torch.randn(1, 2, 11, 12)
    square = taps if taps.dim() == 2 else torch.outer(taps, taps)
    torch.testing.assert_close(
        reduced(x, taps, 2), convolved(x, square)[:, :, ::2, ::2], rtol=1e-5, atol=1e-6
    )


@pytest.mark.parametrize("rows", [(0, 3), (4, 9), (-3, 0), (-1, 0), (0, 1)])
@pytest.mark.parametrize("padding", [(3, 4, 5, 2), (9, 8, 7, 10), (-1, -1, -2, -2)])
def test_some_rows_are_those_rows(rows: tuple[int, int], padding: tuple[int, int, int, int]) -> None:
    x = torch.randn(1, 2, 9, 7)
    whole = enlarged(x, TAPS, 2, padding)
    low, high = (row if row > 0 or rows[0] == 0 else whole.shape[2] + row for row in rows)
    torch.testing.assert_close(enlarged(x, TAPS, 2, padding, (low, high)), whole[:, :, low:high])


@pytest.mark.parametrize("numbers", [1, 300, 1 << 19])
@pytest.mark.parametrize("down", [TAPS, SQUARE], ids=["along both axes", "round"])
def test_activation_in_pieces_is_activation(
    numbers: int, down: torch.Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "NUMBERS", numbers)
    monkeypatch.setattr(resampling, "CHANNELS", 2)
    filters = Filters(TAPS, down, 2, 2, (4, 3, 5, 4))
    x = torch.randn(1, 5, 9, 8)
    whole = filters.activated(x, 0.2, 1.4, 1.0)
    with torch.no_grad():
        pieces = filters.activated(x, 0.2, 1.4, 1.0)
    torch.testing.assert_close(pieces, whole, rtol=1e-5, atol=1e-6)


def test_the_waves_are_those_of_the_paper() -> None:
    generator = sg3()
    waves = generator.synthesis.input
    found = waves(torch.randn(1, 8))[0].double().numpy()  # (C, H, W)
    places = (np.arange(20) + 0.5 - 10) / 16
    freqs, phases = waves.freqs.double().numpy(), waves.phases.double().numpy()
    angles = (
        freqs[:, 0, None, None] * places + freqs[:, 1, None, None] * places[:, None] + phases[:, None, None]
    )
    strengths = np.clip(1 - (np.linalg.norm(freqs, axis=1) - 2) / (8 - 2), 0, 1)
    plain = np.sin(2 * np.pi * angles) * strengths[:, None, None]
    mixed = np.einsum("oc,chw->ohw", waves.weight.detach().double().numpy() / math.sqrt(6), plain)
    np.testing.assert_allclose(found, mixed, atol=1e-4)


@pytest.mark.parametrize("turns", [False, True], ids=["T", "R"])
def test_a_shifted_picture_is_the_picture_shifted(turns: bool) -> None:
    generator = sg3(turns)
    w = layers_of(generator, 1)
    rest = generator.synthesise(w)
    moved = generator.synthesise(w, moved_back(0.0, (4 / 16, 0.0)).float())  # four pixels to the right
    assert rest.shape == (1, 3, 16, 16)
    inner = (moved[..., 4:-4, 8:-4] - rest[..., 4:-4, 4:-8]).abs().max()
    assert float(inner / rest.abs().max()) < 1e-3


def test_a_quarter_turn_turns_the_waves() -> None:
    waves = sg3(True).synthesis.input
    w = torch.zeros(1, 8)
    turned = waves(w, moved_back(90.0, (0.0, 0.0)).float())
    torch.testing.assert_close(turned, torch.rot90(waves(w), 1, (2, 3)), rtol=1e-3, atol=1e-3)


def test_rest_is_the_checkpoints_own_place() -> None:
    generator = sg3()
    w = layers_of(generator, 1)
    assert torch.equal(generator.synthesise(w, moved_back(0.0, (0.0, 0.0)).float()), generator.synthesise(w))


@pytest.mark.parametrize("turns", [False, True])
@torch.inference_mode()
def test_shorter_numbers_are_a_few_levels_off(turns: bool) -> None:
    generator = sg3(turns)
    rows = layers_of(generator, 2)
    full, draft = generator.synthesise(rows), generator.synthesise(rows, None, torch.bfloat16)
    assert draft.dtype == torch.float32
    assert 0 < float((draft - full).abs().max()) < 0.04 * float(full.abs().max())
