"""The index is built of a place's tunes, and says what is usual between them."""

from pathlib import Path

import numpy as np

from studio.core.originality import judge
from studio.files.tune_index_file import read_tune_index
from studio.training.music import tune_index


def book(count: int, length: int = 8) -> str:
    """Tunes of random notes, `length` bars each."""
    random = np.random.default_rng(5)
    letters = np.array(list("CDEFGABcdefg"))
    tunes = []
    for number in range(1, count + 1):
        bars = ["".join(random.choice(letters, 8)) for _ in range(length)]
        tunes.append(f"X:{number}\nT:Tune {number}\nR:reel\nM:4/4\nL:1/8\nK:C\n{'|'.join(bars)}|\n")
    return "\n".join(tunes)


def test_build_and_judge(tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "a.abc").write_text(book(70))
    card = tune_index.build(tmp_path / "book", tmp_path / "out", "2026-11-22")
    assert (card["tunes"], card["groups"]) == (70, {"book": tune_index.TUNES})
    index, baseline = read_tune_index(tmp_path / "out")
    assert [row.notes for row in baseline.rows[tune_index.TUNES]] == [12, 16, 24, 32, 48, 64]
    works = tune_index.works_to_index(tmp_path / "book")
    found = judge(works[7].melody[10:40], index, baseline)
    assert found.longest is not None
    assert (found.longest.tune, found.longest.bar, found.longest.notes) == (works[7].title, 2, 30)
    assert found.share == 1.0
    assert found.verdict == "quotes"
    assert judge(works[7].melody, index, baseline, {7}).verdict == "original"
