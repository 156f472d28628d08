"""A pianist's sketch becomes a small band: split, mixed, sorted, drums and another file's tracks added; all undone."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.performance import is_drum
from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC
from studio.files.midi import read_midi, write_midi
from tests.journeys.conftest import PATIENCE_MS

LEFT = Qt.MouseButton.LeftButton
Key = Qt.Key
SKETCH = tuple(Note(480 * step, 480, pitch) for step, pitch in enumerate((76, 48, 79, 43, 72, 52, 74, 55)))


@pytest.fixture
def studio(open_app: Callable[..., StudioApp]) -> StudioApp:
    studio = open_app()
    studio.window.show_desk(MUSIC)
    return studio


def test_from_a_sketch_to_a_band(studio: StudioApp, qtbot: QtBot, tmp_path: Path) -> None:
    session, desk, act = studio.session, studio.music, studio.window.commands.action
    session.add_notes(0, SKETCH, "Play a sketch")
    desk.roll.state.put_cursor(0, 60)
    studio.window.commands.refresh()
    act("split-track").trigger()
    assert [len(track.notes) for track in session.score.tracks] == [4, 4]

    act("focus-tracks").trigger()
    rows = desk.tracklist.list.rows
    qtbot.waitUntil(lambda: studio.window.focusWidget() is rows[0])
    qtbot.keyClick(rows[0], Key.Key_Return)
    qtbot.keyClicks(desk.tracklist.chooser.field, "flute")
    qtbot.keyClick(desk.tracklist.chooser.field, Key.Key_Down)
    qtbot.keyClick(desk.tracklist.chooser.field, Key.Key_Return)
    assert session.score.track(0).program == 75, "pan flute"
    qtbot.keyClick(rows[0], Key.Key_Down)
    qtbot.keyClick(rows[1], Key.Key_F2)
    qtbot.keyClicks(rows[1].name_field, "Left hand")
    qtbot.keyClick(rows[1].name_field, Key.Key_Return)
    qtbot.keyClick(rows[1], Key.Key_M)
    assert (session.score.track(1).name, session.score.track(1).muted) == ("Left hand", True)

    qtbot.mouseClick(desk.tracklist.buttons["add-drums"], LEFT)
    qtbot.mouseClick(desk.roll.keys, LEFT, pos=QPoint(30, desk.roll.point_of(0, 36).y()))
    qtbot.mouseDClick(desk.roll.viewport(), LEFT, pos=desk.roll.point_of(10, 36))
    qtbot.mouseRelease(desk.roll.viewport(), LEFT, pos=desk.roll.point_of(10, 36))
    assert [note.pitch for note in session.score.track(2).notes] == [36]
    assert is_drum(session.score.track(2).channel)
    act("track-up").trigger()
    assert [track.name for track in session.score.tracks][1:] == ["Drums", "Left hand"]

    other = tmp_path / "brass.mid"
    write_midi(Score((Track("Horn", 60, (Note(0, 960, 65),), 0),)).with_tempo(77), other)
    with qtbot.waitSignal(desk.notice, timeout=PATIENCE_MS) as told:
        desk.track_files.add(str(other))
    assert "77" in told.args[0]
    assert [track.name for track in session.score.tracks][-1] == "Horn"
    assert session.score.tempos[0].bpm == 120

    saved = tmp_path / "band.mid"
    desk.files.export(str(saved))
    qtbot.waitUntil(saved.exists, timeout=PATIENCE_MS)
    back = read_midi(saved).score
    assert [(t.name, t.program, t.drums) for t in back.tracks] == [
        (t.name, t.program, t.drums) for t in session.score.tracks
    ]
    while session.undo(MUSIC):
        pass
    assert session.score == Score.empty()
    assert len(rows) == 1


def test_the_panel_can_be_hidden_and_the_strip_tells_the_track(studio: StudioApp, qtbot: QtBot) -> None:
    dock, strip = studio.window.findChild(QDockWidget, "dock-tracks"), studio.music.strip
    qtbot.waitUntil(lambda: studio.music.tracklist.is_seen)
    assert not strip.track_box.isVisible()
    dock.toggleViewAction().trigger()
    qtbot.waitUntil(strip.track_box.isVisible)
    studio.window.commands.action("add-track").trigger()
    assert strip.track_box.currentText() == "2  Track 2"
    strip.track_box.activated.emit(0)
    assert studio.music.roll.state.track_index == 0
    studio.window.commands.action("name-track").trigger()
    field = studio.music.tracklist.list.rows[0].name_field
    qtbot.waitUntil(lambda: not strip.track_box.isVisible() and field.isVisible())
    qtbot.keyClicks(field, "Air")
    qtbot.keyClick(field, Key.Key_Return)
    assert studio.session.score.track(0).name == "Air"
