"""Open a photograph, turn it into a painting, take it back, and paint it once more with a lighter hand."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from tests.journeys.conftest import PATIENCE_MS
from tests.tiny_models import write_translator

Pixels = Callable[[], bytes]


@pytest.fixture(autouse=True)
def translator(fresh_settings: Path) -> None:
    """A tiny model among the user's own."""
    write_translator(fresh_settings / "models")


def test_a_photograph_becomes_a_painting_in_one_step(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    photo = np.random.RandomState(2).randint(0, 256, (40, 60, 3), dtype=np.uint8)
    Image.fromarray(photo).save(tmp_path / "harbour.png")
    at_rest()
    studio.files.open(str(tmp_path / "harbour.png"))
    qtbot.waitUntil(lambda: at_rest() == photo.tobytes(), timeout=PATIENCE_MS)
    action = studio.window.commands.action
    action("photo-to-painting").trigger()
    qtbot.waitUntil(lambda: at_rest() != photo.tobytes(), timeout=PATIENCE_MS)
    painted = np.frombuffer(at_rest(), np.uint8).astype(int)
    assert studio.session.picture_history.labels[-1] == "Photo to painting"
    action("undo").trigger()
    qtbot.waitUntil(lambda: at_rest() == photo.tobytes(), timeout=PATIENCE_MS)
    action("photo-to-painting-lightly").trigger()
    qtbot.waitUntil(lambda: at_rest() != photo.tobytes(), timeout=PATIENCE_MS)
    light = np.frombuffer(at_rest(), np.uint8).astype(int)
    assert np.abs(light - photo.ravel()).mean() < 0.7 * np.abs(painted - photo.ravel()).mean()
