"""Continue with the real model, look at the ideas, keep one, ask for more like it, hear it, accept, undo, redo."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from pytestqt.qtbot import QtBot

from studio.app import StudioApp
from studio.core.likeness import Phrase, likeness
from studio.core.recipe import Recipe
from studio.core.score import Note
from studio.core.session import MUSIC
from studio.ui.music.compose.idea_card import IdeaCard
from studio.ui.music.desk import MusicDesk
from studio.ui.music.suggestion import Suggestion
from tests.journeys.conftest import PATIENCE_MS

PHRASE = tuple(Note(240 * i, 240, p) for i, p in enumerate((62, 66, 69, 74, 73, 69, 66, 64)))
ON_THE_PICTURE = QPoint(40, 44)
Key = Qt.Key


@pytest.fixture
def studio(open_app: Callable[..., StudioApp], qtbot: QtBot) -> StudioApp:
    """The music desk with a bar of melody and four ideas for the next four bars."""
    studio = open_app()
    studio.window.show_desk(MUSIC)
    studio.session.add_notes(0, PHRASE, "Draw a bar")
    button = studio.music.compose.continue_button
    qtbot.waitUntil(button.isEnabled, timeout=PATIENCE_MS)
    button.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    writer = studio.music.cowriter
    qtbot.waitUntil(lambda: bool(writer.ghosts) and not writer.is_waiting, timeout=PATIENCE_MS)
    return studio


def cards(desk: MusicDesk) -> list[IdeaCard]:
    return desk.compose.answer.cards.shown


def phrase(idea: Suggestion) -> Phrase:
    return Phrase.of([ghost.note for ghost in idea.ghosts], idea.region)


def test_with_mouse_and_keys(studio: StudioApp, qtbot: QtBot) -> None:
    desk, session = studio.music, studio.session
    assert len(cards(desk)) == 4
    assert len({card.view.sketch for card in cards(desk) if card.view}) == 4
    qtbot.mouseClick(cards(desk)[1], Qt.MouseButton.LeftButton, pos=ON_THE_PICTURE)
    liked = desk.cowriter.ideas.answers[1]
    assert desk.roll.state.ghosts == liked.ghosts
    qtbot.mouseClick(cards(desk)[1].star_button, Qt.MouseButton.LeftButton)
    studio.window.commands.action("idea-more").trigger()
    qtbot.waitUntil(lambda: len(cards(desk)) == 8, timeout=PATIENCE_MS)
    answers = desk.cowriter.ideas.answers
    others = [likeness(phrase(liked), phrase(idea)) for idea in answers[:4] if idea != liked]
    near = [likeness(phrase(liked), phrase(idea)) for idea in answers[4:]]
    assert sum(near) / 4 > sum(others) / 3 + 0.1
    qtbot.keyClick(cards(desk)[4], Key.Key_Down)
    assert desk.cowriter.ideas.at == 6
    before = session.score
    qtbot.keyClick(cards(desk)[6], Key.Key_Return)
    assert len(list(session.score.notes())) == len(PHRASE) + len(answers[6].ghosts)
    assert desk.compose.answer.isHidden()
    recipe = desk.cowriter.recipe
    assert isinstance(recipe, Recipe)
    assert recipe.compose is not None
    assert recipe.compose.attributes
    after = session.score
    assert session.undo(MUSIC)
    assert session.score == before
    assert session.redo(MUSIC)
    assert session.score == after


def test_again_brings_others_and_the_starred_stays(studio: StudioApp, qtbot: QtBot) -> None:
    desk = studio.music
    kept = desk.cowriter.ideas.answers[0]
    qtbot.keyClick(cards(desk)[0], Key.Key_S)
    for number in range(2):
        desk.cowriter.again()
        wanted = 8 if number else 4
        qtbot.waitUntil(
            lambda wanted=wanted: len(cards(desk)) >= wanted and desk.cowriter.ideas.at > 0,
            timeout=PATIENCE_MS,
        )
    qtbot.waitUntil(lambda: "Thinking" not in desk.compose.state_label.text(), timeout=PATIENCE_MS)
    assert kept in desk.cowriter.ideas.answers
    assert len(cards(desk)) == 8


def test_an_idea_is_heard_and_stepped_through_while_it_plays(studio: StudioApp, qtbot: QtBot) -> None:
    desk = studio.music
    cards(desk)[0].setFocus()
    desk.playback.seek(480)
    studio.window.commands.action("idea-hear").trigger()
    assert desk.auditioning.is_on
    qtbot.waitUntil(lambda: desk.playback.is_playing, timeout=PATIENCE_MS)
    heard = desk.auditioning.heard()
    qtbot.keyClick(cards(desk)[0], Key.Key_Right)
    assert desk.auditioning.is_on
    assert desk.auditioning.heard() != heard
    qtbot.keyClick(cards(desk)[1], Key.Key_Delete)
    assert len(cards(desk)) == 3
    studio.window.commands.action("idea-hear").trigger()
    qtbot.waitUntil(lambda: not desk.auditioning.is_on, timeout=PATIENCE_MS)
    assert desk.playback.position_ticks == 480


def test_an_auditioned_idea_comes_to_its_end_by_itself(studio: StudioApp, qtbot: QtBot) -> None:
    desk, session = studio.music, studio.session
    session.change_score(session.score.with_tempo(1200), "Very fast")
    after = desk.cowriter.ideas.current
    assert after is not None
    session.add_notes(0, [Note(after.region[1] + 4 * 1920, 480, 50)], "A note far behind")
    desk.playback.seek(240)
    seen: list[int] = []
    desk.playback.moved.connect(lambda ticks, playing: seen.append(ticks))
    qtbot.mouseClick(desk.compose.answer.play_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not desk.auditioning.is_on, timeout=PATIENCE_MS)
    assert desk.playback.position_ticks == 240
    far = after.region[1] + 1920  # the playhead is a moment ahead of what the player has been told
    assert after.region[0] < max(seen) < far, "it went on to the idea's end and no further"
    assert not desk.playback.is_playing
