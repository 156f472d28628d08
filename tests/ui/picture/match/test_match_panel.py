"""The match panel: an invitation, then a picture and its figures; it tells only what a hand wished."""

import numpy as np
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent
from pytestqt.qtbot import QtBot

from studio.core.card import Card, WeightsInfo
from studio.core.latent import WCode
from studio.core.picture import Frame
from studio.core.projection import Likeness, Projection
from studio.ui.picture.match.match_panel import MatchPanel

NAMES = ("gan", "a model with a name that is much too long for the column")
CARDS = tuple(Card(name, name, "picture.gan", "", WeightsInfo("m", "0")) for name in NAMES)
CODE = WCode.of(np.zeros((1, 2), np.float32))
GREY = Frame(np.full((8, 8, 3), 128, np.uint8))


def panel_with(qtbot: QtBot) -> MatchPanel:
    panel = MatchPanel()
    qtbot.addWidget(panel)
    panel.show_models(CARDS, "gan")
    panel.resize(288, 500)
    panel.show()
    return panel


def found(step: int, psnr_db: float, perceptual: float | None = 0.25) -> Projection:
    return Projection(step, CODE, GREY, Likeness(psnr_db, perceptual), Likeness(15.0, perceptual))


def test_an_invitation_until_there_is_a_picture(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    assert panel.invitation.isVisible()
    assert not panel.match_button.isVisible()
    with qtbot.waitSignal(panel.open_requested):
        qtbot.mouseClick(panel.invitation.action_button, Qt.MouseButton.LeftButton)
    panel.show_target(GREY, "cat.jpg")
    assert not panel.invitation.isVisible()
    assert panel.match_button.isVisible()
    assert panel.pair.name.text() == "cat.jpg"


def test_only_one_thing_can_be_pressed(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    panel.show_target(GREY, "cat.jpg")
    for running in (False, True, False):
        panel.show_running(running)
        assert panel.match_button.isEnabled() != running
        assert panel.stop_button.isEnabled() == running


def test_figures_and_the_curve_follow_the_search(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    panel.show_target(GREY, "cat.jpg")
    for step, psnr_db in ((0, 15.0), (5, 18.0), (10, 21.5)):
        panel.show_progress(found(step, psnr_db), 40)
    assert panel.figures.text() == "PSNR 21.5 dB, from 15.0\nPerceptual 0.250, from 0.250"
    line = panel.curve.line()
    assert [point.x() for point in line] == sorted(point.x() for point in line)
    assert line[0].y() > line[-1].y()
    panel.show_running(True)
    assert panel.curve.points == ()
    panel.show_progress(found(0, 15.0, None), 40)
    assert "Perceptual" not in panel.figures.text()
    panel.grab()


def test_a_long_name_does_not_make_the_column_wider(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    panel.show_target(GREY, "a name of a file that is much too long for the column as well.jpg")
    assert panel.pair.minimumSizeHint().width() <= 288 - 24
    assert panel.match_button.mapTo(panel, QPoint(0, 0)).x() + panel.match_button.width() < 288
    assert panel.open_button.mapTo(panel, QPoint(0, 0)).x() + panel.open_button.width() <= 288 - 12


def test_only_pictures_may_be_dropped(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    for name, taken in (("cat.jpg", True), ("song.mid", False)):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(f"/tmp/{name}")])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        event = QDragEnterEvent(QPoint(5, 5), copy, mime, left, none)
        event.ignore()
        panel.dragEnterEvent(event)
        assert event.isAccepted() == taken


def test_esc_gives_up_only_while_a_search_goes_on(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    given_up = []
    panel.given_up.connect(lambda: given_up.append(True))
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    panel.show_running(True)
    qtbot.keyClick(panel, Qt.Key.Key_Escape)
    assert given_up == [True]
