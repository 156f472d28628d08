"""A duet on the desk: what is asked of the model, what shows, what sounds, and what comes into the score."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.chords import Chord
from studio.core.duet_rules import State
from studio.core.errors import StudioError
from studio.core.messages import Composed, ComposeRequest, Failure, LoadRequest
from studio.core.mood import Mood
from studio.core.score import Note, Score
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.duet_answers import CHANNEL
from tests.ui.music.conftest import FakeController, FakePlayer, FakeState

BAR, BEAT = 1920, 480
CALL = ((60, 0), (64, 480), (67, 960))
Go = Callable[[int], None]


@pytest.fixture
def go(desk: MusicDesk, player: FakePlayer) -> Iterator[Go]:
    """The music has come to there."""
    desk.duetting.show_model()

    def to(ticks: int) -> None:
        while player.position < ticks:
            player.position = min(ticks, player.position + 120)
            desk.playback._follow()

    yield to
    desk.playback.pause()


def choose(desk: MusicDesk, box: str, value: object) -> None:
    combo = getattr(desk.duetting.panel, f"{box}_box")
    combo.setCurrentIndex(combo.findData(value))


def call(desk: MusicDesk, go: Go, since: int = 0, notes: tuple[tuple[int, int], ...] = CALL) -> None:
    for pitch, start in notes:
        go(since + start)
        desk.recorder.press(pitch, 70)
        go(since + start + 240)
        desk.recorder.let_go(pitch)


def request(controller: FakeController) -> ComposeRequest:
    return [one for one in controller.requests if isinstance(one, ComposeRequest)][-1]


def answer(desk: MusicDesk, controller: FakeController, *pitches: int) -> None:
    assert isinstance(controller.requests[-1], ComposeRequest)
    desk.take_reply(controller.answer(*pitches))


@pytest.fixture
def shown(desk: MusicDesk, controller: FakeController, go: Go) -> MusicDesk:
    """One bar was played, and its answer stands as ghosts."""
    choose(desk, "when", 1)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    answer(desk, controller, 72, 74)
    return desk


def placed(session: Session, track: int) -> list[tuple[int, int]]:
    return [(note.start_ticks, note.pitch) for note in session.score.track(track).notes]


def test_the_call_is_asked_about_in_its_own_words(
    desk: MusicDesk, session: Session, controller: FakeController, go: Go
) -> None:
    session.change_score(session.score.with_chords((Chord(BAR, BAR, 7),)), "Chords")
    desk.compose.form.temperature.show_value(0.7)
    choose(desk, "when", 1)
    desk.duetting.start()
    assert isinstance(controller.requests[-1], LoadRequest)
    call(desk, go)
    go(BAR - BEAT)
    asked = request(controller)
    assert asked.channel == CHANNEL
    assert asked.region_start % BAR == 0
    assert asked.region_end - asked.region_start == BAR
    assert [note.pitch for note in asked.prompt] == [60, 64, 67]
    assert asked.prompt[0].start_ticks == asked.region_start - BAR
    assert asked.temperature == 0.7
    assert asked.key is not None
    assert [(chord.start_ticks, chord.root) for chord in asked.chords] == [(asked.region_start, 7)]


def test_the_mood_of_the_form_is_asked_for_too(desk: MusicDesk, controller: FakeController, go: Go) -> None:
    desk.compose.form.mood.show_mood(Mood(-0.8, 0.5))
    choose(desk, "when", 1)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    asked = request(controller)
    assert asked.mood == Mood(-0.8, 0.5)
    assert asked.key is not None
    assert asked.key.minor


def test_the_answer_shows_as_ghosts_and_is_laid_into_what_is_heard(
    shown: MusicDesk, session: Session
) -> None:
    assert [ghost.note.start_ticks for ghost in shown.roll.state.ghosts] == [BAR, BAR + BEAT]
    assert len(session.score.tracks) == 1
    assert placed(session, 0) == [(0, 60), (BEAT, 64), (2 * BEAT, 67)]
    heard = shown.playback.heard()
    assert heard.tracks[1].name == "Answers"
    assert [note.velocity for note in heard.tracks[1].notes] == [70, 70]
    assert shown.duetting.panel.state_label.text() == "Answering in a beat"


def test_call_and_answer_are_a_step_each(shown: MusicDesk, session: Session, go: Go) -> None:
    go(BAR + 60)
    assert placed(session, 1) == [(BAR, 72), (BAR + BEAT, 74)]
    assert session.score.track(1).channel != session.score.track(0).channel
    assert shown.playback.heard() == session.score
    assert shown.duetting.panel.state_label.text() == "Playing, bar 2"
    assert len(shown.roll.state.ghosts) == 2
    go(2 * BAR)
    assert shown.roll.state.ghosts == ()
    shown.duetting.stop()
    assert session.undo(MUSIC) == "Answer"
    assert len(session.score.tracks) == 1
    assert session.undo(MUSIC) == "Call"
    assert placed(session, 0) == []


def test_the_next_turn_hears_the_dialogue(shown: MusicDesk, controller: FakeController, go: Go) -> None:
    go(2 * BAR)
    call(shown, go, 2 * BAR, ((65, 0),))
    go(3 * BAR - BEAT)
    assert [note.pitch for note in request(controller).prompt] == [60, 64, 67, 72, 74, 65]


def test_escape_drops_what_has_not_been_heard(
    shown: MusicDesk, session: Session, go: Go, qtbot: QtBot
) -> None:
    qtbot.keyClick(shown.roll, Qt.Key.Key_Escape)
    assert shown.roll.state.ghosts == ()
    go(3 * BAR)
    assert len(session.score.tracks) == 1
    assert shown.duetting.duet.state is State.LISTENING


def test_enter_and_a_click_do_not_take_a_ghost_of_the_duet(shown: MusicDesk, session: Session) -> None:
    before = session.score
    shown.roll.accept_requested.emit()
    shown.roll.ghost_accepted.emit(shown.roll.state.ghosts[0])
    assert session.score is before
    assert len(shown.roll.state.ghosts) == 2


def test_what_sounded_before_the_stop_stays(
    shown: MusicDesk, session: Session, player: FakePlayer, go: Go
) -> None:
    go(BAR + 300)
    shown.recorder.press(50, 70)
    go(BAR + 360)
    shown.playback.toggle()
    assert player.state is FakeState.STOPPED
    assert [(n.start_ticks, n.end_ticks) for n in session.score.track(1).notes] == [(BAR, BAR + 360)]
    assert (BAR + 300, 50) in placed(session, 0)
    assert not shown.duetting.is_on
    assert shown.recorder.writes


def test_an_answer_that_a_stop_ends_is_one_step_all_the_same(
    shown: MusicDesk, session: Session, go: Go
) -> None:
    go(BAR + 300)
    shown.playback.toggle()
    assert session.score.track(1).end_ticks == BAR + 300
    assert [session.undo(MUSIC) for _ in range(2)] == ["Answer", "Call"]
    assert list(session.score.notes()) == []


def test_a_cut_answer_is_silent_at_once(
    desk: MusicDesk, session: Session, player: FakePlayer, controller: FakeController, go: Go
) -> None:
    choose(desk, "when", 1)
    desk.duetting.panel.cut_box.setChecked(True)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    answer(desk, controller, 72, 74, 76)
    go(BAR + 600)
    desk.recorder.press(60, 70)
    assert player.calls[-1] == ("cut", session.score.track(1).channel, frozenset((72, 74, 76)))
    assert placed(session, 1) == [(BAR, 72), (BAR + BEAT, 74)]
    assert session.score.track(1).end_ticks == BAR + 600
    assert player.calls[-2][0] == "set_score"


def test_skipping_at_the_last_moment_takes_back_what_the_sound_card_has(
    shown: MusicDesk, player: FakePlayer, go: Go
) -> None:
    go(BAR - 100)
    shown.duetting.skip()
    assert player.calls[-1] == ("cut", 1, frozenset((72, 74)))


def test_a_file_that_is_opened_meanwhile_stays_as_it_is(shown: MusicDesk, session: Session, go: Go) -> None:
    """Its notes have the numbers that the answer's had."""
    go(BAR + 300)
    opened = Score.empty("Opened").with_notes_added(0, tuple(Note(i * 240, 240, 50) for i in range(40)))
    session.change_score(opened, "Open")
    shown.duetting.stop()
    assert session.score.track(0).notes == opened.track(0).notes


