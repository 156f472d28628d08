"""Chords, voices and accompaniments asked of the models from the desk: ideas first, and one undo step to take them."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtWidgets import QApplication, QFrame, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import (
    Candidate,
    ChordsCandidate,
    ChordsReady,
    ChordsRequest,
    Composed,
    ComposeRequest,
    Failure,
    VoicesCandidate,
    VoicesComposed,
    VoicesRequest,
)
from studio.core.music_messages import NoteScore
from studio.core.score import Note, Track
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController

CARDS = [
    Card("sheet", "Sheet", "music.lead_sheet", "", WeightsInfo("w", "")),
    Card("choir", "Choir", "music.chorale_lstm", "", WeightsInfo("w", "")),
]
PLAYER = Card("player", "Player", "music.polyphony_lstm", "", WeightsInfo("w", ""))
SURE = NoteScore(0.5, 1, 0.1)
BAR = 1920
Run = Callable[[str], None]


@pytest.fixture
def run(desk: MusicDesk, session: Session) -> Run:
    desk.harmonist.use_models(CARDS)
    session.add_notes(0, (Note(0, BAR, 67), Note(BAR, BAR, 66)), "Write")

    def run(command_id: str) -> None:
        command = next(command for command in desk.commands() if command.id == command_id)
        assert command.enabled_when()
        command.run()

    return run


def answer_chords(desk: MusicDesk, controller: FakeController, *names: tuple[int, ...]) -> ChordsRequest:
    """Candidates of a major chord for each bar, by their roots."""
    request = controller.requests[-1]
    assert isinstance(request, ChordsRequest)
    found = tuple(
        ChordsCandidate(
            tuple(Chord(at * BAR, BAR, root) for at, root in enumerate(roots)), (0.5,) * len(roots), k
        )
        for k, roots in enumerate(names)
    )
    desk.take_reply(ChordsReady(len(controller.requests), request, found))
    return request


def answer_voices(desk: MusicDesk, controller: FakeController, *lowest: int) -> VoicesRequest:
    """Candidates with a held note for each voice that is written, thirds above a lowest one."""
    request = controller.requests[-1]
    assert isinstance(request, VoicesRequest)
    found = []
    for seed, low in enumerate(lowest):
        line = [(Note(request.region_start, BAR, low + 4 * (3 - voice)),) for voice in range(4)]
        voices = tuple(notes if new else () for notes, new in zip(line, request.written, strict=True))
        found.append(VoicesCandidate(voices, tuple((SURE,) * len(notes) for notes in voices), seed))
    desk.take_reply(VoicesComposed(len(controller.requests), request, tuple(found), 1.0))
    return request


def names(session: Session) -> list[str]:
    return [track.name for track in session.score.tracks]


def chord_names(session: Session) -> list[str]:
    return [chord.name for chord in session.score.chords]


def test_after_a_press_of_the_button_the_keys_are_with_the_cards(
    desk: MusicDesk, controller: FakeController, run: Run, qtbot: QtBot
) -> None:
    desk.compose.activateWindow()
    qtbot.waitUntil(desk.compose.isActiveWindow)
    button = desk.compose.findChild(QPushButton, "compose-chords")
    qtbot.waitUntil(button.isEnabled)
    button.setFocus()
    run("find-chords")
    answer_chords(desk, controller, (0, 7), (7, 0))
    assert desk.compose.answer.cards.shown[0].hasFocus()


def test_without_a_model_there_is_nothing_to_ask(desk: MusicDesk) -> None:
    by_id = {command.id: command for command in desk.commands()}
    for command_id in ("find-chords", "write-voices", "accompany"):
        assert not by_id[command_id].enabled_when()


def test_found_chords_are_ideas_and_leave_written_ones_alone(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run, qtbot: QtBot
) -> None:
    session.change_score(session.score.with_chords([Chord(BAR, BAR, 2)]), "Write a chord")
    run("find-chords")
    assert "Thinking" in desk.compose.state_label.text()
    request = answer_chords(desk, controller, (7, 2), (0, 2))
    assert (request.region_start, request.region_end) == (0, 2 * BAR)
    assert request.fixed == session.score.chords
    assert request.candidates == 4
    assert chord_names(session) == ["D"]
    assert [chord.name for chord in desk.roll.state.chord_ghosts] == ["G"]
    assert {note.pitch % 12 for note in desk.playback.heard().tracks[-1].notes} == {7, 11, 2}
    assert "1 chord" in desk.compose.answer.title_label.text()
    qtbot.keyClick(desk.roll, Qt.Key.Key_Tab)
    assert [chord.name for chord in desk.roll.state.chord_ghosts] == ["C"]
    qtbot.keyClick(desk.roll, Qt.Key.Key_Return)
    assert chord_names(session) == ["C", "D"]
    assert desk.roll.state.chord_ghosts == ()
    session.undo(MUSIC)
    assert chord_names(session) == ["D"]


def test_a_click_keeps_one_chord_and_escape_drops_the_rest(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run, qtbot: QtBot
) -> None:
    run("find-chords")
    answer_chords(desk, controller, (7, 2))
    lane = desk.roll.chords
    at = QPoint(desk.roll.state.geometry.x_of(BAR + 240), lane.height() // 2)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=at)
    assert chord_names(session) == ["D"]
    assert [chord.name for chord in desk.roll.state.chord_ghosts] == ["G"]
    lane.setFocus()
    qtbot.keyClick(lane, Qt.Key.Key_Escape)
    assert desk.roll.state.chord_ghosts == ()
    assert chord_names(session) == ["D"]


def test_no_room_for_a_chord_is_told(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    words: list[str] = []
    desk.notice.connect(words.append)
    run("find-chords")
    session.change_score(session.score.with_chords([Chord(0, 2 * BAR, 2)]), "Write a chord")
    answer_chords(desk, controller, (7, 2))
    assert "everywhere" in words[-1]
    assert "Thinking" not in desk.compose.state_label.text()


def test_voices_are_ideas_of_several_parts(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run, qtbot: QtBot
) -> None:
    before = session.score
    run("write-voices")
    request = answer_voices(desk, controller, 48, 50)
    assert request.written == (False, True, True, True)
    assert session.score == before
    assert [ghost.part for ghost in desk.roll.state.ghosts] == [0, 1, 2]
    qtbot.keyClick(desk.roll, Qt.Key.Key_Tab)
    desk.cowriter.accept_part(1)
    assert names(session) == ["Melody", "Tenor"]
    assert [note.pitch for note in session.score.tracks[1].notes] == [54]
    desk.cowriter.accept_all()
    assert names(session) == ["Melody", "Tenor", "Alto", "Bass"]
    assert session.score.tracks[0] == before.tracks[0]
    assert len({track.channel for track in session.score.tracks}) == 4
    session.undo(MUSIC)
    session.undo(MUSIC)
    assert session.score == before


def test_a_locked_alto_stays_and_unwanted_voices_do_not_come(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    session.change_score(session.score.with_track(1, Track("Alto", locked=True)), "Add a track")
    desk.compose.voices.boxes["Tenor"].setChecked(False)
    run("write-voices")
    request = answer_voices(desk, controller, 48)
    assert request.written == (False, False, True, True)
    desk.cowriter.accept_all()
    assert names(session) == ["Melody", "Alto", "Bass"]
    assert session.score.tracks[1].notes == ()


def test_only_the_marked_bars_are_harmonised(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    alto = Track("Alto", notes=(Note(0, BAR, 60),), channel=1)
    session.change_score(session.score.with_track(1, alto), "Write")
    desk.mark((BAR, 2 * BAR))
    run("write-voices")
    request = answer_voices(desk, controller, 48)
    assert (request.region_start, request.region_end) == (BAR, 2 * BAR)
    assert request.written == (False, True, True, True)
    desk.cowriter.accept_all()
    assert [note.start_ticks for note in session.score.tracks[1].notes] == [0, BAR]


def test_voices_keep_to_their_ranges_unless_freed(
    desk: MusicDesk, controller: FakeController, run: Run
) -> None:
    run("write-voices")
    request = controller.requests[-1]
    assert isinstance(request, VoicesRequest)
    assert request.ranges[3] == (40, 64)
    desk.compose.voices.range_box.setChecked(False)
    run("write-voices")
    request = controller.requests[-1]
    assert isinstance(request, VoicesRequest)
    assert request.ranges == ()


def test_other_tracks_than_before_make_an_answer_useless(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    words: list[str] = []
    desk.notice.connect(words.append)
    run("write-voices")
    desk.tracks.add()
    answer_voices(desk, controller, 48)
    assert not desk.roll.state.ghosts
    assert "ask again" in words[-1]
    assert "Thinking" not in desk.compose.state_label.text()


def test_a_melody_is_accompanied_over_found_chords(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    before = session.score
    run("accompany")
    answer_chords(desk, controller, (7, 2))
    ideas = desk.cowriter.ideas.answers
    assert [idea.title for idea in ideas][:2] == ["Broken chords", "Bass and chords"]
    assert session.score == before
    assert {ghost.part for ghost in desk.roll.state.ghosts} == {0, 1}
    assert len(list(desk.cowriter.heard().notes())) > 2
    desk.cowriter.accept_all()
    assert names(session) == ["Melody", "Backing", "Backing bass"]
    assert chord_names(session) == ["G", "D"]
    session.undo(MUSIC)
    assert session.score == before


def test_a_second_accompaniment_takes_the_place_of_the_first_unless_it_is_locked(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    session.change_score(session.score.with_chords([Chord(0, 2 * BAR, 7)]), "Write a chord")
    run("accompany")
    desk.cowriter.accept_all()
    assert not controller.requests
    once = session.score
    run("accompany")
    desk.cowriter.step(1)
    desk.cowriter.accept_all()
    assert names(session) == names(session)
    assert session.score.tracks[1].notes != once.tracks[1].notes
    session.change_score(session.score.with_track(1, replace(session.score.tracks[1], locked=True)), "Lock")
    kept = session.score.tracks[1]
    run("accompany")
    assert len(desk.cowriter.ideas.answers[0].parts) == 1
    desk.cowriter.accept_all()
    assert session.score.tracks[1] == kept


def test_a_piano_texture_comes_after_the_figures(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    desk.harmonist.use_models([*CARDS, PLAYER])
    run("accompany")
    answer_chords(desk, controller, (7, 2))
    assert len(desk.cowriter.ideas.answers) == 3
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    assert request.model_id == "player"
    played = Candidate((Note(request.region_start, BAR, 43),), (0.5,), 0)
    desk.take_reply(Composed(len(controller.requests), request, (played,), 1.0))
    assert [idea.title for idea in desk.cowriter.ideas.answers][3:] == ["Piano texture"]
    assert desk.cowriter.ideas.at == 0
    desk.cowriter.show_idea(3)
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [43]
    assert [ghost.note.start_ticks for ghost in desk.roll.state.ghosts] == [0]


def test_a_texture_that_comes_after_the_figures_were_taken_is_passed_over(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    desk.harmonist.use_models([*CARDS, PLAYER])
    session.change_score(session.score.with_chords([Chord(0, 2 * BAR, 7)]), "Write a chord")
    words: list[str] = []
    desk.notice.connect(words.append)
    run("accompany")
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    desk.cowriter.accept_all()
    assert controller.cancelled == [1]
    played = Candidate((Note(request.region_start, BAR, 43),), (0.5,), 0)
    desk.take_reply(Composed(len(controller.requests), request, (played,), 1.0))
    assert not words
    assert not desk.roll.state.ghosts
    run("accompany")
    desk.take_reply(Failure(len(controller.requests), StudioError("No."), "suggestions", "player"))
    assert "No." in desk.compose.state_label.text()
    desk.compose.retry_button.click()
    assert len(controller.requests) == 3


def test_cancel_and_a_new_question_stop_the_model(
    desk: MusicDesk, controller: FakeController, run: Run
) -> None:
    run("write-voices")
    desk.compose.cancel_button.click()
    assert controller.cancelled == [1]
    assert "Thinking" not in desk.compose.state_label.text()
    run("accompany")
    run("compose-go")
    assert controller.cancelled == [1, 2]


def test_trouble_has_a_retry(desk: MusicDesk, controller: FakeController, run: Run) -> None:
    run("find-chords")
    desk.take_reply(Failure(len(controller.requests), StudioError("No."), "chords", "sheet"))
    assert "No." in desk.compose.state_label.text()
    assert not desk.compose.retry_button.isHidden()
    desk.compose.retry_button.click()
    assert len(controller.requests) == 2
    assert isinstance(controller.requests[-1], ChordsRequest)


def test_again_asks_from_another_seed(desk: MusicDesk, controller: FakeController, run: Run) -> None:
    run("find-chords")
    first = answer_chords(desk, controller, (7, 2))
    desk.cowriter.again()
    second = controller.requests[-1]
    assert isinstance(second, ChordsRequest)
    assert second.seed != first.seed


def test_a_bar_of_an_accompaniment_comes_with_its_chord(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run, qtbot: QtBot
) -> None:
    run("accompany")
    answer_chords(desk, controller, (7, 2))
    qtbot.keyClick(desk.roll, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert chord_names(session) == ["G"]
    assert {note.start_ticks // BAR for track in session.score.tracks[1:] for note in track.notes} == {0}
    assert {ghost.note.start_ticks // BAR for ghost in desk.roll.state.ghosts} == {1}
    session.undo(MUSIC)
    assert names(session) == ["Melody"]


def test_the_panel_tells_of_the_way_under_the_pointer(desk: MusicDesk, run: Run) -> None:
    desk.ways.show()
    label, button = desk.compose.state_label, desk.compose.buttons.buttons["accompany"]
    at_rest = label.text()
    QApplication.sendEvent(button, QEvent(QEvent.Type.Enter))
    assert label.text() == "Writes under bars 1–2"
    assert "Asks Sheet" in button.toolTip()
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    assert label.text() == at_rest
    assert "select notes" in desk.compose.buttons.buttons["vary"].toolTip()


def test_an_empty_melody_is_told(desk: MusicDesk, controller: FakeController) -> None:
    desk.harmonist.use_models(CARDS)
    words: list[str] = []
    desk.notice.connect(words.append)
    desk.ways.find_chords()
    assert "a melody" in words[-1]
    assert not controller.requests


def test_a_locked_track_is_not_written(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    run("lock-track")
    assert session.score.tracks[0].locked
    asked = len(controller.requests)
    run("compose-go")
    assert len(controller.requests) == asked
    assert "locked" in desk.compose.state_label.text()
    session.undo(MUSIC)
    run("compose-go")
    desk.take_reply(controller.answer(67))
    assert desk.roll.state.ghosts
    run("lock-track")
    assert not desk.roll.state.ghosts
    desk.cowriter.accept_all()
    assert len(session.score.tracks[0].notes) == 2


def test_the_padlock_of_a_row_locks_its_track(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    desk.tracks.add()
    qtbot.addWidget(desk.tracklist)
    desk.tracklist.show()
    lock = desk.tracklist.findChild(QToolButton, "track-1-lock")
    qtbot.mouseClick(lock, Qt.MouseButton.LeftButton)
    assert [track.locked for track in session.score.tracks] == [True, False]
    row = desk.tracklist.findChild(QFrame, "track-2")
    qtbot.keyClick(row, Qt.Key.Key_L)
    assert [track.locked for track in session.score.tracks] == [True, True]
    session.undo(MUSIC)
    assert not desk.tracklist.findChild(QToolButton, "track-2-lock").isChecked()


def test_a_locked_note_of_the_backing_stays(
    desk: MusicDesk, session: Session, controller: FakeController, run: Run
) -> None:
    kept = Note(0, 480, 50, locked=True)
    score = session.score.with_chords([Chord(0, 2 * BAR, 7)])
    session.change_score(
        score.with_track(1, Track("Backing bass", notes=(kept, Note(480, 480, 44)))), "Write"
    )
    run("accompany")
    desk.cowriter.accept_all()
    bass = session.score.tracks[1].notes
    assert [(n.start_ticks, n.pitch) for n in bass if n.locked] == [(0, 50)]
    assert 44 not in {note.pitch for note in bass}
    assert len(bass) > 1
