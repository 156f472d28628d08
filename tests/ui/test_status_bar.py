"""The time of a picture is that of a warm device; each desk speaks of its own models."""

import numpy as np
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.messages import DeviceReady, FrameReady, RenderRequest
from studio.core.picture import Frame
from studio.core.session import MUSIC, PICTURES
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


def test_each_desk_speaks_of_its_own_models(qtbot: QtBot) -> None:
    bar = StatusBar()
    qtbot.addWidget(bar)
    bar.show_model("Paintings: ready")
    bar.show_model("Tune book: ready", MUSIC)
    assert bar.model_label.text() == "Paintings: ready"
    bar.show_desk(MUSIC)
    assert bar.model_label.text() == "Tune book: ready"
    assert bar.frame_label.isHidden()
    bar.show_model("Paintings: loading")
    assert bar.model_label.text() == "Tune book: ready"
    bar.show_desk(PICTURES)
    assert bar.model_label.text() == "Paintings: loading"
