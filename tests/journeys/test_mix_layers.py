"""Open the mixing grid, look at it, go to a cell, change its rim and its layers, undo all of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.mixing import MixGrid, cell, layer_count
from studio.core.session import PICTURES
from studio.ui.picture.layer_mixing import LayerMixing
from tests.journeys.conftest import PATIENCE_MS

LEFT = Qt.MouseButton.LeftButton
Pixels = Callable[[], bytes]


@pytest.fixture
def mixing(studio: StudioApp, at_rest: Pixels) -> LayerMixing:
    """The grid of the generator in view."""
    model = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.gan")
    studio.pictures.choose_model(model)
    at_rest()
    studio.window.commands.action("focus-mix").trigger()
    return studio.rooms.mixing


def click(mixing: LayerMixing, qtbot: QtBot, row: int, column: int) -> None:
    table = mixing.panel.table
    qtbot.mouseClick(table, LEFT, pos=table.look.area((row, column), table.width() - 2).center().toPoint())


def test_nothing_is_drawn_until_the_grid_is_looked_at(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    at_rest()
    qtbot.wait(50)
    assert studio.rooms.mixing.panel.findChildren(QWidget) == []
    assert studio.session.picture.mixing == MixGrid()


def test_the_grid_fills_itself_and_a_click_goes_there(
    studio: StudioApp, mixing: LayerMixing, at_rest: Pixels, qtbot: QtBot
) -> None:
    look = mixing.panel.table.look
    qtbot.waitUntil(lambda: len(look.pixmaps) == 3 * 4 + 7, timeout=PATIENCE_MS)
    before, picture = studio.session.picture, at_rest()
    click(mixing, qtbot, 1, 2)
    mixed = at_rest()
    assert mixed != picture
    card = studio.pictures.cards[before.model_id]
    assert studio.session.picture.latent == cell(mixing.grid, 1, 2, layer_count(card))
    assert look.shown == frozenset({(1, 2)})
    assert studio.session.undo(PICTURES) == "Mix two pictures"
    assert (studio.session.picture, at_rest()) == (before, picture)
    assert look.shown == frozenset()


def test_every_change_of_the_grid_is_one_step(
    studio: StudioApp, mixing: LayerMixing, at_rest: Pixels, qtbot: QtBot
) -> None:
    session = studio.session
    start, steps = session.picture, len(session.picture_history.labels)
    mixing.choose_layers(2, 5)
    mixing.resize("row", 2)
    mixing.resize("column", 6)
    mixing.lay_seed("row", 1, 85)
    mixing.lay_canvas("column", 0)
    studio.rooms.blending.add()
    mixing.lay_kept("column", 1, 0)
    mixing.roll()
    grid = session.picture.mixing
    assert (len(grid.rows), len(grid.columns), grid.first, grid.last) == (2, 6, 2, 5)
    assert len(session.picture_history.labels) == steps + 8
    session.undo(PICTURES)
    assert session.picture.mixing.rows[1].seed == 85
    assert session.picture.mixing.columns[0] == session.picture.mixing.columns[1] == start.latent
    session.jump(PICTURES, steps)
    assert session.picture == start


def test_a_mixed_picture_is_kept_as_a_point_of_its_own(
    studio: StudioApp, mixing: LayerMixing, at_rest: Pixels, qtbot: QtBot
) -> None:
    click(mixing, qtbot, 0, 0)
    mixed = at_rest()
    mixing.lay_canvas("row", 0)
    kept = mixing.grid.rows[0]
    assert kept.w is not None  # mixes of mixes do not grow
    studio.session.change_latent(kept, "Go there")
    assert at_rest() == mixed


def test_another_model_has_a_grid_of_its_own(
    studio: StudioApp, mixing: LayerMixing, at_rest: Pixels, qtbot: QtBot
) -> None:
    mixing.roll()
    vae = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.vae")
    studio.pictures.choose_model(vae)
    plain = at_rest()
    assert "no layers" in mixing.panel.advice.text()
    click(mixing, qtbot, 2, 3)
    assert studio.session.picture.latent.blend
    assert at_rest() != plain
    qtbot.waitUntil(lambda: len(mixing.panel.table.look.pixmaps) == 3 * 4 + 7, timeout=PATIENCE_MS)
