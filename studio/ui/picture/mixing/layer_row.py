"""LayerRow: which layers come from the column: a band by its name, or exactly from one to another. GUI thread.

Invariant: `show_layers` tells nobody.
"""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from studio.core.mixing import Band, bands

NUMBER_PX = 56


class LayerRow(QWidget):
    """`choice` stands wherever the panel puts it, this row shows the numbers while they are exact. `chosen` gives first
    and last, inclusive; 0 is the coarsest."""

    chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: tuple[Band, ...] = ()
        self.choice = QComboBox()
        self.choice.setObjectName("mix-layers")
        self.choice.setAccessibleName(self.tr("Layers from the column"))
        self.choice.setToolTip(
            self.tr("Which layers every cell takes from its column; the rest is its row's")
        )
        self.first = self._number("mix-first-layer", self.tr("First layer, 0 is the coarsest"))
        self.last = self._number("mix-last-layer", self.tr("Last layer"))
        self.choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for part in (QLabel(self.tr("Layers")), self.first, QLabel(self.tr("to")), self.last):
            row.addWidget(part)
        row.addStretch(1)
        self.choice.activated.connect(self._choose)
        self.first.activated.connect(lambda layer: self.chosen.emit(layer, max(layer, self._numbers()[1])))
        self.last.activated.connect(lambda layer: self.chosen.emit(min(layer, self._numbers()[0]), layer))

    def show_model(self, layers: int) -> None:
        """Offer the bands of a model with so many layers; without any, all is halfway."""
        self._bands = bands(layers)
        words = {"coarse": self.tr("Coarse {}"), "middle": self.tr("Middle {}"), "fine": self.tr("Fine {}")}
        self.choice.clear()
        for band in self._bands:
            self.choice.addItem(words[band.name].format(f"{band.first}–{band.last}"))
        self.choice.addItem(self.tr("Exactly…") if layers else self.tr("Halfway"))
        self.choice.setEnabled(layers > 0)
        self.hide()
        for box in (self.first, self.last):
            box.clear()
            box.addItems([str(layer) for layer in range(layers)])

    def show_layers(self, first: int, last: int) -> None:
        """Show which layers are taken; exact numbers stay in view once they were chosen."""
        if not self._bands:
            return
        self.first.setCurrentIndex(first)
        self.last.setCurrentIndex(last)
        wanted = [i for i, band in enumerate(self._bands) if (band.first, band.last) == (first, last)]
        if not wanted or self._is_exact():
            wanted = [len(self._bands)]
        self.choice.setCurrentIndex(wanted[0])
        self.setVisible(self._is_exact())

    def _choose(self, index: int) -> None:
        self.setVisible(self._is_exact())
        if index < len(self._bands):
            self.chosen.emit(self._bands[index].first, self._bands[index].last)

    def _is_exact(self) -> bool:
        return bool(self._bands) and self.choice.currentIndex() == len(self._bands)

    def _numbers(self) -> tuple[int, int]:
        return self.first.currentIndex(), self.last.currentIndex()

    def _number(self, name: str, words: str) -> QComboBox:
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(words)
        box.setToolTip(words)
        box.setFixedWidth(NUMBER_PX)
        return box
