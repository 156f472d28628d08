"""The index of a track says the same whether it was made anew or from the one before, whatever has changed."""

import random

import pytest

from studio.core.errors import StudioError
from studio.core.exchange import exchanged
from studio.core.score import Note, Score
from studio.ui.music.pianoroll.note_index import NoteIndex


def wander(draw: random.Random, score: Score) -> Score:
    notes = score.track(0).notes
    some = draw.sample(notes, 3)
    match draw.randrange(3):
        case 0:
            after = exchanged(score, 0, some, [])
            assert after == score.with_notes_removed(0, {note.id for note in some})
            return after
        case 1:
            fresh = [Note(draw.randrange(90_000), draw.randrange(1, 4000), 60) for _ in range(2)]
            after, slowly = exchanged(score, 0, [], fresh), score.with_notes_added(0, fresh)
            assert (after, after.next_id) == (slowly, slowly.next_id)
            return after
        case _:
            moved = [Note(draw.randrange(90_000), 100, n.pitch, n.velocity, n.id) for n in some]
            after = exchanged(score, 0, some, moved)
            assert after == score.with_notes_replaced(0, moved)
            return after


def test_an_index_made_from_the_one_before_is_as_one_made_anew() -> None:
    draw = random.Random(3)
    score = Score.empty().with_notes_added(
        0, [Note(draw.randrange(90_000), draw.randrange(1, 900), 60) for _ in range(3000)]
    )
    index = NoteIndex(score.track(0).notes)
    for _ in range(40):
        before, score = score, wander(draw, score)
        notes = score.track(0).notes
        assert score.added_ids(before) == {n.id for n in score.notes()} - {n.id for n in before.notes()}
        index, anew = NoteIndex(notes, index), NoteIndex(notes)
        assert index.end_ticks == anew.end_ticks == score.end_ticks
        assert index.gone == {n.id for n in before.notes()} - {n.id for n in score.notes()}
        at = draw.randrange(90_000)
        assert list(index.between(at, at + 500)) == [n for n in notes if n.overlaps(at, at + 500)]


def test_an_exchange_knows_a_note_that_is_not_there() -> None:
    score = Score.empty().with_notes_added(0, [Note(0, 10, 60)])
    note = Note(5, 10, 60, id=0)
    with pytest.raises(StudioError):
        exchanged(score, 0, [note], [note])


def test_what_ended_last_before_a_moment_is_found() -> None:
    long, short, muted = Note(0, 900, 60), Note(100, 50, 62), Note(950, 20, 64, muted=True)
    index = NoteIndex((long, short, muted, Note(2000, 100, 65)))
    ends = [note.end_ticks for note in index.before(1500) if not note.muted]
    assert max(ends) == 900
    assert not list(NoteIndex(()).before(1500))
