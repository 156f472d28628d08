"""TapTempo: the tempo that a hand taps. Pure; the clock is handed in."""

FORGOTTEN_AFTER_S = 2.5
TAPS = 8


class TapTempo:
    """Remembers the last taps; a pause begins anew."""

    def __init__(self) -> None:
        self._taps: list[float] = []

    def tap(self, now_s: float) -> float | None:
        """Beats a minute over the last taps; None after the first."""
        if self._taps and now_s - self._taps[-1] > FORGOTTEN_AFTER_S:
            self._taps = []
        self._taps = [*self._taps[-(TAPS - 1) :], now_s]
        if len(self._taps) < 2:
            return None
        return 60.0 * (len(self._taps) - 1) / max(1e-3, self._taps[-1] - self._taps[0])
