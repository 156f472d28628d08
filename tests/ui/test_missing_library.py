"""Friendly words: a missing library names its package, a missing screen is said in one sentence."""

import ctypes
import subprocess
import sys

import pytest

from studio.ui import missing_library
from studio.ui.missing_library import explain_import_error, window_obstacle


@pytest.fixture
def on_linux_x11(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)


def test_a_missing_library_names_its_package() -> None:
    error = ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
    words = explain_import_error(error)
    assert words is not None
    assert "libEGL.so.1" in words.title
    assert words.hint == "Type: sudo apt-get install libegl1"


def test_any_other_import_error_is_left_alone() -> None:
    assert explain_import_error(ImportError("No module named 'PySide6'")) is None


def test_no_screen_is_one_sentence(monkeypatch: pytest.MonkeyPatch, on_linux_x11: None) -> None:
    monkeypatch.delenv("DISPLAY")
    words = window_obstacle()
    assert words is not None
    assert "no screen" in words.title


def test_offscreen_needs_no_screen(monkeypatch: pytest.MonkeyPatch, on_linux_x11: None) -> None:
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert window_obstacle() is None


def test_the_libraries_of_the_window_are_tried(monkeypatch: pytest.MonkeyPatch, on_linux_x11: None) -> None:
    def only_the_cursor_is_missing(library: str) -> None:
        if library == "libxcb-cursor.so.0":
            raise OSError(library)

    monkeypatch.setattr(ctypes, "CDLL", only_the_cursor_is_missing)
    words = window_obstacle()
    assert words is not None
    assert words.hint == "Type: sudo apt-get install libxcb-cursor0"


def test_a_screen_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch, on_linux_x11: None) -> None:
    monkeypatch.setenv("DISPLAY", ":6789")
    words = window_obstacle()
    assert words is not None
    assert words.title == "The screen :6789 does not answer."


@pytest.mark.x11
def test_a_screen_that_answers_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert window_obstacle() is None


def test_it_speaks_without_qt() -> None:
    program = f"import sys, {missing_library.__name__}; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=30).returncode == 0
