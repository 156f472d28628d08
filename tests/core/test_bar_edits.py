"""Bars put in and taken out: everything moves along, and what was put in can be taken out again."""

from hypothesis import given
from hypothesis import strategies as st

from studio.core.bar_edits import bars_inserted, bars_removed
from studio.core.chords import Chord
from studio.core.control import EXPRESSION, SUSTAIN, Control, RawEvent
from studio.core.score import KeySignature, Marker, MeterChange, Note, Score, TempoChange, Track

BAR = 1920
ticks = st.integers(0, 9000)
meters = st.builds(MeterChange, ticks, st.sampled_from((2, 3, 4, 7)), st.sampled_from((4, 8)))
controls = st.builds(Control, ticks, st.sampled_from((1, 6, 11, 64, 100, 101)), st.integers(0, 127))
tracks = st.builds(
    Track,
    notes=st.lists(st.builds(Note, ticks, st.integers(1, 5000), st.integers(40, 80)), max_size=8).map(tuple),
    controls=st.lists(controls, max_size=6).map(tuple),
    raw=st.lists(st.builds(RawEvent, ticks, st.binary(max_size=2)), max_size=3).map(tuple),
)


def one_a_tick(changes: list) -> tuple:  # type: ignore[type-arg]
    return tuple({one.ticks: one for one in changes}.values())


scores = st.builds(
    Score,
    tracks=st.lists(tracks, min_size=1, max_size=3).map(tuple),
    tempos=st.lists(st.builds(TempoChange, ticks, st.floats(30, 240)), max_size=4).map(one_a_tick),
    meters=st.lists(meters, max_size=3).map(one_a_tick),
    keys=st.lists(st.builds(KeySignature, ticks, st.integers(-7, 7)), max_size=3).map(one_a_tick),
    markers=st.lists(st.builds(Marker, ticks, st.text(max_size=3)), max_size=3).map(tuple),
    raw=st.lists(st.builds(RawEvent, ticks, st.binary(max_size=2)), max_size=3).map(tuple),
    chords=st.lists(st.builds(Chord, ticks, st.integers(1, 3000), st.integers(0, 11)), max_size=4).map(tuple),
)


@given(scores, st.integers(0, 6), st.integers(0, 3))
def test_to_put_in_and_take_out_again_changes_nothing(score: Score, bar: int, count: int) -> None:
    longer = bars_inserted(score, bar, count)
    assert bars_removed(longer, bar, count) == score
    assert longer.bar_start(bar) == score.bar_start(bar)


@given(scores, st.integers(0, 6), st.integers(1, 3))
def test_what_comes_after_the_cut_keeps_its_tempo_metre_and_key(score: Score, bar: int, count: int) -> None:
    start, end = score.bar_start(bar), score.bar_start(bar + count)
    after = bars_removed(score, bar, count)
    assert after.tempo_at(start).bpm == score.tempo_at(end).bpm
    meter, was = after.meter_at(start), score.meter_at(end)
    assert (meter.numerator, meter.denominator) == (was.numerator, was.denominator)
    key, had = after.key_at(start), score.key_at(end)
    assert (key and key.fifths) == (had and had.fifths)
    late = [note.start_ticks for note in score.notes() if note.start_ticks >= end]
    moved = sorted(note.start_ticks for note in after.notes() if note.start_ticks >= start)
    assert {ticks - (end - start) for ticks in late} <= set(moved)


def piece() -> Score:
    notes = (Note(0, 480, 60), Note(1800, 480, 64), Note(BAR, 480, 67), Note(2 * BAR, 480, 72))
    track = Track(notes=notes, controls=(Control(100, SUSTAIN, 127), Control(BAR + 5, EXPRESSION, 40)))
    return Score(
        (track, Track("Bass", notes=(Note(BAR, 960, 40),))),
        tempos=(TempoChange(0, 100), TempoChange(BAR, 80)),
        meters=(MeterChange(0, 4, 4), MeterChange(2 * BAR, 3, 4)),
        markers=(Marker(BAR, "Verse"), Marker(2 * BAR, "Refrain")),
        chords=(Chord(0, 2 * BAR, 0), Chord(2 * BAR, 960, 7)),
    )


def starts(score: Score) -> list[list[int]]:
    return [[note.start_ticks for note in track.notes] for track in score.tracks]


def test_bars_put_in_push_everything_back() -> None:
    after = bars_inserted(piece(), 1, 2)
    assert starts(after) == [[0, 1800, 3 * BAR, 4 * BAR], [3 * BAR]]
    assert [one.ticks for one in after.tempos] == [0, 3 * BAR]
    assert [one.ticks for one in after.meters] == [0, 4 * BAR]
    assert [one.ticks for one in after.markers] == [3 * BAR, 4 * BAR]
    assert [one.ticks for one in after.tracks[0].controls] == [100, 3 * BAR + 5]
    assert after.tracks[0].notes[1].duration_ticks == 480 + 2 * BAR, "held through the bars that were put in"
    assert [(one.start_ticks, one.end_ticks) for one in after.chords] == [
        (0, 4 * BAR),
        (4 * BAR, 4 * BAR + 960),
    ]


def test_bars_before_the_first_begin_as_the_piece_did() -> None:
    after = bars_inserted(piece(), 0, 1)
    assert (after.tempo_at(0).bpm, after.meter_at(0).numerator) == (100, 4)
    assert starts(after)[0][0] == BAR


def test_a_cut_keeps_what_sounds_into_it_and_what_was_set_in_it() -> None:
    after = bars_removed(piece(), 1, 1)
    assert starts(after) == [[0, 1800, BAR], []]
    assert after.tracks[0].notes[1].end_ticks == BAR
    assert after.tempo_at(BAR).bpm == 80, "the tempo that was written in the cut holds after it"
    assert [(one.ticks, one.text) for one in after.markers] == [(BAR, "Refrain")]
    assert Control(BAR, EXPRESSION, 40) in after.tracks[0].controls
    assert after.chords[0].end_ticks == BAR


def test_what_sounds_out_of_a_cut_begins_at_it() -> None:
    score = Score((Track(notes=(Note(BAR + 960, 1920, 60),)),))
    assert [(n.start_ticks, n.duration_ticks) for n in bars_removed(score, 1, 1).notes()] == [(BAR, 960)]
