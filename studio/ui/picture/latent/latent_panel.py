"""LatentPanel: where in the model's space the picture lies: seed, truncation, directions, styles, noise. GUI thread.

Invariant: `show_document` tells nobody and touches only what changed; it is called on every step of a drag.
"""

from collections.abc import Iterator

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from studio.core.card import ModelInfo
from studio.core.latent import Latent
from studio.core.parameter import PSI
from studio.core.picture import Frame
from studio.core.project import PictureDocument, SliderNote
from studio.ui.common.empty_state import EmptyState
from studio.ui.picture.latent.direction_list import DirectionList
from studio.ui.picture.latent.finder import Finder
from studio.ui.picture.latent.moving_row import MovingRow
from studio.ui.picture.latent.noise_group import NoiseGroup
from studio.ui.picture.latent.row_wishes import RowWishes
from studio.ui.picture.latent.seed_row import PictureSeed
from studio.ui.picture.latent.slider_group import SliderGroup
from studio.ui.picture.latent.style_weights import StyleWeights

WITHOUT_NOISE = "picture.stylegan3"
WITHOUT_PSI = ("picture.vae",)


class LatentPanel(QWidget):
    """Signals are wishes of the hand; `released` says that it let go of whichever slider it moved. `rows` holds every
    slider by its key; `groups` those that chance and reset are for."""

    direction_moved = Signal(str, float)
    psi_moved = Signal(float)
    style_moved = Signal(str, float)
    noise_moved = Signal(float)
    released = Signal()
    seed_chosen = Signal(object)
    dice_requested = Signal()
    random_wished = Signal(object)  # a SliderGroup
    reset_wished = Signal(object)
    view_changed = Signal()  # other sliders can be seen now

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latent-panel")
        self.setAccessibleName(self.tr("Latent"))
        self.wishes = RowWishes(self)
        self.seed_row = PictureSeed()
        self.psi = MovingRow(PSI, "psi")
        self.finder = Finder()
        self.pinned = SliderGroup(self.tr("Pinned"), "latent-pinned")
        self.directions = DirectionList(self.wishes)
        self.styles = StyleWeights(self.wishes)
        self.noise = NoiseGroup(self.wishes)
        self.rows: dict[str, MovingRow] = {}
        self._homes: dict[str, SliderGroup] = {}
        self._nothing = EmptyState(
            self.tr("No model yet"), self.tr("Choose a model on the left; its sliders appear here.")
        )
        self._not_found = QLabel(wordWrap=True, objectName="slider-not-found")
        self._not_found.setProperty("role", "soft")
        self._shown: Latent | None = None
        self._notes: tuple[SliderNote, ...] = ()
        self._has_noise = False
        self._lay_out()
        self._connect()
        self.show_model(None)

    @property
    def groups(self) -> list[SliderGroup]:
        return [self.pinned, *self.directions.groups, *self.styles.groups, self.noise]

    def show_model(self, info: ModelInfo | None) -> None:
        """Build the controls that a model offers, where the last document puts them; None: no model."""
        card = info.card if info else None
        self._has_noise = card is not None and card.is_generator and card.family != WITHOUT_NOISE
        for part in (self.seed_row, self.finder):
            part.setVisible(info is not None)
        self._nothing.setVisible(info is None)
        self.psi.setVisible(card is not None and card.family not in WITHOUT_PSI)
        self.noise.setVisible(self._has_noise)
        self._go_home(self.noise.row, self.noise)
        self.directions.show_directions(info.directions if info else (), card.layers if card else 0)
        self.styles.show_styles(card.styles if card else (), card.config.get("groups", ()) if card else ())
        self._learn_rows(info is not None)
        latent, self._shown = self._shown, None
        notes, self._notes = self._notes, ()
        if latent is not None:
            self._show_latent(latent)
        self._show_notes(notes)
        self._search(self.finder.field.text())

    def show_document(self, document: PictureDocument) -> None:
        """Show where the picture lies."""
        if document.latent != self._shown:
            self._show_latent(document.latent)
        notes = tuple(note for note in document.notes if note.model_id == document.model_id)
        if notes != self._notes:
            self._show_notes(notes)

    def words_of(self, key: str) -> str:
        """What a slider is called here; "" where there is none."""
        return self.rows[key].words if key in self.rows else ""

    def rows_in_view(self) -> Iterator[MovingRow]:
        """The sliders that can be seen now, from top to bottom as far as they are in one group."""
        return (row for row in self.rows.values() if row.isVisible() and not row.visibleRegion().isEmpty())

    def focus_first_slider(self) -> None:
        """Put the keyboard on the first direction that can be seen, where there is one."""
        rows = [row for group in self.groups for row in group.rows() if row.isVisibleTo(self)]
        if rows:
            rows[0].slider.slider.setFocus()

    def focus_search(self) -> None:
        """Put the keyboard into the search field."""
        self.finder.field.setFocus()
        self.finder.field.selectAll()

    def show_ends(self, name: str, low: Frame | None, high: Frame | None) -> None:
        """What the two ends of a slider lead to."""
        if name in self.rows:
            self.rows[name].show_ends(low, high)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.view_changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Sections fold, rows come and go: others can be seen."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self.view_changed.emit()
        return super().eventFilter(watched, event)

    # --- shown ----------------------------------------------------------------------------------------------

    def _learn_rows(self, has_model: bool) -> None:
        self._homes = {}
        self.rows = {self.psi.key: self.psi}
        for group in (*self.directions.groups, *self.styles.groups):
            group.random_wished.connect(self.random_wished)
            group.reset_wished.connect(self.reset_wished)
        if not has_model:
            return
        for group in self.groups if self._has_noise else self.groups[:-1]:
            for row in group.rows():
                self.rows[row.key], self._homes[row.key] = row, group

    def _show_latent(self, latent: Latent) -> None:
        before, self._shown = self._shown, latent
        self.seed_row.show_latent(latent)
        self.psi.show_value(latent.psi)
        self.directions.show_offsets(dict(latent.offsets))
        if before is None or latent.styles != before.styles:
            self.styles.show_weights(dict(latent.styles))
        if before is None or latent.reach != before.reach:
            self.directions.show_reach(latent.reach)
        if before is None or (latent.noise, latent.noise_seed) != (before.noise, before.noise_seed):
            self.noise.show_latent(latent)
        for group in self.groups:
            group.show_moved()

    def _show_notes(self, notes: tuple[SliderNote, ...]) -> None:
        before = {note.name: note for note in self._notes}
        now = {note.name: note for note in notes}
        self._notes = notes
        for key in before.keys() | now.keys():
            if key in self._homes and before.get(key) != now.get(key):
                self._show_note(self.rows[key], now.get(key, SliderNote("", key)))
        self.pinned.setVisible(any(True for _ in self.pinned.rows()))
        self.pinned.show_moved()

    def _show_note(self, row: MovingRow, note: SliderNote) -> None:
        if note.pinned != row.is_pinned:
            had_focus = row.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
            if note.pinned:
                self.pinned.host(row)
            else:
                self._homes[row.key].take_back(row)
            if had_focus:
                row.slider.slider.setFocus()
        row.show_note(note)

    def _go_home(self, row: MovingRow, home: SliderGroup) -> None:
        """A row that outlives its model leaves the pinned ones with it."""
        if row.is_pinned:
            home.take_back(row)
        row.show_note(SliderNote("", row.key))

    def _search(self, words: str) -> None:
        wanted = words.casefold()

        def test(row: MovingRow) -> bool:
            return any(
                wanted in name.casefold() for name in (row.words, row.parameter.label, row.parameter.name)
            )

        found = 0
        for group in self.groups:
            count = group.show_found(test if wanted else None)
            is_offered = group is not self.noise or self._has_noise
            group.setVisible(is_offered and (count > 0 if wanted or group is self.pinned else True))
            found += count
        self._not_found.setText(self.tr("No slider is called “{}”.").format(words))
        self._not_found.setVisible(bool(wanted) and not found)

    # --- built ----------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(12)
        parts = (
            self._nothing, self.seed_row, self.psi, self.finder, self._not_found, self.pinned, self.directions,
            self.styles, self.noise,
        )  # fmt: skip
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        inner.installEventFilter(self)
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inner)
        self._scroll.viewport().installEventFilter(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        self.setMinimumWidth(288)

    def _connect(self) -> None:
        self.seed_row.seed_chosen.connect(self.seed_chosen)
        self.seed_row.dice_requested.connect(self.dice_requested)
        self.psi.moved.connect(lambda _name, value: self.psi_moved.emit(value))
        self.noise.row.moved.connect(lambda _name, value: self.noise_moved.emit(value))
        self.directions.moved.connect(self.direction_moved)
        self.styles.moved.connect(self.style_moved)
        for group in (self.pinned, self.noise):
            group.random_wished.connect(self.random_wished)
            group.reset_wished.connect(self.reset_wished)
        self.finder.searched.connect(self._search)
        self.finder.left.connect(self.focus_first_slider)
        self._scroll.verticalScrollBar().valueChanged.connect(self.view_changed)
        for part in (self.psi, self.directions, self.styles, self.noise.row):
            part.released.connect(self.released)
