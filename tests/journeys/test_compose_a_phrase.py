"""Draw four notes, let the model continue, keep it, export MIDI, undo all of it."""

from collections.abc import Callable
from pathlib import Path

import pytest
import soundfile
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.messages import Progress, WorkDone
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.files.midi import read_midi
from tests.journeys.conftest import PATIENCE_MS

FOUR = tuple(Note(480 * step, 480, pitch) for step, pitch in enumerate((62, 66, 69, 74)))


@pytest.fixture
def desk(open_app: Callable[..., StudioApp], qtbot: QtBot) -> StudioApp:
    studio = open_app()
    studio.window.show_desk(MUSIC)
    return studio


def test_draw_continue_keep_export_undo(desk: StudioApp, qtbot: QtBot, tmp_path: Path) -> None:
    session, music = desk.session, desk.music
    session.add_notes(0, FOUR, "Draw four notes")
    button = desk.window.findChild(QPushButton, "compose-continue")
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(music.cowriter.ghosts), timeout=PATIENCE_MS)
    assert [note.pitch for note in session.score.notes()] == [62, 66, 69, 74]
    ghosts = len(music.cowriter.ghosts)
    qtbot.keyClick(music.roll.viewport(), Qt.Key.Key_Return)
    assert len(list(session.score.notes())) == 4 + ghosts
    assert all(note.start_ticks >= 1920 for note in list(session.score.notes())[4:])
    path = tmp_path / "tune.mid"
    music.files.export(str(path))
    qtbot.waitUntil(path.exists, timeout=PATIENCE_MS)
    back = read_midi(path).score
    assert [n.pitch for n in back.notes()] == [n.pitch for n in session.score.notes()]
    assert session.undo(MUSIC)
    assert [note.pitch for note in session.score.notes()] == [62, 66, 69, 74]
    while session.undo(MUSIC):
        pass
    assert not list(session.score.notes())


def test_a_broken_midi_file_leaves_the_score_as_it_was(desk: StudioApp, qtbot: QtBot, tmp_path: Path) -> None:
    desk.session.add_notes(0, FOUR, "Draw four notes")
    before = desk.session.score
    (tmp_path / "words.mid").write_text("these are words")
    (tmp_path / "empty.mid").write_bytes(b"")
    for name in ("words.mid", "empty.mid"):
        with qtbot.waitSignal(desk.music.trouble, timeout=PATIENCE_MS) as caught:
            desk.open_file(str(tmp_path / name))
        assert name in caught.args[0].title
        assert desk.session.score == before


def test_the_score_is_rendered_to_a_file_with_progress(desk: StudioApp, qtbot: QtBot, tmp_path: Path) -> None:
    desk.session.add_notes(0, FOUR, "Draw four notes")
    seen: list[object] = []
    desk.bridge.reply_arrived.connect(seen.append)
    desk.music.files.render(str(tmp_path / "phrase"))
    qtbot.waitUntil((tmp_path / "phrase.wav").exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: any(isinstance(reply, WorkDone) for reply in seen), timeout=PATIENCE_MS)
    assert any(isinstance(reply, Progress) and reply.total >= 4 for reply in seen)
    samples, _ = soundfile.read(tmp_path / "phrase.wav")
    assert len(samples) >= 4 * 44_100 * 0.95
    assert abs(samples).max() > 0.01
