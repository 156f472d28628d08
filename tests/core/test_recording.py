"""A performance: few keyframes that play it as it was played."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core import timeline_edit as edit
from studio.core.latent import Latent
from studio.core.recording import TOLERANCE, Recorder, Sample, simplified
from studio.core.timeline import Moment, Timeline


def moved(amount: float, seed: int = 0) -> Moment:
    return Moment(Latent(seed).with_offset("pc0", amount))


def amount_at(timeline: Timeline, time_s: float) -> float:
    latent = timeline.at(time_s, 4).latent
    parts = latent.blend or ()
    return sum(p.weight * p.latent.offset("pc0") for p in parts) if parts else latent.offset("pc0")


@given(st.lists(st.floats(-3, 3), min_size=2, max_size=60))
def test_it_is_played_as_it_was_played(amounts: list[float]) -> None:
    samples = [Sample(i * 0.05, moved(amount)) for i, amount in enumerate(amounts)]
    timeline = Timeline(simplified(samples))
    for sample in samples:
        assert (
            abs(amount_at(timeline, sample.time_s) - sample.moment.latent.offset("pc0")) <= TOLERANCE + 1e-9
        )


def test_an_even_move_needs_two_keyframes() -> None:
    keys = simplified([Sample(i / 20, moved(i / 10)) for i in range(41)])
    assert [key.time_s for key in keys] == [0, 2]
    assert {key.easing for key in keys} == {"linear"}
    there_and_back = simplified([Sample(i / 20, moved(2 - abs(i - 20) / 10)) for i in range(41)])
    assert [key.time_s for key in there_and_back] == [0, 1, 2]


def test_another_seed_comes_at_once_when_it_came() -> None:
    keys = simplified([Sample(0.0, moved(0)), Sample(1.0, moved(1)), Sample(3.0, moved(1, seed=7))])
    assert [(key.time_s, key.easing) for key in keys] == [(0, "linear"), (1, "hold"), (3, "linear")]
    assert Timeline(keys).at(2.9, 4) == moved(1)


def test_a_rest_is_played_as_a_rest() -> None:
    recorder = Recorder()
    for time_s, amount in ((0.0, 0.0), (3.0, 0.1), (3.1, 2.0)):
        recorder.add(time_s, moved(amount))
    timeline = edit.with_recorded(Timeline(), simplified(recorder.end(4.0)))
    assert amount_at(timeline, 2.9) == 0
    assert amount_at(timeline, 4.0) == 2
    assert timeline.duration_s == 4


def test_no_more_than_twenty_samples_a_second() -> None:
    recorder = Recorder()
    for i in range(1000):
        recorder.add(i / 1000, moved(np.sin(i / 50)))
    samples = recorder.end(1.0)
    assert len(samples) <= 23
    assert samples[-1].moment == moved(np.sin(999 / 50))


def test_nothing_moved_is_nothing() -> None:
    recorder = Recorder()
    recorder.add(0.0, moved(0))
    recorder.add(2.0, moved(0))
    assert recorder.end(5.0) == ()
    assert simplified(()) == ()


def test_a_performance_takes_the_place_of_what_stood_in_its_time() -> None:
    timeline = Timeline()
    for time_s in (0.0, 1, 2, 3):
        timeline = edit.kept_at(timeline, time_s, moved(9))
    laid = edit.with_recorded(timeline, simplified([Sample(0.5, moved(0)), Sample(2.5, moved(1))]))
    assert [key.time_s for key in laid.keyframes] == [0, 0.5, 2.5, 3]
