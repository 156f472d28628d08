"""How large and how exact a draft may be so that the picture follows the hand. Lives on the device thread."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

DRAFT_BUDGET_MS = 25.0
FADING = 0.98


@dataclass(frozen=True, slots=True)
class Rung:
    """One way to draw a draft: its longer side in px, and whether with numbers of half the length."""

    size: int
    half: bool = False


class DraftBudget:
    """Learns the time a frame takes on each rung and names the best one that meets the budget."""

    def __init__(self, budget_ms: float = DRAFT_BUDGET_MS) -> None:
        self._budget_ms = budget_ms
        self._ms: dict[Hashable, dict[Rung, float]] = {}

    def note(self, what: Hashable, size: int, ms: float, half: bool = False) -> None:
        """Record one frame. The estimate rises slowly, so that one hiccup changes little, and falls at once:
        a slow first frame (warming up) must not hold a rung back for good. For the same reason the other rungs'
        estimates fade, so that one that was once too slow is tried again."""
        known, rung = self._ms.setdefault(what, {}), Rung(size, half)
        for other in known:
            if other != rung:
                known[other] *= FADING
        before = known.get(rung, ms)
        known[rung] = min(ms, before + (ms - before) * 0.3)

    def rung_for(self, what: Hashable, sizes: Sequence[int], can_halve: bool = False) -> Rung | None:
        """The largest affordable of `sizes`, exact where that is affordable too; one never tried is guessed from the
        nearest tried one by area. None when there is nothing to choose from."""
        ways = (False, True) if can_halve else (False,)
        rungs = [Rung(size, half) for size in sorted(sizes, reverse=True) for half in ways]
        for rung in rungs:
            if self._estimate(what, rung) <= self._budget_ms:
                return rung
        return min(rungs, key=lambda rung: (rung.size, self._estimate(what, rung)), default=None)

    def size_for(self, what: Hashable, sizes: Sequence[int]) -> int | None:
        """The largest affordable of `sizes`; None when there is nothing to choose from."""
        rung = self.rung_for(what, sizes)
        return rung.size if rung is not None else None

    def _estimate(self, what: Hashable, rung: Rung) -> float:
        tried = [(known, ms) for known, ms in self._ms.get(what, {}).items() if known.half == rung.half]
        if not tried:
            return 0.0
        known, ms = min(tried, key=lambda one: abs(one[0].size - rung.size))
        return ms * (rung.size / known.size) ** 2
