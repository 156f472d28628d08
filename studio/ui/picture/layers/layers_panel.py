"""LayersPanel: the stack of layers, how the chosen one mixes, and what can be done with it. GUI thread.

Invariant: only the person's hand makes wishes; `show_stack` and `show_pictures` tell nobody.
"""

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.core.layers import BlendMode, Layers
from studio.core.parameter import Parameter
from studio.core.stack import find
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.picture.layers.layer_list import LayerList
from studio.ui.picture.layers.layer_painter import mode_words

OPACITY = Parameter(
    "opacity", "Opacity", 0.0, 1.0, 1.0, hint="Left: the layer is clear. Right: it covers what is below."
)
MODES: tuple[BlendMode, ...] = get_args(BlendMode)


class LayersPanel(QWidget):
    """`asked` gives the id of a command; opacity follows the hand until `released`."""

    opacity_moved = Signal(float)
    released = Signal()
    mode_chosen = Signal(str)
    asked = Signal(str)
    appeared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("layers-panel")
        self.setAccessibleName(self.tr("Layers"))
        self.is_seen = False
        self.list = LayerList()
        self.opacity = LabelledSlider(OPACITY, "layer-opacity")
        self.mode_box = QComboBox()
        self.hint = QLabel(self.tr("Paint on the picture, or drop another one here: they become layers."))
        self.buttons: dict[str, IconButton] = {}
        self._lay_out()
        self._connect()

    def set_seen(self, is_seen: bool) -> None:
        """Whether the panel is in view: the window tells (a tab behind another is visible to Qt)."""
        self.is_seen = is_seen
        if is_seen:
            self.appeared.emit()

    def show_stack(self, layers: Layers, current_id: int | None, is_alone: bool) -> None:
        """Show the layers with one chosen. is_alone: it is one picture, without layers so far."""
        self.list.show_layers(layers, current_id)
        self.hint.setVisible(is_alone)
        layer = find(layers, current_id)
        if layer is None:
            return
        if self.opacity.value != layer.opacity:
            self.opacity.show_value(layer.opacity)
        self.mode_box.setCurrentIndex(MODES.index(layer.mode))
        for part in (self.opacity, self.mode_box):
            part.setEnabled(not layer.locked)

    def show_pictures(self, pictures: dict[int, QPixmap]) -> None:
        """Small pictures by layer id."""
        self.list.layers.show_pictures(pictures)

    def show_possible(self, possible: dict[str, bool]) -> None:
        """Which of the buttons' commands can run now."""
        for command, button in self.buttons.items():
            button.setEnabled(possible.get(command, True))

    def _lay_out(self) -> None:
        self.setMinimumWidth(272)
        self.hint.setWordWrap(True)
        self.hint.setProperty("role", "soft")
        self.mode_box.setObjectName("layer-mode")
        self.mode_box.setAccessibleName(self.tr("Blend mode"))
        self.mode_box.setToolTip(self.tr("How the layer's colours meet those below it"))
        for mode in MODES:
            self.mode_box.addItem(mode_words(mode), mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addLayout(self._mode_row())
        column.addWidget(self.opacity)
        column.addWidget(self.list, 1)
        column.addWidget(self.hint)
        column.addLayout(self._button_row())

    def _mode_row(self) -> QHBoxLayout:
        label = QLabel(self.tr("Blend mode"))
        label.setBuddy(self.mode_box)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self.mode_box)
        return row

    def _button_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(2)
        for command, icon_name, words in (
            ("new-paint-layer", "brush-variant", self.tr("New paint layer")),
            ("import-layer", "image-plus-outline", self.tr("A picture from a file as a layer…")),
            ("keep-as-layer", "pin-outline", self.tr("Keep the live picture as a layer")),
            ("duplicate-layer", "content-duplicate", self.tr("Duplicate the layer")),
            ("merge-down", "arrow-collapse-down", self.tr("Merge with the layer below")),
            ("layer-region", "selection", self.tr("Show the layer only inside the selection")),
            ("remove-layer", "delete-outline", self.tr("Remove the layer")),
        ):
            button = IconButton(icon_name, words)
            button.setObjectName(f"layers-{command}")
            button.clicked.connect(lambda _on=False, wish=command: self.asked.emit(wish))
            self.buttons[command] = button
            row.addWidget(button)
            if command == "keep-as-layer":
                row.addStretch(1)
        return row

    def _connect(self) -> None:
        self.opacity.moved.connect(self.opacity_moved)
        self.opacity.released.connect(self.released)
        self.mode_box.activated.connect(lambda _row: self.mode_chosen.emit(self.mode_box.currentData()))
        self.list.remove_requested.connect(lambda: self.asked.emit("remove-layer"))
