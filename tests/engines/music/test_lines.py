"""Many melodies side by side are shown to the network just as MelodyWriter shows one."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.chords import parse_figure
from studio.core.messages import ComposeRequest
from studio.core.score import MeterChange, Note
from studio.engines.music import events as ev
from studio.engines.music.lines import Lines
from studio.engines.music.region import RegionPlan, top_line

PROMPT = tuple(Note(i * 240, 240, 62 + i % 5, id=i) for i in range(8))
AFTER = Note(5760, 480, 62)


def lines_of(plan: RegionPlan, count: int) -> tuple[Lines, ev.MelodyWriter]:
    writer = ev.MelodyWriter(plan.frame, plan.context[0].start_ticks if plan.context else plan.start)
    for note in plan.context:
        writer.play(note.start_ticks, note.duration_ticks, note.pitch)
    return Lines(plan, writer, count), writer


def shown(writer: ev.MelodyWriter, plan: RegionPlan, passed: int, busy: int) -> list[int]:
    """The row of one melody, as the training data has it."""
    writer.rest_until(busy)
    row = writer.row()
    if plan.closes:
        row[ev.LEFT] = ev.bars_left(plan.frame, writer.end_ticks, plan.end)
    if passed < len(plan.spaces.fixed):
        ahead = plan.spaces.fixed[passed].note
        pitch = ev.pitch_class_of(ahead.pitch, plan.frame.base_pitch)
        row[ev.ANCHOR_PITCH : ev.ANCHOR_DISTANCE + 1] = ev.anchor_columns(
            writer.end_ticks, ahead.start_ticks, pitch
        )
    return row


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(0, 34), st.integers(0, 84), st.integers(0, 32)), max_size=24),
    st.sampled_from([(4, 4), (6, 8), (3, 4), (7, 8), (2, 2)]),
    st.booleans(),
    st.lists(st.builds(Note, st.integers(1920, 6000), st.integers(30, 500), st.integers(55, 80)), max_size=3),
    st.booleans(),
)
def test_rows_are_those_of_the_writer(
    choices: list[tuple[int, int, int]],
    meter: tuple[int, int],
    heard: bool,
    locked: list[Note],
    chords: bool,
) -> None:
    request = ComposeRequest(
        "", PROMPT if heard else (), 1920, 7680, tuple(locked), meter=MeterChange(0, *meter)
    )
    told = (parse_figure("C", 0, 3000), parse_figure("G7", 3000, 3000)) if chords else ()
    plan = RegionPlan.of(dataclasses.replace(request, chords=told))
    lines, writer = lines_of(plan, 2)
    for shift, pitch, duration in choices:
        expected = shown(writer, plan, int(lines.ahead[0]), int(lines.busy[0]))
        rows = lines.rows()
        assert rows[0].tolist() == rows[1].tolist() == expected
        ahead = int(lines.ahead[0])
        begun = lines.begin_notes(np.full(2, shift))
        if not lines.live.any():
            break
        if not begun.any():
            passed = plan.spaces.fixed[ahead].note
            writer.play(passed.start_ticks, passed.duration_ticks, passed.pitch)
            continue
        start = int(lines.start[0])
        place = lines.places()[0] - (0, ev.POSITIONS, ev.POSITIONS + ev.PHRASE_BARS)
        assert tuple(place) == plan.frame.place(ev.snapped(start))
        ends = lines.end_notes(np.full(2, duration))
        classes = lines.take_notes(begun, ends, np.full(2, pitch))
        told_pitch = pitch + ev.LOWEST + plan.frame.base_pitch
        wanted = writer.play(start, int(ends[0]) - start, told_pitch)
        assert (int(classes[0][0]), pitch, int(classes[1][0])) == wanted


def test_a_line_does_not_disturb_the_others() -> None:
    plan = RegionPlan.of(ComposeRequest("", PROMPT, 1920, 5760))
    lines, _ = lines_of(plan, 2)
    before = lines.rows()[1].tolist()
    only = np.array([True, False])
    lines.start[:] = 1920
    lines.take_notes(only, np.full(2, 2160), np.full(2, 30))
    after = lines.rows()
    assert after[1].tolist() == before
    assert after[0].tolist() != before


def test_notes_that_start_together_are_one_to_pass() -> None:
    low, high, late = Note(2400, 960, 60), Note(2400, 240, 67), Note(2410, 100, 64)
    plan = RegionPlan.of(ComposeRequest("", PROMPT, 1920, 5760, (low, high, late)))
    (fixed,) = plan.spaces.fixed
    assert (fixed.begins, fixed.busy, fixed.note.pitch) == (2400, 3360, 64)


def test_the_top_line_ends_each_note_where_the_next_begins() -> None:
    line = top_line([Note(0, 960, 60), Note(0, 960, 72), Note(480, 480, 74), Note(490, 100, 70)])
    assert [(n.start_ticks, n.duration_ticks, n.pitch) for n in line] == [(0, 490, 72), (490, 100, 70)]
    assert top_line([]) == []


@pytest.mark.parametrize("unit", [240, 480, 1920])
def test_room_is_counted_between_what_is_fixed(unit: int) -> None:
    locked = (Note(2400, 480, 60), Note(4560, 240, 60))
    plan = RegionPlan.of(ComposeRequest("", PROMPT, 1920, 5760, locked))
    spaces = [480 // unit, 1680 // unit, 960 // unit]
    assert plan.spaces.notes(unit) == sum(spaces)
    assert plan.spaces.notes_after(unit).tolist() == [spaces[1] + spaces[2], spaces[2], 0]
