"""Bench: what all tools of the canvas share: the picture's plane, the choices made in the bar, and the way to a step.

GUI thread. Invariant: tools count in px of the plane; only the bench knows how those lie on the canvas.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from PySide6.QtCore import QObject, QPointF, QSizeF, QTimer, Signal
from PySide6.QtGui import QColor

from studio.core.cropping import FREE, Aspect
from studio.core.layers import Artboard, Layer, Region, first_stack
from studio.core.painting import cleared, laid_out, on_top, plane_factor
from studio.core.picture import Frame
from studio.core.project import PictureDocument
from studio.core.selecting import Mode, plane_of, selection_on
from studio.core.session import Session
from studio.ui.common.canvas_tool import CanvasMap

RECENT_COLOURS = 6
REST_MS = 500  # keys that follow sooner are one step
FIRST_COLOURS = (0x1B1B1B, 0xF4F1EA, 0xC8432F, 0xE0A030, 0x4F7F4A, 0x2F6DA8)


class Surface(Protocol):
    """What a tool needs of the canvas."""

    @property
    def map(self) -> CanvasMap: ...

    @property
    def picture_size(self) -> QSizeF: ...

    @property
    def frame(self) -> Frame | None: ...

    def update(self) -> None: ...

    def colour_at(self, point: QPointF) -> QColor | None: ...


@dataclass(frozen=True, slots=True)
class Choices:
    """What the bar holds. size: the brush's width in px of the plane; mode: what a new selection does to the old."""

    colour: int = FIRST_COLOURS[2]
    recent: tuple[int, ...] = FIRST_COLOURS
    size: float = 48.0
    hardness: float = 0.8
    opacity: float = 1.0
    feather: float = 0.0
    mode: Mode = "replace"
    tolerance: float = 0.15
    aspect: Aspect = FREE


class Bench(QObject):
    """Owns the choices and the mask view. `chosen` tells every change of them; `current_layer` asks the room of layers
    which one is in hand."""

    chosen = Signal(object)
    mask_view_changed = Signal(bool)
    notice = Signal(str)

    def __init__(self, session: Session, surface: Surface, gesture: Callable[[str], str],
                 let_go: Callable[[], None], parent: QObject | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.session = session
        self.surface = surface
        self.gesture = gesture
        self.let_go = let_go
        self.choices = Choices()
        self.mask_view = False
        self.preview: Callable[[PictureDocument], object] = lambda document: None
        self.layer_name = self.tr("Picture")
        self.current_layer: Callable[[], int | None] = lambda: self._last_layer
        self.layer_used: Callable[[int], None] = self._keep_layer
        self._last_layer: int | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._rested)
        self._selections = 0

    # --- choices ----------------------------------------------------------------------------------------

    def choose(self, **changes: object) -> None:
        """Change what the bar holds."""
        after = replace(self.choices, **changes)  # type: ignore[arg-type]
        if after != self.choices:
            self.choices = after
            self.chosen.emit(after)
            self.surface.update()

    def choose_colour(self, colour: int) -> None:
        """Take a colour; it becomes the newest of the recent ones."""
        others = tuple(one for one in self.choices.recent if one != colour)
        self.choose(colour=colour, recent=(colour, *others)[:RECENT_COLOURS])

    def show_mask(self, shown: bool) -> None:
        if shown != self.mask_view:
            self.mask_view = shown
            self.mask_view_changed.emit(shown)
            self.surface.update()

    # --- the plane --------------------------------------------------------------------------------------

    @property
    def picture(self) -> PictureDocument:
        return self.session.picture

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in view."""
        size = self.surface.picture_size
        return max(1, round(size.width())), max(1, round(size.height()))

    @property
    def selection(self) -> Region | None:
        """On the plane as it is now."""
        return selection_on(self.picture, self.size[0])

    @property
    def board(self) -> Artboard:
        return plane_of(self.picture, *self.size)

    @property
    def laid_board(self) -> Artboard:
        """The window that there will be once the document has layers: strokes and frames count on its plane, so that
        they stay where they are when it comes."""
        return self.picture.artboard or first_stack(*self.size, "")[0]

    def to_laid(self, spot: QPointF) -> tuple[float, float]:
        """The point of that plane under a point of the widget."""
        x, y = self.to_plane(spot)
        return x * self.paint_factor, y * self.paint_factor

    def from_laid(self, x: float, y: float) -> QPointF:
        return self.to_spot(x / self.paint_factor, y / self.paint_factor)

    @property
    def laid_scale(self) -> float:
        """px of the widget for each px of that plane."""
        return self.scale / self.paint_factor

    @property
    def paint_factor(self) -> float:
        """How many px of the plane that paint lies on are one px of the plane as it is now."""
        return plane_factor(self.picture, *self.size)

    @property
    def scale(self) -> float:
        """px of the widget for each px of the plane."""
        return self.surface.map.area.width() / self.board.width

    def to_plane(self, spot: QPointF) -> tuple[float, float]:
        """The point of the plane under a point of the widget."""
        board, area, scale = self.board, self.surface.map.area, self.scale
        if not scale:
            return float(board.left), float(board.top)
        return board.left + (spot.x() - area.left()) / scale, board.top + (spot.y() - area.top()) / scale

    def to_spot(self, x: float, y: float) -> QPointF:
        board, area, scale = self.board, self.surface.map.area, self.scale
        return QPointF(area.left() + (x - board.left) * scale, area.top() + (y - board.top) * scale)

    def tell_locked(self) -> None:
        """Nothing was done, and why."""
        self.notice.emit(self.tr("This layer is locked: open its lock in Layers first."))

    # --- steps ------------------------------------------------------------------------------------------

    def laid_out(self) -> PictureDocument:
        """The document with layers, whether or not it had some."""
        return laid_out(self.picture, *self.size, self.layer_name)

    def layer(self) -> Layer | None:
        """The layer in hand; None where there is none to be changed."""
        return on_top(self.picture.layers, self.current_layer())

    def change(self, after: PictureDocument, label: str, gesture: str = "") -> None:
        """One undoable step, or a part of one while a gesture goes on."""
        self.session.change_picture(after, label, self.gesture(gesture) if gesture else "")

    def clear(self) -> None:
        """Take what is selected off the layer in hand."""
        before = self.laid_out()
        layer = on_top(before.layers, self.current_layer())
        if layer is None or layer.locked:
            self.tell_locked()
        elif before.selection is not None:
            self.change(cleared(before, layer), self.tr("Clear what is selected"))

    def select(self, selection: Region | None, label: str, gesture: str = "") -> None:
        """Another selection, as a step, or as part of one until `let_selection_go`. The picture stays as it is, so
        no draft of it is asked for."""
        name = f"{gesture}#{self._selections}" if gesture else ""
        px = 0 if selection is None or self.picture.artboard is not None else self.size[0]
        after = replace(self.picture, selection=selection, selection_px=px)
        self.session.change_picture(after, label, name)

    def let_selection_go(self) -> None:
        self._selections += 1
        self.session.end_gesture()

    def nudged(self) -> None:
        """A key moved something: keys that follow soon are one step with it."""
        self._rest.start()

    def _rested(self) -> None:
        self.let_selection_go()
        self.let_go()

    def _keep_layer(self, layer_id: int) -> None:
        self._last_layer = layer_id
