"""Draw a melody, let the bundled models accompany it and harmonise it, keep a voice, undo; a locked voice stays."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.score import Note, Track
from studio.core.session import MUSIC
from tests.journeys.conftest import PATIENCE_MS

TUNE = (72, 74, 76, 79, 77, 76, 74, 72)


@pytest.fixture
def desk(open_app: Callable[..., StudioApp], qtbot: QtBot) -> StudioApp:
    studio = open_app()
    studio.window.show_desk(MUSIC)
    studio.music.roll.setFocus()
    qtbot.waitUntil(lambda: "accompany" in studio.music.compose.buttons.ways, timeout=PATIENCE_MS)
    return studio


def draw(desk: StudioApp, qtbot: QtBot) -> None:
    """Eight quarter notes, each by a double click."""
    roll = desk.music.roll
    for step, pitch in enumerate(TUNE):
        at = QPoint(roll.point_of(480 * step + 10, pitch))
        qtbot.mouseDClick(roll.viewport(), Qt.MouseButton.LeftButton, pos=at)
    long = tuple(replace(note, duration_ticks=480) for note in roll.state.track.notes)
    roll.state.replace_notes(long, "Hold")
    assert [note.pitch for note in desk.session.score.notes()] == list(TUNE)


def press(desk: StudioApp, qtbot: QtBot, name: str) -> None:
    button = desk.window.findChild(QPushButton, f"compose-{name}")
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def names(desk: StudioApp) -> list[str]:
    return [track.name for track in desk.session.score.tracks]


def test_accompany_hear_keep_a_voice_undo(desk: StudioApp, qtbot: QtBot) -> None:
    music, session = desk.music, desk.session
    draw(desk, qtbot)
    before = session.score
    press(desk, qtbot, "accompany")
    qtbot.waitUntil(lambda: len(music.cowriter.ideas.answers) == 4, timeout=PATIENCE_MS)
    assert session.score == before
    assert music.cowriter.ideas.answers[-1].title == "Piano texture"
    assert music.roll.state.chord_ghosts
    heard = music.playback.heard()
    assert len(heard.tracks) == 3
    low = [note for track in heard.tracks[1:] for note in track.notes]
    assert all(note.pitch < top.pitch for note in low for top in heard.tracks[0].notes
               if top.overlaps(note.start_ticks, note.end_ticks))  # fmt: skip
    first = music.roll.state.ghosts
    qtbot.keyClick(music.roll, Qt.Key.Key_Tab)
    assert music.roll.state.ghosts != first
    music.cowriter.accept_part(1)
    assert names(desk) == ["Melody", "Backing bass"]
    assert {ghost.part for ghost in music.roll.state.ghosts} == {0}
    qtbot.keyClick(music.roll, Qt.Key.Key_Return)
    assert names(desk) == ["Melody", "Backing bass", "Backing"]
    assert session.score.chords
    session.undo(MUSIC)
    assert names(desk) == ["Melody", "Backing bass"]
    session.undo(MUSIC)
    assert session.score == before


def test_harmonise_with_the_alto_locked(desk: StudioApp, qtbot: QtBot) -> None:
    music, session = desk.music, desk.session
    draw(desk, qtbot)
    alto = Track("Alto", notes=(Note(0, 1920, 67), Note(1920, 1920, 67)), channel=1)
    session.change_score(session.score.with_track(1, alto), "Write an alto")
    music.choose_track(1)
    lock = next(command for command in music.commands() if command.id == "lock-track")
    lock.run()
    locked = session.score.tracks[1]
    assert locked.locked
    press(desk, qtbot, "harmonise")
    qtbot.waitUntil(lambda: bool(music.roll.state.ghosts), timeout=PATIENCE_MS)
    assert len(music.cowriter.ideas.answers) == 4
    qtbot.keyClick(music.roll, Qt.Key.Key_Return)
    assert names(desk) == ["Melody", "Alto", "Tenor", "Bass"]
    assert session.score.tracks[1] == locked
    tenor, bass = (session.score.tracks[at].notes for at in (2, 3))
    for voice in (tenor, bass):
        assert all(one.end_ticks <= other.start_ticks for one, other in pairwise(voice))
    assert sum(note.pitch for note in bass) / len(bass) < sum(note.pitch for note in tenor) / len(tenor)
    session.undo(MUSIC)
    assert names(desk) == ["Melody", "Alto"]
    music.mark((0, 1920))
    music.ways.show()
    assert not desk.window.findChild(QPushButton, "compose-vary").isEnabled()
    assert "locked" in music.compose.buttons.ways["vary"].where


def test_find_chords_and_keep_one(desk: StudioApp, qtbot: QtBot) -> None:
    music, session = desk.music, desk.session
    draw(desk, qtbot)
    press(desk, qtbot, "chords")
    qtbot.waitUntil(lambda: bool(music.roll.state.chord_ghosts), timeout=PATIENCE_MS)
    chord = music.roll.state.chord_ghosts[0]
    lane = music.roll.chords
    at = QPoint(music.roll.state.geometry.x_of(chord.start_ticks + 60), lane.height() // 2)
    qtbot.mouseClick(lane, Qt.MouseButton.LeftButton, pos=at)
    assert session.score.chords == (chord,)
    session.undo(MUSIC)
    assert session.score.chords == ()
