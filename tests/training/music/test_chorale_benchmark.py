"""The chorale benchmark: splits, the bigram rival, and a likelihood that nothing of the future enters."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.music import chorale_rows as rows
from studio.engines.music.chorale_lstm import ChoraleLstm, ChoraleLstmConfig
from studio.training.music import chorale_benchmark as bench
from studio.training.music.chorale import nats_of, whole_works
from studio.training.music.chorales import Chorale

SMALL = ChoraleLstmConfig(embedding=8, hidden=8, layers=2, ahead=8, head=8, dropout=0.1)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    draw = np.random.RandomState(1)

    def piece() -> list[list[int]]:
        quarters = 60 - 5 * np.arange(4) + draw.randint(0, 5, (24, 4))
        frames = np.repeat(quarters, 4, 0)
        frames[:3, 2] = -1
        return frames.tolist()  # type: ignore[no-any-return]

    splits = {
        split: [piece() for _ in range(count)] for split, count in zip(bench.SPLITS, (6, 2, 2), strict=True)
    }
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / bench.FILE).write_text(json.dumps(splits))
    return tmp_path / "bench"


def test_every_token_of_the_file_is_there_once(data: Path) -> None:
    content = json.loads((data / bench.FILE).read_text())
    for split, works in bench.read_splits(data).items():
        for work, frames in zip(works, content[split], strict=True):
            pitches = np.where(work.sounds == rows.REST, -1, work.sounds + rows.LOWEST)
            assert (pitches == np.array(frames)).all()
            classes = rows.classes_of(work.sounds, work.begins)
            repeats = np.append(np.zeros((1, 4), bool), pitches[1:] == pitches[:-1], 0)
            assert (classes[repeats & (pitches >= 0)] == rows.HOLD).all()
    asked = whole_works(bench.read_splits(data)["test"])
    assert sum(int(batch.asked.sum()) for batch in asked) == 2 * 96 * 4


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="not found"):
        bench.read_splits(tmp_path)


def test_the_bigram_is_a_distribution() -> None:
    frames = [[60, 55, 50, 40]] * 8
    works = [bench._work("a", frames)]  # type: ignore[arg-type]
    assert 0 < bench.bigram_nats(works, works) < np.log(rows.PITCHES + 1)


def test_a_token_costs_the_same_whatever_comes_after_it(data: Path) -> None:
    with torch.random.fork_rng(devices=[]), torch.no_grad():
        torch.manual_seed(1)
        net = ChoraleLstm(SMALL).eval()
        work = bench.read_splits(data)["test"][0]
        other_sounds, other_begins = work.sounds.copy(), work.begins.copy()
        other_sounds[40:], other_begins[40:] = 12, True
        other_sounds[39, 2:], other_begins[39, 2:] = 20, True
        other = Chorale("other", other_sounds, other_begins, work.places)
        shorter = Chorale("shorter", work.sounds[:50], work.begins[:50], work.places[:50])
        costs = [nats_of(net, whole_works([w])[0])[0] for w in (work, other, shorter)]
    for cost in costs[1:]:
        assert torch.allclose(cost[:39], costs[0][:39], atol=1e-5)
        assert torch.allclose(cost[39, :2], costs[0][39, :2], atol=1e-5)


def test_a_short_run_reports_every_seed(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bench, "CONFIG", SMALL)
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        result = bench.report(data, tmp_path / "out", [1, 2], 4)
    torch.set_num_threads(threads)
    assert [run["seed"] for run in result["runs"]] == [1, 2]
    assert result == json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["test_mean"] == pytest.approx(np.mean([run["test"] for run in result["runs"]]), abs=1e-4)
    assert "pseudo" in capsys.readouterr().out
