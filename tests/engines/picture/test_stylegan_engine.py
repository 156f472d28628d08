"""The engine of imported generators: latents mean what they mean for every other model."""

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.core.latent import BlendPart, Latent, LayerMix, LayerReach, WCode, mixed, seed_z
from studio.engines.base import ImageEngine
from tests.engines.picture.stylegans import engine, sg2, sg3

PLAIN, OTHER = Latent(1), Latent(2, psi=0.7)


def test_a_seed_is_the_seed_of_every_tool() -> None:
    generator = sg2()
    w = generator.mapping(torch.tensor(seed_z(85, 6)).float())[:, None].expand(-1, 6, -1)
    rgb = generator.synthesise(w, generator.own_noise())[0].permute(1, 2, 0).detach().numpy()
    levels = np.clip(rgb * 127.5 + 128, 0, 255).astype(np.uint8)
    assert np.abs(engine(generator).render(Latent(85)).astype(int) - levels).max() <= 1


def test_it_is_an_image_engine_with_drafts_and_sliders() -> None:
    made = engine(sg2())
    assert isinstance(made, ImageEngine)
    assert made.info.sizes == (16,)
    assert {parameter.group for parameter in made.info.directions} == {"pca", "sefa"}
    assert made.render(PLAIN, max_size=4).shape == (16, 16, 3)
    assert made.render(PLAIN, half=True).shape == (16, 16, 3)


@pytest.mark.parametrize("make", [sg2, sg3], ids=["StyleGAN2", "StyleGAN3"])
@pytest.mark.parametrize(
    "latent",
    [
        PLAIN,
        Latent(1, psi=0.5, cutoff=2, offsets=(("pca-0", 2.0), ("sefa-1", -1.0))),
        Latent(1, mixes=(LayerMix(2, 1, 2), LayerMix(3, 3, 9, latent=OTHER))),
        mixed(((PLAIN, 0.3), (OTHER, 0.7))),
        Latent(1, offsets=(("pca-1", 2.0),), reach=(LayerReach("pca-1", 0, 1),)),
    ],
    ids=["seed", "sliders", "mixes", "blend", "reach"],
)
def test_the_code_of_a_latent_is_the_same_picture(make: object, latent: Latent) -> None:
    made = engine(make())  # type: ignore[operator]
    again = Latent(w=made.code(latent))
    assert np.abs(made.render(again).astype(int) - made.render(latent)).max() <= 1
    assert np.array_equal(made.render(latent), made.render(latent))


def test_a_code_of_another_tool_has_no_place() -> None:
    made = engine(sg3())
    rows = made.code(PLAIN).rows(5, 8)
    np.testing.assert_array_equal(made.render(Latent(w=WCode.of(rows[:4]))), made.render(PLAIN))
    with pytest.raises(StudioError, match="another model"):
        made.render(Latent(w=WCode.of(rows[:3])))


def test_truncation_leaves_the_layers_beyond_the_cutoff() -> None:
    made = engine(sg2())
    free, cut = made.code(PLAIN).rows(6, 8), made.code(Latent(1, psi=0.0, cutoff=4)).rows(6, 8)
    np.testing.assert_array_equal(free[4:], cut[4:])
    np.testing.assert_allclose(cut[:4], np.tile(cut[0], (4, 1)))


def test_noise_is_its_own_another_or_none() -> None:
    made = engine(sg2())
    own, another, none = (
        made.render(Latent(1, noise_seed=s, noise=n)) for s, n in ((0, 1.0), (7, 1.0), (0, 0.0))
    )
    assert not np.array_equal(own, another)
    assert not np.array_equal(own, none)
    assert np.array_equal(made.render(Latent(1, noise_seed=7)), another)
    assert np.array_equal(made.render(Latent(1, noise_seed=9, noise=0.0)), none)


def test_classes_mix_and_the_first_is_usual() -> None:
    made = engine(sg2(c_dim=3, mapping=[6 + 8, 8, 8]))
    first, second = (made.code(Latent(1, styles=((f"class-{i}", 1.0),))).rows(6, 8) for i in (0, 1))
    both = made.code(Latent(1, styles=(("class-0", 1.0), ("class-1", 1.0)))).rows(6, 8)
    np.testing.assert_array_equal(made.code(Latent(1)).rows(6, 8), first)
    np.testing.assert_allclose(both, (first + second) / 2, rtol=1e-5)
    assert not np.allclose(first, second)
    with pytest.raises(StudioError, match="no class"):
        made.render(Latent(1, styles=(("class-3", 1.0),)))


def test_a_place_slides_mixes_and_is_kept() -> None:
    made = engine(sg3())
    moved = Latent(1, offsets=(("shift-x", 0.25), ("rotate", 30.0)))
    rest = made.render(PLAIN)
    assert not np.array_equal(made.render(moved), rest)
    assert made.code(moved).rows(5, 8)[-1, :3].tolist() == [30.0, 0.25, 0.0]
    half = Latent(blend=(BlendPart(moved, 0.5), BlendPart(PLAIN, 0.5)))
    assert made.code(half).rows(5, 8)[-1, :3].tolist() == [15.0, 0.125, 0.0]
    assert made.code(Latent(2, psi=0.0, mixes=(LayerMix(1, 0, 9, latent=moved),))).rows(5, 8)[-1].max() == 0.0
    np.testing.assert_array_equal(made.render(PLAIN), rest)


def test_an_unknown_slider_is_a_sentence() -> None:
    with pytest.raises(StudioError, match="no direction"):
        engine(sg2()).render(Latent(1, offsets=(("smile", 1.0),)))
