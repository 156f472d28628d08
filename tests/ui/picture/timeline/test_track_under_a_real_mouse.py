"""The timeline's track under the X server's own pointer and keyboard."""

import pytest
from PySide6.QtCore import QPoint
from pytestqt.qtbot import QtBot

from studio.ui.picture.timeline.timeline_panel import TimelinePanel
from studio.ui.picture.timeline.track_look import RULER_PX
from tests.real_mouse import RealMouse

pytestmark = pytest.mark.x11


def test_a_keyframe_is_dragged_and_the_ruler_scrubs(panel: TimelinePanel, real_mouse: RealMouse) -> None:
    track, told = panel.track, []
    scale = track.state.scale
    track.key_moved.connect(lambda index, time_s: told.append((index, time_s)))
    track.released.connect(lambda: told.append("released"))
    real_mouse.drag(track, QPoint(scale.x_of(2.0), RULER_PX + 12), QPoint(scale.x_of(3.0), RULER_PX + 12))
    assert told[-1] == "released"
    assert told[-2] == (1, pytest.approx(3.0, abs=0.05))
    rests: list[tuple[float, bool]] = []
    track.scrubbed.connect(lambda time_s, at_rest: rests.append((time_s, at_rest)))
    real_mouse.drag(track, QPoint(scale.x_of(1.0), 8), QPoint(scale.x_of(2.5), 8))
    assert rests[-1] == (pytest.approx(2.5, abs=0.05), True)
    assert len(rests) > 5


def test_a_double_click_keeps_and_keys_go_to_the_track(
    panel: TimelinePanel, real_mouse: RealMouse, qtbot: QtBot
) -> None:
    track, kept, played = panel.track, [], []
    track.add_requested.connect(kept.append)
    track.keys.play_requested.connect(lambda: played.append(True))
    real_mouse.double_click(track, QPoint(track.state.scale.x_of(3.0), RULER_PX + 12))
    assert kept == [pytest.approx(3.0, abs=0.05)]
    panel.activateWindow()
    qtbot.waitUntil(track.hasFocus)
    real_mouse.type("space")
    assert played == [True]
