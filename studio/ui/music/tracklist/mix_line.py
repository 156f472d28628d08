"""MixLine: how loud a track is, and where between left and right. GUI thread.

Invariant: what the hand does between two `released` is one step: a press to its release, or keys until they rest.
"""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QWidget

from studio.ui.common.quiet_slider import STEPS, QuietSlider
from studio.ui.music.tracklist.pan_dial import MIDDLE, PanDial

FULL, DEFAULT_VOLUME = 127, 100
ONE = round(STEPS / FULL)
REST_MS = 600


class MixLine(QWidget):
    """A slider and a dial; `show_mix` tells nobody, and leaves a part alone that is in the hand."""

    volume_moved = Signal(int)
    pan_moved = Signal(int)
    released = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.volume, self.pan = QuietSlider(), PanDial()
        self.volume.fine_step = ONE
        self.volume.setSingleStep(ONE)
        self.volume.setPageStep(10 * ONE)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        line.addWidget(self.volume, 1)
        line.addWidget(self.pan)
        self._connect()

    def show_mix(self, volume: int, pan: int) -> None:
        """Both as 0 to 127."""
        for part, value in ((self.volume, _step(volume)), (self.pan, pan)):
            part.blockSignals(True)
            if not part.isSliderDown():
                part.setValue(value)
            part.blockSignals(False)
        self.pan.update()

    def _connect(self) -> None:
        self.volume.valueChanged.connect(
            lambda step: self._turn(self.volume, lambda: self.volume_moved.emit(round(step * FULL / STEPS)))
        )
        self.pan.valueChanged.connect(lambda pan: self._turn(self.pan, lambda: self.pan_moved.emit(pan)))
        self.volume.reset_requested.connect(lambda: self.volume.setValue(_step(DEFAULT_VOLUME)))
        self.pan.reset_requested.connect(lambda: self.pan.setValue(MIDDLE))
        for part in (self.volume, self.pan):
            part.sliderReleased.connect(self._let_go)
        self._rest.timeout.connect(self._let_go)

    def _turn(self, part: QAbstractSlider, wish: Callable[[], None]) -> None:
        """Follow the hand; keys and the wheel let go by resting."""
        wish()
        if not part.isSliderDown():
            self._rest.start()

    def _let_go(self) -> None:
        if not (self.volume.isSliderDown() or self.pan.isSliderDown()):
            self._rest.stop()
            self.released.emit()


def _step(volume: int) -> int:
    """Where the slider stands for a volume."""
    return round(volume / FULL * STEPS)
