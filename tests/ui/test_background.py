"""File work runs off the GUI thread; its result or its error comes back on it."""

import threading

from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.ui.background import Background


def test_a_result_comes_back_on_the_gui_thread(qtbot: QtBot) -> None:
    background = Background()
    seen: list[tuple[int, int]] = []
    here = threading.get_ident()
    background.run(
        threading.get_ident, lambda there: seen.append((there, threading.get_ident())), seen.append
    )
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0][0] != here
    assert seen[0][1] == here


def test_an_error_comes_back_as_a_value(qtbot: QtBot) -> None:
    background = Background()
    errors: list[StudioError] = []

    def fail() -> None:
        raise StudioError("No.", hint="Try again.")

    background.run(fail, errors.append, errors.append)
    qtbot.waitUntil(lambda: bool(errors))
    assert errors[0].sentence() == "No. Try again."


def test_closing_waits_for_the_work_and_delivers_nothing(qtbot: QtBot) -> None:
    background = Background()
    done, seen = threading.Event(), list[object]()
    background.run(lambda: done.set(), seen.append, seen.append)
    background.close()
    qtbot.wait(20)
    assert done.is_set()
    assert seen == []
