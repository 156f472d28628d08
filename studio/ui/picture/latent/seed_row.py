"""SeedRow: the number that a picture grows from, typed, stepped or thrown. GUI thread."""

from PySide6.QtCore import QRegularExpression, Qt, Signal
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from studio.core.latent import MAX_SEED, Latent
from studio.ui.common.icon_button import IconButton

STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


class SeedBox(QLineEdit):
    """A number from 0 to MAX_SEED (a spin box ends at half of that). Up and down go to the neighbours."""

    seed_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("seed-box")
        self.setValidator(QRegularExpressionValidator(QRegularExpression(r"\d{0,10}"), self))
        self._seed = 0
        self.editingFinished.connect(self._take_text)

    @property
    def seed(self) -> int:
        return self._seed

    def show_seed(self, seed: int, is_exact: bool = True) -> None:
        """Show a seed; is_exact False: the picture did not grow from a seed alone, so the box stays empty."""
        self._seed = seed
        text = str(seed) if is_exact else ""
        if self.text() != text:
            self.setText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = STEPS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._choose((self._typed() + step) % (MAX_SEED + 1))

    def _typed(self) -> int:
        return min(int(self.text()), MAX_SEED) if self.text() else self._seed

    def _take_text(self) -> None:
        if self.text() and self.isModified():
            self._choose(self._typed())

    def _choose(self, seed: int) -> None:
        self.show_seed(seed)
        self.setText(str(seed))
        self.seed_chosen.emit(seed)


class SeedRow(QWidget):
    """The seed box and the dice."""

    seed_chosen = Signal(object)
    dice_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.box = SeedBox()
        self.dice = IconButton("dice-5-outline", self.tr("Throw the dice: another picture"), role="")
        self.dice.setObjectName("seed-dice")
        self._describe()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label())
        row.addWidget(self.box, 1)
        row.addWidget(self.dice)
        self.box.seed_chosen.connect(self.seed_chosen)
        self.dice.clicked.connect(self.dice_requested)

    def show_latent(self, latent: Latent) -> None:
        """Show where the picture grew from."""
        self.box.show_seed(latent.seed, is_exact=latent.point is None)

    def _label(self) -> QLabel:
        label = QLabel(self.tr("Seed"))
        label.setBuddy(self.box)
        return label

    def _describe(self) -> None:
        self.box.setAccessibleName(self.tr("Seed"))
        self.box.setPlaceholderText(self.tr("not from a seed"))
        self.box.setToolTip(
            self.tr("The number that the picture grows from. The same number always gives the same picture.")
        )
