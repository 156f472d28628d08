"""The prepared synthesis draws what the network draws, whatever noise it has and wherever it stops."""

import numpy as np
import pytest
import torch

from studio.core.card import WeightsInfo
from studio.core.latent import Latent
from studio.engines.picture.gan import GanConfig, Generator
from studio.engines.picture.gan_engine import GanEngine
from studio.engines.picture.pixels import to_pixels
from studio.engines.picture.synthesis import Synthesis, half_precision
from tests.engines.picture.test_gan import card_of, small_generator

CPU = torch.device("cpu")


@pytest.fixture
def generator() -> Generator:
    made = small_generator()
    for name, parameter in made.named_parameters():
        if name.endswith("noise_strength"):
            parameter.fill_(2.0)
    made.fold()
    return made


def codes(config: GanConfig) -> torch.Tensor:
    torch.manual_seed(3)
    return torch.randn(1, config.num_layers, config.w_dim)


@pytest.mark.parametrize("stop_at", [None, 32, 16])
def test_it_draws_what_the_network_draws(generator: Generator, stop_at: int | None) -> None:
    w = codes(generator.config)
    expected = generator.synthesise(w, stop_at=stop_at)
    torch.testing.assert_close(Synthesis(generator)(w, stop_at), expected, rtol=1e-4, atol=1e-4)


def test_other_noise_is_taken_over(generator: Generator) -> None:
    synthesis, w = Synthesis(generator), codes(generator.config)
    before = synthesis(w)
    generator.draw_noise(9, 0.5)
    synthesis.take_noise()
    assert not torch.equal(synthesis(w), before)
    torch.testing.assert_close(synthesis(w), generator.synthesise(w), rtol=1e-4, atol=1e-4)


@pytest.mark.skipif(half_precision(CPU) is None, reason="this CPU has no short numbers")
def test_half_precision_is_a_few_levels_off_at_most(generator: Generator) -> None:
    engine = GanEngine(generator, card_of(WeightsInfo("", "")), CPU)
    assert engine.info.can_halve
    exact, quick = (engine.render(Latent(4), half=half).astype(int) for half in (False, True))
    assert 0 < np.abs(exact - quick).max() <= 8
    assert np.array_equal(
        engine.render(Latent(4)), to_pixels(generator.synthesise(engine._latents.rows(Latent(4))))
    )