def test_the_call_stays_on_its_track_where_that_goes(shown: MusicDesk, session: Session, go: Go) -> None:
    go(2 * BAR)
    mine, answers = session.score.tracks
    session.change_score(replace(session.score, tracks=(answers, mine)), "Move a track")
    call(shown, go, 2 * BAR, ((50, 0),))
    assert [track.name for track in session.score.tracks if any(n.pitch == 50 for n in track.notes)] == [
        "Melody"
    ]


def test_nothing_is_written_on_a_locked_track(
    desk: MusicDesk, session: Session, controller: FakeController, go: Go
) -> None:
    session.change_score(session.score.with_track(0, replace(session.score.track(0), locked=True)), "Lock")
    choose(desk, "when", 1)
    choose(desk, "track", True)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    answer(desk, controller, 72)
    go(BAR)
    assert [track.name for track in session.score.tracks] == ["Melody", "Answers"]


def test_an_answer_taken_back_while_it_sounds_stays_away(shown: MusicDesk, session: Session, go: Go) -> None:
    go(BAR + 300)
    session.undo(MUSIC)
    assert len(session.score.tracks) == 1
    shown.duetting.stop()
    assert len(session.score.tracks) == 1


def test_more_notes_cancel_the_first_question(desk: MusicDesk, controller: FakeController, go: Go) -> None:
    choose(desk, "when", 1)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    first = len(controller.requests)
    desk.recorder.press(69, 70)
    assert controller.cancelled == [first]
    assert request(controller).prompt[-1].pitch == 69
    old = controller.requests[first - 1]
    assert isinstance(old, ComposeRequest)
    desk.take_reply(Composed(first, old, (), 1.0))
    assert desk.duetting.duet.state is State.ANSWERING


