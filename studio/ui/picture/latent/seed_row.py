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

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
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
    """The seed box and the dice. Their names begin with `name`."""

    seed_chosen = Signal(object)
    dice_requested = Signal()

    def __init__(self, title: str, name: str = "seed", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.box = SeedBox(f"{name}-box")
        self.box.setAccessibleName(title)
        self.dice = IconButton("dice-5-outline", "", role="")
        self.dice.setObjectName(f"{name}-dice")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._label())
        row.addWidget(self.box, 1)
        row.addWidget(self.dice)
        self.box.seed_chosen.connect(self.seed_chosen)
        self.dice.clicked.connect(self.dice_requested)

    def describe(self, box_hint: str, dice_hint: str) -> None:
        """Say what the number is and what the dice does."""
        self.box.setToolTip(box_hint)
        self.dice.setToolTip(dice_hint)
        self.dice.setAccessibleName(dice_hint)

    def _label(self) -> QLabel:
        label = QLabel(self.title)
        label.setBuddy(self.box)
        return label


class PictureSeed(SeedRow):
    """The number that the picture grows from."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Seed"), parent=parent)
        self.box.setPlaceholderText(self.tr("not from a seed"))
        self.describe(
            self.tr("The number that the picture grows from. The same number always gives the same picture."),
            self.tr("Throw the dice: another picture"),
        )

    def show_latent(self, latent: Latent) -> None:
        """Show where the picture grew from."""
        self.box.show_seed(latent.seed, is_exact=latent.point is None and latent.is_plain)
