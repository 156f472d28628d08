"""Look at a map of the model's space, click to go there, drag, take it back."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.session import PICTURES
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
LEFT = Qt.MouseButton.LeftButton


def wait_for_tiles(studio: StudioApp, qtbot: QtBot) -> None:
    field = studio.rooms.exploring.panel.field
    qtbot.waitUntil(lambda: field.missing() == [] and bool(field._tiles), timeout=PATIENCE_MS)


def test_a_click_on_the_map_goes_there(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    first = at_rest()
    session, exploring = studio.session, studio.rooms.exploring
    assert exploring.plane is None  # behind another tab nothing is drawn
    studio.window.commands.action("show-map").trigger()
    wait_for_tiles(studio, qtbot)
    field, plane = exploring.panel.field, exploring.plane
    assert (plane.x, plane.y) == ("pca-0", "pca-1")
    there = max(field.view.tiles(), key=lambda tile: tile[1] + tile[2])
    left, top, width, height = field.view.box(there)
    qtbot.mouseClick(field, LEFT, pos=QPoint(left + width // 2, top + height // 2))
    assert at_rest() != first
    assert session.picture.latent == plane.at(*[at * 2.0 ** there[0] for at in there[1:]])
    middle = QPoint(field.width() // 2, field.height() // 2)
    qtbot.mousePress(field, LEFT, pos=middle)
    for step in range(1, 8):
        qtbot.mouseMove(field, middle + QPoint(2 * step, step))
        qtbot.wait(3)
    qtbot.mouseRelease(field, LEFT, pos=middle + QPoint(14, 7))
    at_rest()
    assert session.picture_history.labels == ("Move on the map",) * 2
    assert exploring.plane == plane
    assert field.missing() == []  # the same map: nothing is drawn again
    session.undo(PICTURES)
    session.undo(PICTURES)
    assert at_rest() == first


def test_another_seed_is_another_map_and_going_back_is_free(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    exploring = studio.rooms.exploring
    exploring.reveal()
    wait_for_tiles(studio, qtbot)
    first = exploring.plane
    studio.session.set_seed(77)
    assert exploring.plane != first
    assert exploring.panel.field.missing()
    wait_for_tiles(studio, qtbot)
    studio.session.undo(PICTURES)
    assert exploring.plane == first
    assert exploring.panel.field.missing() == []
    studio.rooms.breeding.reveal()
    studio.session.set_seed(78)
    assert exploring.plane == first
    exploring.reveal()
    assert exploring.plane != first
    exploring.choose_axes("pca-2", "pca-3")
    assert (exploring.plane.x, exploring.plane.y) == ("pca-2", "pca-3")


def test_the_map_of_an_autoencoder_runs_along_its_first_latents(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    studio.rooms.exploring.reveal()
    studio.pictures.choose_model(
        next(c.id for c in studio.pictures.cards.values() if c.family == "picture.vae")
    )
    wait_for_tiles(studio, qtbot)
    assert (studio.rooms.exploring.plane.x, studio.rooms.exploring.plane.y) == ("latent-0", "latent-1")
