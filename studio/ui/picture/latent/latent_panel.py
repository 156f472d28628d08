"""LatentPanel: where in the model's space the picture lies: seed, truncation, directions, styles. GUI thread.

Invariant: `show_document` tells nobody and touches only what changed; it is called on every step of a drag.
"""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from studio.core.card import ModelInfo
from studio.core.latent import Latent
from studio.core.parameter import PSI
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.ui.common.empty_state import EmptyState
from studio.ui.picture.latent.direction_list import DirectionList
from studio.ui.picture.latent.moving_row import MovingRow
from studio.ui.picture.latent.seed_row import SeedRow
from studio.ui.picture.latent.style_weights import StyleWeights

WITHOUT_PSI = ("picture.vae",)


class LatentPanel(QWidget):
    """Signals are wishes of the hand; `released` says that it let go of whichever slider it moved."""

    direction_moved = Signal(str, float)
    psi_moved = Signal(float)
    style_moved = Signal(str, float)
    released = Signal()
    seed_chosen = Signal(object)
    dice_requested = Signal()
    reset_all_requested = Signal()
    even_styles_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latent-panel")
        self.setAccessibleName(self.tr("Latent"))
        self.seed_row = SeedRow()
        self.psi = MovingRow(PSI, "psi")
        self.directions = DirectionList()
        self.styles = StyleWeights()
        self._nothing = EmptyState(
            self.tr("No model yet"), self.tr("Choose a model on the left; its sliders appear here.")
        )
        self._shown: Latent | None = None
        self._lay_out()
        self._connect()
        self.show_model(None)

    def show_model(self, info: ModelInfo | None) -> None:
        """Build the controls that a model offers, where the last document puts them; None: no model."""
        self._nothing.setVisible(info is None)
        self.seed_row.setVisible(info is not None)
        self.psi.setVisible(info is not None and info.card.family not in WITHOUT_PSI)
        self.directions.show_directions(info.directions if info else ())
        groups = info.card.config.get("groups", ()) if info else ()
        self.styles.show_styles(info.card.styles if info else (), groups)
        latent, self._shown = self._shown, None
        if latent is not None:
            self._show_latent(latent)

    def show_document(self, document: PictureDocument) -> None:
        """Show where the picture lies."""
        if document.latent != self._shown:
            self._show_latent(document.latent)

    def focus_first_slider(self) -> None:
        """Put the keyboard on the first direction, where there is one."""
        row = next(iter(self.directions.rows.values()), None)
        if row is not None:
            row.slider.slider.setFocus()

    def show_ends(self, name: str, low: Frame | None, high: Frame | None) -> None:
        """What the two ends of a direction's slider lead to."""
        self.directions.show_ends(name, low, high)

    def _show_latent(self, latent: Latent) -> None:
        before, self._shown = self._shown, latent
        self.seed_row.show_latent(latent)
        self.psi.show_value(latent.psi)
        self.directions.show_offsets(dict(latent.offsets))
        if before is None or latent.styles != before.styles:
            self.styles.show_weights(dict(latent.styles))

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(12, 8, 12, 12)
        column.setSpacing(12)
        for part in (self._nothing, self.seed_row, self.psi, self.directions, self.styles):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self.setMinimumWidth(288)

    def _connect(self) -> None:
        self.seed_row.seed_chosen.connect(self.seed_chosen)
        self.seed_row.dice_requested.connect(self.dice_requested)
        self.psi.moved.connect(lambda _name, value: self.psi_moved.emit(value))
        self.directions.moved.connect(self.direction_moved)
        self.directions.reset_all_requested.connect(self.reset_all_requested)
        self.styles.moved.connect(self.style_moved)
        self.styles.even_requested.connect(self.even_styles_requested)
        for part in (self.psi, self.directions, self.styles):
            part.released.connect(self.released)
