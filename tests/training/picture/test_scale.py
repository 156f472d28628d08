"""Training at scale: on another device, in micro-batches and in several processes an update stays the same update.

The comparisons use plain gradient descent: Adam's first steps are signs of gradients and magnify rounding.
"""

import os
import socket
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch.nn.utils.parametrize import ParametrizationList

from studio.training.checkpoints import CHECKPOINT, load_checkpoint, save_checkpoint
from studio.training.descent import Descent
from studio.training.picture import gan_loop, vae_loop
from studio.training.picture.data import Pack
from studio.training.picture.gan_loop import GanTrainer
from studio.training.picture.recipes import GanRecipe, VaeRecipe
from studio.training.picture.vae_loop import VaeTrainer
from studio.training.place import Place
from studio.training.recipe import convert_recipe
from tests.training.picture.conftest import GAN_RECIPE, VAE_RECIPE
from tests.training.pretend_device import FAR, PretendDevice

pytest.importorskip("efficientnet_lite_pytorch")

# Without repainting, whose loss counts in the spread of the maps of a micro-batch; judged from the first step.
EVEN = "repaint = 0.0\nstyle_mixing = 1.0"
RATE = 0.05
ALWAYS = ("warm_up = 4", "warm_up = 0"), ("adversarial_from = 2", "adversarial_from = 0")


@pytest.fixture
def pack() -> Pack:
    torch.set_num_threads(1)  # as a recipe says
    random = np.random.RandomState(0)
    pictures = [random.randint(0, 256, (24, 24 + i, 3), dtype=np.uint8) for i in range(6)]
    return Pack(pictures, np.arange(6)[:, None] % 3, np.arange(6) % 2 == 0)


def build(text: str, pack: Pack, place: Place = gan_loop.HERE) -> Any:
    for old, new in ALWAYS:
        text = text.replace(old, new)
    raw, gan = tomllib.loads(text), "picture.gan" in text
    recipe = convert_recipe(raw, GanRecipe if gan else VaeRecipe)
    trainer: Any = GanTrainer(recipe, place) if gan else VaeTrainer(recipe, place)
    (gan_loop if gan else vae_loop).fit_sketch(trainer.generator if gan else trainer.vae, pack, recipe)
    return trainer


def descend_plainly(trainer: Any) -> None:
    for descent in (value for value in vars(trainer).values() if isinstance(value, Descent)):
        parameters = descent.optimiser.param_groups[0]["params"]
        descent.optimiser = torch.optim.SGD(parameters, RATE)


def settle_norms(trainer: Any) -> None:
    """Run the power iterations to their end: one more or less then changes nothing."""
    with torch.no_grad():
        for norm in (m for m in trainer.judge.modules() if isinstance(m, ParametrizationList)):
            for _ in range(100):
                norm()


@pytest.mark.parametrize("text", [GAN_RECIPE.format(pictures=12, extra=EVEN), VAE_RECIPE.format(pictures=12)])
def test_micro_batches_add_up_to_one_large_batch(pack: Pack, text: str) -> None:
    whole = build(text.replace("batch = 2", "batch = 6"), pack)
    parts = build(text.replace("batch = 2", "batch = 2\naccumulate = 3"), pack)
    before = {name: value.clone() for name, value in whole.judge.state_dict().items()}
    for trainer in (whole, parts):
        descend_plainly(trainer)
        for step in range(2):
            settle_norms(trainer)
            trainer.step(pack, step)
    for name, module in whole.parts().items():
        if isinstance(module, torch.nn.Module):
            same = dict(parts.parts()[name].named_parameters())
            torch.testing.assert_close(same, dict(module.named_parameters()), rtol=2e-4, atol=2e-5)
    assert any((value - before[name]).abs().max() > 1e-4 for name, value in whole.judge.state_dict().items())


def test_micro_batches_learn_with_every_judge(pack: Pack) -> None:
    """The plain judge's minibatch statistic and the repainting see a micro-batch at a time: near, not equal."""
    text = GAN_RECIPE.format(pictures=12, extra='judge = "both"\nr1 = 1.0\nr1_every = 1')
    trainer = build(text.replace("batch = 2", "batch = 2\naccumulate = 2"), pack)
    values = trainer.step(pack, 0)
    assert set(values) == {"d_loss", "real_right", "fake_right", "g_loss", "l1", "features"}
    assert all(np.isfinite(value) for value in values.values())
    whole = build(text.replace("batch = 2", "batch = 4"), pack).step(pack, 0)
    assert values["l1"] == pytest.approx(whole["l1"], rel=1e-3)
    assert values["d_loss"] == pytest.approx(whole["d_loss"], rel=0.05)


