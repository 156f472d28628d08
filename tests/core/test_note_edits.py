"""Shaping notes: every function keeps what it should keep, whatever the notes are."""

from hypothesis import given
from hypothesis import strategies as st

from studio.core import note_edits as shape
from studio.core.score import Note

NOTES = st.lists(
    st.builds(
        Note,
        st.integers(0, 4000),
        st.integers(1, 1000),
        st.integers(0, 127),
        st.integers(1, 127),
        st.just(-1),
    ),
    min_size=1,
    max_size=12,
).map(
    lambda notes: tuple(
        Note(n.start_ticks, n.duration_ticks, n.pitch, n.velocity, i) for i, n in enumerate(notes)
    )
)


def spans(notes: tuple[Note, ...]) -> list[tuple[int, int, int]]:
    return sorted((note.start_ticks, note.end_ticks, note.pitch) for note in notes)


def test_a_note_is_cut_at_each_line_inside_it() -> None:
    parts = shape.split([Note(100, 400, 60, 90, id=7)], [0, 100, 200, 350, 500])
    assert [(n.start_ticks, n.end_ticks, n.id) for n in parts] == [
        (100, 200, 7),
        (200, 350, -1),
        (350, 500, -1),
    ]
    assert {n.velocity for n in parts} == {90}


@given(NOTES, st.lists(st.integers(0, 5000), unique=True).map(sorted))
def test_splitting_and_gluing_loses_no_time(notes: tuple[Note, ...], lines: list[int]) -> None:
    parts = shape.split(notes, lines)
    assert sum(n.duration_ticks for n in parts) == sum(n.duration_ticks for n in notes)
    assert {n.id for n in notes} <= {n.id for n in parts}
    one = notes[:1]
    assert spans(shape.glued(shape.split(one, lines))) == spans(one)


def test_gluing_joins_by_pitch() -> None:
    notes = [Note(0, 100, 60, 80, 1), Note(200, 100, 60, 20, 2), Note(50, 100, 64, 70, 3)]
    assert spans(shape.glued(notes)) == [(0, 300, 60), (50, 150, 64)]
    assert {n.id for n in shape.glued(notes)} == {1, 3}


def test_legato_holds_chords_until_the_next_one() -> None:
    notes = [Note(0, 100, 60, id=0), Note(10, 50, 64, id=1), Note(480, 100, 67, id=2)]
    assert spans(shape.legato(notes)) == [(0, 480, 60), (10, 480, 64), (480, 580, 67)]


@given(NOTES)
def test_backwards_twice_is_forwards(notes: tuple[Note, ...]) -> None:
    once = shape.reversed_in_time(notes)
    assert {min(n.start_ticks for n in once), max(n.end_ticks for n in once)} == {
        min(n.start_ticks for n in notes),
        max(n.end_ticks for n in notes),
    }
    assert shape.reversed_in_time(once) == notes


@given(NOTES)
def test_upside_down_mirrors_every_interval_or_leaves_all(notes: tuple[Note, ...]) -> None:
    turned = shape.inverted(notes)
    if turned != notes:
        assert all(
            a.pitch - notes[0].pitch == turned[0].pitch - b.pitch for a, b in zip(notes, turned, strict=True)
        )
    assert shape.inverted(()) == ()


@given(NOTES)
def test_twice_as_long_and_back_is_the_same(notes: tuple[Note, ...]) -> None:
    assert shape.stretched(shape.stretched(notes, 2, 1), 1, 2) == notes
    assert min(n.start_ticks for n in shape.stretched(notes, 2, 3)) == min(n.start_ticks for n in notes)


def test_swing_moves_only_the_second_of_two_and_keeps_its_end() -> None:
    eighths = tuple(Note(i * 240, 240, 60, id=i) for i in range(4))
    assert spans(shape.swung(eighths, 240, 1 / 3)) == [
        (0, 240, 60), (320, 480, 60), (480, 720, 60), (800, 960, 60),
    ]  # fmt: skip


@given(NOTES, st.integers(0, 10))
def test_humanising_is_small_and_the_same_by_seed(notes: tuple[Note, ...], seed: int) -> None:
    once = shape.humanised(notes, seed)
    assert once == shape.humanised(notes, seed)
    by_id = {n.id: n for n in notes}
    assert all(abs(n.start_ticks - by_id[n.id].start_ticks) < 60 for n in once)
    assert all((n.pitch, n.duration_ticks) == (by_id[n.id].pitch, by_id[n.id].duration_ticks) for n in once)


def test_velocities_in_proportion_and_as_a_ramp() -> None:
    notes = [Note(0, 10, 60, 100), Note(100, 10, 60, 10), Note(200, 10, 60, 60)]
    assert [n.velocity for n in shape.velocities_scaled(notes, 1.5)] == [127, 15, 90]
    assert [n.velocity for n in shape.velocities_scaled(notes, 0)] == [1, 1, 1]
    assert [n.velocity for n in shape.velocities_ramped(notes, 20, 120)] == [20, 70, 120]
    assert [n.velocity for n in shape.velocities_ramped(notes[:1], 20, 120)] == [20]
    assert shape.velocities_ramped([], 20, 120) == ()
