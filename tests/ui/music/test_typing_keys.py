"""The computer's keyboard as a piano: a held key is one note, however the system repeats it."""

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from studio.ui.music.typing_keys import TypingKeys

G = Qt.Key.Key_G


class Hand:
    """Strikes keys at a time that it says, and writes down what is heard."""

    def __init__(self, keys: TypingKeys) -> None:
        self.keys, self.heard = keys, list[str]()
        keys.pressed.connect(lambda pitch, velocity: self.heard.append(f"on {pitch}"))
        keys.let_go.connect(lambda pitch: self.heard.append(f"off {pitch}"))

    def down(self, at_ms: int) -> None:
        self.keys.press(_event(QEvent.Type.KeyPress, at_ms))

    def up(self, at_ms: int) -> None:
        self.keys.release(_event(QEvent.Type.KeyRelease, at_ms))


def _event(kind: QEvent.Type, at_ms: int) -> QKeyEvent:
    event = QKeyEvent(kind, G, Qt.KeyboardModifier.NoModifier)
    event.setTimestamp(at_ms)
    return event


@pytest.fixture
def hand(qtbot: QtBot) -> Hand:
    keys = TypingKeys()
    keys.use(True)
    return Hand(keys)


def test_a_key_sounds_until_it_comes_up(hand: Hand) -> None:
    hand.down(100)
    hand.up(350)
    assert hand.heard == ["on 67", "off 67"]


def test_repeats_that_come_apart_are_one_note(hand: Hand, qtbot: QtBot) -> None:
    hand.keys.repeats_come_apart = True
    hand.down(100)
    for again in (760, 800, 840):
        hand.up(again)
        hand.down(again)
    assert hand.heard == ["on 67"]
    hand.up(900)
    qtbot.waitUntil(lambda: hand.heard == ["on 67", "off 67"])


def test_a_quick_second_stroke_is_another_note(hand: Hand) -> None:
    hand.keys.repeats_come_apart = True
    hand.down(100)
    hand.up(200)
    hand.down(208)
    assert hand.heard == ["on 67", "off 67", "on 67"]


def test_switching_off_lets_all_keys_go_once(hand: Hand) -> None:
    hand.keys.repeats_come_apart = True
    hand.down(100)
    hand.up(200)
    hand.keys.use(False)
    assert hand.heard == ["on 67", "off 67"]
    hand.keys._settle_leaving()
    assert hand.heard == ["on 67", "off 67"]
