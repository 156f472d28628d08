"""Ideas as cards: looking, keeping, throwing away, accepting a voice, hearing in context, asking for more like one."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.errors import StudioError
from studio.core.messages import CancelledReply, Candidate, Composed, ComposeRequest, Composing, Failure
from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.ui.music.auditioning import until
from studio.ui.music.compose.idea_card import IdeaCard
from studio.ui.music.compose.mood_square import MoodSquare
from studio.ui.music.desk import MusicDesk
from studio.ui.music.suggestion import Ghost, Part, Suggestion
from tests.ui.music.conftest import FakeController, FakePlayer
from tests.ui.music.test_desk import pitches, write_four
from tests.ui.music.test_ideas import answer, ghosts


@pytest.fixture
def ideas(desk: MusicDesk, session: Session, controller: FakeController) -> MusicDesk:
    """Three ideas in the two bars after four notes."""
    write_four(session)
    desk.compose.resize(300, 700)
    desk.compose.form.bars_box.setValue(2)
    desk.cowriter.continue_()
    answer(desk, controller, (67, 69), (69, 71, 72), (71,))
    return desk


def cards(desk: MusicDesk) -> list[IdeaCard]:
    return desk.compose.answer.cards.shown


def names(desk: MusicDesk) -> list[str]:
    return [card.accessibleName() for card in cards(desk)]


def relatives(desk: MusicDesk, controller: FakeController, shift: int = 0) -> None:
    """Answer every question for relatives that is open, each with eight lines of eighths."""
    for serial, request in enumerate(controller.requests, 1):
        if not isinstance(request, ComposeRequest) or not request.channel.startswith("relatives"):
            continue
        taken = {note.start_ticks for note in request.locked}
        found = []
        for number in range(8):
            places = [request.region_start + 240 * i for i in range(16)]
            notes = tuple(
                Note(at, 240, 60 + (i * (number + 2) + shift) % 12)
                for i, at in enumerate(places)
                if at not in taken
            )
            found.append(Candidate(notes, (0.2,) * len(notes), request.seed + number))
        desk.take_reply(Composed(serial, request, tuple(found), 1.0))


def test_each_idea_has_a_card_that_says_what_it_is(ideas: MusicDesk) -> None:
    assert names(ideas) == [
        "Idea 1, 2 notes, expected",
        "Idea 2, 3 notes, expected",
        "Idea 3, 1 note, expected",
    ]
    assert [card.isChecked() for card in cards(ideas)] == [True, False, False]
    ideas.cowriter.reject()
    assert ideas.compose.answer.isHidden()


def test_a_click_or_a_key_shows_an_idea_and_enter_takes_it(
    ideas: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    qtbot.mouseClick(cards(ideas)[1], Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert ghosts(ideas) == [69, 71, 72]
    qtbot.keyClick(cards(ideas)[1], Qt.Key.Key_Right)
    assert ghosts(ideas) == [71]
    qtbot.keyClick(cards(ideas)[2], Qt.Key.Key_Up)
    assert ghosts(ideas) == [67, 69]
    qtbot.keyClick(cards(ideas)[0], Qt.Key.Key_Left)
    assert ghosts(ideas) == [67, 69], "there is none before it"
    qtbot.keyClick(cards(ideas)[0], Qt.Key.Key_Return)
    assert pitches(session)[-2:] == [67, 69]
    session.undo(MUSIC)
    assert len(pitches(session)) == 4


def test_a_double_click_accepts(ideas: MusicDesk, session: Session, qtbot: QtBot) -> None:
    qtbot.mouseDClick(cards(ideas)[2], Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    assert pitches(session)[-1] == 71
    assert len(session.score_history.labels) == 2


def test_one_is_thrown_away_and_the_keys_stay_on_the_cards(ideas: MusicDesk, qtbot: QtBot) -> None:
    cards(ideas)[0].setFocus()
    qtbot.keyClick(cards(ideas)[0], Qt.Key.Key_Delete)
    assert names(ideas) == ["Idea 1, 3 notes, expected", "Idea 2, 1 note, expected"]
    assert ghosts(ideas) == [69, 71, 72]
    ideas.browsing.drop(1)
    ideas.browsing.drop()
    assert ideas.compose.answer.isHidden()
    assert ideas.cowriter.ideas.answers == ()


def test_starred_ideas_stay_while_others_come(
    ideas: MusicDesk, controller: FakeController, qtbot: QtBot
) -> None:
    qtbot.mouseClick(cards(ideas)[1].star_button, Qt.MouseButton.LeftButton)
    assert "kept" in names(ideas)[1]
    for number in range(3):
        ideas.cowriter.again()
        answer(ideas, controller, *((40 + 4 * number + i,) for i in range(4)))
    shown = [idea.ghosts[0].note.pitch for idea in ideas.cowriter.ideas.answers]
    assert len(shown) == 8
    assert shown[0] == 69, "the starred one; the oldest of the others went"
    assert shown[-4:] == [48, 49, 50, 51]
    assert ghosts(ideas) == [48]
    for index in range(8):
        ideas.cowriter.use_ideas(ideas.cowriter.ideas.starring(index, True))
    ideas.cowriter.again()
    answer(ideas, controller, (90,))
    assert len(ideas.cowriter.ideas.answers) == 8
    assert "All eight" in ideas.compose.state_label.text()
    qtbot.keyClick(cards(ideas)[0], Qt.Key.Key_S)
    assert "kept" not in names(ideas)[0]


def test_more_like_this_keeps_the_idea_and_brings_relatives(
    ideas: MusicDesk, controller: FakeController, qtbot: QtBot
) -> None:
    ideas.browsing.show_idea(1)
    qtbot.mouseClick(ideas.compose.answer.more_button, Qt.MouseButton.LeftButton)
    assert "Thinking" in ideas.compose.state_label.text()
    assert "kept" in names(ideas)[1]
    relatives(ideas, controller)
    answers = ideas.cowriter.ideas.answers
    assert len(answers) == 3 + 4
    assert ideas.cowriter.ideas.at == 3
    found = {idea.kinship.way for idea in answers[3:] if idea.kinship}
    assert found == {"main notes", "rhythm", "character"}, "all of it lies in the first half"
    assert "of the one you liked" in ideas.compose.answer.seed_label.text()
    assert "Thinking" not in ideas.compose.state_label.text()
    before = len(controller.requests)
    ideas.browsing.ask_for_more()
    again = controller.requests[before:]
    assert all(isinstance(one, ComposeRequest) and one.region_end == 3 * 1920 for one in again)
    assert {len(one.prompt) for one in again if isinstance(one, ComposeRequest)} == {4}


def test_another_model_s_idea_has_relatives_too(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    phrase = tuple(Ghost(Note(1920 + 240 * i, 240, 60 + i), 1.0) for i in range(16))
    desk.cowriter.suggest(Suggestion((Part(0, phrase),), 5, (1920, 5760)))
    assert desk.compose.answer.more_button.isEnabled()
    desk.browsing.ask_for_more()
    relatives(desk, controller)
    ideas = desk.cowriter.ideas.answers
    assert len(ideas) == 5
    assert {idea.kinship.root.model_id for idea in ideas[1:] if idea.kinship} == {"tune-writer"}
    assert all(idea.region == (1920, 5760) for idea in ideas)


def test_what_comes_too_late_is_not_shown(ideas: MusicDesk, controller: FakeController) -> None:
    ideas.browsing.ask_for_more()
    ideas.cowriter.reject()
    relatives(ideas, controller)
    assert ideas.cowriter.ideas.answers == ()


def test_a_search_can_be_cancelled_and_can_fail(
    ideas: MusicDesk, controller: FakeController, qtbot: QtBot
) -> None:
    ideas.browsing.ask_for_more()
    qtbot.mouseClick(ideas.compose.cancel_button, Qt.MouseButton.LeftButton)
    assert len(controller.cancelled) == len(controller.requests) - 1
    relatives(ideas, controller)
    assert len(ideas.cowriter.ideas.answers) == 3
    first = len(controller.requests) + 1
    ideas.browsing.ask_for_more()
    last = len(controller.requests)
    ideas.take_reply(CancelledReply(first))
    for serial in range(first + 1, last + 1):
        ideas.take_reply(Failure(serial, StudioError("The model broke."), "relatives-6", "tune-writer"))
    assert "The model broke" in ideas.compose.state_label.text()
    qtbot.mouseClick(ideas.compose.retry_button, Qt.MouseButton.LeftButton)
    ideas.take_reply(Failure(last + 1, StudioError("One way is closed."), "relatives-0", "tune-writer"))
    relatives(ideas, controller)
    assert len(ideas.cowriter.ideas.answers) > 3, "the other ways are open"


def test_an_idea_is_heard_in_context_and_the_playhead_goes_back(
    ideas: MusicDesk, player: FakePlayer, qtbot: QtBot
) -> None:
    ideas.transport.count_in_button.setChecked(True)
    ideas.transport.loop_button.setChecked(True)
    ideas.playback.seek(480)
    qtbot.mouseClick(cards(ideas)[1].play_button, Qt.MouseButton.LeftButton)
    assert ghosts(ideas) == [69, 71, 72]
    assert player.calls[-1] == ("play", 0), "from a bar before it, without count-in"
    assert ("loop", 0, 0) in player.calls
    assert ideas.auditioning.is_on
    assert cards(ideas)[1].view is not None
    assert cards(ideas)[1].view.playing
    qtbot.keyClick(ideas.roll, Qt.Key.Key_Tab)
    qtbot.waitUntil(lambda: player.calls[-1][0] == "set_score")
    heard = player.calls[-1][1]
    assert isinstance(heard, Score)
    assert [note.pitch for note in heard.notes()][-1] == 71, "the next idea is heard without a break"
    player.state = type(player.state).STOPPED
    qtbot.waitUntil(lambda: not ideas.auditioning.is_on)
    assert ideas.playback.position_ticks == 480
    assert ideas.playback.counts_in
    assert player.calls[-2][0] == "loop" or ("loop", 0, 3 * 1920) in player.calls


def test_pressing_again_stops_it(ideas: MusicDesk, player: FakePlayer, qtbot: QtBot) -> None:
    ideas.browsing.toggle_play()
    assert ideas.compose.answer.play_button.text() == "Stop"
    ideas.browsing.toggle_play()
    qtbot.waitUntil(lambda: not ideas.auditioning.is_on)
    assert ideas.compose.answer.play_button.text() == "Hear it"
    assert not ideas.playback.is_playing


def test_while_the_music_plays_an_idea_is_heard_in_it(ideas: MusicDesk, player: FakePlayer) -> None:
    ideas.playback.toggle()
    before = len(player.calls)
    ideas.browsing.toggle_play(1)
    assert not ideas.auditioning.is_on
    assert not [call for call in player.calls[before:] if call[0] in ("play", "stop", "seek")]
    ideas.playback.seek(8 * 1920)
    ideas.browsing.toggle_play()
    assert player.calls[-1] == ("seek", 0), "it lies behind: the music goes there"
    ideas.playback.pause()


def test_what_is_auditioned_ends_with_the_idea() -> None:
    score = Score((Track(notes=(Note(0, 480, 60), Note(400, 960, 62), Note(960, 480, 64))),))
    cut = until(score, 960)
    assert [(n.pitch, n.end_ticks) for n in cut.notes()] == [(60, 480), (62, 960)]


def test_each_voice_is_accepted_by_its_name(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    write_four(session)
    parts = (
        Part(0, (Ghost(Note(1920, 480, 72), 0.5),)),
        Part(1, (Ghost(Note(1920, 480, 55), 0.5, 1),), new=Track("Alto")),
    )
    desk.cowriter.suggest(Suggestion(parts, 3, (1920, 3840)))
    row = desk.compose.answer.parts
    assert not row.isHidden()
    assert [button.text() for button in row.buttons] == ["Melody", "Alto"]
    assert "one voice" in desk.compose.answer.more_button.toolTip()
    assert cards(desk)[0].view is not None
    assert len(cards(desk)[0].view.sketch.parts) == 2
    assert not desk.compose.answer.more_button.isEnabled()
    qtbot.mouseClick(row.buttons[1], Qt.MouseButton.LeftButton)
    assert [track.name for track in session.score.tracks] == ["Melody", "Alto"]
    assert [button.isEnabled() for button in row.buttons] == [True, False]
    session.undo(MUSIC)
    assert len(session.score.tracks) == 1


def test_voices_are_told_apart_in_little_room(desk: MusicDesk) -> None:
    row = desk.compose.answer.parts
    row.show_parts([("Choir alto", True), ("Choir tenor", True), ("Choir bass", False)])
    assert [button.text() for button in row.buttons] == ["Alto", "Tenor", "Bass"]
    assert row.buttons[0].accessibleName() == "Accept only Choir alto"
    row.show_parts([("Accompaniment", True), ("Accompaniment bass", True)])
    shown = [button.text() for button in row.buttons if not button.isHidden()]
    assert len(set(shown)) == 2
    row.show_parts([("Melody", True)])
    assert row.isHidden()


def test_a_card_draws_again_only_what_changed(ideas: MusicDesk, session: Session) -> None:
    for card in cards(ideas):
        card.grab()
    drawn = [card._pixmap for card in cards(ideas)]
    ideas.browsing.show_idea(1)
    session.change_score(replace(session.score, title="Named"), "Name")
    assert [card._pixmap for card in cards(ideas)] == drawn
    session.add_notes(0, [Note(960, 240, 50)], "Draw")
    assert all(card._pixmap is None for card in cards(ideas)), "an own note shows on every card"


def test_tab_goes_from_card_to_card_and_shows_each(ideas: MusicDesk, qtbot: QtBot) -> None:
    ideas.compose.activateWindow()
    qtbot.waitUntil(ideas.compose.isActiveWindow)
    cards(ideas)[0].setFocus()
    qtbot.keyClick(cards(ideas)[0], Qt.Key.Key_Tab)
    assert cards(ideas)[1].hasFocus()
    assert ghosts(ideas) == [69, 71, 72]
    qtbot.keyClick(cards(ideas)[1], Qt.Key.Key_Backtab)
    assert ghosts(ideas) == [67, 69]


def test_the_menu_of_a_card_does_the_same(ideas: MusicDesk, controller: FakeController) -> None:
    board = ideas.compose.answer.cards
    board._open_menu(1, QPoint(0, 0))
    actions = {action.text(): action for action in board._menu.actions()}
    assert list(actions) == ["Accept", "Hear it", "More like this", "Keep", "Throw away"]
    actions["More like this"].trigger()
    board._menu.hide()
    assert ghosts(ideas) == [69, 71, 72]
    assert len(controller.requests) > 1
    assert "kept" in names(ideas)[1]


def growing(desk: MusicDesk, controller: FakeController, *ideas: tuple[int, ...]) -> None:
    """What has come of the last question so far."""
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    found = []
    for number, idea in enumerate(ideas):
        notes = tuple(Note(request.region_start + 480 * i, 480, pitch) for i, pitch in enumerate(idea))
        found.append(Candidate(notes, (0.5,) * len(notes), request.seed + number))
    until_ticks = request.region_start + 1920
    desk.take_reply(Composing(len(controller.requests), request, tuple(found), until_ticks))


def test_cards_fill_while_the_answer_streams_and_keep_what_was_done_to_them(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    desk.cowriter.continue_()
    growing(desk, controller, (67,), (69,), (71,))
    assert [card.view.notes for card in cards(desk) if card.view] == [1, 1, 1]
    desk.browsing.show_idea(2)
    desk.browsing.toggle_star()
    desk.browsing.drop(0)
    answer(desk, controller, (67, 68), (69, 70), (71, 72, 73))
    assert [card.view.notes for card in cards(desk) if card.view] == [2, 3]
    assert ghosts(desk) == [71, 72, 73]
    assert "kept" in names(desk)[1]


def test_a_starred_idea_is_not_redrawn(ideas: MusicDesk, controller: FakeController) -> None:
    ideas.browsing.toggle_star(0)
    ideas.cowriter.redraw()
    answer(ideas, controller, (80,), (81,), (82,))
    shown = [idea.ghosts[0].note.pitch for idea in ideas.cowriter.ideas.answers]
    assert shown == [67, 81, 82]


def test_enter_accepts_from_the_mood_but_ends_what_is_typed_in_a_field(
    ideas: MusicDesk, session: Session, qtbot: QtBot
) -> None:
    form, before = ideas.compose.form, session.score
    ideas.compose.activateWindow()
    qtbot.waitUntil(ideas.compose.isActiveWindow)
    form.bars_box.setFocus()
    qtbot.keyClick(form.bars_box, Qt.Key.Key_Return)
    assert session.score == before
    square = ideas.compose.findChild(MoodSquare)
    square.setFocus()
    qtbot.keyClick(square, Qt.Key.Key_Return)
    assert pitches(session)[-2:] == [67, 69]


def test_an_idea_like_another_does_not_follow_the_form_and_says_so(
    ideas: MusicDesk, controller: FakeController
) -> None:
    ideas.browsing.ask_for_more()
    relatives(ideas, controller)
    assert ideas.cowriter.ideas.current.kinship is not None
    before, asked = ideas.cowriter.ideas, len(controller.requests)
    ideas.cowriter.redraw()
    assert ideas.cowriter.ideas is before
    assert len(controller.requests) == asked
    assert "keeps to the one you liked" in ideas.compose.state_label.text()
