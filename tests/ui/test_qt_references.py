"""The Qt binding gives back as many references as it takes: PySide6 6.12.0 did not, and that ended the program."""

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QSlider

CALLS = 300


class Sender(QObject):
    told = Signal(object)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None and True are immortal")
def test_calls_and_signals_keep_the_references_to_none_and_true(qapp: QApplication) -> None:
    sender, slider = Sender(), QSlider()
    sender.told.connect(lambda _: None)
    before = [sys.getrefcount(one) for one in (None, True, False)]
    for step in range(CALLS):
        sender.told.emit(step)
        slider.setValue(step % 50)
        slider.setEnabled(step % 2 == 0)
    after = [sys.getrefcount(one) for one in (None, True, False)]
    assert all(now > then - CALLS // 2 for now, then in zip(after, before, strict=True))
