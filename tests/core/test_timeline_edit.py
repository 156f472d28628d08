"""Changes of a timeline: it stays in order and as long as its keyframes need, whatever is done to it."""

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core import timeline_edit as edit
from studio.core.latent import Latent
from studio.core.timeline import EASINGS, MAX_SECONDS, WAYS, Moment, Timeline

moments = st.builds(lambda seed: Moment(Latent(seed)), st.integers(0, 5))
seconds = st.integers(0, 240).map(lambda n: n / 24)
index = st.integers(0, 100)
steps = st.one_of(
    st.tuples(st.just("keep"), seconds, moments),
    st.tuples(st.just("move"), index, seconds),
    st.tuples(st.just("drop"), index),
    st.tuples(st.just("copy"), index, seconds),
    st.tuples(st.just("loop"), st.booleans()),
    st.tuples(st.just("length"), seconds),
    st.tuples(st.just("reverse")),
    st.tuples(st.just("even")),
    st.tuples(st.just("retime"), st.floats(0.2, 4)),
    st.tuples(st.just("easing"), index, st.sampled_from(EASINGS)),
    st.tuples(st.just("way"), st.sampled_from(WAYS)),
)


def after(timeline: Timeline, step: tuple) -> Timeline:  # type: ignore[type-arg]
    """One change, by its name; an index counts round."""
    name, *values = step
    free = {"keep": edit.kept_at, "loop": edit.with_loop, "length": edit.with_length, "way": edit.with_way,
            "reverse": edit.reversed_in_time, "even": edit.evened_out, "retime": edit.retimed}  # fmt: skip
    if name in free:
        return free[name](timeline, *values)  # type: ignore[operator, no-any-return]
    if not timeline.keyframes:
        return timeline
    one = {"move": edit.moved, "drop": edit.without, "copy": edit.duplicated, "easing": edit.with_easing}[
        name
    ]
    return one(timeline, values[0] % len(timeline.keyframes), *values[1:])  # type: ignore[operator, no-any-return]


@given(st.lists(steps, max_size=25))
def test_whatever_is_done_it_stays_in_order_and_long_enough(changes: list[tuple]) -> None:  # type: ignore[type-arg]
    timeline = Timeline()
    for change in changes:
        timeline = after(timeline, change)
        times = [key.time_s for key in timeline.keyframes]
        assert times == sorted(set(times))
        assert all(0 <= t <= MAX_SECONDS for t in times)
        assert isclose(timeline.length_s, timeline.duration_s) or not timeline.keyframes
        for key in timeline.keyframes:
            assert timeline.at(key.time_s, 4) == key.moment


def kept(*times: float) -> Timeline:
    timeline = Timeline()
    for seed, time_s in enumerate(times):
        timeline = edit.kept_at(timeline, time_s, Moment(Latent(seed)))
    return timeline


def seeds(timeline: Timeline) -> list[tuple[float, int]]:
    return [(key.time_s, key.latent.seed) for key in timeline.keyframes]


def test_a_keyframe_on_another_takes_its_place_and_its_easing() -> None:
    timeline = edit.with_easing(kept(0, 1), 1, "hold")
    again = edit.kept_at(timeline, 1.0, Moment(Latent(9)))
    assert seeds(again) == [(0, 0), (1, 9)]
    assert again.keyframes[1].easing == "hold"


def test_keeping_again_at_the_last_goes_a_step_on() -> None:
    assert edit.next_free_s(Timeline(), 0.0) == 0.0
    assert edit.next_free_s(kept(0), 0.0) == 2.0
    assert edit.next_free_s(kept(0, 3), 3.0) == 6.0
    assert edit.next_free_s(kept(0, 3), 0.0) == 0.0


def test_moving_past_another_changes_the_order() -> None:
    assert seeds(edit.moved(kept(0, 1, 2), 0, 1.5)) == [(1, 1), (1.5, 0), (2, 2)]
    assert seeds(edit.moved(kept(0, 1, 2), 0, 2.0)) == [(1, 1), (2, 0)]


def test_an_open_one_ends_with_its_last_keyframe_until_it_is_told_to_last() -> None:
    assert edit.moved(kept(0, 1), 1, 4.0).length_s == 4
    assert edit.without(kept(0, 1, 2), 2).length_s == 1
    longer = edit.with_length(kept(0, 1), 10)
    assert edit.without(longer, 1).length_s == 10
    assert edit.with_length(kept(0, 5), 2).length_s == 5


def test_a_loop_takes_as_long_for_the_way_back() -> None:
    looped = edit.with_loop(kept(0, 1.5, 3), True)
    assert (looped.closed, looped.length_s) == (True, 4.5)
    assert edit.with_loop(looped, False).length_s == 3


def test_reversed_twice_is_as_before() -> None:
    timeline = edit.with_easing(edit.with_easing(kept(0, 1, 4), 0, "in"), 1, "hold")
    back = edit.reversed_in_time(timeline)
    assert seeds(back) == [(0, 2), (3, 1), (4, 0)]
    assert [key.easing for key in back.keyframes[:2]] == ["hold", "out"]
    assert seeds(edit.reversed_in_time(back)) == seeds(timeline)
    looped = edit.reversed_in_time(edit.with_loop(timeline, True))
    assert seeds(looped) == [(0, 0), (2, 2), (5, 1)]


def test_even_and_retimed() -> None:
    assert [t for t, _ in seeds(edit.evened_out(kept(0, 1, 4)))] == [0, 2, 4]
    assert [t for t, _ in seeds(edit.retimed(kept(0, 1, 4), 0.5))] == [0, 0.5, 2]
    assert edit.retimed(kept(0, 3000), 2).length_s == MAX_SECONDS


def test_a_spline_flows_unless_the_person_chose_otherwise() -> None:
    assert {key.easing for key in edit.with_way(kept(0, 1), "spline").keyframes} == {"linear"}
    chosen = edit.with_easing(kept(0, 1), 0, "out")
    assert edit.with_way(chosen, "spline").keyframes == chosen.keyframes


def test_neighbours() -> None:
    timeline = kept(0, 1, 3)
    assert edit.neighbour_s(timeline, 1.0, 1) == 3
    assert edit.neighbour_s(timeline, 1.0, -1) == 0
    assert edit.neighbour_s(timeline, 2.0, -1) == 1
    assert edit.neighbour_s(timeline, 3.0, 1) is None


@pytest.mark.parametrize("factor", [0.5, 3.0])
def test_a_duplicate_is_the_same_state_elsewhere(factor: float) -> None:
    timeline = edit.duplicated(edit.with_easing(kept(0, 1), 0, "in"), 0, factor)
    assert (factor, 0) in seeds(timeline)
    found = edit.index_at(timeline, factor)
    assert found is not None
    assert timeline.keyframes[found].easing == "in"
