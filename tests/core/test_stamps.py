"""Stamps: chords of a fixed shape, of the scale, of the chord lane; inverted, or led smoothly from the one before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.stamps import KINDS, Around, Stamp, stamped
from studio.core.theory import scale_pitches

D_MINOR = scale_pitches(2, "minor")
NOWHERE = Around()


@pytest.mark.parametrize(
    ("stamp", "pitches"),
    [
        (Stamp(), (60,)),
        (Stamp("octave"), (60, 72)),
        (Stamp("power"), (60, 67, 72)),
        (Stamp("major"), (60, 64, 67)),
        (Stamp("major", 1), (64, 67, 72)),
        (Stamp("seventh", 3), (70, 72, 76, 79)),
        (Stamp("sus4"), (60, 65, 67)),
        (Stamp("scale triad"), (60, 64, 67)),
        (Stamp("chord"), (60,)),
        (Stamp("note", 2, smooth=True), (60,)),
    ],
)
def test_shapes_on_middle_c(stamp: Stamp, pitches: tuple[int, ...]) -> None:
    assert stamped(stamp, 60, NOWHERE) == pitches


def test_thirds_of_the_scale_that_is_shown() -> None:
    around = Around(scale=D_MINOR)
    assert stamped(Stamp("scale triad"), 62, around) == (62, 65, 69)
    assert stamped(Stamp("scale seventh"), 65, around) == (65, 69, 72, 76)
    assert stamped(Stamp("scale triad"), 61, around)[0] % 12 in D_MINOR, "a pitch beside the scale goes to it"


def test_the_chord_of_the_lane_from_the_tone_that_is_meant() -> None:
    around = Around(chord=Chord(0, 1920, 7, "7"))
    assert stamped(Stamp("chord"), 67, around) == (67, 71, 74, 77)
    assert stamped(Stamp("chord"), 70, around) == (71, 74, 77, 79)


def test_smooth_keeps_what_can_stay() -> None:
    c_major = Around(before=(60, 64, 67))
    assert stamped(Stamp("major", smooth=True), 65, c_major) == (60, 65, 69)
    assert stamped(Stamp("major", smooth=True), 91, c_major) == (59, 62, 67)
    assert stamped(Stamp("major"), 65, c_major) == (65, 69, 72)


def test_what_is_no_stamp() -> None:
    with pytest.raises(StudioError):
        Stamp("polka")
    with pytest.raises(StudioError):
        Stamp("major", 9)


chords = st.one_of(
    st.none(), st.builds(Chord, st.just(0), st.just(1), st.integers(0, 11), st.sampled_from(("", "m7", "9")))
)
arounds = st.builds(
    Around, st.sampled_from((None, D_MINOR)), chords, st.lists(st.integers(0, 127), max_size=9).map(tuple)
)


@given(
    st.builds(Stamp, st.sampled_from(KINDS), st.integers(0, 3), st.booleans()), st.integers(0, 127), arounds
)
def test_always_on_the_keyboard_ascending_none_twice(stamp: Stamp, pitch: int, around: Around) -> None:
    pitches = stamped(stamp, pitch, around)
    assert pitches
    assert list(pitches) == sorted(set(pitches))
    assert 0 <= pitches[0] <= pitches[-1] <= 127
