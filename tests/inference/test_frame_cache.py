"""The frame cache: what counts as the same picture, and what is forgotten first."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from studio.core.latent import Latent
from studio.core.messages import Quality, RenderRequest
from studio.core.picture import Frame
from studio.core.restyle import StyleMix, StylePart
from studio.inference.frame_cache import FrameCache

BYTES = 8 * 8 * 3


def request(seed: int) -> RenderRequest:
    return RenderRequest("fake", Latent(seed=seed))


def frame(seed: int = 0) -> Frame:
    return Frame(np.full((8, 8, 3), seed % 256, dtype=np.uint8))


def test_serial_channel_quality_and_an_idle_restyle_do_not_matter() -> None:
    cache, kept = FrameCache(), frame()
    cache.put(request(1), kept)
    same = replace(
        request(1), serial=9, channel="thumbnails", quality=Quality.DRAFT, restyle=StyleMix(size=64)
    )
    assert cache.get(same) is kept


def test_a_size_limit_or_an_active_restyle_is_another_picture() -> None:
    cache = FrameCache()
    cache.put(request(1), frame())
    assert cache.get(replace(request(1), max_size=8)) is None
    assert cache.get(replace(request(1), restyle=StyleMix((StylePart("x"),)))) is None


def test_the_longest_unused_is_forgotten_first() -> None:
    cache = FrameCache(2 * BYTES)
    cache.put(request(1), frame())
    cache.put(request(2), frame())
    cache.get(request(1))
    cache.put(request(3), frame())
    assert [cache.get(request(seed)) is not None for seed in (1, 2, 3)] == [True, False, True]


def test_a_frame_larger_than_the_cache_is_not_kept() -> None:
    cache = FrameCache(BYTES - 1)
    cache.put(request(1), frame())
    assert cache.get(request(1)) is None


@given(st.lists(st.integers(0, 6), max_size=40), st.integers(1, 4))
def test_it_keeps_exactly_the_last_used(seeds: list[int], places: int) -> None:
    cache, recent = FrameCache(places * BYTES), list[int]()
    for seed in seeds:
        found = cache.get(request(seed))
        assert (found is not None) == (seed in recent)
        assert found is None or found.pixels[0, 0, 0] == seed
        cache.put(request(seed), frame(seed))
        recent = [*(s for s in recent if s != seed), seed][-places:]
