"""The base fixtures do what the other tests rely on."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

LOUD = """
import logging, pytest
def test_loud(): logging.getLogger("studio.x").warning("unwanted")
@pytest.mark.expects_log
def test_wanted(): logging.getLogger("studio.x").warning("wanted")
def test_quiet(): logging.getLogger("studio.x").info("fine")
"""


def test_every_test_has_an_empty_home_of_its_own(fresh_settings: Path) -> None:
    assert os.environ["LATENT_STUDIO_HOME"] == str(fresh_settings)
    assert not fresh_settings.exists()


def test_the_thread_environment_is_set_before_torch() -> None:
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


@pytest.mark.expects_log
def test_a_marked_test_may_log_a_warning() -> None:
    logging.getLogger("studio.test").warning("wanted")


def test_an_unexpected_warning_fails_a_test(tmp_path: Path) -> None:
    here = Path(__file__).parent
    (tmp_path / "test_loud.py").write_text(LOUD)
    (tmp_path / "conftest.py").write_text((here / "conftest.py").read_text())
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        here.parent / "pyproject.toml",
    ]
    done = subprocess.run([*command, tmp_path], capture_output=True, text=True, check=False, timeout=50)
    assert "WARNING studio.x: unwanted" in done.stdout
    assert "3 passed, 1 error" in done.stdout  # the error stands at the end of test_loud
