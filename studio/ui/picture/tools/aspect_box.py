"""AspectBox: the shape of a crop: one of the usual ones, or any that is typed, upright or lying. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from studio.core.cropping import ASPECTS, FREE, Aspect, parsed_aspect
from studio.ui.common.icon_button import IconButton


class AspectBox(QWidget):
    """`chosen` tells an Aspect; `show_aspect` tells nobody."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.box = QComboBox(objectName="crop-aspect")
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        words = self.tr("Width to height: choose one, or type your own such as 5:7")
        self.box.setAccessibleName(words)
        self.box.setToolTip(words)
        self.box.setFixedWidth(96)
        for aspect in ASPECTS:
            self.box.addItem(self.tr("Free") if aspect is FREE else aspect.name, aspect)
        self.swap_button = IconButton("swap-horizontal", self.tr("Swap width and height"))
        self.swap_button.setObjectName("crop-swap")
        row.addWidget(self.box)
        row.addWidget(self.swap_button)
        self._shown = FREE
        self.box.activated.connect(lambda index: self.chosen.emit(self.box.itemData(index)))
        self.box.lineEdit().editingFinished.connect(self._take_text)
        self.swap_button.clicked.connect(lambda: self.chosen.emit(swapped(self._shown)))

    def show_aspect(self, aspect: Aspect) -> None:
        self._shown = aspect
        self.box.setEditText(self.tr("Free") if aspect.share <= 0 else aspect.name)
        self.swap_button.setEnabled(aspect.share > 0)

    def _take_text(self) -> None:
        text = self.box.currentText()
        known = next((one for one in ASPECTS if text in (one.name, self._words(one))), None)
        found = known or parsed_aspect(text)
        if found is None:
            self.show_aspect(self._shown)
        elif found.share != self._shown.share and text != self._shown.name:
            self.chosen.emit(found)

    def _words(self, aspect: Aspect) -> str:
        return self.tr("Free") if aspect is FREE else aspect.name


def swapped(aspect: Aspect) -> Aspect:
    """Upright for lying, and the other way round."""
    if aspect.share <= 0:
        return aspect
    parts = aspect.name.split(":")
    known = next((one for one in ASPECTS if aspect.share and abs(one.share * aspect.share - 1) < 1e-9), None)
    if known is not None:
        return known
    name = f"{parts[1]}:{parts[0]}" if len(parts) == 2 else f"{aspect.name} ⇄"
    return Aspect(name, 1 / aspect.share)
