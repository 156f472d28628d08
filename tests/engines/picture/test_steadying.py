"""Clips: what stands still stays still, what moves is followed, and a cut begins anew."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.picture import Pixels
from studio.core.restyle import StyleMix, StylePart
from studio.engines.base import at_once
from studio.engines.picture.steadying import SlowStatistics, Steadier, motion_between, moved
from studio.engines.picture.style_painting import Moments
from studio.engines.picture.style_transfer import StyleTransferEngine
from tests.engines.picture.test_style_transfer import engine, entry, scene  # noqa: F401 (fixtures)

SCREAM = StyleMix((StylePart("edvard-munch-the-scream"),), size=128)


def textured(height: int, width: int, seed: int = 0) -> Pixels:
    """Soft blotches: something that a search for motion can hold on to."""
    small = np.random.default_rng(seed).uniform(0, 255, (height // 8, width // 8, 3))
    return np.asarray(np.kron(small, np.ones((8, 8, 1))), np.uint8)


def floats(pixels: Pixels) -> torch.Tensor:
    return torch.from_numpy(np.array(pixels)).permute(2, 0, 1)[None].float()


def grainy(pixels: Pixels, count: int, levels: float) -> Iterator[Pixels]:
    random = np.random.default_rng(1)
    for _ in range(count):
        yield np.asarray((pixels + random.normal(0, levels, pixels.shape)).clip(0, 255), np.uint8)


@pytest.mark.parametrize("way", [(0, 0), (3, -5), (-11, 7), (0, 20)])
def test_a_pan_is_followed(way: tuple[int, int]) -> None:
    large = textured(200, 232)
    before, now = (large[40 + dy : 136 + dy, 40 + dx : 168 + dx] for dy, dx in ((0, 0), way))
    motion = motion_between(floats(now), floats(before))
    middle = motion[:, 32:-32, 32:-32].flatten(1)
    assert (middle.median(1).values == torch.tensor(way)).all()
    expected = moved(floats(before), motion)[..., 32:-32, 32:-32]
    assert (expected - floats(now)[..., 32:-32, 32:-32]).abs().mean() < 4


def test_statistics_follow_slowly_and_forget_at_a_cut() -> None:
    slow, zero = SlowStatistics(), torch.zeros(3).double()
    first = slow(0, Moments(zero, zero + 1, 10))
    second = slow(0, Moments(zero + 1, zero + 1, 10))
    assert first.mean.sum() == 0
    assert 0 < float(second.mean[0]) < 0.5
    assert slow(1, Moments(zero + 7, zero + 1, 10)).mean[0] == 7  # each normalisation by itself
    slow.forget()
    assert slow(0, Moments(zero + 1, zero + 1, 10)).mean[0] == 1


def test_grain_in_a_still_film_does_not_flicker(engine: StyleTransferEngine) -> None:  # noqa: F811
    frames = list(grainy(scene(96, 128), 5, 4.0))
    clip = engine.painting_clip(SCREAM)
    alone = [engine.restyle(frame, SCREAM) for frame in frames]
    steady = [at_once(clip.paint(frame)) for frame in frames]
    assert flicker(steady) < 0.3 * flicker(alone)
    usual = np.mean(alone, axis=0)  # the same painting, without the grain's share in it
    assert np.abs(steady[-1] - usual).mean() < 0.6 * np.abs(alone[-1] - usual).mean()
    np.testing.assert_array_equal(steady[0], alone[0])


def flicker(frames: list[Pixels]) -> float:
    return float(
        np.mean([np.abs(a.astype(int) - b).mean() for a, b in zip(frames[1:], frames, strict=False)])
    )


def test_after_a_cut_nothing_of_the_old_shot_is_left(engine: StyleTransferEngine) -> None:  # noqa: F811
    clip = engine.painting_clip(SCREAM)
    other = np.ascontiguousarray(255 - scene(96, 128)[::-1])
    at_once(clip.paint(scene(96, 128)))
    np.testing.assert_array_equal(at_once(clip.paint(other)), engine.restyle(other, SCREAM))


def test_a_thing_that_appears_is_not_a_ghost() -> None:
    steadier = Steadier(torch.device("cpu"))
    still = textured(64, 96)
    with_square = still.copy()
    with_square[16:48, 32:64] = (255, 0, 255)
    steadier.look(still)
    steadier.steady(np.full_like(still, 50), False)
    goes_on = steadier.look(with_square)
    painted = steadier.steady(np.full_like(still, 150), goes_on)
    assert goes_on
    assert (painted[22:42, 38:58] == 150).all()
    assert (painted[:8] < 80).all()


def test_frames_of_two_sizes_are_refused(engine: StyleTransferEngine) -> None:  # noqa: F811
    clip = engine.painting_clip(SCREAM)
    at_once(clip.paint(scene(96, 128)))
    with pytest.raises(StudioError, match="one size"):
        at_once(clip.paint(scene(100, 128)))
