"""Cropping: another window on the plane. Pure geometry; any thread.

Invariant: nothing that lies on the layers is lost; a frame has whole px and at least one of them.
"""

from dataclasses import dataclass, replace

from studio.core.layers import MAX_ARTBOARD_PX, Artboard
from studio.core.project import PictureDocument

LEAST_PX = 1


@dataclass(frozen=True, slots=True)
class Aspect:
    """Width to height; `share` 0 is free."""

    name: str
    share: float = 0.0


FREE = Aspect("Free")
ASPECTS = (
    FREE,
    Aspect("1:1", 1.0),
    Aspect("4:3", 4 / 3),
    Aspect("3:2", 3 / 2),
    Aspect("16:9", 16 / 9),
    Aspect("A4", 297 / 210),
)


def parsed_aspect(text: str) -> Aspect | None:
    """What a person wrote, such as "5:7", "5x7" or "1.85"; None where it means nothing."""
    parts = text.lower().replace("x", ":").replace("/", ":").replace(",", ".").split(":")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        return None
    if not 1 <= len(numbers) <= 2 or not all(0 < number < 1e6 for number in numbers):
        return None
    share = numbers[0] / (numbers[1] if len(numbers) == 2 else 1.0)
    return Aspect(text.strip(), share) if 0.01 <= share <= 100 else None


def fitted(board: Artboard, share: float) -> Artboard:
    """The largest frame of an aspect in the middle of another; a share of 0 leaves it as it is."""
    if share <= 0:
        return board
    width = min(board.width, board.height * share)
    height = width / share
    left, top = board.left + (board.width - width) / 2, board.top + (board.height - height) / 2
    return _whole(left, top, width, height)


def shifted(frame: Artboard, dx: float, dy: float) -> Artboard:
    """The same frame elsewhere."""
    return replace(frame, left=round(frame.left + dx), top=round(frame.top + dy))


def pulled(
    frame: Artboard, handle: tuple[int, int], delta: tuple[float, float], share: float = 0.0
) -> Artboard:
    """The frame after one of its eight handles (-1, 0 or 1 in x and y) was moved; the opposite side stays."""
    width = max(LEAST_PX, frame.width + handle[0] * delta[0])
    height = max(LEAST_PX, frame.height + handle[1] * delta[1])
    if share > 0:
        if handle[0] == 0 or (handle[1] != 0 and abs(delta[1]) > abs(delta[0])):
            width = height * share
        else:
            height = width / share
    left = frame.left + _shift(handle[0], frame.width - width)
    top = frame.top + _shift(handle[1], frame.height - height)
    return _whole(left, top, width, height)


def snapped(frame: Artboard, board: Artboard, reach: float) -> Artboard:
    """A frame that was moved near the edges of what is there now holds on to them."""
    left = _near(frame.left, (board.left, board.left + board.width - frame.width), reach)
    top = _near(frame.top, (board.top, board.top + board.height - frame.height), reach)
    return replace(frame, left=round(left), top=round(top))


def whole_picture(document: PictureDocument) -> Artboard | None:
    """The window that shows all of the live layer again; None where nothing is cropped."""
    live = next((layer for layer in document.layers if layer.kind == "live"), None)
    if live is None or live.place is None:
        return None
    place = live.place
    board = _whole(place.left, place.top, place.width, place.height)
    return None if board == document.artboard else board


def cropped(document: PictureDocument, frame: Artboard) -> PictureDocument:
    """A laid out document with another window."""
    return replace(document, artboard=frame)


def _shift(handle: int, lost: float) -> float:
    """How far the near edge goes when a side becomes shorter: not at all, half of it, or all."""
    return (0.0, lost / 2, lost)[1 - handle]


def _near(value: float, wanted: tuple[float, ...], reach: float) -> float:
    closest = min(wanted, key=lambda one: abs(one - value))
    return closest if abs(closest - value) <= reach else value


def _whole(left: float, top: float, width: float, height: float) -> Artboard:
    across = min(max(LEAST_PX, round(width)), MAX_ARTBOARD_PX)
    down = min(max(LEAST_PX, round(height)), MAX_ARTBOARD_PX)
    return Artboard(across, down, round(left), round(top))
