"""DuetPanel: start and stop a duet, how it goes, how it stands, and what it is played on.

GUI thread. A view only; the signals are wishes.
"""

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QComboBox,
    QFormLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card
from studio.core.duet_rules import PAUSES, DuetRules
from studio.ui.common.scrolling import scroll
from studio.ui.common.section import Section
from studio.ui.music.duet.way import Way
from studio.ui.music.instruments import INSTRUMENTS

BARS = (1, 2, 4)
LENGTHS = (0, 1, 2, 4, 8)
FIRST_PROGRAM = 11  # Vibraphone: easily told from a piano


class DuetPanel(QWidget):
    """Without a music model it says so, and nothing can be started."""

    toggled = Signal()
    skip_requested = Signal()
    typing_requested = Signal()
    rules_changed = Signal()
    program_chosen = Signal(int)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("duet-panel")
        self.setAccessibleName(self.tr("Duet"))
        self.start_button = QPushButton(objectName="duet-start")
        self.start_button.setProperty("role", "primary")
        self.start_button.setMinimumHeight(40)
        self.state_label = QLabel(objectName="duet-state", wordWrap=True)
        self.state_label.setProperty("role", "title")
        self.way = Way()
        self.skip_button = QPushButton(self.tr("Skip this answer"), objectName="duet-skip")
        self.skip_button.setToolTip(self.tr("Drops the answer before it is heard (Esc)"))
        self.keys_label = QLabel(objectName="duet-keys-hint", wordWrap=True)
        self.keys_button = QPushButton(self.tr("Play on these keys"), objectName="duet-keys")
        self.keys_button.setToolTip(self.tr("The letters play notes until you switch it off (Ctrl+Alt+P)"))
        self._make_rules()
        self._lay_out()
        self._connect()
        self._show_what_counts()
        self.show_running(False)
        self.show_skip(False)
        self.show_keys(False)
        self.show_model(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the focused button (Space plays), Esc skips the answer, or leaves the panel."""
        focus = QApplication.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QAbstractButton):
            focus.click()
        elif event.key() == Qt.Key.Key_Escape and self.skip_button.isEnabled():
            self.skip_button.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @property
    def rules(self) -> DuetRules:
        """How the person wants the duet to go."""
        return DuetRules(
            bars=self.when_box.currentData(),
            pause=self.pause_box.currentData(),
            on_bar=self.line_box.currentData(),
            answer_bars=self.length_box.currentData(),
            model_begins=self.begin_box.currentData(),
            keeps_going=self.endless_box.isChecked(),
            cuts=self.cut_box.isChecked(),
            one_track=self.track_box.currentData(),
        )

    @property
    def program(self) -> int:
        """The instrument of the answers' own track."""
        return self.program_box.currentIndex()

    def show_model(self, card: Card | None) -> None:
        self.start_button.setEnabled(card is not None)
        if card is None:
            self.state_label.setText(self.tr("No music model is installed."))

    def show_running(self, on: bool) -> None:
        words, role = (self.tr("Stop"), "") if on else (self.tr("Start the duet"), "primary")
        if words == self.start_button.text():
            return
        self.start_button.setText(words)
        self.start_button.setProperty("role", role)
        self.start_button.style().polish(self.start_button)
        self.start_button.setToolTip(self.tr("The music runs on, you play, the model answers (Ctrl+Alt+Q)"))

    def show_words(self, words: str) -> None:
        if words != self.state_label.text() and self.start_button.isEnabled():
            self.state_label.setText(words)

    def show_progress(self, share: float, is_answer: bool) -> None:
        self.way.show_progress(share, is_answer)

    def show_skip(self, can_skip: bool) -> None:
        self.skip_button.setEnabled(can_skip)

    def show_keys(self, typing: bool, port: str = "") -> None:
        """What is played on: the computer's keys, a MIDI keyboard, or nothing yet."""
        if typing:
            words = self.tr("A to ; on your computer's keyboard play, Z and X change the octave.")
        elif port:
            words = self.tr("You play on {0}.").format(port)
        else:
            words = self.tr("No MIDI keyboard? A to ; on your computer's keyboard play as well.")
        self.keys_label.setText(words)
        self.keys_button.setVisible(not (typing or port))

    # --- layout ------------------------------------------------------------------------------------------

    def _make_rules(self) -> None:
        after = (self.tr("After 1 bar"), self.tr("After 2 bars"), self.tr("After 4 bars"))
        trading = tuple(zip(after, BARS, strict=True))
        self.when_box = _combo("duet-when", self.tr("When the model answers"))
        _fill(self.when_box, (*trading, (self.tr("When I pause"), 0)))
        self.when_box.setCurrentIndex(1)
        self.pause_box = _combo("duet-pause", self.tr("How long a silence is a pause"))
        words = (self.tr("1 beat"), self.tr("2 beats"), self.tr("1 bar"), self.tr("2 bars"))
        _fill(self.pause_box, tuple(zip(words, PAUSES, strict=True)))
        self.pause_box.setCurrentIndex(1)
        self.line_box = _combo("duet-line", self.tr("Where an answer begins"))
        _fill(self.line_box, ((self.tr("The next bar"), True), (self.tr("The next beat"), False)))
        self.length_box = _combo("duet-length", self.tr("How long an answer is"))
        lengths = (self.tr("As long as mine"), *(self._bars(count) for count in LENGTHS[1:]))
        _fill(self.length_box, tuple(zip(lengths, LENGTHS, strict=True)))
        self.begin_box = _combo("duet-begins", self.tr("Who begins"))
        _fill(self.begin_box, ((self.tr("I do"), False), (self.tr("The model"), True)))
        self.track_box = _combo("duet-track", self.tr("Where answers are written"))
        _fill(self.track_box, ((self.tr("A track of its own"), False), (self.tr("This track"), True)))
        self.program_box = _combo("duet-program", self.tr("The instrument of the answers' own track"))
        self.program_box.addItems(INSTRUMENTS)
        self.program_box.setCurrentIndex(FIRST_PROGRAM)
        self.endless_box = QCheckBox(self.tr("Go on, turn after turn"), objectName="duet-endless")
        self.endless_box.setChecked(True)
        self.cut_box = QCheckBox(self.tr("My keys cut its answer short"), objectName="duet-cuts")
        self.cut_box.setToolTip(self.tr("Once its first beat is over; on one track always"))

    def _bars(self, count: int) -> str:
        return self.tr("1 bar") if count == 1 else self.tr("{0} bars").format(count)

    def _lay_out(self) -> None:
        self.form = QFormLayout()
        self.form.setHorizontalSpacing(8)
        self.form.setVerticalSpacing(8)
        for words, box in (
            (self.tr("It answers"), self.when_box),
            (self.tr("A pause is"), self.pause_box),
            (self.tr("It begins on"), self.line_box),
            (self.tr("It lasts"), self.length_box),
            (self.tr("Who begins"), self.begin_box),
            (self.tr("Answers on"), self.track_box),
            (self.tr("Instrument"), self.program_box),
        ):
            self.form.addRow(words, box)
        turns = Section(self.tr("Turns"), "duet-turns")
        turns.body.addLayout(self.form)
        turns.body.addSpacing(4)
        turns.body.addWidget(self.endless_box)
        turns.body.addWidget(self.cut_box)
        manner = QLabel(self.tr("Model, styles, line, scale and range are those of Co-write."), wordWrap=True)
        for label in (manner, self.keys_label):
            label.setProperty("role", "soft")
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        for part in (self.start_button, self.state_label, self.way, self.skip_button):
            column.addWidget(part)
        column.addSpacing(4)
        for part in (self.keys_label, self.keys_button, turns, manner):
            column.addWidget(part)
        column.addStretch(1)
        scroll(self, inside)

    def _connect(self) -> None:
        self.start_button.clicked.connect(self.toggled)
        self.skip_button.clicked.connect(self.skip_requested)
        self.keys_button.clicked.connect(self.typing_requested)
        self.program_box.activated.connect(self.program_chosen)
        for box in (self.when_box, self.track_box):
            box.currentIndexChanged.connect(self._show_what_counts)
        boxes = (
            self.when_box,
            self.pause_box,
            self.line_box,
            self.length_box,
            self.begin_box,
            self.track_box,
        )
        for box in boxes:
            box.currentIndexChanged.connect(self.rules_changed)
        for check in (self.endless_box, self.cut_box):
            check.toggled.connect(self.rules_changed)

    def _show_what_counts(self) -> None:
        """A pause has a length and a line to begin on; an own track has an instrument."""
        pauses = self.when_box.currentData() == 0
        self.form.setRowVisible(self.pause_box, pauses)
        self.form.setRowVisible(self.line_box, pauses)
        self.form.setRowVisible(self.program_box, not self.track_box.currentData())


def _combo(name: str, words: str) -> QComboBox:
    box = QComboBox(objectName=name, accessibleName=words, toolTip=words)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(3)
    return box


def _fill(box: QComboBox, choices: tuple[tuple[str, object], ...]) -> None:
    with QSignalBlocker(box):
        for words, value in choices:
            box.addItem(words, value)
