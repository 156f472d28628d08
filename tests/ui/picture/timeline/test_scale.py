"""Where times stand on the track."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from studio.core.latent import Latent
from studio.core.timeline import Keyframe, Timeline
from studio.ui.picture.timeline.scale import CROWD_PX, TimeScale, snapped, time_words


def timeline(*times: float, closed: bool = False, length_s: float = 0.0) -> Timeline:
    return Timeline(tuple(Keyframe(t, Latent(i)) for i, t in enumerate(times)), "w-lerp", closed, length_s)


@given(st.integers(200, 3000), st.floats(0, 600), st.floats(0, 1))
def test_a_place_is_the_time_that_stands_there(width: int, length_s: float, share: float) -> None:
    scale = TimeScale.of(timeline(0.0, length_s), width)
    time_s = share * length_s
    assert 0 <= scale.x_of(time_s) <= width
    assert abs(scale.time_at(scale.x_of(time_s)) - time_s) <= 0.51 / scale.px_per_s


def test_ticks_stand_apart_and_begin_at_0() -> None:
    for width, length_s in ((300, 1.0), (700, 6.0), (900, 300.0)):
        scale = TimeScale.of(timeline(0.0, length_s), width)
        times, step = scale.ticks()
        assert times[0] == 0
        assert step * scale.px_per_s >= 56


def test_every_keyframe_has_a_picture_and_those_between_do_not_overlap() -> None:
    scale = TimeScale.of(timeline(0, 2, 6), 700)
    tiles = scale.tiles(timeline(0, 2, 6), 44)
    assert [tile.time_s for tile in tiles if tile.key is not None] == [0, 2, 6]
    places = sorted(tile.x for tile in tiles)
    assert all(b - a >= 46 for a, b in pairwise(places))
    assert len(tiles) > 8


def test_a_loop_shows_the_first_picture_again_at_its_end() -> None:
    looped = timeline(0, 2, closed=True, length_s=4)
    tiles = TimeScale.of(looped, 700).tiles(looped, 44)
    assert 4.0 in [tile.time_s for tile in tiles if tile.key is None]


def test_a_crowd_of_keyframes_shares_its_pictures() -> None:
    crowd = timeline(*(i / 20 for i in range(400)))
    tiles = TimeScale.of(crowd, 700).tiles(crowd, 44)
    assert len(tiles) <= 700 // CROWD_PX


def test_words_and_frames() -> None:
    assert [time_words(t) for t in (0, 2.44, 59.96, 61.5)] == ["0:00.0", "0:02.4", "1:00.0", "1:01.5"]
    assert snapped(1.03, 24) == 25 / 24
