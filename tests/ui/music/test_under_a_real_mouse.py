"""The roll under a real pointer: a phrase is drawn, moved, answered and played (run with -m x11 under Xvfb)."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from studio.core.messages import ComposeRequest
from studio.core.mood import Mood
from studio.core.score import Note
from studio.core.session import Session
from studio.core.stamps import Stamp
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.lanes import TEMPO
from studio.ui.music.pianoroll.state import Tool
from tests.real_mouse import RealMouse
from tests.ui.music.conftest import FakeController, FakePlayer
from tests.ui.music.test_ideas import answer

pytestmark = pytest.mark.x11


def _notes(session: Session) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in session.score.track(0).notes]


def test_draw_move_and_stretch(
    desk: MusicDesk, session: Session, real_mouse: RealMouse, qtbot: QtBot
) -> None:
    grid, place = desk.roll.viewport(), desk.roll.point_of
    real_mouse.double_click(grid, place(500, 65))
    qtbot.waitUntil(lambda: _notes(session) == [(480, 120, 65)])
    real_mouse.drag(grid, place(580, 65), place(960, 65))
    assert _notes(session) == [(480, 480, 65)]
    real_mouse.drag(grid, place(700, 65), place(220, 69))
    assert _notes(session) == [(0, 480, 69)]
    assert len(session.score_history.labels) == 3


def test_the_pencil_and_the_velocity_lane(desk: MusicDesk, session: Session, real_mouse: RealMouse) -> None:
    grid, place = desk.roll.viewport(), desk.roll.point_of
    real_mouse.click(desk.strip._tools[Tool.DRAW])
    for step, pitch in enumerate((60, 64, 67, 72)):
        real_mouse.drag(grid, place(480 * step + 10, pitch), place(480 * step + 470, pitch))
    assert [note[2] for note in _notes(session)] == [60, 64, 67, 72]
    lane, x_of = desk.roll.lanes.velocities, desk.roll.state.geometry.x_of
    real_mouse.drag(lane, QPoint(x_of(0) + 2, 60), QPoint(x_of(1440) + 2, 15))
    velocities = [note.velocity for note in session.score.track(0).notes]
    assert velocities == sorted(velocities)
    assert velocities[0] < velocities[-1]


def test_the_ruler_and_a_ghost(
    desk: MusicDesk, session: Session, controller: FakeController, player: FakePlayer, real_mouse: RealMouse
) -> None:
    x_of = desk.roll.state.geometry.x_of
    real_mouse.drag(desk.roll.ruler, QPoint(x_of(1920) + 1, 12), QPoint(x_of(3840) + 1, 12))
    assert desk.roll.state.region == (1920, 3840)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 71))
    real_mouse.click(desk.roll.viewport(), desk.roll.point_of(2600, 71))
    assert _notes(session) == [(2400, 480, 71)]
    real_mouse.click(desk.roll.ruler, QPoint(x_of(960) + 1, 12))
    assert player.position == 960


def test_the_wheel_scrolls_and_zooms(desk: MusicDesk, real_mouse: RealMouse) -> None:
    before = desk.roll.state.geometry
    real_mouse.scroll(desk.roll.viewport(), -3)
    assert desk.roll.state.geometry.top_px > before.top_px
    real_mouse.scroll(desk.roll.ruler, 2)
    assert desk.roll.state.geometry.px_per_tick > before.px_per_tick


def test_tracks_are_mixed_and_notes_are_carried_to_them(
    desk: MusicDesk, session: Session, real_mouse: RealMouse, qtbot: QtBot
) -> None:
    session.add_notes(0, (Note(0, 480, 65), Note(480, 480, 67)), "Write")
    desk.tracks.add()
    desk.choose_track(0)
    rows, panel = desk.tracklist.list.rows, desk.tracklist
    qtbot.waitUntil(lambda: rows[1].y() >= rows[0].height() > 40)
    real_mouse.click(rows[1].mute_button)
    assert session.score.track(1).muted
    slider = rows[1].volume
    real_mouse.drag(slider, QPoint(slider.width() - 30, 8), QPoint(20, 8))
    assert session.score.track(1).volume < 30
    assert session.score_history.labels[-2:] == ("Mute", "Volume")
    grid = desk.roll.viewport()
    real_mouse.drag(
        grid, desk.roll.point_of(200, 65), grid.mapFromGlobal(rows[1].mapToGlobal(QPoint(80, 20)))
    )
    assert [[n.pitch for n in track.notes] for track in session.score.tracks] == [[67], [65]]
    real_mouse.double_click(rows[1], rows[1].name_label.geometry().center())
    real_mouse.type("h", "i", "Return")
    assert session.score.track(1).name == "hi"
    assert panel.list.rows[1].hasFocus()
    real_mouse.type("Up")
    assert desk.roll.state.track_index == 0


def test_a_ritardando_is_drawn_and_a_chord_stamped(
    desk: MusicDesk, session: Session, real_mouse: RealMouse
) -> None:
    desk.roll.lanes.show_lane(TEMPO)
    lane, x_of = desk.roll.lanes.tempo, desk.roll.state.geometry.x_of
    real_mouse.drag(lane, QPoint(x_of(1920), lane._y_of(120)), QPoint(x_of(3840), lane._y_of(70)))
    bpms = [one.bpm for one in session.score.tempos]
    assert bpms[1:-1] == sorted(bpms[1:-1], reverse=True)
    assert [one.ticks for one in session.score.tempos][-2:] == [3360, 3840]
    assert bpms[-1] == 120
    desk.strip.stamp_button.chosen.emit(Stamp("minor"))
    real_mouse.drag(desk.roll.viewport(), desk.roll.point_of(20, 60), desk.roll.point_of(900, 62))
    assert [pitch for _, _, pitch in _notes(session)] == [62, 65, 69]
    real_mouse.drag(lane, QPoint(x_of(3840), lane._y_of(120)), QPoint(x_of(3840), lane._y_of(100)))
    assert abs(session.score.tempo_at(3840).bpm - 100) <= 3
    assert len(session.score_history.labels) == 3


def test_cards_are_clicked_starred_heard_and_taken(
    desk: MusicDesk,
    session: Session,
    controller: FakeController,
    player: FakePlayer,
    real_mouse: RealMouse,
    qtbot: QtBot,
) -> None:
    desk.compose.setGeometry(1050, 0, 300, 900)
    desk.cowriter.continue_()
    answer(desk, controller, (67, 69), (69, 71, 72), (71,))
    cards = desk.compose.answer.cards.cards
    picture = QPoint(40, 44)
    qtbot.waitUntil(cards[2].isVisible)
    real_mouse.click(cards[1], picture)
    assert [ghost.note.pitch for ghost in desk.roll.state.ghosts] == [69, 71, 72]
    real_mouse.click(cards[1].star_button)
    assert desk.cowriter.ideas.is_starred(1)
    real_mouse.click(cards[2].play_button)
    assert desk.auditioning.is_on
    assert player.calls[-1][0] == "play"
    real_mouse.click(cards[2].play_button)
    qtbot.waitUntil(lambda: not desk.auditioning.is_on)
    real_mouse.double_click(cards[1], picture)
    assert [note[2] for note in _notes(session)] == [69, 71, 72]
    assert len(session.score_history.labels) == 1


def test_ideas_follow_a_real_hand_over_the_square_of_moods(
    desk: MusicDesk, controller: FakeController, real_mouse: RealMouse, qtbot: QtBot
) -> None:
    desk.compose.setGeometry(1050, 0, 300, 900)
    desk.cowriter.continue_()
    answer(desk, controller, (67, 69))
    square = desk.compose.form.mood.square
    tops: list[int] = []

    def lies_still() -> bool:
        tops.append(square.mapToGlobal(QPoint()).y())
        return len(tops) > 10 and len(set(tops[-10:])) == 1

    qtbot.waitUntil(lies_still)
    desk.compose.findChild(QScrollArea).ensureWidgetVisible(square)
    real_mouse.drag(square, square.place_of(Mood()).toPoint(), square.place_of(Mood(0.6, -0.4)).toPoint())
    asked = controller.requests[-1]
    assert isinstance(asked, ComposeRequest)
    assert asked.mood is not None, "the first move is asked about at once, the others wait for its answer"
    assert square.mood is not None
    assert abs(square.mood.valence - 0.6) + abs(square.mood.energy + 0.4) < 0.1
    answer(desk, controller, (71,))
    qtbot.waitUntil(lambda: [ghost.note.pitch for ghost in desk.cowriter.ghosts] == [71])
    real_mouse.type("Left")
    assert square.mood.valence < 0.55
    real_mouse.type("Delete")
    assert square.mood is None
    assert desk.cowriter.ghosts, "Delete took the mood, not a note"
