"""Projection: a model finds its own pictures again, the same way each time, and says so where it cannot."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.card import Card, WeightsInfo
from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.core.picture import Picture
from studio.core.projection import MAX_STEPS, Projection, ProjectionWish
from studio.engines.base import Engine, ProjectingEngine
from studio.engines.catalogue import Catalogue
from studio.engines.picture.code_space import principal_axes
from studio.engines.picture.likeness import CLOSEST_DB, Target
from studio.engines.picture.vae import Vae, VaeEngine
from studio.engines.torch_backend import TorchBackend
from tests.tiny_models import GAN, VAE, write_tiny_models


class Edges:
    """An eye that sees the steps from each pixel to the next."""

    info = None

    def features(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        return [torch.cat([pictures.diff(dim=2)[..., :-1], pictures.diff(dim=3)[:, :, :-1]], dim=1)]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TorchBackend]:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_models(folder)
    threads = torch.get_num_threads()
    yield TorchBackend(Catalogue.scan((folder,)), "cpu")
    torch.set_num_threads(threads)
    torch.set_grad_enabled(True)


@pytest.fixture(params=["gan", "vae"])
def engine(request: pytest.FixtureRequest, backend: TorchBackend) -> ProjectingEngine:
    found = backend.load("tiny-gan") if request.param == "gan" else small_vae()
    assert isinstance(found, ProjectingEngine)
    return found


def small_vae() -> VaeEngine:
    """One whose decoder paints over the sketch, as after training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        vae = Vae(VAE)
        vae.sketch.fit(torch.randn(50, 3, 16, 16), evenness=0.5)
        torch.nn.init.normal_(vae.decoder.write.weight, std=0.3)
        vae.spread.fill_(1.0)
    card = Card("vae", "Vae", "picture.vae", "A test.", WeightsInfo("", ""), config=asdict(VAE))
    return VaeEngine(vae, card, torch.device("cpu"))


def own_picture(engine: ProjectingEngine, seed: int = 4) -> Picture:
    return Picture(engine.render(Latent(seed=seed)), "own")


def previews(engine: ProjectingEngine, wish: ProjectionWish, eye: Engine | None = None) -> list[Projection]:
    return [step[2] for step in engine.projecting(wish, eye) if len(step) == 3]


@pytest.mark.parametrize("eye", [None, Edges()])
def test_a_model_finds_its_own_picture_again(engine: ProjectingEngine, eye: Engine | None) -> None:
    found = previews(engine, ProjectionWish(own_picture(engine), steps=60), eye)
    first, last = found[0].likeness, found[-1].likeness
    assert last.psnr_db > first.psnr_db + 3
    assert (last.perceptual is None) == (eye is None)
    assert eye is None or last.perceptual < first.perceptual
    assert found[-1].begun == first


def test_what_is_shown_is_what_the_code_draws(engine: ProjectingEngine) -> None:
    for shown in previews(engine, ProjectionWish(own_picture(engine), steps=12)):
        assert (engine.render(Latent(w=shown.code)) == shown.frame.pixels).all()


def test_twice_is_the_same_whatever_was_drawn_between(engine: ProjectingEngine) -> None:
    wish = ProjectionWish(own_picture(engine), steps=15)
    first = previews(engine, wish)[-1]
    search = engine.projecting(wish)
    for _ in search:
        engine.render(Latent(seed=9, noise_seed=5, noise=2.0))
        assert not torch.is_grad_enabled()
    engine.render(Latent(seed=9))
    assert previews(engine, wish)[-1].code == first.code


def test_a_search_goes_on_from_where_another_ended(engine: ProjectingEngine) -> None:
    wish = ProjectionWish(own_picture(engine), steps=20)
    end = previews(engine, wish)[-1]
    again = previews(engine, replace(wish, start=end.code))
    assert again[0].likeness == end.likeness


def test_a_search_that_gains_nothing_more_ends_early(engine: ProjectingEngine) -> None:
    wish = ProjectionWish(own_picture(engine), steps=400)
    steps = [(done, total) for done, total, *_ in engine.projecting(wish)]
    assert steps[-1][0] == steps[-1][1] < 400


def test_a_search_can_be_left_at_any_step(engine: ProjectingEngine) -> None:
    search = engine.projecting(ProjectionWish(own_picture(engine), steps=50))
    for _ in range(4):
        next(search)
    search.close()
    assert engine.render(Latent(seed=4)).tobytes() == own_picture(engine).pixels.tobytes()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 400, 3), (300, 7, 3)])
def test_pictures_of_any_shape(engine: ProjectingEngine, shape: tuple[int, ...]) -> None:
    wish = ProjectionWish(Picture(np.full(shape, 255, np.uint8)), steps=3)
    assert np.isfinite(previews(engine, wish)[-1].likeness.psnr_db)


@pytest.mark.parametrize("steps", [0, -1, MAX_STEPS + 1])
def test_a_number_of_steps_that_is_none(engine: ProjectingEngine, steps: int) -> None:
    with pytest.raises(StudioError, match="steps"):
        next(engine.projecting(ProjectionWish(own_picture(engine), steps=steps)))


def test_a_start_of_another_model_is_one_sentence(engine: ProjectingEngine) -> None:
    wish = ProjectionWish(own_picture(engine), start=WCode.of(np.zeros((3, 5), np.float32)))
    with pytest.raises(StudioError, match="another model"):
        engine.projecting(wish)


def test_sliders_go_on_working(backend: TorchBackend) -> None:
    engine = backend.load("tiny-gan")
    assert isinstance(engine, ProjectingEngine)
    found = previews(engine, ProjectionWish(own_picture(engine), steps=20))[-1]
    there = Latent(w=found.code)
    moved = engine.render(there.with_offset("pca-0", 2.0))
    assert (moved != found.frame.pixels).any()
    rows = found.code.rows(GAN.num_layers, GAN.w_dim)
    assert np.abs(rows).max() < 50


def test_axes_are_as_long_as_codes_spread() -> None:
    torch.manual_seed(0)
    codes = torch.randn(4000, 3) * torch.tensor([4.0, 1.0, 0.0]) + 2.0
    mean, axes = principal_axes(codes)
    assert torch.allclose(mean, torch.full((3,), 2.0), atol=0.3)
    assert axes.norm(dim=1).max() == pytest.approx(4.0, rel=0.1)
    assert axes.norm(dim=1).min() > 0


def test_the_same_picture_is_as_like_as_can_be() -> None:
    pixels = np.random.RandomState(0).randint(0, 256, (16, 16, 3)).astype(np.uint8)
    picture = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 127.5 - 1
    likeness = Target(picture, None).likeness(pixels)
    assert (likeness.psnr_db, likeness.perceptual) == (CLOSEST_DB, None)


def test_the_eye_of_the_bundled_restyling_model() -> None:
    eye = TorchBackend(Catalogue.scan((Path(__file__).parents[3] / "models",)), "cpu").load("style-transfer")
    maps = eye.features(torch.rand(1, 3, 64, 64))  # type: ignore[attr-defined]
    assert [tuple(one.shape[1:]) for one in maps] == [(32, 32, 32), (24, 16, 16), (32, 8, 8)]
