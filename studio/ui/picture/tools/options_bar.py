"""OptionsBar: what can be chosen for the tool in hand, above the canvas. GUI thread.

Invariant: it shows the bench's choices and changes them; it keeps none of its own.
"""

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from studio.core.parameter import Parameter
from studio.ui.common.elided_label import ElidedLabel
from studio.ui.common.icon_button import IconButton
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.picture.tools.aspect_box import AspectBox
from studio.ui.picture.tools.bench import RECENT_COLOURS, Bench, Choices
from studio.ui.picture.tools.colour_button import ColourPicker
from studio.ui.picture.tools.mode_buttons import ModeButtons

HEIGHT_PX = 52
SLIDER_PX = 128
VALUE_PX = 48
HINT_FROM_PX = 160  # a shorter piece of a sentence helps nobody
SIZE = Parameter(
    "size", "Size", 1.0, 400.0, 48.0, unit=" px", decimals=0, hint="The brush's width; [ and ] change it."
)
HARDNESS = Parameter(
    "hardness", "Hardness", 0.0, 1.0, 0.8, hint="1 is a sharp edge, 0 is soft to the middle."
)
OPACITY = Parameter("opacity", "Opacity", 0.05, 1.0, 1.0, hint="How much of what is below is covered.")
FEATHER = Parameter(
    "feather", "Feather", 0.0, 100.0, 0.0, unit=" px", decimals=0, hint="How soft the edge is."
)
TOLERANCE = Parameter("tolerance", "Tolerance", 0.0, 1.0, 0.15, hint="How different a colour may be.")
BRUSHES, SHAPES = ("brush", "eraser"), ("rectangle", "lasso")


class Hint(ElidedLabel):
    """A sentence that is only there where it has room."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.width() >= HINT_FROM_PX:
            super().paintEvent(event)


class OptionsBar(QFrame):
    """`wished` tells a small act by name: "flip-x", "flip-y", "turn", "apply", "whole"."""

    wished = Signal(str)

    def __init__(self, bench: Bench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("tool-options")
        self.setAccessibleName(self.tr("Options of the tool"))
        self.setFixedHeight(HEIGHT_PX)
        self._bench = bench
        self._parts: list[tuple[QWidget, tuple[str, ...]]] = []
        self._sliders: dict[str, LabelledSlider] = {}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 4, 12, 4)
        self._row.setSpacing(12)
        self._furnish()
        bench.chosen.connect(self.show_choices)
        bench.mask_view_changed.connect(self.mask_button.setChecked)
        self.show_choices(bench.choices)
        self.hide()

    def minimumSizeHint(self) -> QSize:
        """It never makes the window wider: what has no room is cut off at its right end."""
        return QSize(0, HEIGHT_PX)

    def show_tool(self, tool_id: str, hint: str) -> None:
        """Show what belongs to a tool; the hand (an empty id) has nothing to choose."""
        self.hint.setText(hint)
        self.hint.setToolTip(hint)
        for part, tools in self._parts:
            part.setVisible(tool_id in tools)
        self.setVisible(bool(tool_id))

    def show_choices(self, choices: Choices) -> None:
        for name, slider in self._sliders.items():
            slider.show_value(getattr(choices, name))
        self.colours.show_colours(choices.colour, choices.recent)
        self.modes.show_mode(choices.mode)
        self.aspects.show_aspect(choices.aspect)

    def _furnish(self) -> None:
        self.colours = ColourPicker(RECENT_COLOURS)
        self.colours.chosen.connect(self._bench.choose_colour)
        self._add(self.colours, "brush", "fill")
        self.modes = ModeButtons()
        self.modes.chosen.connect(lambda mode: self._bench.choose(mode=mode))
        self._add(self.modes, *SHAPES)
        self._add_slider(SIZE, *BRUSHES)
        self._add_slider(HARDNESS, *BRUSHES)
        self._add_slider(OPACITY, *BRUSHES, "fill")
        self._add_slider(TOLERANCE, "fill")
        self._add_slider(FEATHER, *SHAPES)
        self.aspects = AspectBox()
        self.aspects.chosen.connect(lambda aspect: self._bench.choose(aspect=aspect))
        self._add(self.aspects, "crop")
        self._add_act("flip-x", "flip-horizontal", self.tr("Flip horizontally"), "transform")
        self._add_act("flip-y", "flip-vertical", self.tr("Flip vertically"), "transform")
        self._add_act("turn", "rotate-right", self.tr("Turn by 90°"), "transform")
        self._add_act("whole", "fit-to-page-outline", self.tr("Whole picture: take the crop back"), "crop")
        self._add_act("apply", "check", self.tr("Done (Enter)"), "crop", "transform")
        self.hint = Hint("")
        self.hint.setProperty("role", "soft")
        self.hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._row.addWidget(self.hint, 1)
        self.mask_button = IconButton(
            "circle-half-full", self.tr("Mask view: see and paint the selection (Q)")
        )
        self.mask_button.setObjectName("tool-mask-view")
        self.mask_button.setCheckable(True)
        self.mask_button.toggled.connect(self._bench.show_mask)
        self._add(self.mask_button, *BRUSHES, *SHAPES, "fill")

    def _add_slider(self, parameter: Parameter, *tools: str) -> None:
        words = replace(parameter, label=self.tr(parameter.label), hint=self.tr(parameter.hint))
        slider = LabelledSlider(words, f"tool-{parameter.name}")
        slider.setFixedWidth(SLIDER_PX)
        slider.value_box.setFixedWidth(VALUE_PX)
        slider.moved.connect(lambda value: self._bench.choose(**{parameter.name: value}))
        self._sliders[parameter.name] = slider
        self._add(slider, *tools)

    def _add_act(self, name: str, icon_name: str, words: str, *tools: str) -> None:
        button = IconButton(icon_name, words)
        button.setObjectName(f"tool-act-{name}")
        button.clicked.connect(lambda: self.wished.emit(name))
        self._add(button, *tools)

    def _add(self, part: QWidget, *tools: str) -> None:
        self._parts.append((part, tools))
        self._row.addWidget(part)
