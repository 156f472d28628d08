"""The generator: shapes, early exit, mixing, truncation, and pictures that are the same every time."""

import itertools
import json
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.latent import Latent, LayerMix, WCode, mixed, seed_z
from studio.engines.base import EncodingEngine
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.directions import Direction, read_config
from studio.engines.picture.gan import GanConfig, Generator
from studio.engines.picture.gan_engine import GanEngine, open_engine
from studio.engines.picture.pixels import from_pixels
from studio.engines.weights import fill_module

CONFIG = GanConfig(("sea", "wood"), resolution=32, z_dim=8, w_dim=16, channels=(16, 16, 12, 8), directions=4)


def small_generator() -> Generator:
    """An untrained generator with noise, biased styles and directions, the same in every test."""
    torch.manual_seed(3)
    generator = Generator(CONFIG)
    for name, parameter in generator.named_parameters():
        if name.endswith("noise_strength"):
            parameter.data.fill_(1.0)
    generator.w_mean.normal_()
    generator.underpainting.sketch.fit(torch.randn(50, 3, 32, 32), evenness=0.5)
    generator.directions.fit(torch.randn(200, CONFIG.w_dim))
    return generator.eval().requires_grad_(False)


def card_of(weights: WeightsInfo) -> Card:
    config = {**asdict(CONFIG), "direction_labels": ["Dark – light"]}
    return Card("small", "Small", "picture.gan", "A test.", weights, config=config, styles=CONFIG.styles)


@pytest.fixture
def engine() -> GanEngine:
    return GanEngine(small_generator(), card_of(WeightsInfo("", "")), torch.device("cpu"))


def layers_of(generator: Generator, seeds: list[int]) -> torch.Tensor:
    z = torch.tensor(np.concatenate([seed_z(seed, CONFIG.z_dim) for seed in seeds])).float()
    styles = torch.tensor([[1.0, 0.0]]).expand(len(seeds), -1)
    return generator.mapping(z, styles)[:, None].repeat(1, CONFIG.num_layers, 1)


def test_shapes() -> None:
    generator = small_generator()
    assert generator(torch.randn(3, 8), torch.eye(2)[[0, 1, 0]]).shape == (3, 3, 32, 32)


def test_w_has_about_unit_variance() -> None:
    generator = Generator(GanConfig(("a", "b")))
    w = generator.mapping(torch.randn(256, 128), torch.eye(2)[torch.arange(256) % 2])
    assert 0.5 < w.square().mean().sqrt() < 2
    assert w.std(dim=0).mean() > 0.3


def test_early_exit_is_the_running_rgb() -> None:
    generator = small_generator()
    w = layers_of(generator, [1, 2])
    x, rgb = generator.start(w[:, :2])
    x, rgb = generator.blocks[0](x, rgb, w[:, 2:4])
    x, rgb = generator.blocks[1](x, rgb, w[:, 4:6])
    under, features = generator.underpainting(w[:, 5])
    torch.testing.assert_close(generator.synthesise(w, stop_at=16), rgb + under, rtol=0, atol=0)
    _, rgb = generator.blocks[2](x + features, rgb + under, w[:, 6:8])
    torch.testing.assert_close(generator.synthesise(w), rgb, rtol=0, atol=0)


def test_one_picture_equals_the_same_picture_in_a_batch() -> None:
    generator = small_generator()
    w = layers_of(generator, [1, 2, 3])
    torch.testing.assert_close(
        generator.synthesise(w)[1:2], generator.synthesise(w[1:2]), rtol=1e-4, atol=1e-4
    )


def test_styles_mix_continuously(engine: GanEngine) -> None:
    pictures = [
        engine.render(Latent(5, styles=(("sea", 1 - t), ("wood", t)))).astype(int)
        for t in np.linspace(0, 1, 33)
    ]
    steps = [np.abs(a - b).mean() for a, b in itertools.pairwise(pictures)]
    assert max(steps) < 0.3 * sum(steps)
    assert np.abs(pictures[0] - pictures[-1]).mean() > max(steps)


def test_no_style_is_an_even_mix(engine: GanEngine) -> None:
    even = engine.render(Latent(5, styles=(("sea", 0.5), ("wood", 0.5))))
    assert np.array_equal(engine.render(Latent(5)), even)


def test_every_group_of_styles_is_mixed_by_itself() -> None:
    torch.manual_seed(0)
    config = replace(CONFIG, styles=("sea", "wood", "old", "new"), groups=(2, 2))
    generator = Generator(config).eval().requires_grad_(False)
    generator.mapping.code_root[1] *= 2
    card = replace(card_of(WeightsInfo("", "")), config=asdict(config), styles=config.styles)
    engine = GanEngine(generator, card, torch.device("cpu"))
    even = engine.render(Latent(5, styles=(("sea", 1.0),)))
    assert np.array_equal(engine.render(Latent(5, styles=(("new", 3.0), ("old", 3.0), ("sea", 0.2)))), even)
    assert not np.array_equal(engine.render(Latent(5, styles=(("new", 1.0), ("sea", 1.0)))), even)
    assert not np.array_equal(engine.render(Latent(5)), even)


