"""The index of tunes on disk: what is written comes back, what is damaged is one sentence; the bundled one is sound."""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.originality import Usual
from studio.core.tune_index import TuneIndex
from studio.files.tune_index_file import CARD, TENSORS, bundled_tune_index, read_tune_index, write_tune_index

INDEX = TuneIndex.of([(np.arange(8, dtype=np.uint16), range(9), "Größe\nin C", "book")])
CONTENT = {
    "groups": {"book": "tunes"},
    "baseline": {
        "tunes": [
            {"notes": 12, "phrases": 9, "median": 6, "p95": 8, "p99": 9, "share": 0.1, "share_p95": 0.2}
        ]
    },
}


def test_it_comes_back(tmp_path: Path) -> None:
    write_tune_index(tmp_path, INDEX, CONTENT)
    index, baseline = read_tune_index(tmp_path)
    assert (index.names, index.collections) == (("Größe in C",), ("book",))
    assert index.symbols.tolist() == INDEX.symbols.tolist()
    assert baseline.usual("book", 99) == Usual(12, 9, 6, 8, 9, 0.1, 0.2)


def test_damage_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="not there"):
        read_tune_index(tmp_path)
    write_tune_index(tmp_path, INDEX, CONTENT)
    content = bytearray((tmp_path / TENSORS).read_bytes())
    content[-1] ^= 1
    (tmp_path / TENSORS).write_bytes(content)
    with pytest.raises(StudioError, match="damaged"):
        read_tune_index(tmp_path)
    write_tune_index(tmp_path, INDEX, CONTENT | {"baseline": {"tunes": []}})
    with pytest.raises(StudioError, match="damaged"):
        read_tune_index(tmp_path)
    (tmp_path / CARD).write_text("{")
    with pytest.raises(StudioError, match="damaged"):
        read_tune_index(tmp_path)


def test_the_bundled_index() -> None:
    index, baseline = bundled_tune_index()
    assert len(index.names) > 5000
    assert set(index.collections) == set(baseline.group_of)
    for rows in baseline.rows.values():
        assert [row.notes for row in rows] == sorted(row.notes for row in rows)
        assert all(row.median <= row.p95 <= row.p99 for row in rows)


def test_the_card_names_every_source() -> None:
    from studio.files.locations import models_dir

    card = json.loads((models_dir() / "tune-index" / CARD).read_text("utf-8"))
    assert sum(source["tunes"] for source in card["data"]) == card["tunes"]
    assert all(source["licence"] and source["credit"] for source in card["data"])
