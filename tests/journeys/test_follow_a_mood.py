"""Drag the square of moods over ideas that stand, lock a note, vary around it, and let the model play on: with the
bundled model, by mouse and keys."""

from collections.abc import Callable
from dataclasses import replace
from statistics import mean

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.messages import Composed
from studio.core.mood import Mood
from studio.core.recipe import recipe_from_json
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.inference.composing import Passage
from studio.ui.music.compose.mood_square import MoodSquare
from tests.journeys.conftest import PATIENCE_MS

TUNE = tuple(Note(480 * i, 480, pitch) for i, pitch in enumerate((62, 66, 69, 66, 67, 71, 74, 69)))
BAR = 1920
SAD, HAPPY = Mood(-0.9, -0.9), Mood(0.9, 0.9)


@pytest.fixture
def studio(open_app: Callable[..., StudioApp], qtbot: QtBot) -> StudioApp:
    """A tune in D major is written, and the model is there."""
    studio = open_app()
    studio.window.show_desk(MUSIC)
    studio.session.change_score(studio.session.score.with_key(2), "Key")
    studio.session.add_notes(0, TUNE, "Write a tune")
    button = studio.window.findChild(QPushButton, "compose-continue")
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
    return studio


def ask(studio: StudioApp, qtbot: QtBot) -> None:
    qtbot.mouseClick(studio.window.findChild(QPushButton, "compose-continue"), Qt.MouseButton.LeftButton)
    rest(studio, qtbot)


def rest(studio: StudioApp, qtbot: QtBot) -> None:
    writer = studio.music.cowriter
    qtbot.waitUntil(lambda: not writer.is_waiting and bool(writer.ghosts), timeout=PATIENCE_MS)


def drag(studio: StudioApp, qtbot: QtBot, start: Mood, end: Mood) -> None:
    """The hand goes over the square in a few steps, and rests."""
    square = studio.window.findChild(MoodSquare, "compose-mood-square")
    here, there = square.place_of(start), square.place_of(end)
    qtbot.mousePress(square, Qt.MouseButton.LeftButton, pos=here.toPoint())
    for step in range(1, 6):
        qtbot.mouseMove(square, (here + (there - here) * (step / 5)).toPoint())
    qtbot.mouseRelease(square, Qt.MouseButton.LeftButton, pos=there.toPoint())
    rest(studio, qtbot)


def test_standing_ideas_follow_the_hand(studio: StudioApp, qtbot: QtBot) -> None:
    writer, session = studio.music.cowriter, studio.session
    ask(studio, qtbot)
    drag(studio, qtbot, Mood(), SAD)
    sad = [ghost.note for ghost in writer.ghosts]
    drag(studio, qtbot, SAD, HAPPY)
    happy = [ghost.note for ghost in writer.ghosts]
    assert len(happy) > 1.5 * len(sad)
    assert mean(n.velocity for n in happy) > mean(n.velocity for n in sad) + 30
    assert mean(n.pitch for n in happy) > mean(n.pitch for n in sad)
    assert all((n.pitch - 2) % 12 != 4 for n in sad), "no major third of D"
    assert all((n.pitch - 2) % 12 != 3 for n in happy), "no minor one"
    before = session.score
    qtbot.keyClick(studio.music.roll.viewport(), Qt.Key.Key_Return)
    assert writer.recipe is not None
    recipe = recipe_from_json(writer.recipe.to_json())
    assert recipe.compose is not None
    request = Passage.of(before, studio.catalogue.entry(recipe.model_id).card, recipe.compose).request
    with qtbot.waitSignal(
        studio.bridge.reply_arrived, timeout=PATIENCE_MS, check_params_cb=lambda r: isinstance(r, Composed)
    ) as caught:
        studio.controller.submit(replace(request, channel="again"))
    again = caught.args[0].candidates[0].notes
    kept = session.score.tracks[0].notes[len(TUNE) :]
    assert [(n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in kept] == [
        (n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in again
    ]


def test_a_locked_note_stays_while_the_bars_around_it_are_varied(studio: StudioApp, qtbot: QtBot) -> None:
    music, session = studio.music, studio.session
    notes = session.score.tracks[0].notes
    music.roll.state.select({notes[2].id})
    studio.window.commands.action("lock-notes").trigger()
    music.mark((0, 2 * BAR))
    vary = studio.window.findChild(QPushButton, "compose-vary")
    qtbot.waitUntil(vary.isEnabled, timeout=PATIENCE_MS)
    qtbot.mouseClick(vary, Qt.MouseButton.LeftButton)
    rest(studio, qtbot)
    before = [note for note in session.score.notes() if note.locked]
    qtbot.keyClick(music.roll.viewport(), Qt.Key.Key_Return)
    after = session.score.tracks[0].notes
    assert before == [note for note in after if note.locked]
    assert not {note.id for note in notes[3:]} & {note.id for note in after}
    (stays,) = before
    others = [note for note in after if note.id != stays.id]
    assert not any(note.overlaps(stays.start_ticks, stays.end_ticks) for note in others)


def test_the_model_plays_on_until_it_is_stopped(studio: StudioApp, qtbot: QtBot) -> None:
    music, session = studio.music, studio.session
    session.change_score(session.score.with_tempo(400), "Fast")
    music.compose.form.bars_box.setValue(1)
    button = studio.window.findChild(QToolButton, "compose-play-on")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: (
            bool(music.cowriter.ghosts)
            and max(ghost.note.end_ticks for ghost in music.cowriter.ghosts) > 7 * BAR
        ),
        timeout=PATIENCE_MS,
    )
    assert music.playback.is_playing
    assert len(list(session.score.notes())) == len(TUNE), "nothing is written that was not accepted"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not music.playing_on.is_on
    music.playback.stop()
    count = len(music.cowriter.ghosts)
    qtbot.keyClick(music.roll.viewport(), Qt.Key.Key_Return)
    assert len(list(session.score.notes())) == len(TUNE) + count
    session.undo(MUSIC)
    assert [note.pitch for note in session.score.notes()] == [note.pitch for note in TUNE]
