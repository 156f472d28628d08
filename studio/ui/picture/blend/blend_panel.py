"""BlendPanel: the blend pad, and two kept pictures with the way between them. GUI thread.

Invariant: `show_document` and `show_thumbnail` tell nobody.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.core.parameter import Parameter
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section
from studio.ui.picture.blend.pad_panel import PadPanel
from studio.ui.picture.blend.slot import Slot


class BlendPanel(QWidget):
    """Slots A and B; the slider between them works once both are kept. Slots are told as "a" and "b"."""

    keep_requested = Signal(str)
    recall_requested = Signal(str)
    blend_moved = Signal(float)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("blend-panel")
        self.setAccessibleName(self.tr("Blend"))
        self.pad_panel = PadPanel()
        self.slots = {letter: Slot(letter) for letter in ("a", "b")}
        hint = self.tr("From A on the left to B on the right, through every picture between them.")
        self.slider = LabelledSlider(
            Parameter("blend", self.tr("Between A and B"), 0.0, 1.0, 0.0, hint=hint), "blend-slider"
        )
        self.advice = QLabel(wordWrap=True)
        self.advice.setObjectName("blend-advice")
        self.advice.setProperty("role", "soft")
        self._lay_out()
        self._connect()
        self.show_document(PictureDocument())

    def show_document(self, document: PictureDocument) -> None:
        """Show what is kept and how far the way has been gone."""
        has_a, has_b = document.slot_a is not None, document.slot_b is not None
        self.slots["a"].show_kept(has_a)
        self.slots["b"].show_kept(has_b)
        self.slider.setEnabled(has_a and has_b)
        if abs(self.slider.value - document.blend) > 0.005:
            self.slider.show_value(document.blend)
        self._advise(has_a, has_b)

    def show_thumbnail(self, slot: str, frame: Frame | None) -> None:
        """The picture that slot "a" or "b" keeps; None empties it."""
        self.slots[slot].show_thumbnail(frame)

    def _advise(self, has_a: bool, has_b: bool) -> None:
        words = {
            (False, False): self.tr("Keep a picture you like as A, find another, and keep it as B."),
            (True, False): self.tr("Now find another picture and keep it as B."),
            (False, True): self.tr("Now find another picture and keep it as A."),
            (True, True): "",
        }[has_a, has_b]
        self.advice.setText(words)
        self.advice.setVisible(bool(words))

    def _lay_out(self) -> None:
        for slot in self.slots.values():
            slot.setFixedSize(slot.sizeHint())
        pair = QHBoxLayout()
        pair.addWidget(self.slots["a"])
        pair.addStretch(1)
        pair.addWidget(self.slots["b"])
        section = Section(self.tr("A and B"), "blend-a-b")
        section.body.setSpacing(8)
        section.body.addLayout(pair)
        section.body.addWidget(self.slider)
        section.body.addWidget(self.advice)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(8)
        column.addWidget(self.pad_panel)
        column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _connect(self) -> None:
        for letter, slot in self.slots.items():
            slot.keep_requested.connect(lambda name=letter: self.keep_requested.emit(name))
            slot.recall_requested.connect(lambda name=letter: self.recall_requested.emit(name))
        self.slider.moved.connect(self.blend_moved)
        self.slider.released.connect(self.released)
