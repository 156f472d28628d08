"""StyleGAN2: what the paper describes, the module and the fast drawing are one network."""

from typing import Any

import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.picture import stylegan2_drawing, winograd
from studio.engines.picture.style_mapping import Mapping, filled
from studio.engines.picture.stylegan2 import StyleGan2, doubled
from studio.engines.picture.stylegan2_drawing import Drawing
from tests.benchmarks.plain_stylegan2 import synthesise
from tests.engines.picture.stylegans import layers_of, sg2

KINDS: dict[str, dict[str, Any]] = {
    "skip": {},
    "resnet": {"architecture": "resnet"},
    "orig": {"architecture": "orig", "clamp": 0.0},
    "grey and wide": {"colours": 1, "start": [4, 6], "size": [16, 24]},
    "no noise": {"noise": False},
    "clamped hard": {"clamp": 0.5},
}


def close(a: torch.Tensor, b: torch.Tensor) -> None:
    assert float((a - b).abs().max() / b.abs().max()) < 1e-5


@pytest.mark.parametrize("changes", [{}, {"clamp": 0.5}], ids=["usual", "clamped hard"])
def test_it_is_the_network_of_the_paper(changes: dict[str, Any]) -> None:
    generator = sg2(**changes)
    w = layers_of(generator, 2)
    close(generator.synthesise(w, generator.own_noise()), synthesise(generator, w, generator.own_noise()))


@pytest.mark.parametrize("kind", KINDS)
def test_drawing_gives_the_same_picture(kind: str) -> None:
    generator = sg2(**KINDS[kind])
    w = layers_of(generator, 1)
    drawing = Drawing(generator)
    for noise in (generator.own_noise(), generator.no_noise(), generator.random_noise(3, 0.5)):
        drawing.take_noise(noise)
        for _ in range(2):  # what was drawn before does not matter
            picture = drawing(w)
        close(picture, generator.synthesise(w, noise))
        assert picture.shape[1:] == (generator.config.colours, *generator.config.size)


@pytest.mark.parametrize("architecture", ["skip", "orig"])
@pytest.mark.parametrize("rows", [1, 3, 4, 16])
def test_strips_join_without_a_seam(architecture: str, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stylegan2_drawing, "STRIP", rows)
    monkeypatch.setattr(stylegan2_drawing, "STRIPS_FROM", 1)
    generator = sg2(architecture=architecture, channels=[8, 4, 3], start=[6, 7], size=[24, 28])
    w, noise = layers_of(generator, 1), generator.own_noise()
    drawing = Drawing(generator)
    drawing.take_noise(noise)
    close(drawing(w), generator.synthesise(w, noise))


def test_early_exits_are_the_running_colours() -> None:
    generator = sg2()
    w, noise = layers_of(generator, 1), generator.own_noise()
    drawing = Drawing(generator)
    drawing.take_noise(noise)
    for size in (4, 8, 16):
        early = generator.synthesise(w, noise, stop_at=size)
        assert early.shape[-1] == size
        close(drawing(w, size), early)


def test_pictures_of_a_batch_do_not_know_each_other() -> None:
    generator = sg2()
    w, noise = layers_of(generator, 3), generator.own_noise()
    close(generator.synthesise(w, noise)[1:2], generator.synthesise(w[1:2], noise))


def test_doubling_keeps_the_mean() -> None:
    x = torch.ones(1, 1, 6, 6)
    inner = doubled(x, (0.125, 0.375, 0.375, 0.125))[..., 2:-2, 2:-2]
    torch.testing.assert_close(inner, torch.ones_like(inner))


def test_truncation_stops_at_the_cutoff() -> None:
    mapping: Mapping = sg2().mapping
    w = torch.randn(1, 6, 8)
    pulled = mapping.truncate(w, 0.5, 2)
    torch.testing.assert_close(pulled[:, :2], (mapping.w_avg + w[:, :2]) / 2)
    assert torch.equal(pulled[:, 2:], w[:, 2:])
    assert torch.equal(mapping.truncate(w, 1.0), w)


def test_gradients_reach_the_codes() -> None:
    generator = sg2()
    w = layers_of(generator, 1).requires_grad_(True)
    generator.synthesise(w, generator.own_noise()).sum().backward()
    assert w.grad is not None
    assert bool((w.grad.abs().sum(dim=2) > 0).all())


def test_weights_that_do_not_fit_are_a_sentence() -> None:
    config = sg2().config
    with pytest.raises(StudioError, match="do not fit"):
        filled(lambda: StyleGan2(config), {}, "Small")


def test_layers_of_many_channels_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winograd, "FEWEST", 4)
    monkeypatch.setattr(winograd, "SMALLEST", 4)
    generator = sg2()
    w, noise = layers_of(generator, 1), generator.own_noise()
    drawing = Drawing(generator)
    drawing.take_noise(noise)
    close(drawing(w), generator.synthesise(w, noise))
