"""Clean and enlarge the picture on the canvas, take it back, stop halfway, export with detail and open it again."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.layers import Artboard
from studio.core.session import PICTURES
from studio.files.picture_file import open_picture
from tests.journeys.conftest import PATIENCE_MS
from tests.tiny_models import write_restoration

Pixels = Callable[[], bytes]


@pytest.fixture(autouse=True)
def restoration(fresh_settings: Path) -> None:
    """A tiny model among the user's own."""
    write_restoration(fresh_settings / "models")


def size_of(studio: StudioApp) -> int:
    assert studio.pictures.last_frame is not None
    return studio.pictures.last_frame.width


def test_what_the_canvas_shows_is_cleaned_and_enlarged_step_by_step(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    first, width = at_rest(), size_of(studio)
    action = studio.window.commands.action
    action("denoise").trigger()
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    cleaned = at_rest()
    assert cleaned != first
    assert size_of(studio) == width
    action("upscale-2x").trigger()
    qtbot.waitUntil(lambda: at_rest() != cleaned, timeout=PATIENCE_MS)
    assert size_of(studio) == 2 * width
    assert studio.session.picture_history.labels == ("Denoise", "Upscale 2×")
    action("undo").trigger()
    assert at_rest() == cleaned
    action("undo").trigger()
    assert at_rest() == first


def test_a_retouching_that_is_stopped_changes_nothing(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    before = at_rest()
    studio.window.commands.action("upscale-4x").trigger()
    serial = max(studio.rooms.retouching._waiting)
    studio.window.progress.cancel_requested.emit(serial)
    qtbot.waitUntil(lambda: serial not in studio.rooms.retouching._waiting, timeout=PATIENCE_MS)
    assert studio.session.picture.source is None
    assert at_rest() == before


def test_an_export_with_detail_comes_back_as_the_state_that_made_it(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    pixels, latent = at_rest(), studio.session.picture.latent
    path = tmp_path / "large.png"
    studio.files.export(str(path), 4, detail=True)
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    assert open_picture(path).pixels.shape[1] == 4 * size_of(studio)
    studio.pictures.roll_dice()
    assert at_rest() != pixels
    studio.files.open(str(path))
    qtbot.waitUntil(lambda: studio.session.picture.latent == latent, timeout=PATIENCE_MS)
    assert at_rest() == pixels


def test_an_enlarged_photograph_comes_back_large(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, tmp_path: Path
) -> None:
    studio.window.commands.action("denoise-strongly").trigger()
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    at_rest()
    width = size_of(studio)
    studio.files.export(str(tmp_path / "large.png"), 2, detail=True)
    qtbot.waitUntil((tmp_path / "large.png").exists, timeout=PATIENCE_MS)
    studio.session.undo(PICTURES)
    at_rest()
    studio.files.open(str(tmp_path / "large.png"))
    qtbot.waitUntil(lambda: studio.session.picture.source is not None, timeout=PATIENCE_MS)
    at_rest()
    assert size_of(studio) == 2 * width


def test_on_a_picture_with_layers_results_are_layers(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    action = studio.window.commands.action
    action("new-paint-layer").trigger()
    cropped = replace(
        studio.session.picture, artboard=Artboard(256, 256)
    )  # a whole one takes ten seconds to enlarge
    studio.session.change_picture(cropped, "Crop")
    at_rest()
    action("denoise").trigger()
    qtbot.waitUntil(lambda: len(studio.session.picture.layers) == 3, timeout=PATIENCE_MS)
    cleaned = studio.session.picture.layers[-1]
    assert (cleaned.name, cleaned.kind, studio.session.picture.source) == ("Denoise", "picture", None)
    assert studio.rooms.layering.current_id == cleaned.id
    at_rest()
    action("upscale-2x").trigger()
    qtbot.waitUntil(lambda: len(studio.session.picture.layers) == 4, timeout=PATIENCE_MS)
    assert studio.session.picture.artboard is not None
    assert studio.session.picture.artboard.width == 512
    at_rest()
    assert size_of(studio) == 512
    action("undo").trigger()
    at_rest()
    assert size_of(studio) == 256
