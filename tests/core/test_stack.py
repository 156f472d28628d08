"""Layers under a hand: each wish is one named step of the session, and what cannot be done changes nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core import stack
from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.layers import Artboard, Layer, Mark, Placement
from studio.core.painting import laid_out
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project
from studio.core.session import PICTURES, Session

PHOTO = Picture(np.zeros((20, 40, 3), np.uint8), "wide.jpg")
START = laid_out(PictureDocument("gan", Latent(seed=3)), 128, 128, "Picture")
DOT = Mark("brush", 0xFF, path=Mark.packed([(1, 2, 1.0)]))


def with_paint(*marks: Mark) -> tuple[PictureDocument, int]:
    return stack.added(START, Layer(0, "Paint", "paint", marks=marks))


def ids(document: PictureDocument) -> list[int]:
    return [layer.id for layer in document.layers]


def test_a_layer_gets_an_id_and_a_name_of_its_own() -> None:
    document, first = with_paint()
    document, second = stack.added(document, Layer(0, "Paint", "paint"), under_id=0)
    assert ids(document) == [0, second, first]
    assert [layer.name for layer in document.layers] == ["Picture", "Paint 2", "Paint"]


def test_a_wish_is_one_step_that_undo_takes_back() -> None:
    session = Session(Project(START))
    document, paint = with_paint()
    session.change_picture(document, "New paint layer")
    for opacity in (0.9, 0.5, 0.2):
        session.change_picture(
            stack.changed(session.picture, paint, opacity=opacity), "Opacity of Paint", "o#1"
        )
    session.end_gesture()
    session.change_picture(stack.changed(session.picture, paint, mode="multiply"), "Blend mode of Paint")
    assert session.steps(PICTURES)[0] == ("New paint layer", "Opacity of Paint", "Blend mode of Paint")
    session.undo(PICTURES)
    assert stack.layer_of(session.picture, paint).opacity == 0.2
    session.undo(PICTURES)
    session.undo(PICTURES)
    assert session.picture == START


def test_live_and_locked_layers_stay() -> None:
    document, paint = with_paint()
    with pytest.raises(StudioError, match="live layer stays"):
        stack.removed(document, 0)
    with pytest.raises(StudioError, match="locked"):
        stack.removed(stack.changed(document, paint, locked=True), paint)
    assert ids(stack.removed(document, paint)) == [0]


@given(st.integers(2, 6), st.data())
def test_moving_keeps_all_layers(count: int, data: st.DataObject) -> None:
    document = START
    for _ in range(count):
        document, _ = stack.added(document, Layer(0, "Paint", "paint"))
    layer_id = data.draw(st.sampled_from(ids(document)))
    index = data.draw(st.integers(-3, count + 3))
    after = stack.moved(document, layer_id, index)
    assert sorted(ids(after)) == sorted(ids(document))
    assert stack.index_of(after, layer_id) == min(max(index, 0), count)
    others = [one for one in ids(document) if one != layer_id]
    assert [one for one in ids(after) if one != layer_id] == others


def test_painted_layers_are_merged_stroke_by_stroke() -> None:
    document, lower = with_paint(DOT)
    document, upper = stack.added(document, Layer(0, "More", "paint", marks=(DOT, DOT)))
    assert stack.joins(stack.below(document, upper), stack.layer_of(document, upper))
    after = stack.merged(document, upper)
    assert ids(after) == [0, lower]
    assert after.layers[1].marks == (DOT, DOT, DOT)


def test_an_eraser_or_a_mode_above_needs_a_picture() -> None:
    plain = Layer(1, "a", "paint", marks=(DOT,))
    assert not stack.joins(plain, replace(plain, marks=(replace(DOT, kind="eraser"),)))
    assert not stack.joins(plain, replace(plain, mode="multiply"))
    assert not stack.joins(plain, replace(plain, opacity=0.5))


def test_nothing_is_merged_with_the_live_layer() -> None:
    document, paint = with_paint(DOT)
    with pytest.raises(StudioError, match="live layer cannot be merged"):
        stack.merged(document, paint)


def test_a_kept_picture_can_be_live_again() -> None:
    kept = stack.kept(PHOTO, "Seed 3", Placement(10, 10, 100, 100), START)
    document, layer_id = stack.added(replace(START, latent=Latent(seed=9)), kept)
    after = stack.made_live(document, layer_id)
    assert after.latent == Latent(seed=3)
    assert not stack.layer_of(after, layer_id).visible
    assert after.layers[0].place == Placement(10, 10, 100, 100)
    with pytest.raises(StudioError, match="did not come from a model"):
        stack.made_live(*with_paint())


def test_an_opened_picture_keeps_its_shape_on_the_artboard() -> None:
    session = Session(Project(START))
    session.open_picture(PHOTO)
    assert session.picture.layers[0].place == Placement(0, 256, 1024, 512)
    session.change_latent(Latent(seed=4), "Move a slider")
    assert session.picture.layers[0].place == Placement(0, 0, 1024, 1024)
    session.change_picture(stack.changed(session.picture, 0, place=Placement(0, 0, 100, 100)), "Transform")
    session.open_picture(PHOTO)
    place = session.picture.layers[0].place
    assert place is not None
    assert place.width / place.height == pytest.approx(2)
    assert place.width * place.height == pytest.approx(10_000)


def test_an_imported_picture_lies_in_the_middle_and_is_never_enlarged() -> None:
    assert stack.fitting(Artboard(100, 50, 10, 0), 20, 10) == Placement(50, 20, 20, 10)
    assert stack.fitting(Artboard(100, 50), 400, 100) == Placement(0, 12.5, 100, 25)


def test_a_larger_artboard_takes_all_with_it() -> None:
    document, paint = with_paint(DOT)
    large = stack.scaled_board(document, 2)
    assert (large.artboard.width, large.layers[0].place) == (2048, Placement(0, 0, 2048, 2048))  # type: ignore[union-attr]
    mark = stack.layer_of(large, paint).marks[0]
    assert mark.radius_px == 2 * DOT.radius_px
    assert mark.points.tolist() == [[2, 4, 1]]


def test_a_result_is_the_opened_picture_or_a_layer_on_top() -> None:
    alone = stack.with_result(PictureDocument("gan"), PHOTO, "Denoise")
    assert (alone.source, alone.layers) == (PHOTO, ())
    document, _ = with_paint(DOT)
    layered = stack.with_result(document, PHOTO, "Denoise")
    assert layered.source is None
    assert [layer.name for layer in layered.layers] == ["Picture", "Paint", "Denoise"]
    assert layered.layers[2].place == Placement(0, 0, 1024, 1024)
    large = stack.with_result(document, PHOTO, "Upscale 2×", 2)
    assert large.artboard == Artboard(2048, 2048)
    assert large.layers[2].place == Placement(0, 0, 2048, 2048)
