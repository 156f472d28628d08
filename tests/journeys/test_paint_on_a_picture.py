"""Paint on the picture, select, fill, erase, crop, mend, and take it all back, as a person does."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.cropping import ASPECTS
from studio.core.session import PICTURES
from studio.ui.common.canvas_tool import CanvasTool
from studio.ui.picture.tooling import ToolEntry
from tests.journeys.conftest import PATIENCE_MS
from tests.tiny_models import write_restoration

Pixels = Callable[[], bytes]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def restoration(fresh_settings: Path) -> None:
    """A tiny model among the user's own."""
    write_restoration(fresh_settings / "models")


class Hand:
    """A hand on the canvas; points are shares of the picture's sides."""

    def __init__(self, studio: StudioApp, qtbot: QtBot) -> None:
        self.studio, self.bot = studio, qtbot
        self.canvas = studio.pictures.canvas

    def take(self, tool: str) -> None:
        self.studio.window.commands.action(f"take-{tool}").trigger()
        self.bot.wait(20)  # the bar needs room: the picture moves

    def drag(self, *points: tuple[float, float]) -> None:
        spots = [self.spot(*point) for point in points]
        self.bot.mousePress(self.canvas, LEFT, pos=spots[0])
        for spot in spots[1:]:
            self.bot.mouseMove(self.canvas, spot)
        self.bot.mouseRelease(self.canvas, LEFT, pos=spots[-1])

    def spot(self, x: float, y: float) -> QPoint:
        area = self.canvas.map.area
        return (area.topLeft() + QPointF(x * area.width(), y * area.height())).toPoint()


@pytest.fixture
def hand(studio: StudioApp, qtbot: QtBot) -> Hand:
    return Hand(studio, qtbot)


def shown(studio: StudioApp, x: float, y: float) -> tuple[int, ...]:
    """The colour of the frame at a share of its sides."""
    frame = studio.pictures.last_frame
    assert frame is not None
    return tuple(frame.pixels[int(y * frame.height), int(x * frame.width)].tolist())


def test_a_stroke_is_in_the_picture_and_undo_takes_it_out(
    studio: StudioApp, at_rest: Pixels, hand: Hand
) -> None:
    first = at_rest()
    hand.take("brush")
    studio.rooms.tooling.bench.choose(colour=0xFF0000, hardness=1.0, size=80.0)
    hand.drag((0.2, 0.5), (0.4, 0.5), (0.6, 0.5), (0.8, 0.5))
    painted = at_rest()
    assert painted != first
    assert shown(studio, 0.5, 0.5) == (255, 0, 0)
    assert shown(studio, 0.5, 0.6) != (255, 0, 0)
    assert studio.session.picture_history.labels == ("Brush stroke",)
    hand.take("eraser")
    hand.drag((0.5, 0.4), (0.5, 0.5), (0.5, 0.6))
    at_rest()
    assert shown(studio, 0.5, 0.5) != (255, 0, 0)
    assert shown(studio, 0.3, 0.5) == (255, 0, 0)
    studio.session.undo(PICTURES)
    assert at_rest() == painted
    studio.session.undo(PICTURES)
    assert at_rest() == first


def test_a_lasso_filled_inverted_and_cleared(
    studio: StudioApp, at_rest: Pixels, hand: Hand, qtbot: QtBot
) -> None:
    at_rest()
    hand.take("lasso")
    hand.drag((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5))
    action = studio.window.commands.action
    studio.rooms.tooling.bench.choose(colour=0x00FF00)
    action("fill-selection").trigger()
    at_rest()
    assert shown(studio, 0.3, 0.3) == (0, 255, 0)
    assert shown(studio, 0.7, 0.7) != (0, 255, 0)
    action("invert-selection").trigger()
    studio.rooms.tooling.bench.choose(colour=0x0000FF)
    action("fill-selection").trigger()
    at_rest()
    assert shown(studio, 0.3, 0.3) == (0, 255, 0)
    assert shown(studio, 0.7, 0.7) == (0, 0, 255)
    qtbot.keyClick(hand.canvas, Qt.Key.Key_Delete)
    at_rest()
    assert shown(studio, 0.3, 0.3) == (0, 255, 0)
    assert shown(studio, 0.7, 0.7) not in ((0, 255, 0), (0, 0, 255))
    action("select-none").trigger()
    assert studio.session.picture.selection is None
    assert [layer.kind for layer in studio.session.picture.layers] == ["live", "paint"]


def test_the_bucket_fills_a_painted_place(
    studio: StudioApp, at_rest: Pixels, hand: Hand, qtbot: QtBot
) -> None:
    at_rest()
    hand.take("fill")
    action = studio.window.commands.action
    studio.rooms.tooling.bench.choose(colour=0x101010)
    action("fill-selection").trigger()
    at_rest()
    studio.rooms.tooling.bench.choose(colour=0xE0E0E0)
    qtbot.mouseClick(hand.canvas, LEFT, pos=hand.spot(0.5, 0.5))
    qtbot.waitUntil(lambda: len(studio.session.picture.layers[1].marks) == 2, timeout=PATIENCE_MS)
    at_rest()
    assert shown(studio, 0.1, 0.9) == (0xE0, 0xE0, 0xE0)


