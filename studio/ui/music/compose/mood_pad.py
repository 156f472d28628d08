"""MoodPad: the square of moods under its heading, with what is chosen in words. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from studio.core.mood import Mood
from studio.ui.common.section import Section
from studio.ui.music.compose.mood_square import MoodSquare


class MoodPad(QWidget):
    """Off at rest. `moved` follows the hand, `released` says that it let go, or switched the mood off."""

    moved = Signal()
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.section = Section(self.tr("Mood"), "compose-mood")
        self.square = MoodSquare()
        self.value_label = QLabel(objectName="compose-mood-value")
        self.value_label.setProperty("role", "soft")
        self.off_button = QPushButton(self.tr("No mood"), objectName="compose-mood-off")
        self.off_button.setToolTip(self.tr("Ask for no mood (Delete in the square)"))
        kept = self.off_button.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        self.off_button.setSizePolicy(kept)
        self.section.add_action(self.off_button)
        self.section.body.addWidget(self.square)
        self.section.body.addWidget(self.value_label)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.section)
        self.square.moved.connect(self._take)
        self.square.released.connect(self.released)
        self.off_button.clicked.connect(self.switch_off)
        self._show()

    @property
    def mood(self) -> Mood | None:
        return self.square.mood

    def show_mood(self, mood: Mood | None) -> None:
        """Show a mood without telling anybody."""
        self.square.show_mood(mood)
        self._show()

    def switch_off(self) -> None:
        """No mood, by the person's wish."""
        self.square.take(None)
        self.released.emit()

    def _take(self) -> None:
        self._show()
        self.moved.emit()

    def _show(self) -> None:
        rest = self.tr("Drag: right is glad, up is lively")
        self.value_label.setText(rest if self.mood is None else self.square.words())
        self.off_button.setVisible(self.mood is not None)
