"""NoiseGroup: the fine random texture that a generator lays over its picture: how strong, and which. GUI thread."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from studio.core.latent import Latent
from studio.core.parameter import NOISE
from studio.core.sliders import NOISE_KEY
from studio.ui.picture.latent.moving_row import MovingRow
from studio.ui.picture.latent.row_wishes import RowWishes
from studio.ui.picture.latent.seed_row import SeedRow
from studio.ui.picture.latent.slider_group import SliderGroup


class NoiseGroup(SliderGroup):
    """One slider and one number; its dice throws both."""

    seed_chosen = Signal(object)
    seed_dice_requested = Signal()

    def __init__(self, wishes: RowWishes, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Noise"), "noise-group", parent=parent)
        self.row = MovingRow(NOISE, "noise-strength", NOISE_KEY, wishes)
        self.seed = SeedRow(self.tr("Noise seed"), "noise-seed")
        self.seed.describe(
            self.tr("The number that the fine texture grows from. The picture itself stays."),
            self.tr("Throw the dice: another texture"),
        )
        self.add(self.row)
        self.body.addWidget(self.seed)
        self.set_open(False)
        self.seed.seed_chosen.connect(self.seed_chosen)
        self.seed.dice_requested.connect(self.seed_dice_requested)

    def show_latent(self, latent: Latent) -> None:
        """Show the strength and the number of the texture."""
        self.row.show_value(latent.noise)
        self.seed.box.show_seed(latent.noise_seed)
