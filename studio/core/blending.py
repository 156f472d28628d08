"""The blend pad: pictures as points of a square, mixed as seen from a place. Pure: document to document.

Shares by distance are Shepard's (1968): inverse to the square of the distance, so that on a point only that picture is
left. Invariant: the shares of a pad are never below 0 and come to 1.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.latent import Latent, mixed
from studio.core.project import MAX_POINTS, BlendPad, PadPoint, PictureDocument

Place = tuple[float, float]
POWER = 2.0
ROOMY = 0.25  # a place this far from all points is free
FIRST_PLACES: tuple[Place, ...] = (
    *((0.15, 0.15), (0.85, 0.15), (0.85, 0.85), (0.15, 0.85)),
    *((0.5, 0.5), (0.5, 0.15), (0.85, 0.5), (0.5, 0.85), (0.15, 0.5)),
)


def shares_by_distance(points: Sequence[Place], cursors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Shares (m, n) of n points seen from m cursors (m, 2). A cursor on a point, or on several, has only those."""
    places = np.asarray(points, dtype=np.float64).reshape(-1, 2)
    gaps = np.hypot(*(cursors[:, None] - places[None]).transpose(2, 0, 1))  # (m, n)
    nearest = gaps.min(axis=1, keepdims=True, initial=np.inf)
    with np.errstate(invalid="ignore"):
        nearness = np.where(gaps == 0.0, 1.0, nearest / gaps) ** POWER  # 1 for the nearest, never above
    shares: NDArray[np.float64] = nearness / nearness.sum(axis=1, keepdims=True)
    return shares


def shares(pad: BlendPad) -> tuple[float, ...]:
    """What each point has of the mix: its exact weight where there are weights, else by distance."""
    if not pad.points:
        return ()
    if is_exact(pad):
        total = sum(pad.weights)
        return tuple(weight / total for weight in pad.weights)
    places = [(point.x, point.y) for point in pad.points]
    return tuple(shares_by_distance(places, np.array([pad.cursor]))[0].tolist())


def is_exact(pad: BlendPad) -> bool:
    """Whether exact weights count instead of the distance."""
    return len(pad.weights) == len(pad.points) > 0 and sum(pad.weights) > 0.0


def pad_latent(pad: BlendPad) -> Latent | None:
    """The mix of a pad; None while it is empty."""
    if not pad.points:
        return None
    return mixed((point.latent, share) for point, share in zip(pad.points, shares(pad), strict=True))


def free_place(pad: BlendPad) -> Place:
    """Where the next picture lies well: the first usual place that is free, else as far from all as can be."""
    grid = np.linspace(0.1, 0.9, 9)
    places = [*FIRST_PLACES, *((float(x), float(y)) for y in grid for x in grid)]
    room = [_room(pad, place) for place in places]
    free = next((i for i in range(len(FIRST_PLACES)) if room[i] >= ROOMY), None)
    return places[free if free is not None else int(np.argmax(room))]


# --- changes of a document --------------------------------------------------------------------------------


def with_point(document: PictureDocument, latent: Latent, place: Place | None = None) -> PictureDocument:
    """Lay a picture on the pad; the cursor goes there, since that is the picture on the canvas. Exact weights stay.

    Raises StudioError where the pad is full.
    """
    pad = document.pad
    if len(pad.points) >= MAX_POINTS:
        raise StudioError("The blend pad is full.", hint="Take a picture off it first.")
    x, y = _inside(*(place or free_place(pad)))
    weights = (*pad.weights, 0.0) if is_exact(pad) else ()
    points = (*pad.points, PadPoint(latent, x, y))
    return replace(document, pad=BlendPad(points, (x, y), weights))


def with_cursor(document: PictureDocument, x: float, y: float) -> PictureDocument:
    """Go to a place of the pad: its mix by distance is the picture. An empty pad only keeps the place."""
    return _shown(document, replace(document.pad, cursor=_inside(x, y), weights=()))


def at_point(document: PictureDocument, index: int) -> PictureDocument:
    """Go to one of the pictures on the pad."""
    point = document.pad.points[index]
    return with_cursor(document, point.x, point.y)


def with_point_moved(
    document: PictureDocument, index: int, place: Place, follow: bool = True
) -> PictureDocument:
    """Lay a point elsewhere; follow: the picture is the mix at the cursor, as it was."""
    x, y = _inside(*place)
    points = list(document.pad.points)
    points[index] = replace(points[index], x=x, y=y)
    pad = replace(document.pad, points=tuple(points))
    return _shown(document, pad) if follow else replace(document, pad=pad)


def without_point(document: PictureDocument, index: int, follow: bool = True) -> PictureDocument:
    """Take a point away; follow: the picture is the mix of those that are left."""
    pad = document.pad
    weights = _without(pad.weights, index) if is_exact(pad) else ()
    pad = replace(pad, points=_without(pad.points, index), weights=weights if sum(weights) > 0.0 else ())
    return _shown(document, pad) if follow else replace(document, pad=pad)


def with_weight(
    document: PictureDocument, index: int, share: float, before: Sequence[float] = ()
) -> PictureDocument:
    """Give one point an exact share from 0 to 1; the others keep their proportions within what is left.

    before: the shares that the others have their proportions from (those at the start of a drag), else those of now.
    """
    pad = document.pad
    now = before if len(before) == len(pad.points) else shares(pad)
    share = min(max(share, 0.0), 1.0) if len(now) > 1 else 1.0
    others = [0.0 if i == index else weight for i, weight in enumerate(now)]
    if sum(others) <= 0.0:
        others = [float(i != index) for i in range(len(now))]
    factor = (1.0 - share) / (sum(others) or 1.0)
    weights = tuple(share if i == index else min(1.0, weight * factor) for i, weight in enumerate(others))
    return _shown(document, replace(pad, weights=weights))


def by_distance(document: PictureDocument) -> PictureDocument:
    """Let the distance decide again instead of exact weights."""
    return with_cursor(document, *document.pad.cursor)


def shows_pad(document: PictureDocument, settled: Latent | None = None) -> bool:
    """Whether the picture is the pad's mix. settled: the same picture as it is kept, if it is another value."""
    latent = pad_latent(document.pad)
    return latent is not None and document.source is None and latent in (document.latent, settled)


def _shown(document: PictureDocument, pad: BlendPad) -> PictureDocument:
    latent = pad_latent(pad)
    if latent is None:
        return replace(document, pad=pad)
    return replace(document, pad=pad, latent=latent, source=None)


def _inside(x: float, y: float) -> Place:
    return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)


def _room(pad: BlendPad, place: Place) -> float:
    """The distance to the nearest point."""
    return min((float(np.hypot(p.x - place[0], p.y - place[1])) for p in pad.points), default=1.0)


def _without(values: tuple, index: int) -> tuple:  # type: ignore[type-arg]
    return values[:index] + values[index + 1 :]
