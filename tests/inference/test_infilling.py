"""Whatever the score and the bars: what is written anew lies in them, and every other note stays as it was."""

from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.recipe import ComposeSettings
from studio.core.score import Note, Score, Track
from studio.inference.composing import Passage
from tests.engines.music.test_promises import CARD, ENGINE

NOTES = st.lists(
    st.builds(Note, st.integers(0, 9000), st.integers(1, 2500), st.integers(40, 90), st.integers(1, 127)),
    max_size=14,
)
SCORES = st.builds(
    lambda low, high, meter: Score(
        (Track("Low", notes=tuple(low)), Track("High", notes=tuple(high)))
    ).with_meter(*meter),
    NOTES,
    NOTES,
    st.sampled_from([(4, 4), (3, 4), (6, 8), (7, 8)]),
)
WISHES = st.builds(
    ComposeSettings,
    seed=st.integers(0, 1000),
    bars=st.integers(1, 4),
    first_bar=st.integers(-1, 5),
    tracks=st.sampled_from([(), (0,), (1,)]),
    scale=st.sampled_from(["", "C", "F# blues"]),
    keep_rhythm=st.booleans(),
    keep_notes=st.booleans(),
    must_end=st.sampled_from([(), (0, 6)]),
)


def told(notes: tuple[Note, ...]) -> list[tuple[int, int, int, int]]:
    return sorted((n.start_ticks, n.duration_ticks, n.pitch, n.velocity) for n in notes)


@settings(max_examples=30, deadline=None)
@given(SCORES, WISHES)
def test_only_the_bars_asked_for_change(score: Score, wish: ComposeSettings) -> None:
    try:
        passage = Passage.of(score, CARD, wish)
        (answer,) = ENGINE.compose(passage.request)
    except StudioError:
        return  # it was said that it cannot be
    after, (hand,) = passage.with_answer(answer), passage.hands
    start, end = passage.request.region_start, passage.request.region_end
    for index, (old, new) in enumerate(zip(score.tracks, after.tracks, strict=True)):
        stays = [n for n in old.notes if index != hand or wish.keep_notes or not start <= n.start_ticks < end]
        assert told(tuple(n for n in new.notes if n.id in {s.id for s in stays})) == told(tuple(stays))
        fresh = [n for n in new.notes if n.id not in {s.id for s in stays}]
        assert told(tuple(fresh)) == (told(answer.notes) if index == hand else [])
    assert all(start <= n.start_ticks and n.end_ticks <= end for n in answer.notes)
