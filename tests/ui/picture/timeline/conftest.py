"""A timeline's panel with three keyframes, two seconds apart."""

import pytest
from pytestqt.qtbot import QtBot

from studio.core.latent import Latent
from studio.core.timeline import Keyframe, Timeline
from studio.ui.picture.timeline.timeline_panel import TimelinePanel

TIMELINE = Timeline(tuple(Keyframe(float(t), Latent(t)) for t in (0, 2, 4)), length_s=4.0)


@pytest.fixture
def panel(qtbot: QtBot) -> TimelinePanel:
    made = TimelinePanel()
    qtbot.addWidget(made)
    made.resize(720, 140)
    made.show()
    qtbot.waitExposed(made)
    made.show_timeline(TIMELINE, None)
    return made
