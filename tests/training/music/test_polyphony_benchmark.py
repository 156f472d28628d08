"""The piano-roll benchmark on made-up rolls: each frame is scored once, runs are kept, heads stay apart."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.music.polyphony_lstm import PolyphonyConfig
from studio.training.music import polyphony_benchmark as benchmark
from studio.training.music.polyphony_data import (
    Cutting,
    Rolls,
    batch_of,
    epoch_batches,
    moved,
    read_rolls,
    whole,
    whole_batches,
)
from studio.training.music.polyphony_run import RollRecipe, RollRun, train_and_score
from tests.files.test_mat import cells, write_mat

TINY = PolyphonyConfig(hidden=8, masked=20, tied=2, memories=2, dropout=0.1)
RECIPE = RollRecipe(TINY, epochs=3, cutting=Cutting(4, 10, lags=(1, 4)), measure_every=1)


@pytest.fixture(autouse=True)
def random_as_it_was():
    with torch.random.fork_rng():
        yield


def rolls(count: int, seed: int) -> list[np.ndarray]:
    """Scales up and down, each in two voices."""
    random = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        roll = np.zeros((int(random.integers(12, 40)), 88), np.uint8)
        at = np.arange(len(roll))
        roll[at, 40 + at % 7] = roll[at, 52 + at % 5] = 1
        made.append(roll)
    return made


@pytest.fixture
def parts() -> Rolls:
    return Rolls(rolls(8, 1), rolls(3, 2), rolls(3, 3))


def test_every_frame_but_the_first_is_predicted_once(parts: Rolls) -> None:
    count = sum(len(roll) - 1 for roll in parts.train)
    for groups in (
        whole_batches(parts.train, 60),
        epoch_batches(parts.train, RECIPE.cutting, np.random.default_rng(1)),
    ):
        batches = [batch_of(pieces, (1, 4)) for pieces in groups]
        assert sum(int(batch.real.sum()) for batch in batches) == count
    piece = whole(parts.train[0])
    batch = batch_of([piece], (1, 4))
    np.testing.assert_array_equal(batch.past[0, :, :88], parts.train[0][:-1])
    np.testing.assert_array_equal(batch.past[0, 3:, 88:], parts.train[0][:-4])
    assert not batch.past[0, :3, 88:].any()


def test_moving_keeps_every_note_on_the_keyboard() -> None:
    roll = np.zeros((2, 88), np.uint8)
    roll[:, 85] = 1
    assert moved(roll, 2)[0, 87] == 1
    assert moved(roll, 3)[0, 85] == 1


@pytest.mark.parametrize("joint", [True, False])
def test_a_run_learns_and_is_the_same_again(parts: Rolls, joint: bool) -> None:
    network = PolyphonyConfig(joint=joint, hidden=8, masked=20, tied=2, memories=2)
    recipe = RollRecipe(network, 3, RECIPE.cutting, learning_rate=0.05, bfloat16=False)
    told: list[str] = []
    one = train_and_score(parts, recipe, 5, told.append)
    two = train_and_score(parts, recipe, 5, lambda line: None)
    assert (one.valid, one.test, one.epoch) == (two.valid, two.test, two.epoch)
    assert one.test < RollRun(parts, recipe, 5).epoch()
    assert len(told) == 1


def test_the_table_keeps_the_heads_apart(tmp_path: Path, monkeypatch, capsys) -> None:
    data = [cells(name, rolls(4, i)) for i, name in enumerate(("traindata", "validdata", "testdata"))]
    write_mat(tmp_path / "JSB_Chorales.mat", *data)
    recipes = {"joint": RECIPE, "independent": RollRecipe(PolyphonyConfig(joint=False, hidden=8), 1)}
    monkeypatch.setattr(benchmark, "recipe_of", lambda head, dataset: recipes[head])
    words = [
        "",
        "--data",
        str(tmp_path),
        "--out",
        str(tmp_path / "out"),
        "--dataset",
        "jsb",
        "--seeds",
        "1",
        "2",
    ]
    monkeypatch.setattr(sys, "argv", [*words, "--json"])
    assert benchmark.main() == 0
    table = json.loads(capsys.readouterr().out)
    assert [run["seed"] for run in table["joint"]["jsb"]["seeds"]] == [1, 2]
    tests = [run["test"] for run in table["independent"]["jsb"]["seeds"]]
    assert table["independent"]["jsb"]["mean"] == pytest.approx(sum(tests) / 2, abs=1e-3)
    monkeypatch.setattr(benchmark, "train_and_score", None)  # what is there is not made again
    monkeypatch.setattr(sys, "argv", words)
    assert benchmark.main() == 0
    independent = capsys.readouterr().out.split("### Independent keys")[1]
    assert "LSTM (Bai 2018) | 8.45" in independent
    assert "RNN-NADE" not in independent


def test_other_files_are_refused(tmp_path: Path) -> None:
    write_mat(tmp_path / "Nottingham.mat", cells("traindata", [np.ones((4, 5))]))
    with pytest.raises(StudioError, match="88 keys"):
        read_rolls(tmp_path, "nottingham")
