"""Fine-tuning the style transformer: what is learned, an exact resume, and a model that ships only where it wins."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from studio.core.errors import StudioError
from studio.engines.picture.style_networks import StyleTransformer
from studio.engines.picture.style_transfer import read_networks
from studio.files.locations import models_dir
from studio.training.__main__ import run
from studio.training.checkpoints import CHECKPOINT
from studio.training.picture import style_bundle
from studio.training.picture.style_judge import Verdict, contact_sheet
from studio.training.picture.style_loop import entry_of, read_photos, start_networks
from studio.training.picture.style_losses import (
    content_distance,
    palette_distance,
    style_distance,
    style_statistics,
)

pytest.importorskip("efficientnet_lite_pytorch")

RECIPE = """
id = "tiny-style"
name = "Tiny"
family = "picture.style_transfer"
seed = 1
[data]
photos = ["a"]
photo_side = 40
held_out = 0.2
[training]
size = 32
[run]
pictures = {pictures}
batch = 2
log_every = 1
sheet_every = 10
checkpoint_every = 1
"""


@pytest.fixture
def data(pictures: Path) -> Path:
    """Paintings, and photographs whose names begin with a (to learn from) and b (to judge by)."""
    folder = pictures / "photos"
    folder.mkdir()
    random = np.random.RandomState(1)
    names = ["a1.png", "a2.png", "b1.png", "b2.png"]
    for name in names:
        Image.fromarray(random.randint(0, 256, (48, 64, 3), dtype=np.uint8)).save(folder / name)
    (folder / "manifest.csv").write_text("file,licence\n" + "".join(f"{n},free\n" for n in names))
    return pictures


def recipe(folder: Path, pictures: int) -> Path:
    path = folder / f"recipe-{pictures}.toml"
    path.write_text(RECIPE.format(pictures=pictures), encoding="utf-8")
    return path


def test_a_resumed_run_is_the_same_run_and_only_the_transformer_learns(data: Path, tmp_path: Path) -> None:
    whole, halves = tmp_path / "whole", tmp_path / "halves"
    run(recipe(tmp_path, 4), data, whole)
    stop_after(recipe(tmp_path, 4), data, halves, steps=1)
    run(recipe(tmp_path, 4), data, halves, resume=True)
    one, two = load_file(whole / CHECKPOINT), load_file(halves / CHECKPOINT)
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    rows, again = ((out / "log.csv").read_text().splitlines() for out in (whole, halves))
    assert [row.split(",")[:4] for row in rows] == [
        row.split(",")[:4] for row in again
    ]  # then come the costs
    start = start_networks().transformer.state_dict()
    assert not any(name.startswith("predictor") for name in one)
    assert any(not torch.equal(one[f"transformer/{name}"], value) for name, value in start.items())
    with Image.open(whole / "sheets/000002.png") as sheet:
        assert sheet.width == 7 * 256


def stop_after(path: Path, data: Path, out: Path, steps: int) -> None:
    """Run until the given step, then fail as a machine that loses power would."""
    from studio.training.picture.style_loop import StyleTrainer

    class PowerCut(Exception): ...

    step = StyleTrainer.step

    def failing(self: StyleTrainer, *wishes: object) -> dict[str, float]:
        if wishes[-1] == steps:
            raise PowerCut
        return step(self, *wishes)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StyleTrainer, "step", failing)
        with pytest.raises(PowerCut):
            run(path, data, out)


def test_photographs_to_judge_by_are_not_learned_from(data: Path) -> None:
    learned, judged = read_photos(data / "photos", ("a",), 40)
    assert (len(learned.pictures), len(judged.pictures)) == (2, 2)
    assert learned.batch(np.random.default_rng(0), 3, 32).shape == (3, 3, 32, 32)
    with pytest.raises(StudioError, match="others to judge by"):
        read_photos(data / "photos", ("a", "b"), 40)
    with pytest.raises(StudioError, match="cannot be read"):
        read_photos(data / "nowhere", ("a",), 40)


def test_distances_are_relative_and_nothing_from_oneself() -> None:
    maps = [torch.rand(2, 3, 8, 8, generator=torch.Generator().manual_seed(n)) for n in range(2)]
    statistics = style_statistics(maps)
    assert style_distance(statistics, statistics).abs().max() == 0
    assert content_distance(maps, maps).abs().max() == 0
    torch.testing.assert_close(content_distance([m * 0 for m in maps], maps), torch.ones(2))
    mirrored = style_statistics([m.flip(3) for m in maps])
    assert style_distance(mirrored, statistics).max() < 1e-6  # style knows no place
    assert content_distance([m.flip(3) for m in maps], maps).min() > 0.1


def test_the_palette_is_what_colours_there_are_and_how_strong() -> None:
    picture = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    picture = torch.nn.functional.interpolate(picture[..., :8, :8], size=(32, 32))
    grey = picture.mean(1, keepdim=True).expand_as(picture)
    half = (picture + grey) / 2
    assert palette_distance(picture.flip(3), picture) < 1e-9
    assert palette_distance(grey, picture) > palette_distance(half, picture) > 0.1


def test_a_contact_sheet_shows_both_beside_the_photograph() -> None:
    photos, paintings = torch.rand(2, 3, 16, 16), torch.rand(3, 3, 32, 32)
    rows = [torch.rand(3, 3, 16, 16) for _ in photos]
    sheet, columns = contact_sheet(photos, paintings, [rows, rows])
    assert columns == 4
    assert sheet.shape == ((1 + 2 * 2) * 4, 3, 16, 16)


def test_only_what_wins_on_both_wins() -> None:
    def verdict(content: float, style: float) -> Verdict:
        return Verdict(torch.tensor([[content]]), torch.tensor([[style]]))

    assert style_bundle.wins(verdict(0.7, 0.07), verdict(0.8, 0.08))
    assert not style_bundle.wins(verdict(0.7, 0.09), verdict(0.8, 0.08))
    assert not style_bundle.wins(verdict(0.9, 0.07), verdict(0.8, 0.08))


def test_a_shipped_transformer_opens_beside_the_old_predictor(tmp_path: Path) -> None:
    folder = tmp_path / "style-transfer"
    shutil.copytree(models_dir() / "style-transfer", folder)
    ours = StyleTransformer()
    style_bundle.ship(entry_of(folder), ours, {"content": 0.5})
    networks, before = read_networks(entry_of(folder)), start_networks()
    for name, value in ours.state_dict().items():
        torch.testing.assert_close(networks.transformer.state_dict()[name], value, rtol=1e-3, atol=1e-4)
    for name, value in before.predictor.state_dict().items():
        assert torch.equal(networks.predictor.state_dict()[name], value)
    assert json.loads((folder / "card.json").read_text())["metrics"]["content"] == 0.5
