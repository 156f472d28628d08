"""The house rules that no linter knows: panels stand in the contract, files and functions stay small."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "studio").rglob("*.py"))
FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _panels() -> set[str]:
    wings = (ROOT / "studio" / "ui" / wing for wing in ("picture", "music", "desk"))
    return {
        ".".join(file.parent.relative_to(ROOT).parts) for wing in wings for file in wing.glob("*/__init__.py")
    }


def test_every_panel_stands_in_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    listed = next(c["modules"] for c in contracts if c["name"] == "Panels do not import each other")
    assert set(listed) == _panels()


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_a_module_is_short_and_says_what_it_is(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "a module begins with one sentence"
    assert len(text.splitlines()) <= 400
    long = [
        f"{node.name}: {lines} lines"
        for node in ast.walk(tree)
        if isinstance(node, FUNCTION) and (lines := (node.end_lineno or 0) - node.lineno + 1) > 40
    ]
    assert not long
