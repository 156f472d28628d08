"""Segments: what is told of a stretch is what its notes measure."""

import numpy as np
import pytest

from studio.core.attributes import ATTRIBUTES, Window, measure
from studio.engines.music.conditions import ATTRIBUTE_COLUMNS, BINS
from studio.training.music.batches import Collator, View, style_shares, training_batch
from studio.training.music.segments import Segments, quantiles_of
from tests.training.music.test_melody_judges import CONFIG, TUNES, tune

QUANTILES = quantiles_of(TUNES, style_shares(TUNES, 1.0), 40, seed=1)


def test_what_is_told_is_what_is_measured() -> None:
    named = tune(3, "reel")
    told = Segments((2, 6), (("leaps", "density"), ())).told(named, QUANTILES)
    assert told.shape == (3, ATTRIBUTE_COLUMNS)
    assert not told[0].any()
    assert not told[2].any()
    points = told[1].reshape(len(ATTRIBUTES), BINS)
    raw = measure(named.tune.notes, Window(1920, 5760, tonic_pitch=60))
    place = float(points[ATTRIBUTES.index("leaps")] @ np.arange(BINS)) / (BINS - 1)
    assert place == pytest.approx(QUANTILES.rank("leaps", raw["leaps"], 4), abs=1e-4)
    assert points[ATTRIBUTES.index("density")].sum() == pytest.approx(1)
    assert points.sum() == pytest.approx(2)


def test_segments_cover_a_tune_and_know_their_bars() -> None:
    rng = np.random.default_rng(0)
    for _ in range(20):
        segments = Segments.random(rng, TUNES[0])
        assert list(segments.starts) == sorted(set(segments.starts))
        assert segments.starts[-1] < 16
        assert segments.index(0) == (segments.starts[0] == 0)
        assert segments.index(15) == len(segments.starts)
    assert Segments.every(4).index(5) == 2


def test_a_tune_that_ends_before_its_first_segment_is_told_nothing() -> None:
    short = tune(1, "air", bars=1)
    for seed in range(20):
        segments = Segments.random(np.random.default_rng(seed), short)
        assert len(segments.told(short, QUANTILES)) == 1 + len(segments.starts)
    assert Segments().told(short, QUANTILES).shape == (1, ATTRIBUTE_COLUMNS)


def test_a_batch_tells_each_note_its_own_segment() -> None:
    collator = Collator(CONFIG.styles, QUANTILES)
    view = View(first=3, segments=Segments((2,), (ATTRIBUTES,)))
    batch = collator.batch([TUNES[0]], [view], np.random.default_rng(0))
    first = next(i for i, n in enumerate(TUNES[0].tune.notes[3:]) if n.start_ticks >= 1920)
    assert not batch.attributes[0, :first].any()
    assert batch.attributes[0, first:].any(1).all()
    assert training_batch(collator, TUNES[:2], (1, 5)).rows.equal(
        training_batch(collator, TUNES[:2], (1, 5)).rows
    )
