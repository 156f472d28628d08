"""What lies on the grid comes back as it was; what does not is moved as little as possible, and told."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.score import Note
from studio.engines.music import phrase_grid as pg

GRIDS = st.builds(
    pg.Grid,
    st.sampled_from((2, 3, 4, 5, 6, 7, 9, 12)),
    st.sampled_from((2, 4, 8)),
    st.sampled_from((1, 2, 4)),
)


@st.composite
def tables(draw: st.DrawFn) -> tuple[pg.Grid, pg.Tokens]:
    """A grid and a table that a melody could have: no hold at the start, no two rests in a row, dead slots empty."""
    grid = draw(GRIDS)
    live = grid.live_slots()
    size = len(live)
    drawn = draw(st.lists(st.integers(0, pg.VOCABULARY - 1), min_size=size, max_size=size))
    tokens = np.where(live, np.array(drawn), pg.HOLD).astype(np.int8)
    tokens[0] = max(tokens[0], pg.REST)
    silent = False
    for i in np.flatnonzero(tokens != pg.HOLD):
        if tokens[i] == pg.REST and silent:
            tokens[i] = pg.HOLD
        silent = silent if tokens[i] == pg.HOLD else tokens[i] == pg.REST
    return grid, tokens.reshape(grid.beats, pg.SLOTS)


@given(tables(), st.integers(24, 84), st.integers(0, 40))
def test_notes_on_the_grid_come_back(table: tuple[pg.Grid, pg.Tokens], base: int, bar: int) -> None:
    grid, tokens = table
    start = bar * grid.bar_ticks
    notes = pg.decode(tokens, start, grid, base)
    written = pg.encode(notes, start, grid, base)
    assert np.array_equal(written.tokens, tokens)
    assert written.loss == pg.Loss()
    assert all(a.end_ticks <= b.start_ticks for a, b in pairwise(notes))


def test_a_jig_and_a_reel_have_six_slots_a_beat() -> None:
    jig, reel = pg.Grid(6, 8, 2), pg.Grid(4, 4, 2)
    assert (jig.beats, reel.beats) == (4, 8)
    assert jig.slot_ticks().tolist() == list(range(0, 2880, 120))
    assert {0, 120, 160, 240, 320, 360, 480} <= set(reel.slot_ticks().tolist())


def test_a_triplet_is_kept_and_a_32nd_is_moved() -> None:
    triplet = tuple(Note(i * 160, 160, 60 + i) for i in range(3))
    written = pg.encode(triplet, 0, pg.Grid(2, 4, 2), 60)
    assert pg.decode(written.tokens, 0, pg.Grid(2, 4, 2), 60)[:3] == triplet
    fast = tuple(Note(i * 60, 60, 60 + i) for i in range(8))
    loss = pg.encode(fast, 0, pg.Grid(2, 4, 2), 60).loss
    assert loss.moved > 0
    assert loss.too_close > 0
    assert any("moved to the grid" in text for text in loss.sentences())


def test_other_voices_far_pitches_and_cut_ends_are_told() -> None:
    notes = (Note(0, 480, 60), Note(0, 480, 48), Note(480, 480, 127), Note(3360, 960, 60))
    written = pg.encode(notes, 0, pg.Grid(4, 4, 2), 60)
    assert written.loss == pg.Loss(other_voices=1, folded=1, cut=1)
    assert len(written.loss.sentences()) == 3
    assert [note.pitch for note in pg.decode(written.tokens, 0, pg.Grid(4, 4, 2), 60)] == [60, 91, 60]


def test_a_short_gap_is_no_rest_and_a_long_one_is() -> None:
    notes = (Note(0, 460, 60), Note(480, 230, 62), Note(960, 2880, 64))
    tokens = pg.encode(notes, 0, pg.Grid(4, 4, 2), 60).tokens
    assert np.flatnonzero(tokens == pg.REST).tolist() == [pg.SLOTS + 3]


@pytest.mark.parametrize("pitch", [21, 40, 60, 72, 100])
def test_the_base_is_the_tonic_near_the_phrase(pitch: int) -> None:
    base = pg.base_near([Note(0, 480, pitch)], 2)
    assert base % 12 == 2
    assert -6 <= pitch - pg.HOME - base <= 6
    assert pg.base_near([], 0) == 60
