"""The minimap under a hand: it shows all notes, its frame is what the roll shows, and the roll goes where it is put."""

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.core.score import Note, Score
from studio.core.session import Session
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.minimap import Minimap
from tests.ui.music.pianoroll.test_roll import LEFT, NONE, Hand

BARS = 100


@pytest.fixture
def hand(qtbot: QtBot, desk: MusicDesk) -> Hand:
    return Hand(qtbot, desk)


@pytest.fixture
def minimap(desk: MusicDesk, session: Session) -> Minimap:
    notes = [Note(1920 * bar, 480, 50 + bar % 20) for bar in range(BARS)]
    session.change_score(Score.empty().with_notes_added(0, notes), "Many")
    return desk.roll.minimap


def inked(minimap: Minimap) -> set[int]:
    """The columns in which a note is drawn."""
    image = minimap._picture.toImage()
    places = ((x, y) for x in range(image.width()) for y in range(image.height()))
    return {x for x, y in places if image.pixelColor(x, y).alpha()}


def test_it_shows_every_note_in_its_place(minimap: Minimap) -> None:
    columns = inked(minimap)
    for bar in range(BARS):
        assert 1920 * bar * minimap.width() // minimap.span_ticks in columns
    assert max(columns) < minimap.width() * (BARS + 1) / (BARS + 7)


def test_a_click_goes_there(minimap: Minimap, desk: MusicDesk, qtbot: QtBot) -> None:
    half = minimap.width() // 2
    qtbot.mouseClick(minimap, LEFT, NONE, QPoint(half, 12))
    middle = desk.roll.state.geometry.ticks_at(minimap.width() / 2)
    assert middle == pytest.approx(minimap.span_ticks / 2, rel=0.01)
    assert abs(minimap.frame.center().x() - half) <= 2
    assert desk.roll.across.value() > 0


def test_the_frame_is_dragged_and_stops_at_both_ends(minimap: Minimap, desk: MusicDesk, hand: Hand) -> None:
    grip = minimap.frame.center()
    hand.drag(grip, grip + QPoint(100, 0), on=minimap)
    assert abs(minimap.frame.left() - 100) <= 2
    span = minimap.span_ticks
    hand.drag(minimap.frame.center(), QPoint(5000, 10), on=minimap)
    assert minimap.span_ticks == span
    assert minimap.frame.right() <= minimap.width()
    hand.drag(minimap.frame.center(), QPoint(-5000, 10), on=minimap)
    assert desk.roll.state.geometry.left_px == 0


def test_it_follows_changes_of_the_notes(minimap: Minimap, session: Session, qtbot: QtBot) -> None:
    before = inked(minimap)
    session.change_score(
        session.score.with_notes_removed(0, {note.id for note in session.score.notes()}), "-"
    )
    assert before
    assert inked(minimap) == set()
    many = [Note(40 * i, 30, 60) for i in range(6000)]
    session.change_score(Score.empty().with_notes_added(0, many), "Many")
    qtbot.waitUntil(lambda: len(inked(minimap)) > 500)


def test_it_has_a_name(minimap: Minimap) -> None:
    assert minimap.accessibleName()
    assert minimap.focusPolicy() == Qt.FocusPolicy.NoFocus
