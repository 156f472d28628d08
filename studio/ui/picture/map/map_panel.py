"""MapPanel: a map of two directions of the model, which two, and where on it the picture is. GUI thread.

Invariant: `show_...` tells nobody.
"""

from collections.abc import Sequence
from itertools import groupby

from PySide6.QtCore import Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.icon_button import IconButton
from studio.ui.picture.map.map_field import KEY_ZOOM, MapField


class MapPanel(QWidget):
    """`axes_chosen` gives the names of the directions to the right and upwards."""

    axes_chosen = Signal(str, str)
    appeared = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.is_seen = False
        self.setObjectName("map-panel")
        self.setAccessibleName(self.tr("Map"))
        self.field = MapField()
        self.x_box = _axis_box("map-x", self.tr("The direction that runs to the right"))
        self.y_box = _axis_box("map-y", self.tr("The direction that runs upwards"))
        self.words = QLabel(objectName="map-words")
        self.words.setProperty("role", "soft")
        self._axes = ("", "")
        self._lay_out()
        for box in (self.x_box, self.y_box):
            box.currentIndexChanged.connect(self._choose)

    def show_directions(self, directions: Sequence[Parameter]) -> None:
        """What the axes can be."""
        for box in (self.x_box, self.y_box):
            box.blockSignals(True)
            box.clear()
            for group, members in groupby(directions, key=lambda direction: direction.group):
                self._add_group(box, group, list(members))
            box.blockSignals(False)
            box.setEnabled(len(directions) >= 2)

    def show_axes(self, x: str, y: str) -> None:
        self._axes = (x, y)
        for box, name in ((self.x_box, x), (self.y_box, y)):
            box.blockSignals(True)
            box.setCurrentIndex(box.findData(name))
            box.blockSignals(False)
            box.setToolTip(f"{box.accessibleName()}: {box.currentText()}")

    def show_place(self, x: float, y: float) -> None:
        """Where on the map the picture is."""
        self.field.show_place(x, y)
        self.words.setText(f"x {x:+.2f} σ   y {y:+.2f} σ")

    def show_nothing(self, words: str) -> None:
        """No map, and why."""
        self.field.clear()
        self.words.setText(words)

    def set_seen(self, is_seen: bool) -> None:
        """Whether the panel is in view: the window tells (a tab behind another is visible to Qt)."""
        self.is_seen = is_seen
        if is_seen:
            self.appeared.emit()

    def _add_group(self, box: QComboBox, group: str, members: Sequence[Parameter]) -> None:
        """A heading that cannot be chosen, then its directions."""
        titles = {
            "attribute": self.tr("Attributes"),
            "pca": self.tr("Components"),
            "sefa": self.tr("By layer"),
            "latent": self.tr("Latents"),
        }
        if group in titles:
            box.addItem(titles[group])
            model = box.model()
            assert isinstance(model, QStandardItemModel)
            model.item(box.count() - 1).setEnabled(False)
        for direction in members:
            box.addItem(direction.label, direction.name)

    def _choose(self) -> None:
        """The same direction twice would be a line: then the two change places."""
        x, y = self.x_box.currentData(), self.y_box.currentData()
        if x == y:
            x, y = self._axes[::-1]
        self.show_axes(x, y)
        self.axes_chosen.emit(x, y)

    def _lay_out(self) -> None:
        axes = QHBoxLayout()
        axes.setSpacing(4)
        for sign, box in (("→", self.x_box), ("↑", self.y_box)):
            axes.addWidget(QLabel(sign))
            axes.addWidget(box, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addLayout(axes)
        column.addWidget(self.field, 1)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setSpacing(4)
        foot.addWidget(self.words, 1)
        for icon_name, words, name, act in (
            (
                "magnify-minus-outline",
                self.tr("Zoom out (-)"),
                "map-zoom-out",
                lambda: self.field.zoom(1 / KEY_ZOOM),
            ),
            (
                "magnify-plus-outline",
                self.tr("Zoom in (+)"),
                "map-zoom-in",
                lambda: self.field.zoom(KEY_ZOOM),
            ),
            ("fit-to-screen-outline", self.tr("Show the whole map (0)"), "map-fit", self.field.fit),
        ):
            button = IconButton(icon_name, words, "tiny")
            button.setObjectName(name)
            button.clicked.connect(lambda _=False, act=act: act())
            foot.addWidget(button)
        return foot


def _axis_box(name: str, words: str) -> QComboBox:
    box = QComboBox(objectName=name)
    box.setAccessibleName(words)
    box.setToolTip(words)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    return box
