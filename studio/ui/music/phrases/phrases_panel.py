"""PhrasesPanel: phrases at four corners, the square between them, ways from one to another, and the latent's sliders.

GUI thread. A view only; the signals are wishes.
"""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card
from studio.core.parameter import Parameter
from studio.core.phrase_pad import CORNERS, PhrasePad
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.scrolling import scroll
from studio.ui.common.section import Section
from studio.ui.music.phrases.choice_row import ChoiceRow
from studio.ui.music.phrases.square import Square

SHOWN_AXES = 6


class PhrasesPanel(QWidget):
    """Without a model of phrases it says so, and nothing can be asked."""

    take_requested = Signal(int)
    clear_requested = Signal(int)
    way_requested = Signal(int)
    draw_requested = Signal()
    slider_moved = Signal()
    bars_chosen = Signal()
    shown = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("phrases-panel")
        self.setAccessibleName(self.tr("Phrases"))
        self.pad = Square()
        self.hint_label = QLabel(wordWrap=True)
        self.hint_label.setProperty("role", "soft")
        self.bars_box = QComboBox(objectName="phrase-bars", accessibleName=self.tr("How long a phrase is"))
        for bars in (2, 4):
            self.bars_box.addItem(self.tr("{0} bars").format(bars), bars)
        self.steps_box = QSpinBox(objectName="phrase-steps", accessibleName=self.tr("Phrases on the way"))
        self.steps_box.setRange(3, 32)
        self.steps_box.setValue(8)
        self.steps_box.setProperty("role", "plain")
        self.steps_box.lineEdit().setTextMargins(6, 0, 6, 0)
        self.way_button = QPushButton(self.tr("Way A → B"), objectName="phrase-way")
        self.way_button.setToolTip(
            self.tr("So many phrases from the first to the second, one after the other")
        )
        self.draw_button = QPushButton(self.tr("Draw a phrase"), objectName="phrase-draw")
        self.draw_button.setToolTip(self.tr("One that the model makes up; another each time"))
        self.choice = ChoiceRow()
        self.sliders: dict[str, LabelledSlider] = {}
        self._offsets: dict[str, float] = {}
        self._corners = [self._corner(index) for index in range(len(CORNERS))]
        self._lay_out()
        self._connect()
        self.show_model(None)

    @property
    def bars(self) -> int:
        return int(self.bars_box.currentData())

    def offsets(self) -> tuple[tuple[str, float], ...]:
        """The sliders that were moved, in standard deviations."""
        return tuple((name, value) for name, value in self._offsets.items() if value)

    def show_model(self, card: Card | None) -> None:
        words = self.tr("Select a phrase in the roll, take it into a corner, and drag the point.")
        self.hint_label.setText(words if card else self.tr("No model of phrases is installed."))
        self.way_button.setEnabled(False)  # until two corners are taken
        for part in (self.pad, self.draw_button, self.bars_box, *self._takes()):
            part.setEnabled(card is not None)

    def show_pad(self, pad: PhrasePad) -> None:
        self.pad.show_pad(pad)
        for (_, clear), slot in zip(self._corners, pad.slots, strict=True):
            clear.setVisible(slot is not None)
        self.way_button.setEnabled(sum(slot is not None for slot in pad.slots) > 1)

    def show_directions(self, directions: Sequence[Parameter]) -> None:
        """The sliders of a loaded model: its attributes and its widest axes."""
        if self.sliders:
            return
        named = [one for one in directions if one.group == "attribute"]
        axes = [one for one in directions if one.group != "attribute"][:SHOWN_AXES]
        for direction in (*named, *axes):
            slider = LabelledSlider(direction, f"phrase-{direction.name}")
            slider.moved.connect(partial(self._move, direction.name))
            self.section.body.addWidget(slider)
            self.sliders[direction.name] = slider
        self.section.setVisible(bool(self.sliders))

    def _move(self, name: str, value: float) -> None:
        self._offsets[name] = value
        self.slider_moved.emit()

    def reset(self) -> None:
        """All sliders back to the middle."""
        self._offsets.clear()
        for slider in self.sliders.values():
            slider.show_value(0.0)
        self.slider_moved.emit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.choice.take_key(event):
            return
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    # --- layout ------------------------------------------------------------------------------------------

    def _takes(self) -> list[QPushButton]:
        return [take for take, _ in self._corners]

    def _corner(self, index: int) -> tuple[QPushButton, IconButton]:
        """The button that takes a phrase into a corner, and the one that takes it out again."""
        name = CORNERS[index]
        take = QPushButton(self.tr("Take {0}").format(name), objectName=f"phrase-take-{name.lower()}")
        take.setToolTip(self.tr("Put the selected notes, or the marked bars, into corner {0}").format(name))
        take.clicked.connect(lambda: self.take_requested.emit(index))
        clear = IconButton("close", self.tr("Empty corner {0}").format(name), role="tiny")
        clear.setObjectName(f"phrase-clear-{name.lower()}")
        clear.clicked.connect(lambda: self.clear_requested.emit(index))
        clear.hide()
        return take, clear

    def _connect(self) -> None:
        self.way_button.clicked.connect(lambda: self.way_requested.emit(self.steps_box.value()))
        self.draw_button.clicked.connect(self.draw_requested)
        self.bars_box.activated.connect(lambda _: self.bars_chosen.emit())
        self.reset_button.clicked.connect(self.reset)

    def _takes_and_clears(self) -> QGridLayout:
        """The corners' buttons, laid out as the corners are."""
        corners = QGridLayout()
        corners.setSpacing(6)
        for index, (take, clear) in enumerate(self._corners):
            row = QHBoxLayout()
            row.setSpacing(2)
            row.addWidget(take, 1)
            row.addWidget(clear)
            corners.addLayout(row, index // 2, index % 2)
        return corners

    def _lay_out(self) -> None:
        way = QHBoxLayout()
        way.setSpacing(8)
        way.addWidget(self.way_button, 1)
        way.addWidget(QLabel(self.tr("in")))
        way.addWidget(self.steps_box)
        drawing = QHBoxLayout()
        drawing.setSpacing(8)
        drawing.addWidget(self.draw_button, 1)
        drawing.addWidget(self.bars_box)
        self.section = Section(self.tr("Latent"), "phrase-latent")
        self.reset_button = QPushButton(self.tr("Middle"), objectName="phrase-reset")
        self.section.add_action(self.reset_button)
        self.section.hide()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.hint_label)
        column.addWidget(self.pad)
        column.addLayout(self._takes_and_clears())
        column.addLayout(way)
        column.addLayout(drawing)
        column.addWidget(self.choice)
        column.addWidget(self.section)
        column.addStretch(1)
        scroll(self, inside)
