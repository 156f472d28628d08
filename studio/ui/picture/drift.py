"""Drift: on the first start the picture wanders gently through the model's space until a hand takes over."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer, Signal

from studio.core.latent import Latent, LatentPath

TICK_MS = 40
STEP = 0.006
LONGEST_S = 60
HANDS = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
    QEvent.Type.DragEnter,
)


class Drift(QObject):
    """A closed walk of latents from and back to where the document is. GUI thread; costs nothing once stopped.

    The first press, key or wheel anywhere stops it: `stopped` tells the latent where the picture is then.
    """

    stopped = Signal(object)

    def __init__(self, show: Callable[[Latent], None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._show = show
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._path = LatentPath((Latent(),))
        self._z_dim = 0
        self._time = 0.0
        self._ticks_left = 0

    @property
    def running(self) -> bool:
        return self._timer.isActive()

    def start(self, origin: Latent, seeds: tuple[int, ...], z_dim: int) -> None:
        """Begin at `origin` and visit `seeds` in turn."""
        self._path = LatentPath((origin, *(origin.with_seed(seed) for seed in seeds)), closed=True)
        self._z_dim = z_dim
        self._time = 0.0
        self._ticks_left = LONGEST_S * 1000 // TICK_MS
        self._timer.start()
        QCoreApplication.instance().installEventFilter(self)

    def stop(self) -> None:
        """Hold still, if anything was moving."""
        if not self.running:
            return
        self.cancel()
        self.stopped.emit(self._path.at(self._time, self._z_dim))

    def cancel(self) -> None:
        """Hold still without telling where."""
        if self.running:
            self._timer.stop()
            QCoreApplication.instance().removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in HANDS:
            self.stop()
        return False

    def _tick(self) -> None:
        self._ticks_left -= 1
        if self._ticks_left <= 0:
            self.stop()
            return
        self._time += STEP
        self._show(self._path.at(self._time, self._z_dim))
