"""Several ideas at once, and ideas in place of what stands: nothing goes before its idea is accepted."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.attributes import ATTRIBUTES
from studio.core.messages import Candidate, Composed, ComposeRequest
from studio.core.music_messages import NEAREST_OF
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import CARD, FakeController
from tests.ui.music.test_desk import pitches, write_four


def answer(desk: MusicDesk, controller: FakeController, *ideas: tuple[int, ...]) -> ComposeRequest:
    """Quarter notes of each idea's pitches from the start of the region that was asked for last."""
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    found = []
    for number, idea in enumerate(ideas):
        notes = tuple(Note(request.region_start + 480 * i, 480, pitch) for i, pitch in enumerate(idea))
        found.append(Candidate(notes, tuple(0.5 for _ in notes), request.seed + number))
    desk.take_reply(Composed(len(controller.requests), request, tuple(found), 1.0))
    return request


def ghosts(desk: MusicDesk) -> list[int]:
    return [ghost.note.pitch for ghost in desk.roll.state.ghosts]


def test_tab_goes_through_the_ideas(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    write_four(session)
    desk.compose.form.ideas_box.setValue(3)
    desk.cowriter.continue_()
    assert answer(desk, controller, (67,), (69,), (71,)).candidates == 3
    assert ghosts(desk) == [67]
    qtbot.keyClick(desk.roll, Qt.Key.Key_Tab)
    assert ghosts(desk) == [69]
    assert desk.compose.answer.place_label.text() == "2/3"
    qtbot.keyClick(desk.roll, Qt.Key.Key_Backtab)
    qtbot.keyClick(desk.roll, Qt.Key.Key_Backtab)
    assert ghosts(desk) == [71]
    desk.cowriter.accept_all()
    assert pitches(session)[-1] == 71


@pytest.fixture
def varied(desk: MusicDesk, session: Session, controller: FakeController) -> MusicDesk:
    """The second and third of four notes are to be written otherwise; an answer is there."""
    write_four(session)
    desk.mark((480, 1440))
    desk.ways.vary()
    answer(desk, controller, (72, 74))
    return desk


def test_vary_shows_before_it_takes(varied: MusicDesk, session: Session) -> None:
    assert pitches(session) == [60, 62, 64, 65]
    assert ghosts(varied) == [72, 74]
    assert [note.pitch for note in varied.cowriter.heard().notes()] == [60, 72, 74, 65]
    varied.cowriter.reject()
    assert pitches(session) == [60, 62, 64, 65]


def test_an_accepted_idea_takes_the_place_in_one_step(varied: MusicDesk, session: Session) -> None:
    varied.cowriter.accept_all()
    assert pitches(session) == [60, 72, 74, 65]
    session.undo(MUSIC)
    assert pitches(session) == [60, 62, 64, 65]


def test_a_single_note_takes_only_its_own_place(varied: MusicDesk, session: Session) -> None:
    varied.cowriter.accept(varied.cowriter.ghosts[1])
    assert pitches(session) == [60, 62, 74, 65]
    assert ghosts(varied) == [72]
    varied.cowriter.accept(varied.cowriter.ghosts[0])
    assert pitches(session) == [60, 72, 74, 65]


def test_vary_keeps_the_rhythm_if_asked(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.roll.state.select({note.id for note in session.score.tracks[0].notes[1:3]})
    desk.compose.form.keep.rhythm_box.setChecked(True)
    desk.ways.vary()
    request = answer(desk, controller, (70, 71))
    assert request.rhythm == ((480, 480), (960, 480))
    assert request.locked == ()
    assert [note.pitch for note in request.prompt] == [60, 65]
    desk.cowriter.again()
    again = controller.requests[-1]
    assert isinstance(again, ComposeRequest)
    assert (again.region_start, again.region_end, again.rhythm) == (480, 1440, request.rhythm)


def test_vary_needs_a_place(desk: MusicDesk, controller: FakeController) -> None:
    words: list[str] = []
    desk.notice.connect(words.append)
    desk.ways.vary()
    assert "Mark bars" in words[-1]
    assert not controller.requests


def test_the_line_is_asked_for_where_the_model_knows_it(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    line = desk.compose.form.attributes
    assert line.isHidden()
    desk.cowriter.use_models([replace(CARD, config={"attributes": {}})])
    assert not line.isHidden()
    assert tuple(line.sliders) == ATTRIBUTES
    line.sliders["density"].show_value(0.9)
    write_four(session)
    desk.cowriter.continue_()
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    assert request.attributes == (("density", 0.9),)
    assert request.best_of == NEAREST_OF
    line.free_button.click()
    assert line.values() == ()
