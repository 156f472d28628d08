"""Training on a few made-up piano works: editions of one work stay together, it resumes exactly, and it bundles."""

from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.catalogue import CatalogueEntry, read_card
from studio.engines.music import frames as fr
from studio.engines.music.polyphony_engine import open_engine
from studio.training.__main__ import run
from studio.training.music import polyphony
from studio.training.music.evaluation import evaluate
from studio.training.music.piano_works import read_works, split
from studio.training.music.polyphony import Window, batch_of, possible_moves
from studio.training.music.polyphony_bundle import write_bundle
from studio.training.music.polyphony_evaluation import single_keys_nats
from tests.training.music.resuming import assert_resumes

RECIPE = """id = "tiny"
family = "music.polyphony_lstm"
window = 16
bfloat16 = false
[training]
steps = 6
batch = 4
evaluate_every = 3
held_out = 0.34
learning_rate = 0.01
[network]
hidden = 8
masked = 20
tied = 2
condition = 4
"""
STEPS = "cdefgab"


def kern(number: int, extra: str = "") -> str:
    """Eight bars of a waltz for two hands; `extra` is one more line at its end."""
    random = np.random.default_rng(number)
    lines = ["**kern\t**kern", "*staff2\t*staff1", "*M3/4\t*M3/4"]
    for bar in range(8):
        lines.append(f"={bar + 1}\t={bar + 1}")
        for beat in range(3):
            left = "CDEFGAB"[int(random.integers(7))] if beat == 0 else "e g"
            right = STEPS[int(random.integers(7))] * int(random.integers(1, 3))
            parts = " ".join("4" + note for note in left.split())
            lines.append(f"{parts}\t4{right}")
    return "\n".join(
        [*lines, *([extra] if extra else []), "*-\t*-", f"!!!AGN: {'Waltz' if number % 2 else 'Motet'}"]
    )


@pytest.fixture
def works(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for number in range(9):
        (folder / f"{number:03}-1-A.krn").write_text(kern(number) + "\n")
    (folder / "004-1-B.krn").write_text(kern(4, "4C\t4c") + "\n")
    (folder / "100-song.krn").write_text("**kern\n*M3/4\n" + "4c\n" * 60 + "*-\n")
    return folder


@pytest.fixture(autouse=True)
def random_as_it_was(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(polyphony.tqdm, "write", lambda text: None)
    with torch.random.fork_rng():
        yield


def test_every_work_is_read_once_in_its_longest_edition(works: Path) -> None:
    found = read_works(works)
    assert (len(found.works), found.editions) == (9, 10)
    assert found.refused == {"It is not for piano alone.": 1}
    assert sorted(len(work.frames) for work in found.works) == [96] * 8 + [100]
    assert [work.genre for work in found.works][:2] == ["other", "waltz"]
    work = found.works[0]
    assert work.places[:13].tolist() == [*range(12), 0]
    assert fr.METERS[work.meters[0]] == "3/4"
    train, held = split(found.works, 0.34, 1)
    assert (len(train), len(held)) == (6, 3)


def test_no_works_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="No piano works"):
        read_works(tmp_path)


def test_a_moved_window_is_the_same_music_higher(works: Path) -> None:
    work = read_works(works).works[1]
    window = Window(work, 20, 40)
    plain, moved = (batch_of([window], [move], [True]) for move in (0, 3))
    torch.testing.assert_close(moved.targets[..., 3:], plain.targets[..., :-3])
    np.testing.assert_array_equal(plain.past[0, 1:, : 2 * fr.KEYS], plain.targets[0, :-1].flatten(1))
    bar_ago = plain.past[0].unflatten(-1, (fr.MEMORIES, 2, fr.KEYS))[:, 2]
    np.testing.assert_array_equal(bar_ago, work.frames[8:28])
    assert plain.styles.sum() == 1
    assert possible_moves(work) == list(polyphony.MOVES)


def test_single_keys_cost_less_on_what_they_were_counted_on(works: Path) -> None:
    found = list(read_works(works).works)
    assert 0 < single_keys_nats(found, found) < single_keys_nats(found[:1], found)


def test_a_resumed_run_is_the_same_run(works: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(RECIPE)
    assert_resumes(lambda out, resume: run(recipe, works, out, resume), tmp_path)


def test_a_run_becomes_a_model_that_opens_and_is_measured(works: Path, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text(RECIPE)
    run(tmp_path / "recipe.toml", works, tmp_path / "run")
    card = write_bundle(tmp_path / "run", tmp_path / "tiny", works, None)
    assert card["data"][0]["works"] == 6
    entry = CatalogueEntry(read_card(tmp_path / "tiny" / "card.json"), tmp_path / "tiny")
    assert open_engine(entry, torch.device("cpu")).info.card.styles[0] == "mazurka"
    assert evaluate(entry, works) == card["metrics"]
    readme = (tmp_path / "tiny" / "README.md").read_text()
    assert "Fryderyk Chopin Institute" in readme
    assert "benchmark" not in readme
