"""Crops: aspects, handles, and the way back."""

import pytest

from studio.core.cropping import (
    ASPECTS,
    Aspect,
    cropped,
    fitted,
    parsed_aspect,
    pulled,
    shifted,
    snapped,
    whole_picture,
)
from studio.core.layers import Artboard
from studio.core.painting import laid_out
from studio.core.project import PictureDocument
from studio.core.session import PICTURES, Session

BOARD = Artboard(1000, 800)


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_fits_in_the_middle(aspect: Aspect) -> None:
    frame = fitted(BOARD, aspect.share)
    assert frame.width <= 1000
    assert frame.height <= 800
    assert 1000 in (frame.width,) or frame.height == 800
    if aspect.share:
        assert frame.width / frame.height == pytest.approx(aspect.share, rel=0.01)
    assert abs(frame.left - (1000 - frame.width) / 2) <= 1


@pytest.mark.parametrize(("text", "share"), [("5:7", 5 / 7), ("3x2", 1.5), ("1.85", 1.85), ("2,35:1", 2.35)])
def test_aspects_that_people_write(text: str, share: float) -> None:
    aspect = parsed_aspect(text)
    assert aspect is not None
    assert aspect.share == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "wide", "0:1", "1:2:3", "-4:3", "1e9", "nan"])
def test_what_means_nothing_is_no_aspect(text: str) -> None:
    assert parsed_aspect(text) is None


def test_the_opposite_side_stays_where_it_is() -> None:
    frame = Artboard(400, 300, 100, 100)
    assert pulled(frame, (1, 0), (50, 9)) == Artboard(450, 300, 100, 100)
    assert pulled(frame, (-1, -1), (50, 20)) == Artboard(350, 280, 150, 120)
    wide = pulled(frame, (1, 1), (200, 10), 2.0)
    assert (wide.width, wide.height, wide.left, wide.top) == (600, 300, 100, 100)
    tall = pulled(frame, (0, 1), (0, 100), 1.0)
    assert (tall.width, tall.height, tall.left) == (400, 400, 100)
    assert pulled(frame, (1, 1), (-9999, -9999)) == Artboard(1, 1, 100, 100)


def test_a_frame_holds_on_to_the_edges_it_comes_near() -> None:
    assert snapped(shifted(Artboard(400, 300), 4, 503), BOARD, 6) == Artboard(400, 300, 0, 500)
    assert shifted(Artboard(400, 300), 40.4, 50) == Artboard(400, 300, 40, 50)


def test_a_crop_is_a_step_and_nothing_is_lost() -> None:
    session = Session()
    whole = laid_out(session.picture, 128, 128, "Picture")
    session.change_picture(cropped(whole, fitted(whole.artboard or BOARD, 16 / 9)), "Crop")
    assert session.picture.artboard == Artboard(1024, 576, 0, 224)
    assert session.picture.layers == whole.layers
    assert whole_picture(session.picture) == Artboard(1024, 1024)
    session.undo(PICTURES)
    assert session.picture == PictureDocument()
    assert whole_picture(session.picture) is None
