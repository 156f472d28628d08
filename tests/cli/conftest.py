"""Runs the verbs in this process, with tiny models of their own beside the bundled ones."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio import cli
from studio.cli import common
from studio.engines.catalogue import Catalogue
from tests.tiny_models import write_restoration, write_tiny_models

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="session")
def tiny_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_tiny_models(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_restoration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("restoring")
    write_restoration(folder)
    return folder


@pytest.fixture
def places(tiny_models: Path) -> tuple[Path, ...]:
    """Where models are looked for; the first of a family serves."""
    return tiny_models, common.models_dir()


@pytest.fixture
def run(places: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a verb; returns exit code, output and errors."""
    monkeypatch.setattr(common, "catalogue", lambda: Catalogue.scan(places))

    def run(*arguments: object) -> tuple[int, str, str]:
        before = torch.get_num_threads()
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        torch.set_num_threads(before)
        return code, *capsys.readouterr()

    return run


def refused(result: tuple[int, str, str], words: str) -> None:
    """Exit code 1 and one line that says why."""
    code, out, err = result
    assert (code, out) == (1, "")
    assert words in err
    assert len(err.strip().splitlines()) == 1
