"""ComposePanel: co-writing with a music model: what to ask for, how the model is, what to do with its answer.

GUI thread. Invariant: a view only; it submits nothing and keeps no notes.
"""

import random
from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card
from studio.core.errors import StudioError
from studio.ui.common.scrolling import scroll
from studio.ui.music.compose.answer_row import AnswerRow
from studio.ui.music.compose.ask import Ask
from studio.ui.music.compose.ask_form import AskForm

ELAPSED_MS = 100
MAX_DICE = 999_999


class ComposePanel(QWidget):
    """States: no model, loading, ready, thinking, an answer, an error. The signals are wishes."""

    continue_requested = Signal()
    vary_requested = Signal()
    cancel_requested = Signal()
    retry_requested = Signal()
    model_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compose-panel")
        self.setAccessibleName(self.tr("Co-write"))
        self.form = AskForm()
        self.answer = AnswerRow()
        self.continue_button = QPushButton(self.tr("Continue"), objectName="compose-continue")
        self.continue_button.setProperty("role", "primary")
        self.vary_button = QPushButton(self.tr("Vary"), objectName="compose-vary")
        self.state_label = QLabel(objectName="compose-state", wordWrap=True)
        self.retry_button = QPushButton(self.tr("Retry"), objectName="compose-retry")
        self.cancel_button = QPushButton(self.tr("Cancel"), objectName="compose-cancel")
        self._elapsed = QElapsedTimer()
        self._tick = QTimer(self, interval=ELAPSED_MS)
        self._where = ""
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

    def show_error(self, error: StudioError) -> None:
        self._say(error.sentence(), role="danger", can_retry=True)
        self.state_label.setToolTip(error.detail)
        self._enable(True)

    def show_answer(self, notes: int, seed: int) -> None:
        """Ghost notes are there (or no longer, at 0)."""
        self.answer.show_answer(notes, seed)

    def roll_seed(self) -> int:
        """Another seed at random, shown and returned."""
        seed = random.randint(0, MAX_DICE)
        self.form.show_seed(seed)
        return seed

    def focus_answer(self) -> None:
        """After Continue was pressed with a key or a click, Enter accepts."""
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus) and isinstance(focus, QPushButton):
            self.answer.accept_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self, on: bool) -> None:
        self.continue_button.setEnabled(on)
        self.vary_button.setEnabled(on)

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
        """Enter presses the focused button (Space plays), Esc rejects."""
        focus = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QPushButton):
            focus.click()
        elif event.key() == Qt.Key.Key_Escape and not self.answer.isHidden():
            self.answer.reject_requested.emit()
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        for button in (self.continue_button, self.vary_button):
            button.setMinimumHeight(32)
        self.vary_button.setToolTip(self.tr("Ideas in place of the marked bars, or of the selected notes"))
        self.continue_button.setToolTip(self.tr("The model plays on from your notes (Ctrl+Enter)"))
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        parts = (
            self.form.model_row,
            self.form.bars_row,
            self._asking(),
            self.state_label,
            self.cancel_button,
            self.retry_button,
            self.answer,
            self.form,
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        scroll(self, inside)

    def _asking(self) -> QWidget:
        """The two ways to ask, side by side."""
        box = QWidget()
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.continue_button, 2)
        row.addWidget(self.vary_button, 1)
        return box

    def _connect(self) -> None:
        self._tick.timeout.connect(self._show_elapsed)
        self.continue_button.clicked.connect(self.continue_requested)
        self.vary_button.clicked.connect(self.vary_requested)
        self.cancel_button.clicked.connect(self.cancel_requested)
        self.retry_button.clicked.connect(self.retry_requested)
        self.form.model_chosen.connect(self.model_chosen)
        self.form.dice_requested.connect(self.roll_seed)
