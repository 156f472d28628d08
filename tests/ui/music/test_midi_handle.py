"""Notes leave the window as a MIDI file in a hand, or on the clipboard; what comes in is any kind of score."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication
from pytestqt.qtbot import QtBot

from studio.core.score import Note, Score, Track
from studio.core.session import Session
from studio.files.midi import midi_bytes, read_midi
from studio.files.score_writer import write_score
from studio.ui.music.desk import MusicDesk
from studio.ui.music.midi_handle import MidiDrag
from tests.ui.music.conftest import FakeController

LEFT = Qt.MouseButton.LeftButton
FOUR = tuple(Note(960 * i, 480, pitch) for i, pitch in enumerate((60, 62, 64, 65)))
KERN = "**kern\n*M4/4\n4c\n4d\n*-\n"


def carried(drag: MidiDrag, qtbot: QtBot) -> tuple[str, list[tuple[int, int]]]:
    """The name of the file that a hand takes, and the notes in it."""
    qtbot.mousePress(drag.handle, LEFT, pos=QPoint(8, 8))
    qtbot.waitUntil(lambda: drag.mime() is not None)
    (url,) = drag.mime().urls()
    path = Path(url.toLocalFile())
    qtbot.mouseRelease(drag.handle, LEFT, pos=QPoint(8, 8))
    return path.name, [(note.start_ticks, note.pitch) for note in read_midi(path).score.notes()]


def test_the_handle_carries_what_the_person_means(
    desk: MusicDesk, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    drag = desk.midi_drag
    session.change_score(
        Score((Track("A", notes=FOUR), Track("B", notes=(Note(1920, 480, 40),))), title="Air: 1/2"), "Open"
    )
    whole = [(0, 60), (960, 62), (1920, 64), (2880, 65), (1920, 40)]
    assert carried(drag, qtbot) == ("Air 12.mid", whole)
    desk.mark((1920, 3840))
    assert carried(drag, qtbot) == ("Air 12 bars 2.mid", [(0, 64), (960, 65), (0, 40)])
    desk.mark(None)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 69))
    assert carried(drag, qtbot) == ("Air 12 suggestion.mid", [(0, 67), (480, 69)])
    desk.roll.state.select({note.id for note in session.score.tracks[0].notes[1:3]})
    assert carried(drag, qtbot) == ("Air 12 selection.mid", [(0, 62), (960, 64)])


def test_a_click_says_what_the_handle_is_for(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desk.notice) as told:
        qtbot.mouseClick(desk.midi_drag.handle, LEFT)
    assert "there are none yet" in told.args[0]
    session.add_notes(0, FOUR, "Draw")
    with qtbot.waitSignal(desk.notice) as told:
        qtbot.keyClick(desk.midi_drag.handle, Qt.Key.Key_Space)
    assert "the whole score" in told.args[0]


def test_the_files_are_gone_when_the_desk_closes(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    session.add_notes(0, FOUR, "Draw")
    carried(desk.midi_drag, qtbot)
    path = Path(desk.midi_drag.mime().urls()[0].toLocalFile())
    assert path.exists()
    desk.close()
    assert not path.exists()


def test_copied_notes_are_midi_for_other_programs_too(desk: MusicDesk, session: Session) -> None:
    session.add_notes(0, FOUR, "Draw")
    desk.roll.state.select({note.id for note in session.score.tracks[0].notes[1:3]})
    desk.roll.actions_on_notes.copy()
    data = QGuiApplication.clipboard().mimeData()
    assert bytes(data.data("audio/midi").data()).startswith(b"MThd")
    other = QMimeData()
    other.setData("audio/midi", midi_bytes(Score((Track(notes=(Note(0, 240, 50), Note(240, 240, 52))),))))
    QGuiApplication.clipboard().setMimeData(other)
    desk.roll.state.put_cursor(9600, 60)
    desk.roll.actions_on_notes.paste()
    assert [(n.start_ticks, n.pitch) for n in session.score.notes()][-2:] == [(9600, 50), (9840, 52)]
    broken = QMimeData()
    broken.setData("audio/midi", b"MThd and no more")
    QGuiApplication.clipboard().setMimeData(broken)
    desk.roll.actions_on_notes.paste()
    assert len(list(session.score.notes())) == 6


@pytest.mark.parametrize("ending", [".mid", ".musicxml", ".mxl", ".xml", ".abc", ".krn"])
def test_a_score_of_any_kind_can_be_dropped(
    desk: MusicDesk, session: Session, qtbot: QtBot, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"tune{ending}"
    if ending == ".krn":
        path.write_text(KERN)
    else:
        write_score(Score((Track("Tune", notes=(Note(0, 480, 60), Note(480, 480, 62))),)), path)
    with qtbot.waitSignal(desk.files.opened):
        desk.roll.files_dropped.emit((str(path),))
    assert [note.pitch for note in session.score.notes()] == [60, 62]
    session.undo("music")
    assert list(session.score.notes()) == []


def test_of_several_files_the_first_is_opened_and_that_is_said(
    desk: MusicDesk, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    paths = [tmp_path / "one.mid", tmp_path / "two.mid"]
    for pitch, path in enumerate(paths, 60):
        write_score(Score((Track("Tune", notes=(Note(0, 480, pitch),)),)), path)
    with qtbot.waitSignal(desk.files.opened), qtbot.waitSignal(desk.notice) as told:
        desk.roll.files_dropped.emit(tuple(map(str, paths)))
    assert told.args == ["2 files were dropped; one.mid is opened."]
    assert [note.pitch for note in session.score.notes()] == [60]


@pytest.mark.parametrize("ending", [".mid", ".musicxml", ".mxl", ".abc", ".krn"])
def test_a_file_that_cannot_be_read_leaves_the_open_score(
    desk: MusicDesk, session: Session, qtbot: QtBot, tmp_path: Path, ending: str
) -> None:
    session.add_notes(0, FOUR, "Draw")
    before, path = session.score, tmp_path / f"broken{ending}"
    path.write_bytes(b"Dear diary, today I wrote a tune." * 9)
    with qtbot.waitSignal(desk.trouble) as told:
        desk.roll.files_dropped.emit((str(path),))
    assert session.score is before
    assert path.name in told.args[0].title
    assert not desk.file_notes.isVisible()


def test_the_page_takes_files_too(desk: MusicDesk, qtbot: QtBot, tmp_path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / name)) for name in ("a.txt", "b.mxl", "c.mid")])
    event = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    panel = desk.paging.panel
    qtbot.addWidget(panel)
    panel.files_dropped.disconnect(desk.files.open_first)
    with qtbot.waitSignal(panel.files_dropped) as caught:
        panel.dropEvent(event)
    assert caught.args == [(str(tmp_path / "b.mxl"), str(tmp_path / "c.mid"))]
