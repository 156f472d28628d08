"""AnswerRow: what to do with the model's ideas: look, hear, keep, accept, reject, or ask for others. GUI thread."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.music.compose.idea_cards import IdeaCards
from studio.ui.music.compose.part_row import PartRow

KIN_SIGN = " · "

ORIGIN_LINES = 4  # as many as its sentence mostly takes


class AnswerRow(QFrame):
    """Shown only while there are ghost notes."""

    accept_requested = Signal()
    accept_bar_requested = Signal()
    reject_requested = Signal()
    again_requested = Signal()
    more_requested = Signal()
    play_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName("compose-answer")
        self.title_label = QLabel(objectName="compose-answer-title")
        self.place_label = QLabel(objectName="compose-idea")
        self.seed_label = QLabel(objectName="compose-answer-seed", wordWrap=True)
        self.origin_label = QLabel(objectName="compose-answer-origin", wordWrap=True)
        for label in (self.place_label, self.seed_label, self.origin_label):
            label.setProperty("role", "soft")
        self.origin_label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.origin_label.hide()
        self.cards, self.parts = IdeaCards(), PartRow()
        self._make_buttons()
        self._lay_out()
        for button, wish in (
            (self.accept_button, self.accept_requested),
            (self.bar_button, self.accept_bar_requested),
            (self.more_button, self.more_requested),
            (self.again_button, self.again_requested),
            (self.play_button, self.play_requested),
            (self.reject_button, self.reject_requested),
        ):
            button.clicked.connect(wish)
        self.hide()

    def show_answer(self, notes: int, seed: int, chords: int = 0) -> None:
        """Say how much is suggested; nothing left hides the row."""
        words = self.tr("1 note suggested") if notes == 1 else self.tr("{0} notes suggested").format(notes)
        if chords and not notes:
            words = (
                self.tr("1 chord suggested")
                if chords == 1
                else self.tr("{0} chords suggested").format(chords)
            )
        self.title_label.setText(words)
        self.seed_label.setText(self.tr("Seed {0}").format(seed))
        self.setVisible(notes + chords > 0)

    def show_kinship(self, words: str) -> None:
        """In which way the idea is like one that was liked; nothing for an idea of its own."""
        seed = self.seed_label.text().split(KIN_SIGN)[0]
        self.seed_label.setText(f"{seed}{KIN_SIGN}{words}" if words else seed)

    def show_origin(self, words: str) -> None:
        """Where the suggestion has been before, or that this is being looked for. It takes up the same room all the
        time, so that nothing below moves under a hand."""
        self.origin_label.setMinimumHeight(ORIGIN_LINES * self.origin_label.fontMetrics().lineSpacing())
        self.origin_label.setText(words)
        self.origin_label.setVisible(bool(words))

    def show_place(self, number: int, total: int) -> None:
        """Which of the ideas for this place is shown."""
        self.place_label.setText(f"{number}/{total}")
        self.place_label.setVisible(total > 1)

    def show_playing(self, on: bool) -> None:
        """Whether an idea is being auditioned."""
        self.play_button.setText(self.tr("Stop") if on else self.tr("Hear it"))

    def let_ask_for_more(self, can: bool) -> None:
        """Whether the current idea is one that others can be made to resemble."""
        self.more_button.setEnabled(can)
        words = self.tr("Keeps this idea and brings others that resemble it (Ctrl+Alt+Shift+L)")
        why = self.tr("For ideas of one voice")
        self.more_button.setToolTip(words if can else why)
        self.cards.can_ask_for_more = can

    def _make_buttons(self) -> None:
        self.accept_button = _button(
            "compose-accept", self.tr("Accept all"), self.tr("Keep every note (Enter)")
        )
        self.accept_button.setProperty("role", "primary")
        self.bar_button = _button(
            "compose-accept-bar",
            self.tr("Next bar"),
            self.tr("Keep only the next bar of the suggestion (Shift+Enter)"),
        )
        self.more_button = _button(
            "compose-more-like",
            self.tr("More like this"),
            self.tr("Keeps this idea and brings others that resemble it (Ctrl+Alt+Shift+L)"),
        )
        self.again_button = _button(
            "compose-again", self.tr("Again"), self.tr("Other ideas, from another seed (Ctrl+Shift+Enter)")
        )
        self.play_button = _button(
            "compose-hear", self.tr("Hear it"), self.tr("From a bar before it to its end (Shift+Space)")
        )
        self.reject_button = _button(
            "compose-reject", self.tr("Reject"), self.tr("Take all ideas away (Esc)")
        )

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(_ends(self.title_label, self.place_label))
        column.addWidget(self.seed_label)
        column.addWidget(self.cards)
        column.addWidget(self.parts)
        grid = QGridLayout()
        grid.setSpacing(4)
        buttons = (self.accept_button, self.bar_button, self.more_button, self.again_button)
        for index, button in enumerate((*buttons, self.play_button, self.reject_button)):
            grid.addWidget(button, index // 2, index % 2)
        column.addLayout(grid)
        column.addWidget(self.origin_label)
        advice = self.tr("Space plays it with your notes. Click a ghost note to keep only that one.")
        hint = QLabel(advice, wordWrap=True)
        hint.setProperty("role", "soft")
        column.addWidget(hint)


def _ends(left: QWidget, right: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.addWidget(left, 1)
    row.addWidget(right, 0, Qt.AlignmentFlag.AlignRight)
    return row


def _button(name: str, words: str, hint: str) -> QPushButton:
    button = QPushButton(words, objectName=name)
    button.setToolTip(hint)
    button.setAccessibleDescription(hint)
    return button
