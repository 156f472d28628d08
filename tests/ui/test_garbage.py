"""Qt objects in cycles die on the GUI thread, whoever allocates meanwhile."""

import gc
import threading
from typing import ClassVar

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from studio.ui.garbage import GuiGarbage, collect_due


class Looped(QObject):
    """A Qt object that only the collector can free; notes on which thread it goes."""

    died_on: ClassVar[list[int]] = []

    def __init__(self) -> None:
        super().__init__()
        self.me = self

    def __del__(self) -> None:
        Looped.died_on.append(threading.get_ident())


def allocate_much() -> None:
    kept = [[[n]] for n in range(50_000)]
    del kept


def test_a_worker_that_allocates_frees_nothing_of_qt(qtbot: QtBot) -> None:
    gc.collect()
    gc.enable()
    Looped.died_on.clear()
    garbage = GuiGarbage()
    try:
        for _ in range(5):
            Looped()
        worker = threading.Thread(target=allocate_much)
        worker.start()
        worker.join()
        assert Looped.died_on == []
        allocate_much()
        gc.collect(1)
        collect_due()
    finally:
        garbage.close()
    assert Looped.died_on == [threading.get_ident()] * 5
    assert gc.isenabled()
    gc.disable()  # as every test has it: see conftest
