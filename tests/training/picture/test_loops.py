"""Training runs: they write what they promise, and a resumed run is the same run, weight for weight."""

from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue
from studio.engines.picture import gan, vae
from studio.engines.picture.gan import Mapping
from studio.files.locations import models_dir
from studio.training.__main__ import run
from studio.training.bundle import write_bundle
from studio.training.checkpoints import CHECKPOINT
from studio.training.picture.augment import augment
from studio.training.picture.codes import fit_codes
from studio.training.picture.recipes import DcganRecipe, VaeRecipe
from studio.training.recipe import convert_recipe, read_recipe
from tests.training.picture.conftest import DCGAN_RECIPE, GAN_RECIPE, VAE_RECIPE

pytest.importorskip("efficientnet_lite_pytorch")

GAN = {"extra": ""}
PLAIN = {"extra": 'judge = "plain"\nr1 = 1.0\nr1_every = 1\nrepaint = 0.0'}


def recipe(folder: Path, text: str, pictures: int, extra: str = "") -> Path:
    path = folder / f"recipe-{pictures}.toml"
    path.write_text(text.format(pictures=pictures, extra=extra), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "extra"),
    [(GAN_RECIPE, GAN["extra"]), (GAN_RECIPE, PLAIN["extra"]), (DCGAN_RECIPE, ""), (VAE_RECIPE, "")],
)
def test_a_resumed_run_is_the_same_run(pictures: Path, tmp_path: Path, text: str, extra: str) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    run(recipe(tmp_path, text, 8, extra), pictures, whole)
    if text != VAE_RECIPE:  # the VAE's rate follows the length of the run, so it is stopped, not shortened
        run(recipe(tmp_path, text, 4, extra), pictures, halves)
    else:
        stop_after(recipe(tmp_path, text, 8, extra), pictures, halves, steps=3)
    run(recipe(tmp_path, text, 8, extra), pictures, halves, resume=True)
    one, two = load_file(whole / CHECKPOINT), load_file(halves / CHECKPOINT)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert (whole / "log.csv").read_text() == (halves / "log.csv").read_text()


def test_a_plain_vae_has_an_empty_linear_code(pictures: Path, tmp_path: Path) -> None:
    text = VAE_RECIPE.replace("sketch = 8", "sketch = 8\nlinear = false").replace(
        "judge_width = 8", 'judge_width = 8\npixels = "l2"\nperceptual = 0.0'
    )
    run(recipe(tmp_path, text, 4), pictures, tmp_path / "plain")
    weights = load_file(tmp_path / "plain" / CHECKPOINT)
    assert not weights["ema/sketch.components"].any()
    assert weights["ema/encoder.last.weight"].any()


def test_the_recipes_of_the_baselines_are_whole() -> None:
    for model, kind in (("paintings-gan", DcganRecipe), ("paintings-vae", VaeRecipe)):
        convert_recipe(read_recipe(models_dir() / model / "baseline.toml"), kind)


def stop_after(path: Path, pictures: Path, out: Path, steps: int) -> None:
    """Run until the given step, then fail as a machine that loses power would."""
    from studio.training.picture.vae_loop import VaeTrainer

    class PowerCut(Exception): ...

    step = VaeTrainer.step

    def failing(self: VaeTrainer, pack: object, number: int) -> dict[str, float]:
        if number == steps:
            raise PowerCut
        return step(self, pack, number)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(VaeTrainer, "step", failing)
        with pytest.raises(PowerCut):
            run(path, pictures, out)


@pytest.mark.parametrize(("text", "module"), [(GAN_RECIPE, gan), (VAE_RECIPE, vae)])
def test_a_run_becomes_a_model_that_opens(pictures: Path, tmp_path: Path, text: str, module: object) -> None:
    out = tmp_path / "out"
    run(recipe(tmp_path, text, 4), pictures, out)
    with Image.open(out / "sheets/000002.png") as sheet:
        assert sheet.width == 320
    assert len((out / "held_out.txt").read_text().splitlines()) == 2
    card = write_bundle(out, tmp_path / "models/tiny", pictures)
    entry = Catalogue.scan([tmp_path / "models"]).entry(card.id)
    engine = module.open_engine(entry, torch.device("cpu"))  # type: ignore[attr-defined]
    assert engine.info.card.training["pictures_shown"] == 4
    assert "nearest: seed" in card.metrics["memorisation"]
    assert any("perceptual" in name for name in card.metrics) == (text == VAE_RECIPE)
    assert entry.preview_path.stat().st_size < 60_000
    assert sum(source.works for source in card.data) == 7


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("family = 3", "names no family"),
        ("family = 'picture.dream'", "no training for the family"),
        ("not toml", "cannot be read"),
        ("family = 'picture.gan'\nid = 'x'\nname = 'x'\nseed = 'one'", "does not fit"),
        (
            "family = 'picture.gan'\nid = 'x'\nname = 'x'\nseed = 1\n[run]\nbach = 2",
            "unknown entry: run.bach",
        ),
    ],
)
def test_bad_recipes(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudioError, match=words):
        run(path, tmp_path, tmp_path / "out")


def test_a_cut_checkpoint_is_refused(pictures: Path, tmp_path: Path) -> None:
    path, out = recipe(tmp_path, GAN_RECIPE, 4), tmp_path / "out"
    run(path, pictures, out)
    (out / CHECKPOINT).write_bytes((out / CHECKPOINT).read_bytes()[:1000])
    with pytest.raises(StudioError, match="cannot be continued"):
        run(path, pictures, out, resume=True)


def test_a_finished_run_is_not_overwritten(pictures: Path, tmp_path: Path) -> None:
    path, out = recipe(tmp_path, VAE_RECIPE, 4), tmp_path / "out"
    run(path, pictures, out)
    before = (out / CHECKPOINT).read_bytes()
    with pytest.raises(StudioError, match="holds a training run"):
        run(path, pictures, out)
    assert (out / CHECKPOINT).read_bytes() == before


def test_augmentation_repeats_by_seed_and_passes_gradients() -> None:
    x = torch.rand(3, 3, 16, 16, requires_grad=True)
    state = torch.get_rng_state()
    first = augment(x, 4)
    assert torch.equal(first, augment(x, 4))
    assert not torch.equal(first, augment(x, 5))
    assert torch.equal(state, torch.get_rng_state())
    first.sum().backward()
    assert x.grad is not None
    assert x.grad.abs().sum() > 0


def test_fitted_codes_look_like_the_codes() -> None:
    torch.manual_seed(0)
    mapping = Mapping(gan.GanConfig(("a", "b"), z_dim=4, w_dim=8))
    styles = torch.arange(4000) % 2
    codes = torch.randn(4000, 4) @ torch.diag(torch.tensor([2.0, 1.0, 0.5, 0.1])) + styles[:, None] * 3.0
    fit_codes(mapping, codes, styles[:, None])
    torch.testing.assert_close(mapping.code_mean, torch.tensor([[0.0] * 4, [3.0] * 4]), rtol=0.1, atol=0.15)
    drawn = torch.randn(4000, 4) @ mapping.code_root[0].T
    torch.testing.assert_close(drawn.std(dim=0), torch.tensor([2.0, 1.0, 0.5, 0.1]), rtol=0.1, atol=0.15)