def test_a_silent_model_says_so(desk: MusicDesk, controller: FakeController, go: Go) -> None:
    choose(desk, "when", 1)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    answer(desk, controller)
    assert "nothing to say" in desk.duetting.panel.state_label.text()


def test_a_failing_model_is_told_and_the_duet_goes_on(
    desk: MusicDesk, controller: FakeController, go: Go, qtbot: QtBot
) -> None:
    choose(desk, "when", 1)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    with qtbot.waitSignal(desk.trouble):
        desk.take_reply(Failure(len(controller.requests), StudioError("No."), CHANNEL))
    assert desk.duetting.is_on
    assert desk.duetting.duet.state is State.LISTENING


def test_on_one_track_the_answer_stands_behind_the_call(
    desk: MusicDesk, session: Session, controller: FakeController, go: Go
) -> None:
    choose(desk, "when", 1)
    choose(desk, "track", True)
    desk.duetting.start()
    call(desk, go, 0, ((60, 0),))
    go(BAR - BEAT)
    answer(desk, controller, 72)
    go(BAR)
    assert len(session.score.tracks) == 1
    assert placed(session, 0) == [(0, 60), (BAR, 72)]


def test_in_a_loop_the_answer_comes_in_the_next_round(
    desk: MusicDesk, session: Session, player: FakePlayer, controller: FakeController, go: Go
) -> None:
    desk.mark((0, BAR))
    desk.playback.use_loop(True)
    choose(desk, "when", 1)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    asked = request(controller)
    assert asked.region_start % BAR == 0
    answer(desk, controller, 72)
    assert [ghost.note.start_ticks for ghost in desk.duetting.ghosts] == [0]
    go(BAR - 1)
    player.position = 30
    desk.playback._follow()
    assert placed(session, 1) == [(0, 72)]
    assert desk.duetting.is_on


def test_going_elsewhere_begins_anew(shown: MusicDesk, player: FakePlayer, go: Go) -> None:
    shown.playback.seek(20 * BAR)
    shown.playback._follow()
    assert shown.duetting.ghosts == ()
    call(shown, go, 20 * BAR)
    assert shown.duetting.duet.due == 21 * BAR


