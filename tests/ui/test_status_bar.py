"""The time of a picture is that of a warm device."""

import numpy as np
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.messages import DeviceReady, FrameReady, RenderRequest
from studio.core.picture import Frame
from studio.ui.status_bar import StatusBar

FRAME = Frame(np.zeros((4, 4, 3), np.uint8))


def shown(bar: StatusBar, ms: float, cached: bool = False) -> str:
    bar.show_frame(FrameReady(RenderRequest("gan", Latent()), FRAME, ms, cached))
    return bar.frame_label.text()


def test_neither_the_first_frame_nor_remembered_ones_count(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    assert shown(bar, 761.0) == ""
    assert shown(bar, 0.0, cached=True) == ""
    assert shown(bar, 10.0).startswith("10 ms")
    assert shown(bar, 20.0).startswith("12 ms")
    bar.show_device(DeviceReady("cpu", "CPU", (("cpu", "CPU"),)))
    assert shown(bar, 500.0) == ""
