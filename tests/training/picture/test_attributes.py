"""Attributes, each on pictures made for it: more of the thing gives a larger number, and the unit is right."""

import pytest
import torch
from torch import Tensor

from studio.training.picture.attributes import ATTRIBUTES, measure_all, to_lab

NAMES = [a.name for a in ATTRIBUTES]
SIZE = 40


def values(picture: Tensor) -> dict[str, float]:
    """picture (3, S, S) in 0..1."""
    return dict(zip(NAMES, measure_all(picture[None] * 2 - 1)[0].tolist(), strict=True))


def plain(red: float, green: float, blue: float) -> Tensor:
    return torch.tensor([red, green, blue]).view(3, 1, 1).expand(3, SIZE, SIZE).clone()


def grey(light: Tensor) -> Tensor:
    """(S, S) -> a grey picture."""
    return light.expand(3, SIZE, SIZE).clone()


def down() -> Tensor:
    return (torch.arange(SIZE) / (SIZE - 1))[:, None].expand(SIZE, SIZE)


def split(row: int) -> Tensor:
    """Light above the row, dark from it on."""
    return (torch.arange(SIZE) < row).float()[:, None].expand(SIZE, SIZE) * 0.6 + 0.2


def stripes(period: int) -> Tensor:
    return ((torch.arange(SIZE) // period) % 2).float().expand(SIZE, SIZE) * 0.4 + 0.3


def disc(inside: float, outside: float) -> Tensor:
    place = torch.arange(SIZE) - (SIZE - 1) / 2
    round_ = place[:, None].square() + place.square() < (SIZE / 4) ** 2
    return torch.where(round_, inside, outside)


def tilted() -> Tensor:
    """Bands that fall to the right."""
    place = torch.arange(SIZE)
    return 0.5 + 0.3 * torch.sin((place - place[:, None]) / 3.0)


GREEN_AND_RED = torch.cat([plain(0.3, 0.6, 0.3)[:, :, :20], plain(0.7, 0.3, 0.3)[:, :, 20:]], dim=2)
FINE = stripes(1) * disc(1.0, 0.0) + 0.5 * disc(0.0, 1.0)
BLUE_LIGHT = torch.cat([plain(0.7, 0.75, 0.95)[:, :20], plain(0.2, 0.15, 0.05)[:, 20:]], dim=1)

PAIRS = {  # less of it, more of it
    "brightness": (plain(0.3, 0.3, 0.3), plain(0.6, 0.6, 0.6)),
    "contrast": (grey(0.4 + 0.2 * stripes(6)), grey(stripes(6))),
    "warmth": (plain(0.4, 0.5, 0.7), plain(0.7, 0.5, 0.3)),
    "tint": (plain(0.4, 0.6, 0.4), plain(0.6, 0.4, 0.6)),
    "saturation": (plain(0.8, 0.2, 0.2), GREEN_AND_RED),
    "detail": (grey(stripes(10)), grey(stripes(1))),
    "focus": (grey(stripes(1) * disc(0.0, 1.0) + 0.5 * disc(1.0, 0.0)), grey(FINE)),
    "vignette": (grey(disc(0.2, 0.6)), grey(disc(0.6, 0.2))),
    "ground-light": (grey(1 - down()), grey(down())),
    "side-light": (grey(1 - down().T), grey(down().T)),
    "sky-warmth": (BLUE_LIGHT.flip(1), BLUE_LIGHT),
    "horizon": (grey(split(30)), grey(split(10))),
    "band": (grey(1 - (split(13) - split(27)).abs()), grey((split(13) - split(27)).abs())),
    "symmetry": (grey((down().T - 0.3).abs()), grey((down().T - 0.5).abs())),
    "grain": (grey(stripes(4).T), grey(stripes(4))),
    "diagonal": (grey(tilted().flip(1)), grey(tilted())),
}


@pytest.mark.parametrize("name", NAMES)
def test_more_of_it_is_a_larger_number(name: str) -> None:
    less, more = (values(picture)[name] for picture in PAIRS[name])
    assert more > less + 0.02


def test_lab_is_cie_lab() -> None:
    pictures = torch.tensor([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.5, 0.5, 0.5]])
    lab = to_lab(pictures.view(4, 3, 1, 1) * 2 - 1).view(4, 3)
    wanted = torch.tensor([[100.0, 0, 0], [0, 0, 0], [53.24, 80.09, 67.20], [53.39, 0, 0]])
    torch.testing.assert_close(lab, wanted, rtol=0, atol=0.3)


def test_known_values() -> None:
    assert values(grey(down()))["ground-light"] > 95  # from black to white
    assert values(plain(0.8, 0.2, 0.2))["saturation"] < 0.1
    assert values(grey(0.3 + 0.3 * down()))["contrast"] < 2  # a slope of the light is no contrast
    assert values(grey(split(10)))["horizon"] == pytest.approx(0.75, abs=0.02)
    assert values(grey(stripes(4)))["grain"] == pytest.approx(1.0, abs=0.01)
    assert values(grey((down().T - 0.5).abs()))["symmetry"] == pytest.approx(1.0, abs=0.01)
    assert values(grey(tilted()))["diagonal"] > 0.9


def test_every_measure_has_a_finite_slope_on_a_flat_picture() -> None:
    flat = torch.zeros(1, 3, SIZE, SIZE, requires_grad=True)
    for value in measure_all(flat)[0]:
        (slope,) = torch.autograd.grad(value, flat, retain_graph=True)
        assert slope.isfinite().all()
