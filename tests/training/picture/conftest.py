"""A small folder of pictures with a manifest, and recipes that train for a moment."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from studio.training.picture.attribute_directions import Counts

GAN_RECIPE = """
id = "tiny"
name = "Tiny"
family = "picture.gan"
seed = 1
summary = "A test."
[data]
pack_side = 24
held_out = 0.2
[network]
resolution = 16
sketch = 8
z_dim = 8
w_dim = 32
channels = [16, 8, 8]
[training]
judge_width = 8
feature_size = 32
warm_up = 4
{extra}
[run]
pictures = {pictures}
batch = 2
device = "cpu"
log_every = 1
sheet_every = 2
checkpoint_every = 2
"""

VAE_RECIPE = """
id = "tiny-vae"
name = "Tiny"
family = "picture.vae"
seed = 1
summary = "A test."
[data]
pack_side = 24
held_out = 0.2
[network]
resolution = 16
sketch = 8
z_dim = 8
channels = [4, 8, 8]
[training]
judge_width = 8
feature_size = 32
adversarial = 0.1
adversarial_from = 2
[run]
pictures = {pictures}
batch = 2
device = "cpu"
log_every = 1
sheet_every = 2
checkpoint_every = 2
"""

DCGAN_RECIPE = """
id = "tiny-dcgan"
name = "Tiny"
family = "picture.dcgan"
seed = 1
[data]
pack_side = 24
held_out = 0.2
[network]
resolution = 16
z_dim = 6
channels = [12, 8]
[run]
pictures = {pictures}
batch = 2
log_every = 1
sheet_every = 2
checkpoint_every = 2
"""


class TinySight:
    """Sees colours at three sizes: stands in for the features of a package that may not be installed."""

    name = "tiny sight"

    def maps(self, pictures: Tensor) -> list[Tensor]:
        return [pictures, F.avg_pool2d(pictures, 2), F.avg_pool2d(pictures, 4)]


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measure and fit on a few pictures instead of thousands."""
    monkeypatch.setattr("studio.training.picture.direction_bundle.COUNTS", Counts(32, 8, 8, 8))
    monkeypatch.setattr("studio.training.picture.reference.SAMPLES", 24)
    monkeypatch.setattr("studio.training.picture.evaluation.PATHS", 2)
    monkeypatch.setattr("studio.training.picture.evaluation.LINEAR_CROPS", 64)
    monkeypatch.setattr("studio.training.picture.metrics.SUBSETS", 4)
    for user in ("vgg", "progress"):
        monkeypatch.setattr(f"studio.training.picture.{user}.load_vgg", TinySight)
    for loop in ("gan_loop", "vae_loop"):
        monkeypatch.setattr(f"studio.training.picture.{loop}.SKETCH_CROPS", 64)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Ten small pictures of two genres, one of them not usable."""
    folder = tmp_path / "data" / "paintings"
    folder.mkdir(parents=True)
    random = np.random.RandomState(0)
    rows = ["file,artist,title,genre,usable"]
    for i in range(10):
        pixels = random.randint(0, 256, (30 + i, 40, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(folder / f"{i}.jpg")
        rows.append(f"{i}.jpg,Somebody,Picture {i},{['marine', 'still-life'][i % 2]},{int(i != 9)}")
    (folder / "manifest.csv").write_text("\n".join(rows), encoding="utf-8")
    return tmp_path / "data"


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """Eight pictures without a manifest, 120 x 80 px, of soft shapes that no two have in common."""
    folder = tmp_path / "drawings"
    folder.mkdir()
    random = np.random.RandomState(0)
    for i in range(8):
        shapes = Image.fromarray(random.randint(0, 256, (6, 9, 3), dtype=np.uint8))
        shapes.resize((120, 80), Image.Resampling.BICUBIC).save(folder / f"{i}.png")
    return folder
