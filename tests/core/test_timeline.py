"""The timeline: exact at its keyframes, closed without a seam, smooth where it should be."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.layers import first_stack
from studio.core.project import PictureDocument
from studio.core.restyle import StyleMix, StylePart
from studio.core.timeline import (
    EASINGS,
    WAYS,
    Keyframe,
    Timeline,
    Way,
    catmull_rom,
    eased,
    restyle_between,
)

Z_DIM = 6
LINEAR = ("linear",) * 8


def keys(*times: float, easings: tuple[str, ...] = LINEAR) -> tuple[Keyframe, ...]:
    return tuple(
        Keyframe(t, Latent(i, offsets=(("pc0", float(i + 1)),)), easing=easing)  # type: ignore[arg-type]
        for i, (t, easing) in enumerate(zip(times, easings, strict=False))
    )


def point(latent: Latent) -> np.ndarray:
    """A latent as numbers that follow its blend: what an engine would sum."""
    if latent.blend:
        return sum(part.weight * point(part.latent) for part in latent.blend)  # type: ignore[return-value]
    return np.append(latent.z(Z_DIM)[0], latent.offset("pc0"))


times = st.lists(st.integers(0, 400), min_size=2, max_size=6, unique=True).map(sorted)
timelines = st.builds(
    lambda ts, way, closed, more: Timeline(
        keys(*(t / 24 for t in ts), easings=tuple(itertools.islice(itertools.cycle(EASINGS), 8))),
        way, closed, ts[-1] / 24 + more,
    ),
    times, st.sampled_from(WAYS), st.booleans(), st.floats(0.1, 3),
)  # fmt: skip


@given(timelines)
def test_a_keyframe_s_own_state_comes_back_exactly(timeline: Timeline) -> None:
    for key in timeline.keyframes:
        assert timeline.at(key.time_s, Z_DIM) == key.moment


@given(timelines)
def test_a_closed_one_is_at_its_end_where_it_began(timeline: Timeline) -> None:
    closed = replace(timeline, closed=True)
    assert closed.at(closed.duration_s, Z_DIM) == closed.at(0.0, Z_DIM)
    near = point(closed.at(closed.duration_s - 1e-7, Z_DIM).latent)
    if closed.keyframes[-1].easing != "hold":
        assert np.allclose(near, point(closed.at(0.0, Z_DIM).latent), atol=1e-3)


@given(timelines, st.floats(0, 20))
def test_a_little_time_is_a_little_way(timeline: Timeline, time_s: float) -> None:
    smooth = replace(
        timeline,
        keyframes=tuple(
            replace(k, easing="linear" if k.easing == "hold" else k.easing) for k in timeline.keyframes
        ),
    )
    a, b = (point(smooth.at(t, Z_DIM).latent) for t in (time_s, time_s + 1e-7))
    assert np.allclose(a, b, atol=1e-3)


@pytest.mark.parametrize("closed", [True, False])
def test_a_spline_has_no_corners(closed: bool) -> None:
    timeline = Timeline(keys(0, 1, 1.5, 4), "spline", closed, 6.0)

    def speed(time_s: float) -> np.ndarray:
        before, after = (point(timeline.at(t, Z_DIM).latent) for t in (time_s - 1e-6, time_s + 1e-6))
        return (after - before) / 2e-6

    for time_s in (0.0, 1, 1.5, 4, 6) if closed else (1, 1.5):
        left, right = speed(time_s - 1e-5), speed(time_s + 1e-5)
        assert np.allclose(left, right, atol=1e-2 + 1e-3 * np.abs(left).max())


@given(st.lists(st.floats(0.1, 5), min_size=3, max_size=3), st.floats(0, 1))
def test_spline_weights_are_shares_and_keep_straight_lines_straight(gaps: list[float], share: float) -> None:
    at = [0.0, *itertools.accumulate(gaps)]
    weights = catmull_rom(at, share)
    assert sum(weights) == pytest.approx(1.0)
    assert np.dot(weights, at) == pytest.approx(at[1] + share * (at[2] - at[1]), abs=1e-9)


@given(st.sampled_from(EASINGS), st.floats(0, 1), st.floats(0, 1))
def test_easing_goes_from_0_to_1_and_never_back(easing: str, a: float, b: float) -> None:
    assert eased(0.0, easing) == 0.0  # type: ignore[arg-type]
    assert eased(1.0, easing) == 1.0  # type: ignore[arg-type]
    assert eased(min(a, b), easing) <= eased(max(a, b), easing)  # type: ignore[arg-type]


def test_hold_waits_for_the_next_keyframe() -> None:
    timeline = Timeline(keys(0, 1, easings=("hold", "hold")))
    assert timeline.at(0.999, Z_DIM) == timeline.keyframes[0].moment
    assert timeline.at(1.0, Z_DIM) == timeline.keyframes[1].moment


def test_an_open_one_holds_still_outside() -> None:
    timeline = Timeline(keys(1, 2), length_s=5)
    assert timeline.at(0, Z_DIM) == timeline.keyframes[0].moment
    assert timeline.at(4, Z_DIM) == timeline.keyframes[1].moment
    assert timeline.duration_s == 5


@pytest.mark.parametrize("way", WAYS)
def test_one_keyframe_is_one_picture_and_none_is_said(way: Way) -> None:
    alone = Timeline(keys(1), way, True, 3.0)
    assert {alone.at(t, Z_DIM) for t in (0, 1, 2.5)} == {alone.keyframes[0].moment}
    with pytest.raises(StudioError, match="no keyframes"):
        Timeline().at(0, Z_DIM)


def test_frames_lie_at_whole_numbers_of_the_rate() -> None:
    timeline = Timeline(keys(0, 1, 2), length_s=2, fps=30)
    frames = list(timeline.frames(Z_DIM))
    assert len(frames) == timeline.count() == 60
    assert frames[30] == timeline.keyframes[1].moment
    assert frames == list(timeline.frames(Z_DIM))
    assert timeline.count(24) == 48
    assert Timeline(keys(0)).count() == 1


def test_keyframes_of_a_file_come_in_order_and_once() -> None:
    a, b, c = keys(0, 1, 2)
    assert Timeline((c, a, replace(c, time_s=1.0), b)).keyframes == (a, b, c)


def test_mixed_layers_do_not_jump_on_the_way_through_z() -> None:
    a, b = keys(0, 1)
    mixing = replace(b, latent=replace(b.latent, reach=Latent().with_reach("pc0", 0, 1).reach))
    halfway = Timeline((a, mixing), "z-slerp").at(0.5, Z_DIM).latent
    assert {part.latent for part in halfway.blend} == {a.latent, mixing.latent}


def test_the_noise_goes_over_on_every_way() -> None:
    a, b = keys(0, 1)
    quiet = replace(b, latent=replace(b.latent, noise=0.0))
    for way in WAYS:
        assert Timeline((a, quiet), way).at(0.25, Z_DIM).latent.noise == pytest.approx(0.75)


def test_restyle_weights_and_strength_go_over() -> None:
    monet, munch = StyleMix((StylePart("monet", 1.0),)), StyleMix((StylePart("munch", 2.0),), strength=0.5)
    half = restyle_between(monet, munch, 0.5)
    assert {(part.style_id, part.weight) for part in half.parts} == {("monet", 0.5), ("munch", 1.0)}
    assert half.strength == 0.75
    fading = restyle_between(monet, StyleMix(), 0.75)
    assert (fading.parts[0].style_id, fading.parts[0].weight, fading.strength) == ("monet", 1.0, 0.25)


def test_a_document_at_a_time_has_its_layers_opacity() -> None:
    board, layers = first_stack(64, 64, "Picture")
    start = PictureDocument("m", Latent(1), layers=layers, artboard=board)
    faded = replace(start, latent=Latent(2), layers=(replace(layers[0], opacity=0.0),))
    ways = (
        Keyframe(t, d.moment.latent, d.moment.restyle, d.moment.opacities, "linear")
        for t, d in ((0.0, start), (1.0, faded))
    )
    document = replace(start, timeline=Timeline(tuple(ways)))
    halfway = document.at_time(0.5, Z_DIM)
    assert halfway.layers[0].opacity == 0.5
    assert halfway.look != document.look
    assert document.at_time(0.0, Z_DIM).look == document.look
