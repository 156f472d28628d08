"""The unpaired translator: two collections, contrastive patches, a run that resumes exactly and becomes a model."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue
from studio.engines.picture.translator import open_engine
from studio.training.__main__ import run
from studio.training.bundle import write_bundle
from studio.training.checkpoints import CHECKPOINT
from studio.training.picture import translator_bundle
from studio.training.picture.data import Work
from studio.training.picture.patch_nce import PatchNce
from studio.training.picture.translator_bundle import edge_likeness
from studio.training.picture.translator_loop import TranslatorTrainer
from studio.training.picture.unpaired import crops, list_paintings, list_photos

RECIPE = """
id = "tiny-translator"
name = "Tiny"
family = "picture.translator"
seed = 1
summary = "A test."
[data]
pack_side = 48
held_out = 0.4
[network]
resolution = 32
width = 8
blocks = 2
[training]
judge_width = 8
feature_size = 32
nce_width = 8
nce_patches = 8
warm_up = 2
[run]
pictures = {pictures}
batch = 2
log_every = 1
sheet_every = 4
checkpoint_every = 2
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Five photos, one of them not wanted, and six paintings, one of them of another style."""
    random = np.random.RandomState(0)
    photos = ["file,title,licence"] + [
        f"{name}.jpg,,free" for name in ("kodak1", "kodak2", "a", "b", "mate_c")
    ]
    styles = ["impressionist"] * 3 + ["post-impressionist"] * 2 + ["old-master"]
    paintings = ["file,artist,title,style,usable"] + [f"{i}.jpg,A,B,{s},1" for i, s in enumerate(styles)]
    for name, rows in (("photos", photos), ("paintings", paintings)):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")
        for row in rows[1:]:
            pixels = random.randint(0, 256, (50, 60, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "data" / name / row.split(",")[0])
    return tmp_path / "data"


def recipe(folder: Path, pictures: int) -> Path:
    path = folder / "recipe.toml"
    path.write_text(RECIPE.format(pictures=pictures), encoding="utf-8")
    return path


def test_the_collections_are_chosen_by_name_and_style(data: Path) -> None:
    assert [work.path.stem for work in list_photos(data, ["mate_"])] == ["kodak1", "kodak2", "a", "b"]
    assert len(list_paintings(data, ["impressionist", "post-impressionist"])) == 5
    with pytest.raises(StudioError, match="romantic"):
        list_paintings(data, ["romantic"])
    with pytest.raises(StudioError, match="no usable photographs"):
        list_photos(data, ["kodak", "a", "b", "mate_"])


def test_photographers_are_credited() -> None:
    works = [
        Work(Path("unsplash_1.jpg"), "", "photographer: Zoe", ()),
        Work(Path("lomiri_Sea_by_Ann_Other.jpg"), "", "", ()),
        Work(Path("kodak_1.jpg"), "", "", ()),
    ]
    assert translator_bundle._source(("A", "B", "C"), works).credit == "By Ann Other, Zoe"
    assert translator_bundle._source(("A", "B", "C"), works[2:]).credit == ""


def test_crops_are_inside_and_follow_their_generator() -> None:
    pictures = [np.full((40, 50, 3), 255, np.uint8), np.zeros((33, 30, 3), np.uint8)]
    one, two = (crops(np.random.default_rng(4), pictures, 12, 16, (0.2, 0.9)) for _ in range(2))
    assert one.shape == (12, 3, 16, 16)
    assert torch.equal(one, two)
    assert set(one.round(decimals=4).unique().tolist()) == {-1.0, 1.0}  # nothing from beyond a border


def test_a_place_is_told_from_the_others_once_the_heads_have_learned() -> None:
    torch.manual_seed(0)
    nce = PatchNce((4,), width=8, patches=16)
    maps = torch.randn(2, 4, 4, 4)
    adam = torch.optim.Adam(nce.parameters(), lr=1e-2)
    before = nce([maps], [maps]).item()
    for _ in range(40):
        adam.zero_grad()
        nce([maps], [maps]).backward()
        adam.step()
    assert nce([maps], [maps]).item() < before / 3
    assert nce([maps], [maps.flip(3)]).item() > 1.0  # a mirrored painting has its places elsewhere


def test_edges_are_alike_where_the_forms_are() -> None:
    torch.manual_seed(0)
    pictures = torch.rand(3, 3, 32, 32) * 2 - 1
    assert edge_likeness(pictures, pictures * 0.5 + 0.2) == pytest.approx(1.0, abs=1e-4)
    assert edge_likeness(pictures, pictures.flip(3)) < 0.3


def test_a_resumed_run_is_the_same_run(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    run(recipe(tmp_path, 8), data, tmp_path / "whole")
    step = TranslatorTrainer.step

    def power_cut(self: TranslatorTrainer, sides: object, number: int) -> dict[str, float]:
        if number == 3:
            raise KeyboardInterrupt
        return step(self, sides, number)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(TranslatorTrainer, "step", power_cut)
        with pytest.raises(KeyboardInterrupt):
            run(recipe(tmp_path, 8), data, tmp_path / "halves")
    run(recipe(tmp_path, 8), data, tmp_path / "halves", resume=True)
    one, two = (load_file(tmp_path / name / CHECKPOINT) for name in ("whole", "halves"))
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)


def test_a_run_becomes_a_model_that_opens(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    monkeypatch.setattr(translator_bundle, "CROPS", 8)
    monkeypatch.setattr(translator_bundle, "SHOWN_PHOTOS", ("kodak", "a", "b"))
    run(recipe(tmp_path, 4), data, tmp_path / "out")
    assert len((tmp_path / "out/held_out.txt").read_text().splitlines()) == 4
    card = write_bundle(tmp_path / "out", tmp_path / "models/tiny", data)
    entry = Catalogue.scan([tmp_path / "models"]).entry(card.id)
    engine = open_engine(entry, torch.device("cpu"))
    assert engine.translate(np.zeros((20, 30, 3), np.uint8)).shape == (20, 30, 3)
    assert 0 <= card.metrics["likeness of edges to the photo's (correlation)"] <= 1
    assert sum("Fréchet" in name for name in card.metrics) == 2
    assert card.data[-1].works == 3  # of five paintings two are held out
