"""Chord symbols over a score: put, renamed, named by ear, written out."""

from studio.core import chord_edits as edits
from studio.core.chords import Chord
from studio.core.score import Note, Score, Track


def names(score: Score) -> list[tuple[int, int, str]]:
    return [(chord.start_ticks, chord.end_ticks, chord.name) for chord in score.chords]


def chords_of(*triads: tuple[int, ...]) -> Score:
    """Each triad for a whole bar."""
    notes = [Note(bar * 1920, 1920, pitch) for bar, triad in enumerate(triads) for pitch in triad]
    return Score((Track(notes=tuple(notes)),))


def test_a_new_chord_has_room_up_to_the_next_or_the_bar() -> None:
    score = Score.empty().with_chords([Chord(1440, 480, 7)])
    assert edits.room_at(score, 480) == (480, 1440)
    assert edits.room_at(score, 1920) == (1920, 3840)


def test_a_chord_is_laid_over_the_others() -> None:
    score = Score.empty().with_chords([Chord(0, 3840, 0)])
    score = edits.put(score, Chord(960, 960, 7))
    assert names(score) == [(0, 960, "C"), (960, 1920, "G"), (1920, 3840, "C")]
    middle = score.chords[1]
    assert names(edits.removed(score, middle)) == [(0, 960, "C"), (1920, 3840, "C")]
    moved = edits.changed(score, middle, Chord(480, 960, 2, "m"))
    assert names(moved) == [(0, 480, "C"), (480, 1440, "Dm"), (1920, 3840, "C")]


def test_chords_are_named_by_ear_bar_by_bar() -> None:
    score = chords_of((60, 64, 67), (60, 64, 67), (57, 60, 64), (59, 62, 67))
    named = edits.named_by_ear(score, 0, score.end_ticks)
    assert names(named) == [(0, 3840, "C"), (3840, 5760, "Am"), (5760, 7680, "G/B")]
    assert edits.named_by_ear(Score.empty(), 0, 1920).chords == ()


def test_a_bar_of_two_chords_is_heard_as_two() -> None:
    notes = [Note(0, 960, p) for p in (60, 64, 67)] + [Note(960, 960, p) for p in (62, 65, 69)]
    score = Score((Track(notes=tuple(notes)), Track(channel=9, notes=(Note(0, 1920, 37),))))
    assert names(edits.named_by_ear(score, 0, 1920)) == [(0, 960, "C"), (960, 1920, "Dm")]


def test_only_the_marked_bars_are_named_anew() -> None:
    score = chords_of((60, 64, 67), (57, 60, 64)).with_chords([Chord(0, 1920, 6), Chord(1920, 1920, 6)])
    assert names(edits.named_by_ear(score, 1920, 3840)) == [(0, 1920, "Gb"), (1920, 3840, "Am")]


def test_chords_are_written_out_on_their_own_track() -> None:
    score = chords_of((72, 76, 79)).with_chords([Chord(0, 960, 0), Chord(960, 960, 9, "m7", 7)])
    out = edits.accompanied(score)
    assert out.tracks[0] == score.tracks[0]
    heard = [{n.pitch % 12 for n in out.tracks[1].notes if n.start_ticks == at} for at in (0, 960)]
    assert heard == [chord.pitch_classes for chord in score.chords]
    assert min(n.pitch for n in out.tracks[1].notes_between(960, 961)) % 12 == 7
    again = edits.accompanied(out.with_chords([Chord(0, 480, 7)]))
    assert len(again.tracks) == 2
    assert [note.pitch % 12 for note in again.tracks[1].notes] == [7, 11, 2]
