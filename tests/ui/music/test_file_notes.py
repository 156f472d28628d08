"""What a file could not keep is said when it is opened or written, and can be read again."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.score import Note, Score, Track
from studio.core.session import Session
from studio.files.score_writer import write_score
from studio.ui.music.desk import MusicDesk


def test_the_list_stays_until_the_next_file(
    desk: MusicDesk, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    session.add_notes(0, (Note(7, 473, 60), Note(480, 480, 62, muted=True)), "Draw")
    with qtbot.waitSignal(desk.notice) as told:
        desk.files.export_notation(str(tmp_path / "a.abc"))
    assert "Saved a.abc. 2 things in it are not as they were" in told.args[0]
    assert desk.file_notes.isVisible()
    assert desk.file_notes.text() == "2"
    assert desk.file_notes.accessibleName() == "2 things in a.abc are not as they were"
    qtbot.mouseClick(desk.file_notes, Qt.MouseButton.LeftButton)
    card = desk.file_notes._list
    assert card.isVisible()
    assert card.title_label.text() == "a.abc"
    assert "Muted notes were left out: 1." in card.words_label.text()
    qtbot.keyClick(card, Qt.Key.Key_Escape)
    assert not card.isVisible()
    write_score(Score((Track("Tune", notes=(Note(0, 480, 60),)),)), tmp_path / "b.mid")
    with qtbot.waitSignal(desk.files.opened):
        desk.files.open(str(tmp_path / "b.mid"))
    assert not desk.file_notes.isVisible()
