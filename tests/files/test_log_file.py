"""The log: goes to a rotating file, at the level that the variable asks for, and never stops the start."""

import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from studio.files.log_file import LEVEL_VARIABLE, start_log, stop_log

LOG = logging.getLogger("studio.test")


@pytest.fixture(autouse=True)
def closed_afterwards() -> Iterator[None]:
    before = logging.getLogger("studio").level
    yield
    stop_log()
    logging.getLogger("studio").setLevel(before)


def test_information_is_written_and_debugging_is_not(fresh_settings: Path) -> None:
    path = start_log()
    LOG.info("seen")
    LOG.debug("hidden")
    assert path == fresh_settings / "logs" / "studio.log"
    assert path.read_text().endswith("studio.test: seen\n")


def test_the_variable_lets_it_say_more(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(LEVEL_VARIABLE, "debug")
    path = start_log()
    LOG.debug("seen")
    assert path is not None
    assert "seen" in path.read_text()
    assert "seen" in capsys.readouterr().err


@pytest.mark.expects_log
def test_an_unknown_level_is_named_and_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LEVEL_VARIABLE, "loud")
    path = start_log()
    assert path is not None
    assert "LATENT_STUDIO_LOG=LOUD is not one of DEBUG" in path.read_text()


@pytest.mark.expects_log
def test_where_no_file_can_be_written_the_start_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert start_log(tmp_path / "file" / "logs") is None


def test_the_file_rotates(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    start_log(tmp_path)
    handler = next(h for h in logging.getLogger().handlers if isinstance(h, RotatingFileHandler))
    monkeypatch.setattr(handler, "maxBytes", 200)
    for count in range(10):
        LOG.info("line %d with some words", count)
    assert len(list(tmp_path.glob("studio.log*"))) == 4
