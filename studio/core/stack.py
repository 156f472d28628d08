"""What a hand does with layers, as pure functions from one picture document to the next. Any thread.

Invariant: a stack has just one live layer, and ids stay with their layers. A wish that cannot be fulfilled is a
StudioError and changes nothing.
"""

import math
from dataclasses import replace
from typing import Any

from studio.core.errors import StudioError
from studio.core.layers import (
    Artboard,
    Layer,
    Layers,
    Placement,
    fresh_id,
    with_layer,
)
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.restyle import StyleMix
from studio.core.selecting import grown_by, grown_mark

SHAPE_TOLERANCE = 0.02


def find(layers: Layers, layer_id: int | None) -> Layer | None:
    return next((layer for layer in layers if layer.id == layer_id), None)


def layer_of(document: PictureDocument, layer_id: int | None) -> Layer:
    """Raises StudioError where there is none of that id."""
    layer = find(document.layers, layer_id)
    if layer is None:
        raise StudioError("That layer is no longer there.", hint="Choose another one.")
    return layer


def live_layer(layers: Layers) -> Layer | None:
    return next((layer for layer in layers if layer.kind == "live"), None)


def added(
    document: PictureDocument, layer: Layer, under_id: int | None = None
) -> tuple[PictureDocument, int]:
    """A laid out document with a layer more, just above that of an id, or on top; and the id that it got."""
    layers = document.layers
    named = replace(layer, id=fresh_id(layers), name=fresh_name(layers, layer.name))
    index = next((i for i, one in enumerate(layers) if one.id == under_id), len(layers) - 1)
    stack = (*layers[: index + 1], named, *layers[index + 1 :])
    return replace(document, layers=stack), named.id


def fresh_name(layers: Layers, name: str) -> str:
    """The name, with a number behind it where another layer has it."""
    taken = {layer.name for layer in layers}
    numbered = (f"{name} {number}" for number in range(2, len(taken) + 3))
    return name if name not in taken else next(one for one in numbered if one not in taken)


def changed(document: PictureDocument, layer_id: int, **changes: Any) -> PictureDocument:
    """Another opacity, mode, name, place, region, or whatever else a layer has."""
    layer = replace(layer_of(document, layer_id), **changes)
    return replace(document, layers=with_layer(document.layers, layer))


def removed(document: PictureDocument, layer_id: int) -> PictureDocument:
    """Without a layer; the live one and a locked one stay."""
    layer = _free(document, layer_id)
    if layer.kind == "live":
        raise StudioError("The live layer stays: it is what the sliders move.", hint="Hide it with its eye.")
    return replace(document, layers=tuple(one for one in document.layers if one.id != layer_id))


def moved(document: PictureDocument, layer_id: int, index: int) -> PictureDocument:
    """The layer at another place in the stack, 0 is the lowest."""
    layer = layer_of(document, layer_id)
    others = [one for one in document.layers if one.id != layer_id]
    others.insert(min(max(index, 0), len(others)), layer)
    return replace(document, layers=tuple(others))


def index_of(document: PictureDocument, layer_id: int) -> int:
    """How many layers lie below it."""
    return document.layers.index(layer_of(document, layer_id))


def duplicated(document: PictureDocument, layer_id: int) -> tuple[PictureDocument, int]:
    """A second one just above it, and its id."""
    layer = layer_of(document, layer_id)
    if layer.kind == "live":
        raise StudioError("There is one live layer only.", hint="Keep the picture as a layer instead.")
    return added(document, replace(layer, locked=False), layer_id)


def below(document: PictureDocument, layer_id: int) -> Layer:
    """What a layer would be merged with; raises StudioError where that cannot be."""
    index = index_of(document, layer_id)
    upper = _free(document, layer_id)
    if index == 0:
        raise StudioError("There is no layer below this one.", hint="Move it up first.")
    lower = _free(document, document.layers[index - 1].id)
    if "live" in (upper.kind, lower.kind):
        raise StudioError(
            "The live layer cannot be merged: the sliders move it.", hint="Keep the picture as a layer first."
        )
    return lower


def joins(lower: Layer, upper: Layer) -> bool:
    """Whether the marks of two painted layers can lie on one, stroke by stroke, and look the same."""
    plain = upper.mode == "normal" and upper.opacity == 1 and upper.visible and lower.visible
    erases = any(mark.kind == "eraser" for mark in upper.marks)
    return upper.kind == lower.kind == "paint" and plain and upper.region == lower.region and not erases


def merged(document: PictureDocument, layer_id: int, picture: Layer | None = None) -> PictureDocument:
    """A layer and the one below it as one, in the lower one's place. picture: what both look like together; None joins
    the marks of two painted layers."""
    lower, upper = below(document, layer_id), layer_of(document, layer_id)
    if picture is None:
        one = replace(lower, marks=lower.marks + upper.marks)
    else:
        one = replace(
            picture,
            id=lower.id,
            name=lower.name,
            opacity=lower.opacity,
            mode=lower.mode,
            visible=lower.visible,
        )
    return removed(replace(document, layers=with_layer(document.layers, one)), layer_id)


def fitting(board: Artboard, width: int, height: int) -> Placement:
    """The middle of the artboard, as large as there is room, but not larger than the picture is."""
    scale = min(1.0, board.width / width, board.height / height)
    return _middle(board, width * scale, height * scale)


