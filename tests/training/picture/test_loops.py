"""Training runs: they write what they promise, and a resumed run is the same run, weight for weight."""

import csv
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue
from studio.engines.picture import gan, gan_engine, vae
from studio.engines.picture.gan import Mapping
from studio.files.locations import models_dir
from studio.training.__main__ import run
from studio.training.bundle import write_bundle
from studio.training.checkpoints import BEST, CHECKPOINT, STATE, begin_with_model, load_checkpoint
from studio.training.loop import COSTS
from studio.training.picture.augment import augment
from studio.training.picture.codes import fit_codes
from studio.training.picture.dcgan_loop import DcganTrainer
from studio.training.picture.gan_loop import GanTrainer
from studio.training.picture.recipes import DcganRecipe, GanRecipe, VaeRecipe
from studio.training.picture.vae_loop import VaeTrainer
from studio.training.recipe import convert_recipe, read_recipe
from tests.training.picture.conftest import DCGAN_RECIPE, GAN_RECIPE, VAE_RECIPE

pytest.importorskip("efficientnet_lite_pytorch")

PLAIN = 'judge = "plain"\nr1 = 1.0\nr1_every = 1\nrepaint = 0.0'
BOTH = 'judge = "both"\nr1 = 1.0\nr1_every = 2'


def recipe(folder: Path, text: str, pictures: int, extra: str = "") -> Path:
    path = folder / f"recipe-{pictures}.toml"
    path.write_text(text.format(pictures=pictures, extra=extra), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "extra", "trainer"),
    [
        (GAN_RECIPE, "", GanTrainer),
        (GAN_RECIPE, PLAIN, GanTrainer),
        (GAN_RECIPE, BOTH, GanTrainer),
        (DCGAN_RECIPE, "", DcganTrainer),
        (VAE_RECIPE, "", VaeTrainer),
    ],
    ids=["projected", "plain", "both", "dcgan", "vae"],
)
def test_a_run_cut_at_any_step_is_the_same_run(
    pictures: Path, tmp_path: Path, text: str, extra: str, trainer: type
) -> None:
    path, whole = recipe(tmp_path, text, 8, extra), tmp_path / "whole"
    run(path, pictures, whole)
    for cut in (1, 3):  # before the first checkpoint, and after it
        parts = tmp_path / f"cut-{cut}"
        stop_after(path, pictures, parts, cut, trainer)
        run(path, pictures, parts, resume=True)
        one, two = (load_file(out / CHECKPOINT) for out in (whole, parts))
        assert one.keys() == two.keys()
        assert all(torch.equal(one[name], two[name]) for name in one)
        assert losses(whole) == losses(parts)


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


def losses(out: Path) -> list[dict[str, str]]:
    """The rows of the log, without what depends on the machine's mood."""
    with (out / "log.csv").open(newline="") as file:
        return [{k: v for k, v in row.items() if k not in COSTS} for row in csv.DictReader(file)]


def stop_after(path: Path, pictures: Path, out: Path, steps: int, trainer: type) -> None:
    """Run until the given step, then fail as a machine that loses power would."""

    class PowerCut(Exception): ...

    step = trainer.step  # type: ignore[attr-defined]

    def failing(self: object, pack: object, number: int) -> dict[str, float]:
        if number == steps:
            raise PowerCut
        return step(self, pack, number)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(trainer, "step", failing)
        with pytest.raises(PowerCut):
            run(path, pictures, out)


@pytest.mark.parametrize(("text", "module"), [(GAN_RECIPE, gan_engine), (VAE_RECIPE, vae)])
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


def test_a_model_with_its_state_goes_on(pictures: Path, tmp_path: Path) -> None:
    """The best by the metric is bundled, unless the last is asked for; `start` takes generator and judge from it."""
    path, out, model = recipe(tmp_path, GAN_RECIPE, 4), tmp_path / "out", tmp_path / "models/tiny"
    run(path, pictures, out)
    tensors = load_file(out / CHECKPOINT)
    best = {name: value for name, value in tensors.items() if name.startswith("ema/")}
    best["ema/start.to_rgb.bias"] = torch.full_like(best["ema/start.to_rgb.bias"], 0.5)
    save_file(best, out / BEST, {"counters": '{"step": 1, "hours": 0.0, "works": 7, "pictures": 2}'})
    assert write_bundle(out, model, None, last=True).training["pictures_shown"] == 4
    assert write_bundle(out, model, None, state=True).training["pictures_shown"] == 2
    assert (load_file(model / "model.safetensors")["start.to_rgb.bias"] == 0.5).all()
    state = load_file(model / STATE)
    assert not any("features" in name or "adam" in name for name in state)
    run(path, pictures, tmp_path / "more", start=model)
    assert load_checkpoint(tmp_path / "more" / CHECKPOINT, {})["start"] == "tiny"
    trainer = GanTrainer(convert_recipe(read_recipe(path), GanRecipe))
    begin_with_model(model, trainer.generator, trainer.ema.module, trainer.judge)
    kept = trainer.judge.state_dict()["heads.0.logit.parametrizations.weight.original"]
    torch.testing.assert_close(
        kept, tensors["judge/heads.0.logit.parametrizations.weight.original"], rtol=1e-3, atol=1e-3
    )


def test_a_run_is_measured_against_held_out_works(
    pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, out = recipe(tmp_path, VAE_RECIPE, 8), tmp_path / "out"
    path.write_text(path.read_text() + "measure_every = 2\n")
    run(path, pictures, out)
    assert [bool(row["distance"]) for row in losses(out)] == [False, True, False, True]
    assert (out / BEST).is_file()
    seen = []

    def distance(real: torch.Tensor, fake: torch.Tensor) -> float | None:
        seen.append((real.shape, fake.shape))
        return None

    monkeypatch.setattr("studio.training.picture.progress.MEASURED", 5)
    monkeypatch.setattr("studio.training.picture.progress.distance_of_few", distance)
    path, out = recipe(tmp_path, GAN_RECIPE, 4), tmp_path / "gan"
    path.write_text(path.read_text() + "measure_every = 1\n")
    run(path, pictures, out)
    assert seen == [((5, 3, 16, 16), (5, 3, 16, 16))]
    assert not (out / BEST).exists()


@pytest.mark.parametrize(
    ("options", "words"), [({"device": "cuda"}, "on the CPU"), ({"start": Path("x")}, "begin with")]
)
def test_what_a_family_does_not_take_is_said(tmp_path: Path, options: dict[str, object], words: str) -> None:
    path = tmp_path / "recipe.toml"
    path.write_text('family = "music.lead_sheet"')
    with pytest.raises(StudioError, match=words):
        run(path, tmp_path, tmp_path / "out", **options)  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()


def test_augmentation_repeats_by_seed_and_passes_gradients() -> None:
    x = torch.rand(3, 3, 16, 16, requires_grad=True)
    state = torch.get_rng_state()
    first = augment(x, 4)
    assert torch.equal(first, augment(x, 4))
    assert not torch.equal(first, augment(x, 5))
    assert torch.equal(state, torch.get_rng_state())
    torch.testing.assert_close(torch.stack([augment(x[i::3], 4, i, 3)[0] for i in range(3)]), first)
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
