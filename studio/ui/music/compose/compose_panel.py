"""ComposePanel: co-writing with a music model: what to ask for, how the model is, what to do with its answer.

GUI thread. Invariant: a view only; it submits nothing and keeps no notes.
"""

import random
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.ui.common.fields import is_field
from studio.ui.common.scrolling import scroll
from studio.ui.music.compose.answer_row import AnswerRow
from studio.ui.music.compose.ask import Ask
from studio.ui.music.compose.ask_buttons import CONTINUE, AskButtons, Way
from studio.ui.music.compose.ask_form import AskForm
from studio.ui.music.compose.voices_list import VoicesList

ELAPSED_MS = 100
MAX_DICE = 999_999


class ComposePanel(QWidget):
    """States: no model, loading, ready, thinking, an answer, an error. The signals are wishes."""

    asked = Signal(str)
    cancel_requested = Signal()
    retry_requested = Signal()
    model_chosen = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose-panel")
        self.setAccessibleName(self.tr("Co-write"))
        self.form = AskForm()
        self.answer = AnswerRow()
        self.buttons, self.voices = AskButtons(), VoicesList()
        self.continue_button = self.buttons.buttons[CONTINUE]
        self.state_label = QLabel(objectName="compose-state", wordWrap=True)
        self.retry_button = QPushButton(self.tr("Retry"), objectName="compose-retry")
        self.cancel_button = QPushButton(self.tr("Cancel"), objectName="compose-cancel")
        self._elapsed = QElapsedTimer()
        self._tick = QTimer(self, interval=ELAPSED_MS)
        self._where = self._looked_at = ""
        self._lay_out()
        self._connect()
        self.show_no_model()

    @property
    def ask(self) -> Ask:
        """What the person wants, as set now."""
        return self.form.ask

    # --- states ------------------------------------------------------------------------------------------

    def show_models(self, cards: Sequence[Card]) -> None:
        """The music models that can be chosen."""
        self.form.show_models(cards)
        if not cards:
            self.show_no_model()

    def show_no_model(self) -> None:
        self._say(self.tr("No music model is installed. Drawing, playing and MIDI files work without one."))
        self._enable(False)

    def show_loading(self) -> None:
        self._say(self.tr("Loading the model…"), can_cancel=False)
        self._enable(True)

    def show_ready(self) -> None:
        """Nothing to wait for; says where Continue would write."""
        self._say(self._where)
        self._enable(True)

    def show_where(self, words: str) -> None:
        """Where the next answer would go, shown while the panel is at rest."""
        at_rest = self.state_label.text() == self._where
        self._where = words
        if at_rest:
            self.state_label.setText(words)

    def show_ways(self, ways: Mapping[str, Way]) -> None:
        """Which ways to ask are open, and where each would write."""
        self.buttons.show_ways(ways)

    def _look_at(self, way: str) -> None:
        """At rest, tell of the way under the pointer instead of Continue."""
        if self.state_label.text() in (self._where, self._looked_at):
            self._looked_at = self.buttons.ways[way].where if way in self.buttons.ways else self._where
            self.state_label.setText(self._looked_at)

    def show_thinking(self) -> None:
        self._elapsed.start()
        self._say(self.tr("Thinking…"), can_cancel=True)
        self._tick.start()

    def show_writing(self, bar: int, bars: int) -> None:
        """How far an answer has come that is still being written."""
        self._tick.stop()
        self.state_label.setText(self.tr("Writing… bar {0} of {1}").format(bar, bars))

    def show_silence(self) -> None:
        """The model had nothing to say."""
        self._say(self.tr("The model found no note to write here. Try another seed, or a wider range."))

    def show_refusal(self, words: str) -> None:
        """Why nothing was asked."""
        self._say(words)

    def show_full(self) -> None:
        """There is no room for another idea."""
        self._say(self.tr("All eight ideas are kept. Take a star away to make room for another."))

    def show_error(self, error: StudioError) -> None:
        self._say(error.sentence(), role="danger", can_retry=True)
        self.state_label.setToolTip(error.detail)
        self._enable(True)

    def show_answer(self, notes: int, seed: int, chords: int = 0) -> None:
        """Ghost notes are there (or no longer, at 0), or chords."""
        self.answer.show_answer(notes, seed, chords)

    def roll_seed(self) -> int:
        """Another seed at random, shown and returned."""
        seed = random.randint(0, MAX_DICE)
        self.form.show_seed(seed)
        return seed

    def focus_answer(self) -> None:
        """After Continue was pressed with a key or a click, Enter accepts and Tab goes on to the next idea."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus) and isinstance(focus, QPushButton):
            self.answer.cards.focus_current()

    def _enable(self, on: bool) -> None:
        self.buttons.use(on)

    def _say(self, words: str, role: str = "soft", can_cancel: bool = False, can_retry: bool = False) -> None:
        self._tick.stop()
        self.state_label.setText(words)
        self.state_label.setToolTip("")
        if self.state_label.property("role") != role:
            self.state_label.setProperty("role", role)
            self.state_label.style().polish(self.state_label)
        self.cancel_button.setVisible(can_cancel)
        self.retry_button.setVisible(can_retry)

    def _show_elapsed(self) -> None:
        seconds = self._elapsed.elapsed() / 1000
        self.state_label.setText(self.tr("Thinking… {0} s").format(f"{seconds:.1f}"))

    # --- layout ------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button (Space plays) or accepts, Esc rejects, or leaves the panel."""
        focus = QApplication.focusWidget()
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and isinstance(focus, QAbstractButton):
            focus.click()
        elif enter and not (self.answer.isHidden() or is_field(focus)):
            self.answer.accept_requested.emit()
        elif event.key() == Qt.Key.Key_Escape and not self.answer.isHidden():
            self.answer.reject_requested.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        parts = (
            self.form.model_row,
            self.form.bars_row,
            self.buttons,
            self.state_label,
            self.cancel_button,
            self.retry_button,
            self.answer,
            self.voices,
            self.form,
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        scroll(self, inside)

    def _connect(self) -> None:
        self._tick.timeout.connect(self._show_elapsed)
        self.buttons.requested.connect(self.asked)
        self.buttons.looked_at.connect(self._look_at)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.retry_button.clicked.connect(self.retry_requested)
        self.form.model_chosen.connect(self.model_chosen)
        self.form.dice_requested.connect(self.roll_seed)
