"""LayerHand: the layer in hand and what a hand does with it: each wish is one named step of the document. GUI thread.

Invariant: which layer is in hand is no part of the document; it is a layer of the stack, or None where there is none.
"""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Signal

from studio.core import stack
from studio.core.errors import StudioError
from studio.core.layers import BlendMode, Layer, Layers
from studio.core.painting import laid_out
from studio.core.project import PictureDocument
from studio.core.selecting import both
from studio.engines.picture.cutout import together
from studio.ui.background import Background
from studio.ui.picture.desk import PictureDesk

FIRST_PX = 256


class LayerHand(QObject):
    """`current_changed` gives the id of the layer in hand."""

    trouble = Signal(object)
    notice = Signal(str)
    current_changed = Signal(object)

    def __init__(self, desk: PictureDesk, background: Background) -> None:
        super().__init__(desk)
        self._desk = desk
        self._background = background
        self._chosen: int | None = None

    @property
    def current_id(self) -> int | None:
        """The layer in hand: the chosen one, else the uppermost; None while there are no layers."""
        layers = self._document.layers
        if stack.find(layers, self._chosen) is None:
            return layers[-1].id if layers else None
        return self._chosen

    @property
    def has_selection(self) -> bool:
        return self._document.selection is not None

    def current(self) -> Layer | None:
        return stack.find(self._document.layers, self.current_id)

    def choose(self, layer_id: int) -> None:
        """Take a layer in hand."""
        if layer_id != self._chosen:
            self._chosen = layer_id
            self.refresh()
            self.current_changed.emit(self.current_id)

    def choose_next(self, step: int) -> None:
        """The layer above (1) or below (-1) in hand."""
        layers = self._document.layers
        index = next((i for i, layer in enumerate(layers) if layer.id == self.current_id), 0) + step
        if 0 <= index < len(layers):
            self.choose(layers[index].id)

    def duplicate(self) -> None:
        def wish() -> None:
            after, layer_id = stack.duplicated(self._document, self._in_hand().id)
            self._put(after, tr("Duplicate {}").format(self._in_hand().name), layer_id)

        self._try(wish)

    # --- the layer in hand, changed ---------------------------------------------------------------------

    def set_opacity(self, opacity: float, gesture: bool = True) -> None:
        layer = self._in_hand()
        name = self._desk.gesture(f"opacity-{layer.id}") if gesture else ""
        self._change(layer, tr("Opacity of {}").format(layer.name), name, opacity=opacity)

    def set_mode(self, mode: BlendMode) -> None:
        layer = self._in_hand()
        self._change(layer, tr("Blend mode of {}").format(layer.name), mode=mode)

    def toggle_eye(self, layer_id: int | None = None) -> None:
        layer = self._layer(layer_id)
        words = tr("Hide {}") if layer.visible else tr("Show {}")
        self._change(layer, words.format(layer.name), visible=not layer.visible)

    def toggle_lock(self, layer_id: int | None = None) -> None:
        layer = self._layer(layer_id)
        words = tr("Unlock {}") if layer.locked else tr("Lock {}")
        self._change(layer, words.format(layer.name), locked=not layer.locked)

    def rename(self, layer_id: int, name: str) -> None:
        layer = self._layer(layer_id)
        self._change(layer, tr("Name {}").format(name), name=name)

    def move(self, step: int) -> None:
        """The layer in hand up or down in the stack; far beyond the end is the end."""
        layer = self.current()
        if layer is not None:
            self.move_to(layer.id, stack.index_of(self._document, layer.id) + step)

    def move_to(self, layer_id: int, index: int) -> None:
        """To a place in the stack, 0 is the lowest."""
        after = stack.moved(self._document, layer_id, index)
        self._put(after, tr("Order of the layers"), layer_id)

    def remove(self) -> None:
        def wish() -> None:
            layer = self._in_hand()
            index = stack.index_of(self._laid_out(), layer.id)
            after = stack.removed(self._laid_out(), layer.id)
            self._put(after, tr("Remove {}").format(layer.name), after.layers[max(0, index - 1)].id)

        self._try(wish)

    def merge_down(self) -> None:
        """With the layer below: strokes join strokes; anything else becomes a picture."""

        def wish() -> None:
            document, upper = self._document, self._in_hand()
            lower = stack.below(document, upper.id)
            if stack.joins(lower, upper):
                self._merge(document, upper, None)
            elif document.artboard is not None:
                board = document.artboard
                self._background.run(
                    lambda: together((lower, upper), board, lower.name),
                    lambda picture: self._merge(document, upper, picture),
                    self.trouble.emit,
                )

        self._try(wish)

    def region_from_selection(self) -> None:
        """Of the layer in hand only what lies inside the selection stays in sight; without one, all of it is again."""
        layer, document = self._in_hand(), self._laid_out()
        if document.selection is None:
            self.clear_region()
        elif document.artboard is not None:
            inside = both(layer.region, document.selection, document.artboard)
            self._change(layer, tr("{} inside the selection").format(layer.name), region=inside)

    def clear_region(self) -> None:
        layer = self._in_hand()
        if layer.region is not None:
            self._change(layer, tr("{} everywhere").format(layer.name), region=None)

    def make_live(self) -> None:
        """What the layer in hand came from is under the sliders again."""

        def wish() -> None:
            layer = self._in_hand()
            if layer.model_id and layer.model_id not in self._desk.cards:
                raise StudioError(f"The model of {layer.name} is not installed here.", layer.model_id)
            self._put(stack.made_live(self._document, layer.id), tr("Make {} live again").format(layer.name))

        self._try(wish)

    # --- within -----------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Show what is in hand."""

    @property
    def _document(self) -> PictureDocument:
        return self._desk.session.picture

    def _laid_out(self) -> PictureDocument:
        frame = self._desk.last_frame
        width, height = (frame.width, frame.height) if frame is not None else (FIRST_PX, FIRST_PX)
        return laid_out(self._document, width, height, tr("Picture"))

    def _rows(self) -> Layers:
        """The layers, or what they would be."""
        return self._document.layers or (Layer(0, tr("Picture"), "live"),)

    def _in_hand(self) -> Layer:
        return self._layer(self.current_id)

    def _layer(self, layer_id: int | None) -> Layer:
        rows = self._rows()
        return stack.find(rows, self.current_id if layer_id is None else layer_id) or rows[-1]

    def _change(self, layer: Layer, label: str, gesture: str = "", **changes: object) -> None:
        after = stack.changed(self._laid_out(), layer.id, **changes)
        self._desk.session.change_picture(after, label, gesture)

    def _put(self, after: PictureDocument, label: str, layer_id: int | None = None) -> None:
        if layer_id is not None:
            self._chosen = layer_id
        self._desk.session.change_picture(after, label)
        self.refresh()
        self.current_changed.emit(self.current_id)

    def _merge(self, document: PictureDocument, upper: Layer, picture: Layer | None) -> None:
        if self._document.layers != document.layers:
            self.notice.emit(tr("The layers have changed meanwhile: nothing was merged."))
            return
        lower = stack.below(document, upper.id)
        after = stack.merged(self._document, upper.id, picture)
        self._put(after, tr("Merge {} down").format(upper.name), lower.id)

    def _try(self, wish: Callable[[], None]) -> None:
        """What cannot be done is said, and nothing is changed."""
        try:
            wish()
        except StudioError as error:
            self.trouble.emit(error)


def tr(text: str) -> str:
    return QCoreApplication.translate("Layering", text)
