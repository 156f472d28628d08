"""The shared loop, with a trainer of one number: what it writes, when it stops, and what a full disk does."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from studio.core.errors import StudioError
from studio.training import checkpoints
from studio.training.checkpoints import BEST, CHECKPOINT, finished, load_checkpoint
from studio.training.loop import COSTS, Task, train
from studio.training.place import Place
from studio.training.recipe import Run


class Toy:
    """Its weight is the number of updates made, so that every file says when it was written."""

    def __init__(self, distances: tuple[float | None, ...] = ()) -> None:
        self.net = torch.nn.Linear(1, 1, bias=False)
        torch.nn.init.zeros_(self.net.weight)
        self.distances = list(distances)
        self.measured = 0

    def step(self, step: int) -> dict[str, float]:
        with torch.no_grad():
            self.net.weight += 1
        assert self.net.weight.item() == step + 1
        return {"loss": 1 / (step + 1)}

    def measure(self) -> float | None:
        self.measured += 1
        return self.distances.pop(0)

    def task(self) -> Task:
        return Task(
            step=self.step,
            parts={"ema": self.net},
            columns=("loss",),
            sheet=lambda path: None,
            facts={"works": 3},
            measure=self.measure if self.distances else None,
            figures=lambda: {"seen": 1},
        )


def go(toy: Toy, out: Path, resume: bool = False, **run: Any) -> dict[str, Any]:
    settings = {"pictures": 8, "batch": 1, "log_every": 2, "checkpoint_every": 2, "sheet_every": 4, **run}
    out.mkdir(exist_ok=True)
    return train(toy.task(), Run(**settings), Place(), out, resume)


def rows(out: Path) -> list[dict[str, str]]:
    with (out / "log.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def weight(path: Path) -> float:
    return load_file(path)["ema/weight"].item()


def test_the_log_says_what_a_thousand_pictures_cost(tmp_path: Path) -> None:
    counters = go(Toy(), tmp_path)
    assert [row["step"] for row in rows(tmp_path)] == ["2", "4", "6", "8"]
    assert all(float(row["s_per_kimg"]) > 0 for row in rows(tmp_path))
    assert set(COSTS) < set(rows(tmp_path)[0])
    assert (counters["step"], counters["pictures"], counters["works"], counters["seen"]) == (8, 8, 3, 1)
    assert counters["device"].startswith("cpu, ")


def test_a_run_stops_when_the_metric_stands_still(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toy = Toy((0.9, 0.5, 0.6, 0.7, 0.1, 0.1))
    counters = go(toy, tmp_path, measure_every=1, patience=2)
    assert toy.measured == counters["step"] == 4
    assert "has not fallen since update 2" in capsys.readouterr().out
    assert [row["distance"] for row in rows(tmp_path)] == ["0.9", "0.5", "0.6", "0.7"]
    assert weight(tmp_path / BEST) == 2
    assert weight(tmp_path / CHECKPOINT) == 4
    assert load_checkpoint(finished(tmp_path), {"ema": toy.net})["best"]["value"] == 0.5
    assert finished(tmp_path, last=True).name == CHECKPOINT
    again = Toy((0.4,))
    go(again, tmp_path, resume=True, measure_every=1, patience=2)
    assert again.measured == 0


def test_without_the_metric_the_run_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toy = Toy((None,) * 8)
    assert go(toy, tmp_path, measure_every=1, patience=1)["step"] == 8
    assert toy.measured == 1
    assert "not installed" in capsys.readouterr().out
    assert finished(tmp_path).name == CHECKPOINT


def test_waiting_survives_a_cut(tmp_path: Path) -> None:
    go(Toy((0.5, 0.6)), tmp_path, measure_every=1, patience=2, pictures=2)
    toy = Toy((0.7, 0.8))
    assert go(toy, tmp_path, resume=True, measure_every=1, patience=2)["step"] == 3


def full_disk(when: Callable[[int], bool]) -> Callable[..., None]:
    """A writer that writes half a file and fails on those calls."""
    calls = iter(range(100))
    real = checkpoints.save_file

    def save_file(tensors: Any, path: Path, metadata: Any) -> None:
        real(tensors, path, metadata)
        if when(next(calls)):
            path.write_bytes(path.read_bytes()[:20])
            raise OSError(28, "No space left on device")

    return save_file


def test_a_disk_that_is_full_for_a_while_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checkpoints, "save_file", full_disk(lambda call: call == 1))
    assert go(Toy(), tmp_path)["step"] == 8
    assert "Is the disk full?" in capsys.readouterr().out
    assert weight(tmp_path / CHECKPOINT) == 8


def test_a_disk_that_stays_full_leaves_the_last_good_checkpoint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(checkpoints, "save_file", full_disk(lambda call: call > 0))
        with pytest.raises(StudioError, match=r"cannot be written") as caught:
            go(Toy(), tmp_path)
    assert "No space left" in caught.value.detail
    assert weight(tmp_path / CHECKPOINT) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [CHECKPOINT, "log.csv"]
    assert go(Toy(), tmp_path, resume=True)["step"] == 8
    assert [row["step"] for row in rows(tmp_path)] == ["2", "4", "6", "8"]


def test_a_full_disk_at_the_very_end_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoints, "save_file", full_disk(lambda call: call == 3))
    with pytest.raises(StudioError, match=r"cannot be written"):
        go(Toy(), tmp_path)
    assert weight(tmp_path / CHECKPOINT) == 6


def test_a_sheet_or_a_row_that_cannot_be_written_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studio.training.log.CsvLog.write_row", fail)
    assert go(Toy(), tmp_path)["step"] == 8
    assert "No space left" in capsys.readouterr().out


def test_a_run_of_the_first_loops_goes_on(tmp_path: Path) -> None:
    """Their log had no costs, their counters no best."""
    toy = Toy()
    torch.nn.init.constant_(toy.net.weight, 4)
    checkpoints.save_checkpoint(
        tmp_path / CHECKPOINT, {"ema": toy.net}, {"step": 4, "hours": 1.0, "pictures": 4, "works": 9}
    )
    (tmp_path / "log.csv").write_text("step,loss\n2,0.5\n4,0.25\n6,0.1\n")
    counters = go(Toy(), tmp_path, resume=True)
    assert counters["step"] == 8
    assert counters["hours"] > 1.0
    assert counters["works"] == 9
    assert [(row["step"], row["s_per_kimg"] != "") for row in rows(tmp_path)] == [
        ("2", False),
        ("4", False),
        ("6", True),
        ("8", True),
    ]


def test_a_run_can_go_on_with_larger_updates(tmp_path: Path) -> None:
    go(Toy(), tmp_path, pictures=4)
    toy = Toy()
    toy.step = lambda step: {"loss": float(step)}  # type: ignore[method-assign]
    assert go(toy, tmp_path, resume=True, accumulate=2)["step"] == 4
    assert [row["step"] for row in rows(tmp_path)] == ["2", "4"]
