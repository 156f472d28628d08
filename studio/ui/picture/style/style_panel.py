"""StylePanel: repaint the picture after paintings: find styles, mix, bend and dose them. GUI thread.

Invariant: only the person's hand emits `mix_changed`; `show_library` and `show_mix` tell nobody.
"""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.core.parameter import Parameter
from studio.core.restyle import STYLE_SLIDERS, Mask, StyleMix, StylePart
from studio.engines.picture.style_library import StyleEntry, StyleLibrary
from studio.ui.common.empty_state import EmptyState
from studio.ui.common.labelled_slider import LabelledSlider
from studio.ui.common.section import Section
from studio.ui.picture.style.mask_row import MaskRow
from studio.ui.picture.style.mix_list import MixList, MixRow
from studio.ui.picture.style.style_browser import StyleBrowser
from studio.ui.picture.style.style_list import words_about
from studio.ui.picture.style.style_sliders import StyleSliders

SIZES_PX = (256, 512, 768, 1024, 1536, 2048, 4096, 6144, 8192)
STRENGTH = Parameter(
    "strength", "Strength", 0.0, 1.0, 1.0, hint="Left: the picture as it is. Right: wholly in the new manner."
)


class StylePanel(QWidget):
    """`mix_changed` gives the StyleMix that the hand has just made, at every step of a drag; `released` says
    that the hand let go. The other signals are wishes."""

    mix_changed = Signal(object)
    released = Signal()
    restyle_requested = Signal()
    style_file_requested = Signal()
    mask_file_requested = Signal()
    mask_selection_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("style-panel")
        self.setAccessibleName(self.tr("Styles"))
        self._library: StyleLibrary | None = None
        self._mix = StyleMix()
        self.browser = StyleBrowser()
        self.mix_list = MixList()
        self.sliders = StyleSliders()
        self.strength = LabelledSlider(STRENGTH, "restyle-strength")
        self.keep_colour = QCheckBox(self.tr("Keep the picture's colours"))
        self.size_box = QComboBox()
        self.mask_row = MaskRow()
        self.file_button = QPushButton(self.tr("Use a picture as style…"))
        self.clear_button = QPushButton(self.tr("Clear"))
        self.restyle_button = QPushButton(self.tr("Keep the result as picture"))
        self._nothing = EmptyState(
            self.tr("No styles here"),
            self.tr("The restyling model is not installed; install it to use styles."),
        )
        self._describe()
        self._lay_out()
        self._connect()
        self.show_library(None)
        self.show_mix(self._mix)

    @property
    def mix(self) -> StyleMix:
        return self._mix

    def show_library(self, library: StyleLibrary | None) -> None:
        """Show the styles of a library; None: there is none."""
        self._library = library
        self._nothing.setVisible(library is None)
        self._work.setVisible(library is not None)
        if library is not None:
            self.browser.show_library(library)
            self.sliders.show_parameters(library.sliders)
            self.show_mix(self._mix)

    def show_mix(self, mix: StyleMix) -> None:
        """Show a mix without telling anybody."""
        self._mix = mix
        self.mix_list.show_rows([self._row(part) for part in mix.parts])
        self.sliders.show_offsets(mix.offsets)
        if self.strength.value != mix.strength:
            self.strength.show_value(mix.strength)
        for box, show in ((self.keep_colour, self._show_keep_colour), (self.size_box, self._show_size)):
            box.blockSignals(True)
            show()
            box.blockSignals(False)
        self.mask_row.show_mask(mix.mask)
        self.restyle_button.setEnabled(mix.active)
        self.clear_button.setEnabled(mix != StyleMix(size=mix.size))

    def show_desk(self, has_selection: bool, has_layers: bool) -> None:
        """What there is beside the picture: a selection for a mask, layers for the result."""
        self.mask_row.selection_button.setEnabled(has_selection)
        words = self.tr("Keep the result as layer") if has_layers else self.tr("Keep the result as picture")
        self.restyle_button.setText(words)

    def add_style(self, part: StylePart) -> None:
        """Let a style take part, as one step of the hand; one that does already gets its full weight back."""
        others = tuple(known for known in self._mix.parts if known.style_id != part.style_id)
        known = next((known for known in self._mix.parts if known.style_id == part.style_id), None)
        if known is None:
            self._change_at_once(replace(self._mix, parts=(*others, part)))
        elif known.weight < part.weight:
            self._set_weight(self._mix.parts.index(known), part.weight)
            self.released.emit()

    def set_mask(self, mask: Mask | None) -> None:
        """Let the styles work only where a mask says, as one step of the hand."""
        self._change_at_once(replace(self._mix, mask=mask))

    # --- the hand ---------------------------------------------------------------------------------------

    def _take_entry(self, entry: StyleEntry) -> None:
        self.add_style(StylePart(entry.id))

    def _set_weight(self, row: int, weight: float) -> None:
        parts = list(self._mix.parts)
        parts[row] = replace(parts[row], weight=weight)
        self._change(replace(self._mix, parts=tuple(parts)))

    def _remove(self, row: int) -> None:
        parts = self._mix.parts[:row] + self._mix.parts[row + 1 :]
        self._change_at_once(replace(self._mix, parts=parts))

    def _bend(self, index: int, amount: float) -> None:
        offsets = list(self._mix.offsets)
        offsets[index] = amount
        self._change(replace(self._mix, offsets=tuple(offsets)))

    def _straighten(self) -> None:
        self._change_at_once(replace(self._mix, offsets=(0.0,) * STYLE_SLIDERS))

    def _clear(self) -> None:
        self._change_at_once(StyleMix(size=self._mix.size))

    def _change(self, mix: StyleMix) -> None:
        self.show_mix(mix)
        self.mix_changed.emit(mix)

    def _change_at_once(self, mix: StyleMix) -> None:
        self._change(mix)
        self.released.emit()

    # --- how it looks -----------------------------------------------------------------------------------

    def _row(self, part: StylePart) -> MixRow:
        if part.vector is not None or self._library is None or not self._library.holds(part.style_id):
            return MixRow(part, part.style_id)
        entry = self._library.entry(part.style_id)
        return MixRow(part, entry.title, words_about(entry), entry.palette)

    def _show_keep_colour(self) -> None:
        self.keep_colour.setChecked(self._mix.keep_colour)

    def _show_size(self) -> None:
        if self.size_box.findData(self._mix.size) < 0:
            self._add_size(self._mix.size)
        self.size_box.setCurrentIndex(self.size_box.findData(self._mix.size))

    def _add_size(self, size_px: int) -> None:
        self.size_box.addItem(self.tr("{} px").format(size_px), size_px)

    def _describe(self) -> None:
        self.keep_colour.setObjectName("restyle-keep-colour")
        self.keep_colour.setToolTip(
            self.tr("Take only light, dark and touch from the paintings, not their hues")
        )
        self.size_box.setObjectName("restyle-size")
        self.size_box.setAccessibleName(self.tr("Longer side of the result"))
        self.size_box.setToolTip(
            self.tr("How large to paint. The touch keeps its size: larger pictures get finer strokes")
        )
        for size_px in SIZES_PX:
            self._add_size(size_px)
        self.file_button.setObjectName("restyle-from-file")
        self.file_button.setToolTip(self.tr("Learn the manner of any picture on this computer"))
        self.clear_button.setObjectName("restyle-clear")
        self.clear_button.setToolTip(self.tr("No styles: the picture as it was"))
        self.restyle_button.setObjectName("restyle-apply")
        self.restyle_button.setToolTip(self.tr("Paint the picture in this mix, at its full size"))
        self.restyle_button.setProperty("role", "primary")

    def _lay_out(self) -> None:
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._work = QWidget()
        column = QVBoxLayout(self._work)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._scrolling(), 1)
        column.addLayout(self._bottom())
        outer.addWidget(self._nothing, 0, Qt.AlignmentFlag.AlignTop)
        outer.addWidget(self._work, 1)
        self.setMinimumWidth(272)

    def _scrolling(self) -> QScrollArea:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(12)
        column.addWidget(self.browser, 1)
        mix = Section(self.tr("Mix"), "restyle-mix")
        mix.add_action(self.clear_button)
        for part in (self.mix_list, self.file_button, self.strength, self.keep_colour):
            mix.body.addWidget(part)
        mix.body.addLayout(self._size_row())
        mix.body.addWidget(self.mask_row)
        column.addWidget(mix)
        column.addWidget(self.sliders)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        return scroll

    def _size_row(self) -> QHBoxLayout:
        label = QLabel(self.tr("Longer side"))
        label.setBuddy(self.size_box)
        row = QHBoxLayout()
        row.addWidget(label, 1)
        row.addWidget(self.size_box)
        return row

    def _bottom(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 12, 12)
        row.addWidget(self.restyle_button)
        return row

    def _connect(self) -> None:
        self.browser.taken.connect(self._take_entry)
        self.mix_list.weight_moved.connect(self._set_weight)
        self.mix_list.removed.connect(self._remove)
        self.sliders.moved.connect(self._bend)
        self.sliders.reset_requested.connect(self._straighten)
        self.strength.moved.connect(lambda amount: self._change(replace(self._mix, strength=amount)))
        self.keep_colour.toggled.connect(lambda on: self._change_at_once(replace(self._mix, keep_colour=on)))
        self.size_box.activated.connect(
            lambda _row: self._change_at_once(replace(self._mix, size=self.size_box.currentData()))
        )
        for part in (self.mix_list, self.sliders, self.strength):
            part.released.connect(self.released)
        self.file_button.clicked.connect(self.style_file_requested)
        self.mask_row.asked.connect(self.mask_file_requested)
        self.mask_row.selection_asked.connect(self.mask_selection_requested)
        self.mask_row.removed.connect(lambda: self.set_mask(None))
        self.clear_button.clicked.connect(self._clear)
        self.restyle_button.clicked.connect(self.restyle_requested)
