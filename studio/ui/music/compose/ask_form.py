"""AskForm: the controls of what to ask the model for: model, bars, character, key, range, seed, styles. GUI thread."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.core.card import Card
from studio.core.parameter import TEMPERATURE, TOP_P
from studio.core.recipe import ComposeSettings
from studio.inference.mooding import takes_line
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section
from studio.ui.music.compose.ask import CHOICES, FOLLOW, FREE, MAX_BARS, MAX_IDEAS, Ask
from studio.ui.music.compose.attribute_list import AttributeList
from studio.ui.music.compose.keep_box import KeepBox
from studio.ui.music.compose.mood_pad import MoodPad
from studio.ui.music.compose.range_row import RangeRow
from studio.ui.music.compose.style_list import StyleList
from studio.ui.music.pitch_names import TONIC_NAMES

MAX_SEED_SHOWN = 2**31 - 1


class AskForm(QWidget):
    """`model_row` and `bars_row` are laid out by the panel, above its Continue button. `steered` follows a hand on the
    mood or the line, `let_go` says that it rests."""

    model_chosen = Signal(str)
    dice_requested = Signal()
    changed = Signal()
    steered = Signal()
    let_go = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        defaults = Ask()
        self.model_box = _combo("compose-model", self.tr("The model that writes with you"))
        self.bars_box = _spin("compose-bars", self.tr("How many bars to write"), (1, MAX_BARS), defaults.bars)
        self.seed_box = _spin(
            "compose-seed", self.tr("The same seed gives the same answer"), (0, MAX_SEED_SHOWN), defaults.seed
        )
        self.temperature = LabelledSlider(TEMPERATURE, "compose-temperature")
        self.top_p = LabelledSlider(TOP_P, "compose-top-p")
        self.tonic_box = _combo("compose-tonic", self.tr("The note the scale is built on"))
        self.scale_box = _combo("compose-scale", self.tr("Notes the model may use"))
        self.range_row = RangeRow(defaults.low, defaults.high)
        self.ideas_box = _spin(
            "compose-ideas",
            self.tr("How many ideas at once, to go through with Tab"),
            (1, MAX_IDEAS),
            defaults.ideas,
        )
        self.mood, self.keep = MoodPad(), KeepBox()
        self.play_on_button = IconButton(
            "infinity",
            self.tr("Play on: the model goes on writing while the music plays (Ctrl+Shift+Space)"),
            role="",
        )
        self.play_on_button.setObjectName("compose-play-on")
        self.play_on_button.setCheckable(True)
        self.attributes = AttributeList()
        self.styles = StyleList()
        self._fill()
        self._lay_out()
        self._cards: dict[str, Card] = {}

    @property
    def ask(self) -> Ask:
        """All settings as one value."""
        return Ask(
            bars=self.bars_box.value(),
            temperature=self.temperature.value,
            top_p=self.top_p.value,
            seed=self.seed_box.value(),
            styles=self.styles.weights(),
            scale=self.scale_box.currentData(),
            tonic=self.tonic_box.currentIndex(),
            low=self.range_row.low_box.value(),
            high=self.range_row.high_box.value(),
            ideas=self.ideas_box.value(),
            attributes=self.attributes.values(),
            keep_rhythm=self.keep.rhythm_box.isChecked(),
            keep_notes=self.keep.notes_box.isChecked(),
            mood=self.mood.mood,
            takes_line=not self.attributes.isHidden(),
        )

    def show_models(self, cards: Sequence[Card]) -> None:
        """Fill the model box; the first is chosen."""
        self._cards = {card.id: card for card in cards}
        with QSignalBlocker(self.model_box):
            self.model_box.clear()
            for card in cards:
                self.model_box.addItem(card.name, card.id)
        self.model_row.setVisible(bool(cards))
        if cards:
            self.show_model(cards[0].id)

    def show_model(self, model_id: str) -> None:
        """Its name, what it is and its styles."""
        card = self._cards[model_id]
        with QSignalBlocker(self.model_box):
            self.model_box.setCurrentIndex(self.model_box.findData(model_id))
        self.model_box.setToolTip(card.summary)
        self.styles.show_styles(card.styles)
        self.attributes.setVisible(takes_line(card))

    def show_seed(self, seed: int) -> None:
        self.seed_box.setValue(seed)

    def show_settings(self, settings: ComposeSettings) -> None:
        """The settings of a recipe that came with a file."""
        self.show_seed(min(settings.seed, MAX_SEED_SHOWN))
        self.bars_box.setValue(settings.bars)
        self.temperature.show_value(settings.temperature)
        self.top_p.show_value(settings.top_p)
        self.styles.show_weights(dict(settings.styles))
        self.mood.show_mood(settings.mood)

    def _fill(self) -> None:
        self.tonic_box.addItems(TONIC_NAMES)
        self.scale_box.addItem(self.tr("Free"), FREE)
        self.scale_box.addItem(self.tr("Key of the piece"), FOLLOW)
        for name in CHOICES:
            self.scale_box.addItem(name.capitalize(), name)
        self.model_box.activated.connect(lambda row: self.model_chosen.emit(self.model_box.itemData(row)))
        self.scale_box.currentIndexChanged.connect(self._show_tonic)
        self.bars_box.valueChanged.connect(lambda _: self.changed.emit())
        self.mood.moved.connect(self.steered)
        self.mood.released.connect(self.let_go)
        for slider in self.attributes.sliders.values():
            slider.moved.connect(lambda _: self.steered.emit())
            slider.released.connect(self.let_go)
        self._show_tonic()

    def _show_tonic(self) -> None:
        self.tonic_box.setEnabled(self.scale_box.currentData() not in (FREE, FOLLOW))

    def _lay_out(self) -> None:
        self.model_row = _row((QLabel(self.tr("Model")), 0), (self.model_box, 1))
        self.bars_box.setMinimumWidth(40)
        self.ideas_box.setMinimumWidth(36)
        self.seed_box.setMinimumWidth(60)  # else it asks for room for its largest number
        self.bars_row = _row(
            (QLabel(self.tr("Bars")), 0),
            (self.bars_box, 1),
            (QLabel(self.tr("Ideas")), 0),
            (self.ideas_box, 1),
            (self.play_on_button, 0),
        )
        rules = QFormLayout()
        rules.setHorizontalSpacing(8)
        rules.setVerticalSpacing(8)
        rules.addRow(self.tr("Scale"), _row((self.tonic_box, 0), (self.scale_box, 1)))
        rules.addRow(self.tr("Range"), self.range_row)
        rules.addRow(self.tr("Seed"), _row((self.seed_box, 1), (self._dice(), 0)))
        character = Section(self.tr("Character"), "compose-character")
        character.body.addWidget(self.temperature)
        character.body.addWidget(self.top_p)
        character.body.addLayout(rules)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(12)
        for part in (self.mood, character, self.keep, self.attributes, self.styles):
            column.addWidget(part)

    def _dice(self) -> IconButton:
        dice = IconButton("dice-5-outline", self.tr("Throw the dice: another seed"), role="")
        dice.setObjectName("compose-dice")
        dice.clicked.connect(self.dice_requested)
        return dice


def _row(*parts: tuple[QWidget, int]) -> QWidget:
    """Widgets with their stretch, side by side."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for part, stretch in parts:
        row.addWidget(part, stretch)
    return box


def _combo(name: str, words: str) -> QComboBox:
    box = QComboBox(objectName=name, accessibleName=words, toolTip=words)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(3)
    return box


def _spin(name: str, words: str, limits: tuple[int, int], value: int) -> QSpinBox:
    box = QSpinBox(objectName=name, accessibleName=words, toolTip=words)
    box.setRange(*limits)
    box.setValue(value)
    box.setKeyboardTracking(False)
    box.setProperty("role", "plain")
    box.lineEdit().setTextMargins(6, 0, 6, 0)
    return box
