"""What is done to the names of places in a score. Pure functions, any thread; no place has two names from here."""

from dataclasses import replace

from studio.core.score import Marker, Score


def marker_at(score: Score, ticks: int) -> Marker | None:
    """The name of just that place."""
    return next((marker for marker in score.markers if marker.ticks == ticks), None)


def named(score: Score, ticks: int, text: str) -> Score:
    """A place with a name, in the place of any that it had; no text takes it away."""
    rest = tuple(marker for marker in score.markers if marker.ticks != ticks)
    return replace(score, markers=(*rest, Marker(ticks, text)) if text else rest)


def moved(score: Score, marker: Marker, ticks: int) -> Score:
    """A marker elsewhere; where another stands it stays beside it, until one of them is moved on."""
    rest = list(score.markers)
    rest.remove(marker)
    return replace(score, markers=(*rest, Marker(max(0, ticks), marker.text)))


def removed(score: Score, marker: Marker) -> Score:
    return replace(score, markers=tuple(other for other in score.markers if other != marker))


def neighbour(score: Score, ticks: int, way: int) -> Marker | None:
    """The next marker after a moment (way 1), or the last one before it (way -1)."""
    if way > 0:
        return next((marker for marker in score.markers if marker.ticks > ticks), None)
    return next((marker for marker in reversed(score.markers) if marker.ticks < ticks), None)
