"""The engraved page beside the roll: it follows edits, the music and the selection, and the hand can point into it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from studio.core.score import Note, Score, Track
from studio.core.session import Session
from studio.files.score_writer import write_score
from studio.ui.common.theme import colour
from studio.ui.music import paging
from studio.ui.music.desk import MusicDesk
from studio.ui.music.page.page_panel import PagePanel
from studio.ui.music.page.page_view import PageView
from tests.ui.music.conftest import FakeController, FakePlayer

PATIENCE_MS = 20_000


def line(count: int, base: int = 67) -> tuple[Note, ...]:
    return tuple(Note(480 * i, 480, base + i % 7) for i in range(count))


@pytest.fixture
def panel(desk: MusicDesk, qtbot: QtBot) -> Iterator[PagePanel]:
    """The panel in sight, 700 x 420, with nothing written yet."""
    panel = desk.paging.panel
    qtbot.addWidget(panel)
    panel.resize(700, 420)
    with qtbot.waitExposed(panel):
        panel.show()
    panel.set_seen(True)
    yield panel
    desk.close()


def shown(qtbot: QtBot, view: PageView, *ids: int) -> None:
    """Wait until these notes stand on the page, and its picture is that of this very page."""

    def is_drawn() -> bool:
        known = view._images._images.get(view.current_page)
        return known is not None and known[0] is view._pages.get(view.current_page)

    qtbot.waitUntil(lambda: all(view.place_of_note(i) is not None for i in ids), timeout=PATIENCE_MS)
    qtbot.waitUntil(is_drawn, timeout=PATIENCE_MS)


def colour_at(view: PageView, at: QPoint) -> QColor:
    return view.viewport().grab().toImage().pixelColor(at)


def colours_in(view: PageView, area: QRect) -> set[int]:
    image = view.viewport().grab(area).toImage()
    return {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}


def test_it_says_what_it_is_for_while_nothing_is_written(panel: PagePanel) -> None:
    assert panel.empty.isVisible()
    assert "Nothing to engrave" in panel.empty.title_label.text()
    assert not panel.print_button.isEnabled()


def test_it_follows_what_is_written(
    desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot
) -> None:
    ids = session.add_notes(0, line(4), "Draw")
    shown(qtbot, panel.view, *ids)
    assert not panel.empty.isVisible()
    assert panel.page_label.text() == "1 of 1"
    (new,) = session.add_notes(0, (Note(1920, 480, 72),), "Draw")
    shown(qtbot, panel.view, new)
    session.undo("music")
    qtbot.waitUntil(lambda: panel.view.place_of_note(new) is None, timeout=PATIENCE_MS)
    session.undo("music")
    qtbot.waitUntil(lambda: panel.empty.isVisible(), timeout=PATIENCE_MS)


def test_nothing_is_engraved_while_nobody_looks(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    session.add_notes(0, line(4), "Draw")
    assert desk.paging._client._process is None
    assert not desk.paging._rest.isActive()


def test_a_click_on_a_note_selects_it_and_moves_the_playhead(
    desk: MusicDesk, panel: PagePanel, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    session.change_score(Score((Track("A", notes=line(8)), Track("B", notes=line(8, 50)))), "Open")
    note = session.score.tracks[1].notes[5]
    shown(qtbot, panel.view, note.id)
    viewport = panel.view.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=panel.view.place_of_note(note.id))
    assert desk.roll.state.track_index == 1
    assert desk.roll.state.selection == {note.id}
    assert player.position == note.start_ticks
    other = session.score.tracks[1].notes[2]
    qtbot.mouseClick(
        viewport, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, panel.view.place_of_note(other.id)
    )  # fmt: skip
    assert desk.roll.state.selection == {note.id, other.id}


def test_a_click_beside_the_notes_and_the_arrow_keys_go_to_bars(
    desk: MusicDesk, panel: PagePanel, session: Session, player: FakePlayer, qtbot: QtBot
) -> None:
    session.add_notes(0, (Note(0, 1920, 60), Note(1920, 1920, 62), Note(3840, 480, 64)), "Draw")
    shown(qtbot, panel.view, 2)
    second, third = panel.view.place_of_note(1), panel.view.place_of_note(2)
    beside = QPoint((2 * second.x() + third.x()) // 3, third.y() - 8)
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=beside)
    assert player.position == 1920
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert player.position == 3840
    qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    assert player.position == 0


def test_the_page_turns_with_the_music_and_by_hand(
    desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot
) -> None:
    session.add_notes(0, line(1200), "Draw")
    shown(qtbot, panel.view, 0)
    view = panel.view
    assert view.page_count > 1
    last = session.score.tracks[0].notes[-1]
    desk.playback.seek(last.start_ticks)
    qtbot.waitUntil(lambda: view.place_of_note(last.id) is not None, timeout=PATIENCE_MS)
    assert view.viewport().rect().contains(view.place_of_note(last.id))
    assert view.current_page == view.page_count - 1
    desk.playback.seek(0)
    assert view.viewport().rect().contains(view.place_of_note(0))
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.current_page == 1
    qtbot.mouseClick(panel.before_button, Qt.MouseButton.LeftButton)
    assert (view.current_page, panel.page_label.text()) == (0, f"1 of {view.page_count}")


def test_zoom_keeps_the_middle_and_comes_back(panel: PagePanel, session: Session, qtbot: QtBot) -> None:
    session.add_notes(0, line(4), "Draw")
    shown(qtbot, panel.view, 0)
    fitted = panel.view.page_rect(0).width()
    qtbot.mouseClick(panel.larger_button, Qt.MouseButton.LeftButton)
    assert panel.view.page_rect(0).width() > fitted
    assert panel.view.horizontalScrollBar().maximum() > 0
    qtbot.mouseClick(panel.fit_button, Qt.MouseButton.LeftButton)
    assert panel.view.page_rect(0).width() == fitted
    assert not panel.fit_button.isEnabled()


def test_selected_notes_stand_out(desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot) -> None:
    session.add_notes(0, line(4), "Draw")
    shown(qtbot, panel.view, 2)
    around = QRect(0, 0, 12, 12)
    around.moveCenter(panel.view.place_of_note(2))
    assert colour("selection").rgb() not in colours_in(panel.view, around)
    desk.roll.state.select({2})
    assert colour("selection").rgb() in colours_in(panel.view, around)


def test_a_suggestion_stands_in_the_accent_until_it_is_taken(
    desk: MusicDesk, panel: PagePanel, session: Session, controller: FakeController, qtbot: QtBot
) -> None:
    session.add_notes(0, line(4), "Draw")
    shown(qtbot, panel.view, 3)
    desk.cowriter.continue_()
    desk.take_reply(controller.answer(67, 69))
    qtbot.waitUntil(lambda: len(desk.paging._suggested) == 2, timeout=PATIENCE_MS)
    ghost = min(desk.paging._suggested)
    shown(qtbot, panel.view, ghost)
    assert colour_at(panel.view, panel.view.place_of_note(ghost)) == colour("accent")
    desk.cowriter.accept_all()
    new = session.score.tracks[0].notes[-2]

    def is_plain() -> bool:
        """The page that shows may still be the one before."""
        place = panel.view.place_of_note(new.id)
        return place is not None and colour_at(panel.view, place) == colour("text")

    qtbot.waitUntil(is_plain, timeout=PATIENCE_MS)
    assert not desk.paging._suggested


def test_too_long_a_score_is_said(
    panel: PagePanel, session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "MOST_NOTES", 3)
    session.add_notes(0, line(4), "Draw")
    qtbot.waitUntil(lambda: "too long" in panel.empty.title_label.text(), timeout=PATIENCE_MS)
    assert panel.empty.isVisible()


def test_an_engraver_that_dies_is_said_and_tried_again(
    desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot
) -> None:
    session.add_notes(0, line(4), "Draw")
    qtbot.waitUntil(lambda: desk.paging._client.is_busy, timeout=PATIENCE_MS)
    desk.paging._client._process.kill()
    words = panel.empty.title_label
    qtbot.waitUntil(lambda: "could not be engraved" in words.text(), timeout=PATIENCE_MS)
    qtbot.mouseClick(panel.empty.action_button, Qt.MouseButton.LeftButton)
    shown(qtbot, panel.view, 0)


def test_what_cannot_be_written_is_told_beside_the_page(
    panel: PagePanel, session: Session, qtbot: QtBot
) -> None:
    session.add_notes(0, (Note(7, 473, 60), Note(480, 480, 62, muted=True)), "Draw")
    shown(qtbot, panel.view, 0)
    assert "Muted notes were left out: 1." in panel.warning_label.text()


def test_a_short_score_does_not_wait_for_a_long_one(
    desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot
) -> None:
    session.change_score(Score((Track("Long", notes=line(4000)),)), "Open")
    qtbot.waitUntil(lambda: desk.paging._client.is_busy, timeout=PATIENCE_MS)
    first = desk.paging._client._process
    session.change_score(Score((Track("Short", notes=line(4)),)), "Open")
    qtbot.waitUntil(lambda: panel.view.page_count == 1, timeout=PATIENCE_MS)
    shown(qtbot, panel.view, 0)
    assert desk.paging._client._process is not first


def test_pages_that_nobody_waits_for_any_more_do_not_come(
    desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot
) -> None:
    client = desk.paging._client
    session.add_notes(0, line(400), "Draw")
    qtbot.waitUntil(lambda: client.is_busy, timeout=PATIENCE_MS)
    session.undo("music")
    qtbot.waitUntil(lambda: panel.empty.isVisible() and not client.is_busy, timeout=PATIENCE_MS)
    assert panel.view.page_count == 0


def test_a_score_that_is_dropped_on_the_page_is_opened(
    desk: MusicDesk, panel: PagePanel, session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    write_score(Score((Track("Tune", notes=(Note(0, 480, 61),)),)), tmp_path / "tune.mid")
    data, nothing = QMimeData(), QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "tune.mid"))])
    nothing.setUrls([QUrl.fromLocalFile(str(tmp_path))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    for held in (nothing, data):
        entering = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, held, left, none)
        entering.ignore()
        panel.dragEnterEvent(entering)
        assert entering.isAccepted() == (held is data)
    with qtbot.waitSignal(desk.files.opened):
        panel.dropEvent(QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, left, none))
    assert [note.pitch for note in session.score.notes()] == [61]
