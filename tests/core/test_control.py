"""Controllers over time: painting a course changes that stretch, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.control import BEND, EXPRESSION, SUSTAIN, Control, painted, resting, value_at, without
from studio.core.errors import StudioError

CONTROLS = st.lists(
    st.builds(Control, st.integers(0, 100), st.sampled_from([1, SUSTAIN, EXPRESSION]), st.integers(0, 127)),
    max_size=12,
).map(lambda controls: tuple(sorted(controls, key=lambda control: control.ticks)))
CURVES = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 127)),
    min_size=1,
    max_size=6,
    unique_by=lambda point: point[0],
).map(sorted)


def test_values_hold_until_the_next_one() -> None:
    controls = (Control(10, SUSTAIN, 127), Control(20, EXPRESSION, 5), Control(30, SUSTAIN, 0))
    assert [value_at(controls, SUSTAIN, at) for at in (0, 10, 29, 30)] == [0, 127, 127, 0]
    assert value_at(controls, EXPRESSION, 0) == resting(EXPRESSION) == 127


@given(CONTROLS, CURVES)
def test_painting_changes_one_stretch_of_one_controller(
    controls: tuple[Control, ...], curve: list[tuple[int, int]]
) -> None:
    after = painted(controls, 1, curve, 100)
    start = curve[0][0]
    for ticks in range(130):
        assert value_at(after, SUSTAIN, ticks) == value_at(controls, SUSTAIN, ticks)
        if ticks < start or ticks >= 100:
            assert value_at(after, 1, ticks) == value_at(controls, 1, ticks)
    for ticks, value in curve:
        assert value_at(after, 1, ticks) == value
    assert list(after) == sorted(after, key=lambda control: control.ticks)


def test_values_are_kept_in_reach() -> None:
    assert painted((), BEND, [(0, 99_999)], 10) == (Control(0, BEND, 8191), Control(10, BEND, 0))
    assert painted((), SUSTAIN, [(0, -5)], 10) == ()
    for wrong in ((0, 64, 128), (0, BEND, -8193), (-1, 64, 0), (0, 131, 0)):
        with pytest.raises(StudioError):
            Control(*wrong)


def test_one_controller_is_taken_away() -> None:
    controls = (Control(0, 1, 5), Control(0, SUSTAIN, 5))
    assert without(controls, 1) == (Control(0, SUSTAIN, 5),)