def test_a_crop_to_16_9_and_the_whole_picture_again(
    studio: StudioApp, at_rest: Pixels, hand: Hand, qtbot: QtBot
) -> None:
    at_rest()
    hand.take("crop")
    studio.rooms.tooling.bench.choose(aspect=ASPECTS[4])
    qtbot.keyClick(hand.canvas, Qt.Key.Key_Return)
    at_rest()
    frame = studio.pictures.last_frame
    assert frame is not None
    assert frame.width / frame.height == pytest.approx(16 / 9, rel=0.01)
    assert hand.canvas.tool is None
    action = studio.window.commands.action("whole-picture")
    studio.window.commands.refresh()
    assert action.isEnabled()
    action.trigger()
    at_rest()
    frame = studio.pictures.last_frame
    assert frame is not None
    assert frame.width == frame.height


def test_a_layer_that_is_mirrored(studio: StudioApp, at_rest: Pixels, hand: Hand) -> None:
    at_rest()
    studio.session.change_picture(studio.rooms.tooling.bench.laid_out(), "Layers")
    at_rest()
    assert studio.pictures.last_frame is not None
    before = studio.pictures.last_frame.pixels.astype(int)
    studio.window.commands.action("flip-layer-x").trigger()
    at_rest()
    after = studio.pictures.last_frame.pixels.astype(int)
    assert np.abs(after[:, ::-1] - before).mean() < 2
    assert np.abs(after - before).mean() > 2


def test_what_is_selected_is_mended_on_a_layer_of_its_own(
    studio: StudioApp, at_rest: Pixels, hand: Hand, qtbot: QtBot
) -> None:
    first = at_rest()
    hand.take("rectangle")
    hand.drag((0.4, 0.4), (0.5, 0.5), (0.6, 0.55))
    studio.window.commands.refresh()
    studio.window.commands.action("mend-selection").trigger()
    qtbot.waitUntil(lambda: len(studio.session.picture.layers) == 2, timeout=PATIENCE_MS)
    assert at_rest() != first
    layer = studio.session.picture.layers[1]
    assert (layer.kind, layer.name) == ("picture", "Mended")
    assert layer.place is not None
    assert layer.place.width < 400
    assert studio.session.picture_history.labels[-1] == "Mend the selection"
    studio.session.undo(PICTURES)
    assert studio.session.picture.layers == ()


def test_the_strip_says_which_tool_is_in_hand_and_esc_puts_it_away(
    studio: StudioApp, at_rest: Pixels, hand: Hand, qtbot: QtBot
) -> None:
    at_rest()
    tooling = studio.rooms.tooling
    for key, tool in (("B", "brush"), ("E", "eraser"), ("M", "rectangle"), ("L", "lasso"), ("G", "fill"),
                      ("T", "transform"), ("C", "crop"), ("V", "hand"), ("B", "brush")):  # fmt: skip
        qtbot.keyClick(studio.window, Qt.Key(ord(key)))
        assert tooling.in_hand == tool
        assert tooling.strip._buttons[tool].isChecked()
        assert tooling.bar.isVisible() == (tool != "hand")
    size = tooling.bench.choices.size
    qtbot.keyClick(studio.window, Qt.Key.Key_BracketRight)
    assert tooling.bench.choices.size > size
    qtbot.keyClick(hand.canvas, Qt.Key.Key_Escape)
    assert tooling.in_hand == "hand"


def test_a_key_of_the_tool_is_no_command_meanwhile(
    studio: StudioApp, at_rest: Pixels, hand: Hand, qtbot: QtBot
) -> None:
    at_rest()
    seed = studio.session.picture.latent.seed
    hand.take("crop")
    frame = studio.rooms.tooling.crop.frame
    qtbot.keyClick(hand.canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert studio.rooms.tooling.crop.frame.width == frame.width - 1
    assert studio.session.picture.latent.seed == seed
    hand.take("hand")
    qtbot.keyClick(hand.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert studio.session.picture.latent.seed == seed + 1


def test_no_key_is_given_twice_on_a_desk(studio: StudioApp) -> None:
    for desk in ("pictures", "music"):
        keys = [
            one.shortcut for one in studio.window.commands.commands if one.shortcut and one.desk in ("", desk)
        ]
        assert len(keys) == len(set(keys))


def test_another_room_adds_a_tool(studio: StudioApp) -> None:
    tooling, tool = studio.rooms.tooling, CanvasTool()
    tooling.add_tool(ToolEntry("pull", "Pull", "cursor-move", "", tool))
    tooling.choose("pull")
    assert studio.pictures.canvas.tool is tool
    assert tooling.in_hand == "pull"
    assert "take-pull" in [command.id for command in tooling.commands()]
    studio.pictures.canvas.set_tool(CanvasTool())  # a tool that nobody added
    assert tooling.in_hand == "hand"
    assert not tooling.bar.isVisible()