def test_a_grey_generator_draws_grey() -> None:
    torch.manual_seed(0)
    generator = Generator(replace(CONFIG, colours=1)).eval()
    generator.underpainting.sketch.fit(torch.randn(50, 3, 32, 32), evenness=0.5)
    picture = generator(torch.randn(1, 8), torch.eye(2)[:1])
    assert picture.shape == (1, 3, 32, 32)
    assert torch.equal(picture[:, 0], picture[:, 2])


def test_psi_zero_is_the_same_picture_for_every_seed(engine: GanEngine) -> None:
    assert np.array_equal(engine.render(Latent(1, psi=0.0)), engine.render(Latent(2, psi=0.0)))


def test_a_mix_of_all_layers_is_the_other_seed(engine: GanEngine) -> None:
    mixed = engine.render(Latent(1, mixes=(LayerMix(2, 0, CONFIG.num_layers - 1),)))
    assert np.array_equal(mixed, engine.render(Latent(2)))
    fine = engine.render(Latent(1, mixes=(LayerMix(2, 6, 99),)))
    assert not np.array_equal(fine, engine.render(Latent(1)))


def test_a_blend_is_the_weighted_sum_of_codes(engine: GanEngine) -> None:
    a, b = Latent(1, psi=0.7), Latent(2).with_offset("direction-0", 1.0)
    blend = mixed([(a, 3.0), (b, 1.0)])
    shape = (CONFIG.num_layers, CONFIG.w_dim)
    expected = 0.75 * engine.code(a).rows(*shape) + 0.25 * engine.code(b).rows(*shape)
    np.testing.assert_allclose(engine.code(blend).rows(*shape), expected, atol=1e-5)
    assert np.array_equal(engine.render(mixed([(a, 2.0)])), engine.render(a))


def test_what_was_mixed_before_changes_nothing(engine: GanEngine) -> None:
    a, b = Latent(1, psi=0.7), Latent(2).with_offset("direction-0", 1.0)
    wishes = [mixed([(a, 1.0), (b, share)]) for share in (0.2, 0.5, 3.0)]
    wishes += [replace(a, mixes=(LayerMix(0, 2, 5, latent=b),)), a, b, replace(wishes[0], psi=0.5)]
    first = [engine.render(wish) for wish in wishes]
    again = [engine.render(wish) for wish in reversed(wishes)]
    alone = [
        GanEngine(small_generator(), engine.info.card, torch.device("cpu")).render(wish) for wish in wishes
    ]
    for one, two, three in zip(first, reversed(again), alone, strict=True):
        assert np.array_equal(one, two)
        assert np.array_equal(one, three)


def test_a_code_is_the_same_picture_and_all_sliders_work_on_it(engine: GanEngine) -> None:
    latent = Latent(5, psi=0.8, mixes=(LayerMix(2, 3, 4),)).with_offset("direction-1", 1.0)
    kept = Latent(w=engine.code(latent))
    assert np.array_equal(engine.render(kept), engine.render(latent))
    still = engine.render(kept)
    for moved in (kept.with_offset("direction-0", 2.0), kept.with_style("wood", 1.0), replace(kept, psi=0.3)):
        assert not np.array_equal(engine.render(moved), still)
    assert np.array_equal(engine.render(replace(kept, psi=0.0)), engine.render(Latent(9, psi=0.0)))


def test_a_mix_may_take_layers_of_any_latent(engine: GanEngine) -> None:
    other = Latent(8, psi=0.5)
    all_of_it = Latent(1, mixes=(LayerMix(0, 0, 99, other),))
    assert np.array_equal(engine.render(all_of_it), engine.render(other))


def test_a_slider_may_reach_some_layers_only(engine: GanEngine) -> None:
    moved = Latent(1).with_offset("direction-0", 2.0)
    everywhere = moved.with_reach("direction-0", 0, CONFIG.num_layers - 1)
    np.testing.assert_allclose(engine.render(everywhere), engine.render(moved), atol=1)
    shape = (CONFIG.num_layers, CONFIG.w_dim)
    fine = engine.code(moved.with_reach("direction-0", 6, 7)).rows(*shape)
    still = engine.code(Latent(1)).rows(*shape)
    assert np.array_equal(fine[:6], still[:6])
    assert not np.array_equal(fine[6:], still[6:])
    assert moved.with_reach("direction-0", 1, 2).without_reach("direction-0") == moved


