"""AnswerRow: what to do with the model's suggestion: accept, reject, or another one. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from studio.ui.common.icon_button import IconButton


class AnswerRow(QFrame):
    """Shown only while there are ghost notes."""

    accept_requested = Signal()
    accept_bar_requested = Signal()
    reject_requested = Signal()
    again_requested = Signal()
    step_requested = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setObjectName("compose-answer")
        self.title_label = QLabel(objectName="compose-answer-title", wordWrap=True)
        self.seed_label = QLabel(objectName="compose-answer-seed")
        self.seed_label.setProperty("role", "soft")
        self.origin_label = QLabel(objectName="compose-answer-origin", wordWrap=True)
        self.origin_label.setProperty("role", "soft")
        self.origin_label.hide()
        self.accept_button = _button(
            "compose-accept", self.tr("Accept all"), self.tr("Keep every note (Enter)")
        )
        self.accept_button.setProperty("role", "primary")
        self.bar_button = _button(
            "compose-accept-bar",
            self.tr("Next bar"),
            self.tr("Keep only the next bar of the suggestion (Shift+Enter)"),
        )
        self.reject_button = _button(
            "compose-reject", self.tr("Reject"), self.tr("Take the suggestion away (Esc)")
        )
        self.again_button = _button(
            "compose-again", self.tr("Again"), self.tr("Another answer, from another seed (Ctrl+Shift+Enter)")
        )
        self.before_button = _arrow("chevron-left", "compose-before", self.tr("The idea before this one"))
        self.after_button = _arrow("chevron-right", "compose-after", self.tr("The idea after this one"))
        self.place_label = QLabel(objectName="compose-idea")
        self._lay_out()
        self.before_button.clicked.connect(lambda: self.step_requested.emit(-1))
        self.after_button.clicked.connect(lambda: self.step_requested.emit(1))
        self.accept_button.clicked.connect(self.accept_requested)
        self.bar_button.clicked.connect(self.accept_bar_requested)
        self.reject_button.clicked.connect(self.reject_requested)
        self.again_button.clicked.connect(self.again_requested)
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

    def show_origin(self, words: str) -> None:
        """Where the suggestion has been before, once that is known."""
        self.origin_label.setText(words)
        self.origin_label.setVisible(bool(words))

    def show_place(self, number: int, total: int) -> None:
        """Which of the ideas for this place is shown; one alone needs no arrows."""
        self.place_label.setText(f"{number}/{total}")
        for part in (self.place_label, self.before_button, self.after_button):
            part.setVisible(total > 1)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 10, 12, 10)
        grid.setSpacing(6)
        advice = self.tr("Space plays it with your notes. Click a ghost note to keep only that one.")
        hint = QLabel(advice, wordWrap=True)
        hint.setProperty("role", "soft")
        top = QHBoxLayout()
        top.setSpacing(4)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title_label)
        words.addWidget(self.seed_label)
        top.addLayout(words, 1)
        for part in (self.before_button, self.place_label, self.after_button):
            top.addWidget(part)
        grid.addLayout(top, 0, 0, 1, 2)
        grid.addWidget(self.origin_label, 1, 0, 1, 2)
        grid.addWidget(self.accept_button, 2, 0)
        grid.addWidget(self.bar_button, 2, 1)
        grid.addWidget(self.again_button, 3, 0)
        grid.addWidget(self.reject_button, 3, 1)
        grid.addWidget(hint, 4, 0, 1, 2)


def _arrow(icon_name: str, name: str, words: str) -> IconButton:
    arrow = IconButton(icon_name, words, role="tiny")
    arrow.setObjectName(name)
    return arrow


def _button(name: str, words: str, hint: str) -> QPushButton:
    button = QPushButton(words, objectName=name)
    button.setToolTip(hint)
    button.setAccessibleDescription(hint)
    return button
