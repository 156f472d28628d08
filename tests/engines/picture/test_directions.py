"""Directions: the order, sign and scale of components, and sliders by name."""

import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.picture.directions import Direction, Directions, NamedRows

LIGHT = Direction("brightness", "Dark – light", "attribute", 2.5, 0.4, "warmth")
WIDEST = Direction("pca-0", "Cool – warm", "pca")
SECOND = Direction("pca-1", "Direction 2", "pca")


def test_components_are_ordered_and_signed() -> None:
    torch.manual_seed(0)
    spread = torch.tensor([1.0, 5.0, 3.0, 0.1])
    samples = torch.randn(4000, 4) * spread
    directions = Directions(3, 4)
    directions.fit(samples)
    assert directions.pca.abs().argmax(dim=1).tolist() == [1, 2, 0]
    torch.testing.assert_close(directions.scale, torch.tensor([5.0, 3.0, 1.0]), rtol=0.1, atol=0.1)
    assert (directions.pca.gather(1, directions.pca.abs().argmax(dim=1, keepdim=True)) > 0).all()
    again = Directions(3, 4)
    again.fit(samples)
    assert torch.equal(again.pca, directions.pca)


def test_a_component_moves_by_its_standard_deviation() -> None:
    directions = Directions(2, 3)
    directions.pca.copy_(torch.eye(3)[:2])
    directions.scale.copy_(torch.tensor([2.0, 0.5]))
    rows, bends = directions.rows()
    assert rows.tolist() == [[[2.0, 0.0, 0.0]], [[0.0, 0.5, 0.0]]]
    assert len(bends) == 0


def test_a_model_that_names_its_sliders_holds_their_rows_and_the_attributes_bends() -> None:
    directions = Directions(2, 3, layers=4, sliders=(LIGHT, WIDEST, SECOND))
    rows, bends = directions.rows()
    assert rows.shape == (3, 4, 3)
    assert bends.shape == (1, 4, 3)
    assert {"moves", "bends"} <= set(directions.state_dict())
    assert set(Directions(2, 3).state_dict()) == {"pca", "scale"}  # as in models that name none


@pytest.fixture
def rows() -> NamedRows:
    moves = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 2.0]])
    return NamedRows((LIGHT, WIDEST, SECOND), moves, torch.tensor([[0.0, 0.5]]))


def test_sliders_add_up_and_attributes_bend(rows: NamedRows) -> None:
    assert rows.along(()).tolist() == [0.0, 0.0]
    assert rows.along((("brightness", -2.0), ("pca-1", 1.5))).tolist() == [-2.0, 5.0]


def test_directions_of_older_projects_are_components(rows: NamedRows) -> None:
    assert rows.along((("direction-1", 1.0),)).tolist() == rows.along((("pca-1", 1.0),)).tolist()
    for unknown in ("direction-2", "up", "direction-", ""):
        with pytest.raises(StudioError, match="has no direction"):
            rows.along(((unknown, 1.0),))


def test_a_slider_says_how_much_it_moves() -> None:
    slider = LIGHT.slider
    assert (slider.name, slider.group, slider.low, slider.high) == ("brightness", "attribute", -3.0, 3.0)
    assert "brightness by 2.5" in slider.hint
    assert "0.4 σ (warmth)" in slider.hint
    assert "differ most" in WIDEST.slider.hint
