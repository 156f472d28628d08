"""How large a draft may be so that the picture follows the hand. Lives on the device thread."""

from collections.abc import Hashable, Sequence

DRAFT_BUDGET_MS = 25.0
FADING = 0.98


class DraftBudget:
    """Learns the time a frame takes at each size and names the largest size that meets the budget."""

    def __init__(self, budget_ms: float = DRAFT_BUDGET_MS) -> None:
        self._budget_ms = budget_ms
        self._ms: dict[tuple[Hashable, int], float] = {}

    def note(self, what: Hashable, size: int, ms: float) -> None:
        """Record one frame. The estimate rises slowly, so that one hiccup changes little, and falls at once:
        a slow first frame (warming up) must not hold a size back for good. For the same reason the other sizes'
        estimates fade, so that a size that was once too slow is tried again."""
        for key in self._ms:
            if key[0] == what and key[1] != size:
                self._ms[key] *= FADING
        before = self._ms.get((what, size), ms)
        self._ms[what, size] = min(ms, before + (ms - before) * 0.3)

    def size_for(self, what: Hashable, sizes: Sequence[int]) -> int | None:
        """The largest affordable of `sizes`; a size never tried is guessed from the nearest tried one by area.

        None when there is nothing to choose from.
        """
        affordable = [size for size in sizes if self._estimate(what, size) <= self._budget_ms]
        return max(affordable) if affordable else min(sizes, default=None)

    def _estimate(self, what: Hashable, size: int) -> float:
        tried = [(known, ms) for (name, known), ms in self._ms.items() if name == what]
        if not tried:
            return 0.0
        known, ms = min(tried, key=lambda one: abs(one[0] - size))
        return ms * (size / known) ** 2