def filling(board: Artboard, width: float, height: float) -> Placement:
    """As large as there is room, in the picture's own shape."""
    scale = min(board.width / width, board.height / height)
    return _middle(board, width * scale, height * scale)


def kept(picture: Picture, name: str, place: Placement | None, of: PictureDocument) -> Layer:
    """What the sliders made, as a layer that knows where it came from."""
    from_model = of.source is None and bool(of.model_id)
    return Layer(
        0, name, "picture", place, picture=picture,
        model_id=of.model_id if from_model else "", latent=of.latent if from_model else None,
    )  # fmt: skip


def made_live(document: PictureDocument, layer_id: int) -> PictureDocument:
    """What a kept layer came from is under the sliders again; the layer itself is hidden, the live one
    takes its place."""
    layer = layer_of(document, layer_id)
    if layer.latent is None:
        raise StudioError(
            f"{layer.name} did not come from a model.",
            hint="Only pictures kept from a model can be live again.",
        )
    there = document.at_model(layer.model_id, layer.latent)
    stack = with_layer(there.layers, replace(layer, visible=False))
    live = live_layer(stack)
    if live is not None:
        stack = with_layer(stack, replace(live, place=layer.place or live.place, visible=True))
    return replace(there, layers=stack)


def refitted(before: PictureDocument, after: PictureDocument) -> PictureDocument:
    """The document after a change; where the live picture has another shape than before, its layer keeps that shape."""
    old, new = live_layer(before.layers), live_layer(after.layers)
    was, now = shape_of(before), shape_of(after)
    board = after.artboard
    if (
        old is None
        or new is None
        or board is None
        or old.place != new.place
        or abs(now / was - 1) < SHAPE_TOLERANCE
    ):
        return after
    place = new.place or _whole(board)
    turn = {"turn_deg": place.turn_deg, "flip_x": place.flip_x, "flip_y": place.flip_y}
    if _is_near(place, filling(board, was, 1.0)) or _is_near(place, _whole(board)):
        fresh = filling(board, now, 1.0)
    else:
        fresh = _same_area(place, now)
    return changed(after, new.id, place=replace(fresh, **turn))  # type: ignore[arg-type]


def shape_of(document: PictureDocument) -> float:
    """Width by height of the live picture: models draw squares."""
    if document.source is None:
        return 1.0
    height, width = document.source.pixels.shape[:2]
    return float(width / height)


def scaled_board(document: PictureDocument, factor: int) -> PictureDocument:
    """The artboard and all that lies on it, `factor` times as large."""
    board = document.artboard
    if board is None:
        return document
    large = Artboard(board.width * factor, board.height * factor, board.left * factor, board.top * factor)
    layers = tuple(_scaled(layer, board, factor) for layer in document.layers)
    selection = document.selection and grown_by(document.selection, factor)
    return replace(document, artboard=large, layers=layers, selection=selection)


def with_result(document: PictureDocument, picture: Picture, name: str, factor: int = 1) -> PictureDocument:
    """What a retouch made of all that can be seen: a layer on top where there are layers (and where it is `factor`
    times as large, the artboard is too), else the opened picture, which is not restyled again."""
    if document.artboard is None or not document.layers:
        idle = replace(document.restyle, parts=(), offsets=StyleMix().offsets)
        return replace(document, source=picture, restyle=idle)
    large = scaled_board(document, factor) if factor > 1 else document
    assert large.artboard is not None
    layer = Layer(0, name, "picture", _whole(large.artboard), picture=picture)
    return added(large, layer)[0]


def _free(document: PictureDocument, layer_id: int) -> Layer:
    layer = layer_of(document, layer_id)
    if layer.locked:
        raise StudioError(f"{layer.name} is locked.", hint="Unlock it first.")
    return layer


def _middle(board: Artboard, width: float, height: float) -> Placement:
    left, top = board.left + (board.width - width) / 2, board.top + (board.height - height) / 2
    return Placement(left, top, width, height)


def _whole(board: Artboard) -> Placement:
    return Placement(board.left, board.top, board.width, board.height)


def _is_near(one: Placement, other: Placement) -> bool:
    pairs = (
        (one.left, other.left),
        (one.top, other.top),
        (one.width, other.width),
        (one.height, other.height),
    )
    return all(abs(a - b) <= 1 + SHAPE_TOLERANCE * one.width for a, b in pairs)


def _same_area(place: Placement, shape: float) -> Placement:
    area = place.width * place.height
    width, height = math.sqrt(area * shape), math.sqrt(area / shape)
    x, y = place.left + place.width / 2, place.top + place.height / 2
    return Placement(x - width / 2, y - height / 2, width, height)


def _scaled(layer: Layer, board: Artboard, factor: int) -> Layer:
    place = layer.place or (_whole(board) if layer.kind != "paint" else None)
    if place is not None:
        place = replace(
            place, left=place.left * factor, top=place.top * factor,
            width=place.width * factor, height=place.height * factor,
        )  # fmt: skip
    region = layer.region and grown_by(layer.region, factor)
    return replace(layer, place=place, region=region, marks=tuple(grown_mark(m, factor) for m in layer.marks))
