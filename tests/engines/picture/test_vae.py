"""The autoencoder: shapes, latents in order, encode and render, any size of picture."""

from dataclasses import asdict, replace

import numpy as np
import pytest
import torch

from studio.core.card import Card, WeightsInfo
from studio.core.latent import Latent
from studio.engines.base import EncodingEngine
from studio.engines.picture.directions import Direction
from studio.engines.picture.vae import Vae, VaeConfig, VaeEngine

CONFIG = VaeConfig(resolution=16, z_dim=6, sketch=8, channels=(4, 8, 8))


def small_vae() -> Vae:
    torch.manual_seed(5)
    vae = Vae(CONFIG).eval().requires_grad_(False)
    for tensor in (vae.encoder.last.weight, vae.decoder.write.weight, vae.sketch.components):
        tensor.data.normal_(std=0.1)
    vae.mean.normal_()
    vae.spread.uniform_(0.5, 1.5)
    return vae


@pytest.fixture
def engine() -> VaeEngine:
    card = Card("small", "Small", "picture.vae", "A test.", WeightsInfo("", ""), config=asdict(CONFIG))
    return VaeEngine(small_vae(), card, torch.device("cpu"))


def test_shapes() -> None:
    picture, mean, log_variance = small_vae()(torch.zeros(2, 3, 16, 16))
    assert picture.shape == (2, 3, 16, 16)
    assert mean.shape == log_variance.shape == (2, 6)


def test_ordering_latents_changes_nothing_but_their_order() -> None:
    vae = small_vae()
    pictures = torch.rand(32, 3, 16, 16) * 2 - 1
    before = vae.decode(vae.encode(pictures))
    vae.order_latents(*vae.posterior(pictures))
    torch.testing.assert_close(vae.decode(vae.encode(pictures)), before)
    assert (vae.kl.diff() <= 0).all()
    torch.testing.assert_close(vae.spread, vae.encode(pictures).std(dim=0))


def test_encode_then_render_is_the_reconstruction(engine: VaeEngine) -> None:
    assert isinstance(engine, EncodingEngine)
    pixels = np.random.RandomState(0).randint(0, 256, (16, 16, 3), dtype=np.uint8)
    vae = small_vae()
    x = torch.tensor(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1
    wanted = (vae.decode(vae.encode(x))[0].clamp(-1, 1) + 1).mul(127.5).permute(1, 2, 0)
    drawn = engine.render(engine.encode(pixels))
    assert np.abs(drawn - wanted.numpy()).max() <= 1.0


@pytest.mark.parametrize("shape", [(1, 1, 3), (9, 300, 3), (640, 17, 3)])
def test_any_size_can_be_encoded(engine: VaeEngine, shape: tuple[int, ...]) -> None:
    latent = engine.encode(np.zeros(shape, dtype=np.uint8))
    assert engine.render(latent).shape == (16, 16, 3)


def test_sliders_are_the_attributes_and_the_first_latents() -> None:
    vae, light = small_vae(), Direction("brightness", "Dark – light", "attribute", 2.0, 0.3, "warmth")
    config = replace(CONFIG, sliders=(light,))
    named = Vae(config).eval().requires_grad_(False)
    named.load_state_dict(vae.state_dict(), strict=False)
    named.moves[0, 1], named.bends[0, 2] = 1.0, 0.5
    card = Card("small", "Small", "picture.vae", "A test.", WeightsInfo("", ""), config=asdict(config))
    engine = VaeEngine(named, card, torch.device("cpu"))
    assert [p.name for p in engine.info.directions] == ["brightness", *(f"latent-{i}" for i in range(6))]
    moved = engine.render(Latent(1, offsets=(("brightness", 2.0),)))
    assert np.array_equal(moved, engine.render(Latent(1, offsets=(("direction-1", 2.0), ("latent-2", 2.0)))))
    assert not np.array_equal(moved, engine.render(Latent(1)))


def test_psi_zero_is_the_mean_picture_and_sliders_move(engine: VaeEngine) -> None:
    still = engine.render(Latent(1, psi=0.0))
    assert np.array_equal(still, engine.render(Latent(2, psi=0.0)))
    assert not np.array_equal(
        engine.render(Latent(1).with_offset("direction-0", 3.0)), engine.render(Latent(1))
    )
    assert np.array_equal(engine.render(Latent(1)), engine.render(Latent(1)))
