"""Chord symbols of files become the nearest chord that the studio knows."""

import pytest

from studio.files.harmony import figure_symbol


@pytest.mark.parametrize(
    ("figure", "symbol", "simpler"),
    [
        ("C", (0, "", None), False),
        ("B-7/D", (10, "7", 2), False),
        ("F#ø7", (6, "m7b5", None), False),
        ("C7 add b9", (0, "7b9", None), False),
        ("Dsus add 7", (2, "7sus4", None), False),
        ("C7+", (0, "7#5", None), False),
        ("A7 alter b5", (9, "7b5", None), False),
        ("G13", (7, "9", None), True),
        ("E-o7/B--", (3, "dim7", 9), False),
        ("nonsense", None, True),
    ],
)
def test_figures(figure: str, symbol: tuple[int, str, int | None] | None, simpler: bool) -> None:
    assert figure_symbol(figure) == (symbol, simpler)
