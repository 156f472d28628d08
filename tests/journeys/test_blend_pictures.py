"""Lay three pictures on the blend pad, drag between them, set exact weights, undo all of it."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.blending import shares
from studio.core.latent import mixed
from studio.core.messages import FrameReady, RenderRequest
from studio.core.session import PICTURES
from studio.ui.common.picture_drag import drag_of
from tests.journeys.conftest import PATIENCE_MS

LEFT = Qt.MouseButton.LeftButton
Pixels = Callable[[], bytes]


@pytest.fixture
def pad_of_three(studio: StudioApp, at_rest: Pixels) -> list[bytes]:
    """Three pictures on the pad, by the key that a person uses; their pixels."""
    pictures = []
    for seed in (1, 2, 3):
        studio.session.set_seed(seed)
        pictures.append(at_rest())
        studio.window.commands.action("add-to-pad").trigger()
    return pictures


def drag(studio: StudioApp, qtbot: QtBot, start: tuple[float, float], end: tuple[float, float]) -> None:
    pad = studio.rooms.blending.panel.pad
    spots = [pad.look.spot(pad.room(), *place).toPoint() for place in (start, end)]
    qtbot.mousePress(pad, LEFT, pos=spots[0])
    for step in range(1, 9):
        qtbot.mouseMove(pad, spots[0] + (spots[1] - spots[0]) * step / 8)
        qtbot.wait(3)
    qtbot.mouseRelease(pad, LEFT, pos=spots[1])


def test_drag_between_three_pictures_and_undo(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    session = studio.session
    steps = len(session.picture_history.labels)
    drag(studio, qtbot, (0.5, 0.6), (0.45, 0.4))
    middle = at_rest()
    assert len({middle, *pad_of_three}) == 4
    assert session.picture_history.labels[steps:] == ("Blend on the pad",)
    pad = session.picture.pad
    wanted = mixed((point.latent, share) for point, share in zip(pad.points, shares(pad), strict=True))
    with qtbot.waitSignal(
        studio.bridge.reply_arrived,
        check_params_cb=lambda r: isinstance(r, FrameReady) and r.request.channel == "check",
        timeout=PATIENCE_MS,
    ) as told:
        studio.controller.submit(RenderRequest(session.picture.model_id, wanted, channel="check"))
    assert told.args[0].frame.pixels.tobytes() == middle
    session.undo(PICTURES)
    assert at_rest() == pad_of_three[2]
    session.redo(PICTURES)
    assert at_rest() == middle


def test_on_a_picture_the_canvas_shows_just_that(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    pad = studio.rooms.blending.panel.pad
    for index, pixels in enumerate(pad_of_three):
        point = studio.session.picture.pad.points[index]
        spot = pad.look.spot(pad.room(), point.x, point.y).toPoint()
        qtbot.mouseDClick(pad, LEFT, pos=spot)
        assert at_rest() == pixels


def test_a_mix_can_be_a_point_itself(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    drag(studio, qtbot, (0.5, 0.6), (0.45, 0.4))
    mix = at_rest()
    studio.rooms.blending.add()
    kept = studio.session.picture.pad.points[3].latent
    assert kept.w is not None  # a point of its own, not a blend of blends
    assert studio.rooms.blending.panel.pad.look.is_shown
    studio.session.set_seed(9)
    at_rest()
    studio.rooms.blending.visit(3)
    assert at_rest() == mix
    studio.rooms.blending.add()  # it lies there already
    assert len(studio.session.picture.pad.points) == 4


def test_exact_weights_and_points_that_move(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    room, session = studio.rooms.blending, studio.session
    for percent in (100, 40, 100):
        room.panel.weights.moved.emit(0, percent / 100)
    room.panel.released.emit()
    assert at_rest() == pad_of_three[0]
    assert session.undo_label(PICTURES) == "Set an exact weight"
    room.use_distance()
    assert at_rest() == pad_of_three[2]
    session.set_seed(50)
    alone = at_rest()
    drag(studio, qtbot, (0.15, 0.15), (0.3, 0.5))
    assert at_rest() == alone  # the canvas does not show the pad: tidying up changes nothing
    assert session.picture.pad.points[0].x == pytest.approx(0.3, abs=0.02)
    room.remove(0)
    room.clear()
    assert session.picture.pad.points == ()
    assert at_rest() == alone


def test_small_pictures_come_by_themselves(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    look = studio.rooms.blending.panel.pad.look
    qtbot.waitUntil(lambda: len(look.tiles) == 3 and None not in look.tiles, timeout=PATIENCE_MS)
    assert look.field is not None


def test_by_keyboard_alone(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    studio.window.commands.action("focus-pad").trigger()
    pad = studio.rooms.blending.panel.pad
    qtbot.keyClick(pad, Qt.Key.Key_1)
    qtbot.keyClick(pad, Qt.Key.Key_Return)
    assert at_rest() == pad_of_three[0]
    steps = len(studio.session.picture_history.labels)
    for _ in range(4):
        qtbot.keyClick(pad, Qt.Key.Key_Down)
    assert at_rest() != pad_of_three[0]
    assert len(studio.session.picture_history.labels) == steps + 1
    qtbot.keyClick(pad, Qt.Key.Key_Delete)
    assert len(studio.session.picture.pad.points) == 2


def test_another_model_has_an_empty_pad(
    studio: StudioApp, at_rest: Pixels, pad_of_three: list[bytes]
) -> None:
    other = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.vae")
    studio.library.chosen.emit(other)
    at_rest()
    assert studio.rooms.blending.panel.pad.look.pad.points == ()


def test_a_recent_picture_is_dropped_on_the_pad(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    studio.session.set_seed(40)
    fourth = at_rest()
    studio.session.set_seed(41)
    at_rest()
    strip, pad = studio.pictures.history_strip, studio.rooms.blending.panel.pad
    row = strip.count() - 2
    data, spot = drag_of(row), pad.look.spot(pad.room(), 0.5, 0.5)
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(pad, QDragEnterEvent(spot.toPoint(), copy, data, left, none))
    QApplication.sendEvent(pad, QDropEvent(spot, copy, data, left, none))
    assert at_rest() == fourth
    point = studio.session.picture.pad.points[3]
    assert (point.latent.seed, point.x, point.y) == (40, pytest.approx(0.5), pytest.approx(0.5))
    assert studio.session.undo(PICTURES) == "Add to the blend pad"
    assert studio.session.picture.latent.seed == 41


def test_a_mix_is_kept_in_a_slot_as_a_point_of_its_own(
    studio: StudioApp, at_rest: Pixels, qtbot: QtBot, pad_of_three: list[bytes]
) -> None:
    drag(studio, qtbot, (0.5, 0.6), (0.45, 0.4))
    mix = at_rest()
    studio.window.commands.action("keep-a").trigger()
    assert studio.session.picture.slot_a.w is not None
    studio.rooms.blending.visit(0)
    studio.window.commands.action("go-to-a").trigger()
    assert at_rest() == mix


def test_pictures_of_the_autoencoder_mix_too(studio: StudioApp, at_rest: Pixels, qtbot: QtBot) -> None:
    vae = next(card.id for card in studio.pictures.cards.values() if card.family == "picture.vae")
    studio.pictures.choose_model(vae)
    pictures = []
    for seed in (1, 2):
        studio.session.set_seed(seed)
        pictures.append(at_rest())
        studio.rooms.blending.add()
    drag(studio, qtbot, (0.5, 0.5), (0.5, 0.15))
    assert len({at_rest(), *pictures}) == 3
    studio.rooms.blending.add()
    assert studio.session.picture.pad.points[2].latent.w is not None
