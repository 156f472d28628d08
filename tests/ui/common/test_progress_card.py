"""The card of a long piece of work."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.messages import Progress
from studio.ui.common.progress_card import ProgressCard, duration_words


@pytest.fixture
def card(qtbot: QtBot) -> ProgressCard:
    made = ProgressCard()
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_shows_how_far_and_how_long(card: ProgressCard) -> None:
    card.show_progress(Progress(3, "Export", 40, 120, 75.0))
    assert (card.title.text(), card.bar.value(), card.bar.maximum()) == ("Export", 40, 120)
    assert card.left.text() == "40 of 120 · a minute left"


def test_an_unknown_end_shows_as_busy(card: ProgressCard) -> None:
    card.show_progress(Progress(3, "Export", 0, 0))
    assert (card.bar.minimum(), card.bar.maximum(), card.left.text()) == (0, 0, "")


def test_cancel_tells_the_serial_once_and_says_so(card: ProgressCard, qtbot: QtBot) -> None:
    card.show_progress(Progress(7, "Export", 1, 9))
    told: list[int] = []
    card.cancel_requested.connect(told.append)
    for _ in range(2):
        qtbot.mouseClick(card.cancel, Qt.MouseButton.LeftButton)
    card.show_progress(Progress(7, "Export", 2, 9, 3.0))
    assert told == [7]
    assert card.left.text() == "Cancelling…"
    card.show_progress(Progress(8, "Another", 0, 9))
    assert card.cancel.isEnabled()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "a second"), (42, "42 seconds"), (65, "a minute"), (600, "10 minutes"), (3900, "1 h 5 min")],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words