def test_a_key_that_is_down_when_it_begins_is_not_lost(desk: MusicDesk, session: Session, go: Go) -> None:
    desk.record()
    desk.recorder.press(48, 70)
    go(240)
    desk.duetting.start()
    go(480)
    desk.recorder.let_go(48)
    assert [(n.start_ticks, n.end_ticks, n.pitch) for n in session.score.track(0).notes] == [(0, 480, 48)]


def test_a_key_that_is_down_over_a_jump_is_one_note(shown: MusicDesk, session: Session, go: Go) -> None:
    go(2 * BAR)
    shown.recorder.press(48, 70)
    go(2 * BAR + 240)
    shown.playback.seek(20 * BAR)
    shown.playback._follow()
    shown.recorder.let_go(48)
    assert [(n.start_ticks, n.end_ticks) for n in session.score.track(0).notes if n.pitch == 48] == [
        (2 * BAR, 2 * BAR + 240)
    ]
    call(shown, go, 20 * BAR, ((48, 480),))
    assert len([n for n in session.score.track(0).notes if n.pitch == 48]) == 2


def test_it_says_whose_turn_it_is(shown: MusicDesk, go: Go) -> None:
    words = shown.duetting.panel.state_label
    go(2 * BAR)
    assert words.text() == "Your turn… play; I answer at bar 4"
    call(shown, go, 2 * BAR, ((60, 0),))
    assert words.text() == "Listening… I answer at bar 4"


def test_the_record_button_ends_it_too(shown: MusicDesk) -> None:
    assert shown.transport.record_button.isChecked()
    shown.record()
    assert not shown.duetting.is_on
    assert shown.duetting.panel.start_button.text() == "Start the duet"


def test_without_a_model_it_says_so(desk: MusicDesk, qtbot: QtBot) -> None:
    desk.cowriter.use_models([])
    desk.duetting.card = lambda: None
    with qtbot.waitSignal(desk.notice):
        desk.duetting.toggle()
    assert not desk.duetting.is_on
    desk.duetting.panel.show_model(None)
    assert not desk.duetting.panel.start_button.isEnabled()


def test_the_panel_tells_what_is_played_on(desk: MusicDesk, qtbot: QtBot) -> None:
    panel = desk.duetting.panel
    qtbot.addWidget(panel)
    panel.show()
    assert panel.keys_button.isVisible()
    qtbot.mouseClick(panel.keys_button, Qt.MouseButton.LeftButton)
    assert desk.roll.typing.is_on
    assert not panel.keys_button.isVisible()
    desk.toggle_typing()
    assert panel.keys_button.isVisible()
    panel.show_keys(False, "Keys A")
    assert "Keys A" in panel.keys_label.text()


def test_only_what_counts_is_asked_for(desk: MusicDesk, qtbot: QtBot) -> None:
    panel = desk.duetting.panel
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.pause_box.isVisible()
    assert panel.program_box.isVisible()
    choose(desk, "when", 0)
    choose(desk, "track", True)
    assert panel.pause_box.isVisible()
    assert panel.line_box.isVisible()
    assert not panel.program_box.isVisible()
    assert (panel.rules.bars, panel.rules.one_track) == (0, True)


def test_the_answers_instrument_can_be_changed(shown: MusicDesk, session: Session, go: Go) -> None:
    go(BAR)
    assert session.score.track(1).program == 11
    shown.duetting.panel.program_box.setCurrentIndex(73)
    shown.duetting.panel.program_chosen.emit(73)
    assert session.score.track(1).program == 73


def test_notes_of_ones_own_stay_where_an_answer_would_lie(
    desk: MusicDesk, session: Session, controller: FakeController, go: Go
) -> None:
    session.add_notes(0, (Note(BAR, BEAT, 72),), "Draw")
    choose(desk, "when", 1)
    choose(desk, "track", True)
    desk.duetting.start()
    call(desk, go)
    go(BAR - BEAT)
    answer(desk, controller, 72, 76)
    go(BAR)
    assert [one for one in placed(session, 0) if one[0] >= BAR] == [(BAR, 72), (BAR + BEAT, 76)]
