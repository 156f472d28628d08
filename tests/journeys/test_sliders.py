"""Play with the sliders themselves: chance within a group, lock, pin, rename, reach, tiny pictures; undo all of it."""

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget, QLineEdit, QListView, QToolButton
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.latent import LayerReach
from studio.core.messages import ThumbnailReady
from studio.core.session import PICTURES
from studio.core.sliders import with_value
from studio.ui.picture.slider_ends import CHANNEL
from tests.journeys.conftest import PATIENCE_MS

Pixels = Callable[[], bytes]
LEFT, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def ends_there(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> Callable[[], None]:
    """Waits until every end in view shows what it leads to now."""

    def wait() -> None:
        at_rest()
        ends = studio.rooms.sliders.ends
        qtbot.waitUntil(lambda: not ends.is_waiting and not ends._wanted(), timeout=PATIENCE_MS)

    return wait


def click(qtbot: QtBot, studio: StudioApp, name: str) -> None:
    button = studio.window.findChild(QToolButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, LEFT)


def test_chance_lock_pin_rename_and_undo_of_all_of_it(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot
) -> None:
    before, document = at_rest(), studio.session.picture
    panel, session = studio.pictures.latent_panel, studio.session
    slider = panel.rows["warmth"].slider.slider
    slider.setFocus()
    qtbot.keyClick(slider, Qt.Key.Key_L, ALT)
    qtbot.keyClick(slider, Qt.Key.Key_P, ALT)
    assert [row.key for row in panel.pinned.rows()] == ["warmth"]
    qtbot.keyClick(slider, Qt.Key.Key_F2)
    name = panel.findChild(QLineEdit, "slider-name")
    qtbot.keyClicks(name, "Evening")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    studio.rooms.sliders.chance.seed(4)
    click(qtbot, studio, "latent-sliders-random")
    offsets = dict(session.picture.latent.offsets)
    attributes = {row.key for row in panel.directions.groups[0].rows()}
    assert set(offsets) <= attributes, "only this group"
    assert len(offsets) > 10
    click(qtbot, studio, "latent-pinned-random")
    assert session.picture.latent.offset("warmth") == 0.0, "locked"
    assert at_rest() != before
    click(qtbot, studio, "latent-sliders-reset")
    assert at_rest() == before
    names = (
        "Lock Cool – warm",
        "Pin Cool – warm",
        "Rename Cool – warm",
        "Attributes by chance",
        "Reset Attributes",
    )
    assert session.steps(PICTURES) == (names, 5)
    while session.undo(PICTURES):
        pass
    assert session.picture == document
    assert panel.words_of("warmth") == "Cool – warm"
    assert at_rest() == before


def test_an_end_shows_what_it_leads_to_and_goes_there(
    studio: StudioApp, at_rest: Pixels, ends_there: Callable[[], None], qtbot: QtBot
) -> None:
    before = at_rest()
    ends_there()
    row = studio.pictures.latent_panel.rows["brightness"]
    latent = studio.session.picture.latent
    assert row.high_end.subject == with_value(latent, "brightness", 3.0)
    low, high = row.low_end.grab().toImage(), row.high_end.grab().toImage()
    assert high.pixelColor(12, 12).lightness() > low.pixelColor(12, 12).lightness(), "Dark – light"
    qtbot.mouseClick(row.high_end, LEFT)
    assert at_rest() != before
    assert studio.session.picture.latent.offset("brightness") == 3.0
    assert studio.session.steps(PICTURES) == (("Dark – light",), 1)
    studio.session.undo(PICTURES)
    assert at_rest() == before


def test_only_ends_in_view_are_made_and_none_twice(
    studio: StudioApp, at_rest: Pixels, ends_there: Callable[[], None], qtbot: QtBot
) -> None:
    came: list[int] = []
    studio.bridge.reply_arrived.connect(
        lambda r: came.append(r.serial) if isinstance(r, ThumbnailReady) and r.channel == CHANNEL else None
    )
    ends_there()
    panel = studio.pictures.latent_panel
    assert panel.rows["brightness"].low_end.has_picture
    folded = panel.rows["pca-3"]
    assert not folded.low_end.has_picture
    seen = len(came)
    assert seen <= 2 * sum(1 for row in panel.rows.values() if not row.visibleRegion().isEmpty()) + 2
    studio.session.move_slider("brightness", 1.0)
    ends_there()
    others = len(came) - seen
    assert 0 < others <= seen - 2, "its own ends lead where they led before"
    panel.directions.groups[1].set_open(True)
    studio.pictures.latent_panel.finder.field.setText("pca-3")
    ends_there()
    assert folded.low_end.has_picture


def test_a_slider_reaches_some_layers_only(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    at_rest()
    session, row = studio.session, studio.pictures.latent_panel.rows["brightness"]
    assert row.layers == 12
    session.move_slider("brightness", 2.5, label="Dark – light")
    everywhere = at_rest()
    row.choose_reach((8, 11))
    fine = at_rest()
    assert session.picture.latent.reach == (LayerReach("brightness", 8, 11),)
    assert fine != everywhere
    assert session.undo(PICTURES) == "Dark – light: fine layers"
    assert at_rest() == everywhere


def test_noise_is_stronger_weaker_and_other(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    before = at_rest()
    session = studio.session
    studio.pictures.latent_panel.noise.set_open(True)
    row = studio.pictures.latent_panel.noise.row
    qtbot.keyClick(row.slider.slider, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: not studio.pictures._gesture, timeout=PATIENCE_MS)
    assert session.picture.latent.noise == 2.0
    strong = at_rest()
    click(qtbot, studio, "noise-seed-dice")
    assert at_rest() not in (before, strong)
    click(qtbot, studio, "noise-group-reset")
    assert at_rest() == before
    labels, _done = session.steps(PICTURES)
    assert (labels[0], labels[2]) == ("Noise strength", "Reset Noise")


def test_steps_are_called_as_their_sliders(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    at_rest()
    rows = studio.pictures.latent_panel.rows
    for key in ("psi", "style:old-master", "sefa-8", "noise"):
        qtbot.mouseClick(rows[key].high_end, LEFT)
    labels, _ = studio.session.steps(PICTURES)
    assert labels == ("Truncation ψ", "Old master", "Finish 1", "Noise strength")
    latent = studio.session.picture.latent
    assert (latent.psi, latent.style("old-master"), latent.noise) == (1.5, 1.0, 2.0)


def test_the_list_of_steps_leads_anywhere(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    first = at_rest()
    for name, value in (("warmth", 2.0), ("detail", 1.0)):
        studio.session.move_slider(name, value, label=studio.pictures.latent_panel.words_of(name))
    last = at_rest()
    dock = studio.window.findChild(QDockWidget, "dock-steps")
    dock.raise_()
    steps = dock.findChild(QListView, "steps-list")
    qtbot.waitUntil(steps.isVisible)
    rows = [steps.model().index(row, 0) for row in range(steps.model().rowCount())]
    assert [index.data() for index in rows] == ["Beginning", "Cool – warm", "Broad – detailed"]
    qtbot.mouseClick(steps.viewport(), LEFT, pos=QPoint(steps.visualRect(rows[0]).center()))
    assert at_rest() == first
    qtbot.keyClick(steps, Qt.Key.Key_End)
    qtbot.keyClick(steps, Qt.Key.Key_Return)
    assert at_rest() == last


def test_find_and_chance_by_key(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    at_rest()
    control = Qt.KeyboardModifier.ControlModifier
    studio.pictures.canvas.setFocus()
    qtbot.keyClick(studio.window, Qt.Key.Key_F, control)
    field = studio.pictures.latent_panel.finder.field
    qtbot.waitUntil(field.hasFocus)
    qtbot.keyClick(field, Qt.Key.Key_R, control | Qt.KeyboardModifier.ShiftModifier)
    assert studio.session.undo_label(PICTURES) == "All sliders by chance"
    latent = studio.session.picture.latent
    pixels = at_rest()
    assert len(latent.offsets) > 30
    frame = np.frombuffer(pixels, np.uint8)
    assert frame.std() > 5, "still a picture"


def test_the_ends_of_the_autoencoder_come_too(
    studio: StudioApp, ends_there: Callable[[], None], qtbot: QtBot
) -> None:
    other = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.vae")
    studio.pictures.choose_model(other)
    qtbot.waitUntil(lambda: other in studio.pictures.infos, timeout=PATIENCE_MS)
    ends_there()
    panel = studio.pictures.latent_panel
    assert next(iter(panel.directions.rows.values())).low_end.has_picture
    assert not panel.noise.isVisible()
