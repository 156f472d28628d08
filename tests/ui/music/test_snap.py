"""Grids beside each other: finer, coarser, straight, triplet and dotted."""

from studio.ui.music.snap import SNAPS, beside, other_kind

BY_LABEL = {snap.label: snap for snap in SNAPS}


def test_finer_and_coarser_of_the_same_kind_and_no_further() -> None:
    assert beside(BY_LABEL["1/8"], 1) == BY_LABEL["1/16"]
    assert beside(BY_LABEL["1/8 triplet"], -1) == BY_LABEL["1/4 triplet"]
    assert beside(BY_LABEL["1/32"], 1) == BY_LABEL["1/32"]
    assert beside(BY_LABEL["Off"], 1) == BY_LABEL["1/32"]


def test_kinds_go_round() -> None:
    assert other_kind(BY_LABEL["1/8"]) == BY_LABEL["1/8 triplet"]
    assert other_kind(BY_LABEL["1/8 dotted"]) == BY_LABEL["1/8"]
    assert other_kind(BY_LABEL["1/32"]) == BY_LABEL["1/32"]
    assert other_kind(BY_LABEL["Off"]) == BY_LABEL["Off"]
