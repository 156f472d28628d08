"""The catalogue: cards that are good, broken, new and hostile."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from studio.core.errors import StudioError
from studio.engines.catalogue import MAX_CARD_BYTES, Catalogue, read_card


def card(**changes: Any) -> dict[str, Any]:
    base = {
        "id": "gan",
        "name": "Gan",
        "family": "picture.gan",
        "summary": "",
        "weights": {"file": "w", "sha256": ""},
    }
    return base | changes


def write(folder: Path, name: str, content: str | dict[str, Any]) -> Path:
    path = folder / name / "card.json"
    path.parent.mkdir(parents=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def test_models_are_found_by_wing_family_and_id(tmp_path: Path) -> None:
    write(tmp_path, "b", card())
    write(tmp_path, "a", card(id="tunes", family="music.melody_lstm"))
    catalogue = Catalogue.scan([tmp_path, tmp_path / "not there"])
    assert [e.card.id for e in catalogue.entries()] == ["tunes", "gan"]
    assert [e.card.id for e in catalogue.entries("picture")] == ["gan"]
    assert [e.card.id for e in catalogue.family("music.melody_lstm")] == ["tunes"]
    assert catalogue.entry("gan").weights_path == tmp_path / "b" / "w"
    assert catalogue.problems == ()


def test_a_model_that_is_not_here_is_answered_with_those_that_are(tmp_path: Path) -> None:
    write(tmp_path, "a", card())
    with pytest.raises(StudioError, match="There is no model named 'dall-e'") as caught:
        Catalogue.scan([tmp_path]).entry("dall-e")
    assert caught.value.hint == "Models here: gan."


def test_the_users_model_takes_the_place_of_a_bundled_one(tmp_path: Path) -> None:
    write(tmp_path / "bundled", "gan", card())
    write(tmp_path / "user", "gan", card(name="Mine"))
    catalogue = Catalogue.scan([tmp_path / "bundled", tmp_path / "user"])
    assert [e.card.name for e in catalogue.entries()] == ["Mine"]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"id": 3}',
        json.dumps(card(weights={"file": "/dev/zero", "sha256": ""})),
        json.dumps(card(weights={"file": "../w", "sha256": ""})),
        json.dumps(card(schema=2)),
        " " * (MAX_CARD_BYTES + 1),
    ],
    ids=["empty", "cut", "list", "nested", "wrong type", "device file", "parent", "newer", "huge"],
)
def test_a_bad_card_is_a_problem_and_hides_no_other_model(tmp_path: Path, content: str) -> None:
    write(tmp_path, "bad", content)
    write(tmp_path, "good", card())
    catalogue = Catalogue.scan([tmp_path])
    assert [e.card.id for e in catalogue.entries()] == ["gan"]
    assert len(catalogue.problems) == 1
    assert "\n" not in catalogue.problems[0].sentence()


def test_a_missing_card_is_said(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be read"):
        read_card(tmp_path / "card.json")


def test_the_list_shows_without_torch() -> None:
    code = "import sys, studio.engines.catalogue; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
