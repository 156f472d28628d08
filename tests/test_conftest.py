"""The base fixtures do what the other tests rely on."""

import logging
import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


def test_every_test_has_an_empty_home_of_its_own(fresh_settings: Path) -> None:
    assert os.environ["LATENT_STUDIO_HOME"] == str(fresh_settings)
    assert not fresh_settings.exists()


def test_the_thread_environment_is_set_before_torch() -> None:
    assert os.environ["OMP_WAIT_POLICY"] == "PASSIVE"


@pytest.mark.expects_log
def test_a_marked_test_may_log_a_warning() -> None:
    logging.getLogger("studio.test").warning("wanted")
