"""Phrases taken into corners, mixed under the hand and laid as a way: suggestions, until they are accepted."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.card import Card, ModelInfo, WeightsInfo
from studio.core.errors import StudioError
from studio.core.messages import (
    DecodePhrasesRequest,
    EncodePhrasesRequest,
    Failure,
    Loaded,
    PhrasesDecoded,
    PhrasesEncoded,
)
from studio.core.parameter import Parameter
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController

MODEL = Card("phrases", "Phrases", "music.melody_vae", "", WeightsInfo("w", ""), styles=("reel",))


@pytest.fixture
def desk(desk: MusicDesk, session: Session, qtbot: QtBot) -> MusicDesk:
    desk.phrasing.use_models([MODEL])
    qtbot.addWidget(desk.phrasing.panel)
    session.add_notes(0, tuple(Note(480 * i, 480, 60 + i) for i in range(16)), "Write")
    return desk


def encode(desk: MusicDesk, controller: FakeController, latent: tuple[float, ...]) -> EncodePhrasesRequest:
    request = controller.requests[-1]
    assert isinstance(request, EncodePhrasesRequest)
    frames = tuple(frame for frame, _ in request.phrases)
    desk.take_reply(PhrasesEncoded(len(controller.requests), request, (latent,), frames))
    return request


def decode(desk: MusicDesk, controller: FakeController, *pitches: int) -> DecodePhrasesRequest:
    """One quarter note of each pitch, one for each latent."""
    request = controller.requests[-1]
    assert isinstance(request, DecodePhrasesRequest)
    phrases = tuple((Note(0, 480, pitch),) for pitch in pitches)
    desk.take_reply(PhrasesDecoded(len(controller.requests), request, phrases, request.latents))
    return request


def two_corners(desk: MusicDesk, controller: FakeController) -> None:
    notes = desk.roll.state.track.notes
    for corner, first, latent in ((0, 0, (0.0, 2.0)), (1, 8, (1.0, 0.0))):
        desk.roll.state.select({notes[first].id})
        desk.phrasing.take(corner)
        assert len(encode(desk, controller, latent).phrases[0][1]) == 8
    desk.roll.state.select(())


def ghosts(desk: MusicDesk) -> list[tuple[int, int]]:
    return [(ghost.note.start_ticks, ghost.note.pitch) for ghost in desk.roll.state.ghosts]


def test_the_phrase_under_the_hand_is_suggested_behind_the_notes(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    two_corners(desk, controller)
    desk.phrasing.move(0.25, 0.0)
    assert decode(desk, controller, 72).latents == ((0.25, 1.5),)
    assert ghosts(desk) == [(7680, 72)]
    before = session.score
    desk.cowriter.accept_all()
    assert [note.pitch for note in session.score.notes()][-1] == 72
    session.undo(MUSIC)
    assert session.score.tracks == before.tracks


def test_marked_bars_are_what_it_stands_in_for(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    two_corners(desk, controller)
    desk.mark((1920, 3840))
    desk.phrasing.move(1.0, 0.0)
    decode(desk, controller, 80)
    assert ghosts(desk) == [(1920, 80)]
    desk.cowriter.accept_all()
    assert [note.pitch for note in session.score.notes()] == [60, 61, 62, 63, 80, *range(68, 76)]


def test_phrases_taken_one_after_the_other_do_not_displace_each_other(
    desk: MusicDesk, controller: FakeController
) -> None:
    desk.mark((0, 3840))
    for corner in range(4):
        desk.phrasing.take(corner)
    requests = controller.requests
    assert len({request.channel for request in requests if isinstance(request, EncodePhrasesRequest)}) == 4
    for serial, request in enumerate(requests, 1):
        assert isinstance(request, EncodePhrasesRequest)
        frames = tuple(frame for frame, _ in request.phrases)
        desk.take_reply(PhrasesEncoded(serial, request, ((float(serial),),), frames))
    assert [slot.latent for slot in desk.phrasing.pad.slots if slot] == [(1.0,), (2.0,), (3.0,), (4.0,)]


def test_a_way_lies_one_phrase_behind_the_other(desk: MusicDesk, controller: FakeController) -> None:
    two_corners(desk, controller)
    desk.phrasing.go(3)
    request = decode(desk, controller, 60, 62, 64)
    assert request.latents[0] == pytest.approx((0.0, 2.0))
    assert request.latents[2] == pytest.approx((1.0, 0.0))
    assert ghosts(desk) == [(7680, 60), (7680 + 3840, 62), (7680 + 7680, 64)]


def test_a_phrase_is_made_up_another_each_time(desk: MusicDesk, controller: FakeController) -> None:
    desk.phrasing.draw()
    first = decode(desk, controller, 60)
    desk.phrasing.draw()
    second = decode(desk, controller, 61)
    assert (first.samples, first.latents) == (1, ())
    assert first.seed != second.seed


def test_what_is_missing_is_said(desk: MusicDesk, session: Session, controller: FakeController) -> None:
    words: list[str] = []
    desk.notice.connect(words.append)
    desk.phrasing.take(0)
    desk.phrasing.go(4)
    desk.mark((19_200, 20_000))
    desk.phrasing.take(0)
    assert [sentence.split(":")[0] for sentence in words] == [
        "Select notes or mark bars", "A way needs two phrases", "There are no notes in these bars.",
    ]  # fmt: skip
    assert not controller.requests
    told: list[StudioError] = []
    desk.trouble.connect(told.append)
    desk.mark((0, 1920))
    desk.phrasing.take(0)
    desk.take_reply(Failure(len(controller.requests), StudioError("Too long."), "phrases", "phrases"))
    assert [error.title for error in told] == ["Too long."]


def test_sliders_of_the_latent_move_the_phrase(desk: MusicDesk, controller: FakeController) -> None:
    directions = (
        Parameter("density", "Density", -3, 3, 0, group="attribute"),
        Parameter("latent-0", "Latent 1", -3, 3, 0, group="latent"),
    )
    desk.take_reply(Loaded(1, ModelInfo(MODEL, directions), 1.0))
    two_corners(desk, controller)
    panel = desk.phrasing.panel
    panel.sliders["density"].go_to(1.5)
    assert decode(desk, controller, 60).offsets == (("density", 1.5),)
    panel.reset()
    assert decode(desk, controller, 60).offsets == ()


def test_the_square_by_hand_and_by_keys(desk: MusicDesk, controller: FakeController, qtbot: QtBot) -> None:
    two_corners(desk, controller)
    square = desk.phrasing.panel.pad
    square.resize(260, 260)
    qtbot.mousePress(square, Qt.MouseButton.LeftButton, pos=square.place_of(0.5, 0.25))
    assert (desk.phrasing.pad.x, desk.phrasing.pad.y) == pytest.approx((0.5, 0.25), abs=0.01)
    qtbot.keyClick(square, Qt.Key.Key_Right)
    assert desk.phrasing.pad.x == pytest.approx(0.55, abs=0.01)
    desk.phrasing.clear(0)
    assert desk.phrasing.pad.slots[0] is None


def test_what_is_shown_is_taken_or_sent_away_from_the_panel(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    panel, before = desk.phrasing.panel, session.score
    panel.show()
    assert not panel.choice.isVisible()
    qtbot.mouseClick(panel.draw_button, Qt.MouseButton.LeftButton)
    decode(desk, controller, 72)
    assert panel.choice.isVisible()
    qtbot.keyClick(panel.pad, Qt.Key.Key_Escape)
    assert ghosts(desk) == []
    assert session.score == before
    assert not panel.choice.isVisible()
    desk.phrasing.draw()
    decode(desk, controller, 74)
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.steps_box.setFocus()
    qtbot.keyClick(panel.steps_box, Qt.Key.Key_Return)
    assert session.score == before, "there it ends what is typed"
    panel.pad.setFocus()
    qtbot.keyClick(panel.pad, Qt.Key.Key_Return)
    assert [note.pitch for note in session.score.notes()][-1] == 74
    session.undo(MUSIC)
    assert session.score == before


def test_enter_presses_the_button_that_has_the_keys(
    desk: MusicDesk, controller: FakeController, qtbot: QtBot
) -> None:
    panel = desk.phrasing.panel
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(panel.isActiveWindow)
    panel.draw_button.setFocus()
    asked = len(controller.requests)
    qtbot.keyClick(panel.draw_button, Qt.Key.Key_Return)
    assert len(controller.requests) == asked + 1


def test_a_way_can_be_asked_for_once_two_corners_are_taken(
    desk: MusicDesk, controller: FakeController
) -> None:
    assert not desk.phrasing.panel.way_button.isEnabled()
    two_corners(desk, controller)
    assert desk.phrasing.panel.way_button.isEnabled()
    desk.phrasing.clear(1)
    assert not desk.phrasing.panel.way_button.isEnabled()
