"""Parameters: ranges that people can read."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.parameter import PSI, Parameter


@given(st.floats(allow_nan=False))
def test_clamped_values_pass_the_check(value: float) -> None:
    clamped = PSI.clamp(value)
    assert PSI.check(clamped) == clamped


@pytest.mark.parametrize("value", [-0.1, 1.6, math.nan, math.inf])
def test_a_value_outside_is_refused_in_one_sentence(value: float) -> None:
    with pytest.raises(StudioError) as caught:
        PSI.check(value)
    assert caught.value.title.startswith("Truncation ψ must lie between 0 and 1.5, not")
    assert caught.value.sentence().endswith("Choose a value in that range.")


def test_text_has_the_unit_and_the_decimals() -> None:
    assert Parameter("tempo", "Tempo", 20, 400, 120, unit=" bpm", decimals=1).text(99.96) == "100.0 bpm"
