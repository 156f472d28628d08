"""Fixtures every test gets: an own home folder, a quiet log, an offscreen Qt.

Invariant: the thread and platform environment is set before Qt or torch can be imported.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import gc
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from studio.ui.garbage import collect_due
from tests.real_mouse import RealMouse

settings.register_profile(
    "studio",
    deadline=None,  # no test asserts a wall-clock time
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("studio")


def pytest_configure(config: pytest.Config) -> None:
    """Draw offscreen, or on the X server for `-m x11`. Before any QApplication, in every xdist worker."""
    os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if config.option.markexpr == "x11" else "offscreen")
    gc.disable()


class _Listener(logging.Handler):
    """Keeps what was logged at WARNING or above while one test ran."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def fresh_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Point LATENT_STUDIO_HOME at an empty folder, so that no test reads or writes the user's files."""
    home = tmp_path / "studio-home"
    monkeypatch.setenv("LATENT_STUDIO_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def garbage_stays_here() -> Iterator[None]:
    """Collect cycles between tests, on this thread: Qt objects must not die on a worker (see studio.ui.garbage)."""
    yield
    collect_due()


@pytest.fixture
def real_mouse(request: pytest.FixtureRequest) -> RealMouse:
    """Return the X server's own pointer, for tests marked x11."""
    assert request.node.get_closest_marker("x11"), "real_mouse needs the mark x11"
    return RealMouse(request.getfixturevalue("qtbot"))


@pytest.fixture(autouse=True)
def fail_on_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that logs an unexpected warning; `expects_log` marks those that do so on purpose."""
    listener = _Listener()
    logging.getLogger().addHandler(listener)
    yield
    logging.getLogger().removeHandler(listener)
    if listener.lines and request.node.get_closest_marker("expects_log") is None:
        pytest.fail("unexpected in the log:\n" + "\n".join(listener.lines))
