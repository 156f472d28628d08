"""What a request tells the network, as arrays; and chords as numbers."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.attributes import ATTRIBUTES
from studio.core.chords import QUALITIES, parse_figure
from studio.core.errors import StudioError
from studio.core.messages import ComposeRequest
from studio.engines.music import conditions
from studio.engines.music import events as ev

REQUEST = ComposeRequest(
    "tiny", (), 0, 1920, styles=(("jig", 3.0), ("reel", 1.0)), attributes=(("leaps", 0.25), ("density", 1.0))
)


def test_a_request_becomes_arrays() -> None:
    told = conditions.Told.of(REQUEST, "minor", ("reel", "jig"))
    assert told.styles.tolist() == [0.25, 0.75]
    assert told.mode == ev.MODES.index("minor")
    points = told.attributes.reshape(len(ATTRIBUTES), conditions.BINS)
    assert points[ATTRIBUTES.index("leaps"), 2] == 1
    assert points[ATTRIBUTES.index("density"), -1] == 1
    assert points.sum() == 2
    assert not told.before.attributes.any()
    assert told.before.styles.any()
    assert told.plain.is_plain
    styles, meter, _mode, attributes = conditions.arrays([told, told.plain])
    assert (styles.shape, meter.shape, attributes.shape) == ((2, 2), (2,), (2, conditions.ATTRIBUTE_COLUMNS))


@given(st.floats(0, 1))
def test_between_two_points_both_are_heard(value: float) -> None:
    points = conditions.attribute_weights({"range": value}).reshape(-1, conditions.BINS)
    assert points.sum() == pytest.approx(1, abs=1e-5)
    place = float(points[ATTRIBUTES.index("range")] @ np.arange(conditions.BINS)) / (conditions.BINS - 1)
    assert place == pytest.approx(value, abs=1e-5)


def test_small_weights_leave_room_for_any_style_and_unknown_ones_are_named() -> None:
    assert conditions.style_weights([("jig", 0.5)], ("reel", "jig")).tolist() == [0, 0.5]
    with pytest.raises(StudioError, match="rumba"):
        conditions.Told.of(dataclasses.replace(REQUEST, styles=(("rumba", 1.0),)), "major", ("reel",))


@pytest.mark.parametrize(
    ("figure", "kind"),
    [("C", "major"), ("Am7", "minor"), ("G7", "dominant"), ("Bdim7", "diminished"), ("Faug", "augmented")],
)
def test_kinds_of_chords(figure: str, kind: str) -> None:
    assert ev.CHORD_KINDS[ev.chord_kind(parse_figure(figure).quality)] == kind


def test_every_quality_has_a_kind() -> None:
    assert {ev.chord_kind(quality) for quality in QUALITIES} == set(range(len(ev.CHORD_KINDS)))


def test_chords_are_counted_from_the_tonic_and_the_next_one_is_seen() -> None:
    chords = [parse_figure("G", 0, 960), parse_figure("G", 960, 960), parse_figure("D7", 1920, 960)]
    line = ev.ChordLine.of(chords, tonic=7)
    tonic, dominant = 0, 7 * len(ev.CHORD_KINDS) + ev.CHORD_KINDS.index("dominant")
    assert line.at(1000) == tonic
    assert line.columns(0) == (tonic, dominant, 32)
    assert line.at(2880) == ev.NO_CHORD
    assert line.columns(3000) == ev.NO_CHORDS
    assert ev.ChordLine().columns(0) == ev.NO_CHORDS