@pytest.mark.parametrize(
    "text",
    [
        GAN_RECIPE.format(pictures=12, extra='judge = "both"\nr1 = 1.0\nr1_every = 1\nstyle_mixing = 1.0'),
        VAE_RECIPE.format(pictures=12),
    ],
)
def test_every_tensor_is_made_on_the_device(pack: Pack, text: str, tmp_path: Path) -> None:
    text = text.replace("resolution = 16", "resolution = 32").replace("8, 8]", "8, 8, 8]")  # 32 px have noise
    near, far = build(text, pack), build(text, pack, Place(FAR))
    for trainer in (near, far):
        descend_plainly(trainer)
    wanted = [near.step(pack, step) for step in range(2)]
    with PretendDevice():
        torch.__future__.set_swap_module_params_on_conversion(True)  # as `to` does for real devices
        for part in far.parts().values():
            if isinstance(part, torch.nn.Module):
                part.to(FAR)
        torch.__future__.set_swap_module_params_on_conversion(False)
        for step in range(2):
            assert far.step(pack, step) == pytest.approx(wanted[step], rel=1e-3)
        crops = pack.batch(np.random.default_rng(0), 10, 32, 0.9)
        if isinstance(far, GanTrainer):
            assert gan_loop.sample_sheet(far.ema.module, crops).device == FAR
            assert gan_loop.draw_seeds(far.ema.module, 4).device == FAR
        else:
            assert vae_loop.sample_sheet(far.ema.module, crops[0]).device == FAR
            assert far.distance(crops[0]) > 0
        save_checkpoint(tmp_path / CHECKPOINT, far.parts(), {})
    load_checkpoint(tmp_path / CHECKPOINT, near.parts())


WORKER = f"""
import os
import sys
from pathlib import Path
import torch
from studio.training import __main__ as training
from studio.training.picture import gan_loop, vae_loop
gan_loop.SKETCH_CROPS = vae_loop.SKETCH_CROPS = 64
torch.optim.Adam = lambda parameters, **options: torch.optim.SGD(parameters, {RATE})
for recipe, port in zip(sys.argv[3:], os.environ["PORTS"].split(), strict=True):
    os.environ["MASTER_PORT"] = port  # a store of its own: the last run's may still be closing
    training.run(Path(recipe), Path(sys.argv[1]), Path(sys.argv[2]) / Path(recipe).stem, device="cpu")
"""


def start(rank: int, world: int, ports: list[int], arguments: list[Path]) -> "subprocess.Popen[str]":
    """A process as `torchrun` would start it, for one run a port."""
    more = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": world, "MASTER_ADDR": "127.0.0.1"}
    more |= {
        "PORTS": " ".join(map(str, ports)),
        "PYTHONPATH": Path(gan_loop.__file__).parents[3],
        "OMP_NUM_THREADS": 1,
    }
    if sys.platform == "linux":
        more["GLOO_SOCKET_IFNAME"] = "lo"
    env = os.environ | {name: str(value) for name, value in more.items()}
    command = [sys.executable, "-c", WORKER, *map(str, arguments)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.timeout(
    120
)  # three processes that each load torch and the frozen features: 12 s on an idle machine
def test_two_processes_are_one_with_twice_the_batch(pictures: Path, tmp_path: Path) -> None:
    texts = {"gan": GAN_RECIPE.format(pictures=8, extra=EVEN), "vae": VAE_RECIPE.format(pictures=8)}
    runs = {}
    for name, batch in (("one", 4), ("two", 2)):
        folder = tmp_path / name
        folder.mkdir()
        for family, text in texts.items():
            for old, new in (*ALWAYS, ("batch = 2", f"batch = {batch}")):
                text = text.replace(old, new)
            (folder / f"{family}.toml").write_text(text)
        recipes = [folder / f"{family}.toml" for family in texts]
        world, ports = len(runs) + 1, [free_port() for _ in recipes]
        runs[name] = [start(rank, world, ports, [pictures, folder, *recipes]) for rank in range(world)]
    for process in [*runs["one"], *runs["two"]]:
        output, _ = process.communicate(timeout=100)
        assert process.returncode == 0, output
    for family in texts:
        one, two = (load_file(tmp_path / name / family / CHECKPOINT) for name in ("one", "two"))
        torch.testing.assert_close(two, one, rtol=2e-4, atol=2e-5)
        rows = (tmp_path / "two" / family / "log.csv").read_text().splitlines()
        assert [row.split(",")[0] for row in rows] == ["step", "1", "2"]