def test_noise_has_a_strength() -> None:
    generator = small_generator()
    for layer in generator.modules():
        if hasattr(layer, "noise_strength"):
            layer.noise_strength.fill_(3.0)
    engine = GanEngine(generator, card_of(WeightsInfo("", "")), torch.device("cpu"))
    still = engine.render(Latent(1))
    assert not np.array_equal(engine.render(Latent(1, noise=0.0)), still)
    assert np.array_equal(
        engine.render(Latent(1, noise=0.0)), engine.render(Latent(1, noise=0.0, noise_seed=3))
    )
    assert np.array_equal(engine.render(Latent(1)), still)


@pytest.mark.parametrize(
    "code", [WCode.of(np.zeros((1, 2))), WCode(2, b"123"), WCode.of(np.full((8, 16), np.nan))]
)
def test_a_code_of_another_model_is_refused(engine: GanEngine, code: WCode) -> None:
    with pytest.raises(StudioError, match="another model"):
        engine.render(Latent(w=code))


def test_directions_move_and_zero_does_not(engine: GanEngine) -> None:
    still = engine.render(Latent(1))
    assert not np.array_equal(engine.render(Latent(1).with_offset("direction-0", 2.0)), still)
    assert np.array_equal(engine.render(Latent(1, offsets=(("direction-0", 0.0),))), still)
    assert engine.info.directions[0].label == "Dark – light"
    assert engine.info.directions[1].label == "Direction 2"


def test_a_generator_with_named_sliders_draws_along_them() -> None:
    plain = small_generator()
    sliders = (
        Direction("brightness", "Dark – light", "attribute", 2.0, 0.3, "warmth"),
        *(Direction(f"pca-{i}", f"Direction {i + 1}", "pca") for i in range(4)),
    )
    generator = Generator(replace(CONFIG, sliders=sliders)).eval().requires_grad_(False)
    generator.load_state_dict(plain.state_dict(), strict=False)
    generator.directions.moves[1:] = plain.directions.components()
    generator.directions.moves[0, 4:] = 0.3  # the finer layers only
    card = replace(card_of(WeightsInfo("", "")), config=json.loads(json.dumps(asdict(generator.config))))
    named = GanEngine(generator, card, torch.device("cpu"))
    assert read_config(card, GanConfig).sliders == sliders
    assert [p.group for p in named.info.directions] == ["attribute", *["pca"] * 4]
    before = GanEngine(plain, card_of(WeightsInfo("", "")), torch.device("cpu"))
    old = Latent(1).with_offset("direction-2", 1.5)
    assert np.array_equal(named.render(old), before.render(old))
    assert not np.array_equal(named.render(Latent(1).with_offset("brightness", 2.0)), named.render(Latent(1)))


def test_the_same_recipe_gives_the_same_pixels(engine: GanEngine) -> None:
    latent = Latent(7, psi=0.8, noise_seed=4)
    first = engine.render(latent)
    engine.render(Latent(8, noise_seed=5))
    assert np.array_equal(engine.render(latent), first)
    other = GanEngine(small_generator(), engine.info.card, torch.device("cpu"))
    assert np.array_equal(other.render(latent), first)
    assert not np.array_equal(engine.render(Latent(7, psi=0.8, noise_seed=5)), first)


def test_drafts_are_smaller(engine: GanEngine) -> None:
    assert isinstance(engine, EncodingEngine)
    assert engine.info.sizes == (16, 32)
    assert engine.render(Latent(1), 31).shape == (16, 16, 3)
    assert engine.render(Latent(1), 4).shape == (16, 16, 3)
    assert engine.render(Latent(1), 500).shape == (32, 32, 3)


def test_an_opened_picture_gives_its_own_underpainting(engine: GanEngine) -> None:
    generator = small_generator()
    pixels = engine.render(Latent(3))
    z = torch.tensor(engine.encode(pixels).z(CONFIG.z_dim)).float()
    w = generator.mapping(z, torch.full((1, 2), 0.5))
    code = generator.underpainting.sketch.encode(from_pixels(pixels, 32, torch.device("cpu")))
    torch.testing.assert_close(w[:, : CONFIG.z_dim], code, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    "latent",
    [
        Latent(1, styles=(("moon", 1.0),)),
        Latent(1, offsets=(("direction-99", 1.0),)),
        Latent(1, offsets=(("x", 1),)),
    ],
)
def test_unknown_names_are_named(engine: GanEngine, latent: Latent) -> None:
    with pytest.raises(StudioError, match="has no"):
        engine.render(latent)


def test_opens_a_model_folder(tmp_path: Path, engine: GanEngine) -> None:
    save_file(
        {k: v.contiguous() for k, v in small_generator().state_dict().items()}, tmp_path / "m.safetensors"
    )
    digest = sha256((tmp_path / "m.safetensors").read_bytes()).hexdigest()
    opened = open_engine(
        CatalogueEntry(card_of(WeightsInfo("m.safetensors", digest)), tmp_path), torch.device("cpu")
    )
    assert np.array_equal(opened.render(Latent(1)), engine.render(Latent(1)))
    with pytest.raises(StudioError, match="do not fit"):
        fill_module(Generator(CONFIG), {}, "Small")
