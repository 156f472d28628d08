"""The engraver in its own process: pages with places, one sentence for what it refuses, an end with its input."""

import io
import subprocess
import sys

from studio.core.control import Control, RawEvent
from studio.core.score import Note, Score, Track
from studio.files.engraver_process import (
    Answer,
    Engrave,
    LaidOut,
    PageDrawn,
    Question,
    Refused,
    ShowPage,
    answers_in,
    bare,
    framed,
    serve,
)


def song(count: int) -> Score:
    notes = tuple(Note(index * 240, 240, 60 + index % 12) for index in range(count))
    return Score((Track("Oboe", 68, notes), Track("Held", 0, (Note(0, 3840, 48),))))


def answers_to(*questions: Question) -> list[Answer]:
    output = io.BytesIO()
    serve(io.BytesIO(b"".join(map(framed, questions))), output)
    return answers_in(bytearray(output.getvalue()))


def test_pages_come_with_the_bars_on_each() -> None:
    laid_out, first, last, beyond = answers_to(
        Engrave(1, song(800)), ShowPage(1, 0), ShowPage(1, 1), ShowPage(1, 99)
    )
    assert isinstance(laid_out, LaidOut)
    assert isinstance(first, PageDrawn)
    assert isinstance(last, PageDrawn)
    assert laid_out.first_bars[0] == 0
    for answer, start in ((first, 0), (last, laid_out.first_bars[1])):
        assert min(bar.number for bar in answer.page.bars) == start
    assert [bar.number for bar in first.page.bars] == list(range(laid_out.first_bars[1]))
    assert isinstance(beyond, Refused)


def test_every_note_lies_in_its_bar() -> None:
    _, drawn = answers_to(Engrave(1, song(16)), ShowPage(1, 0))
    assert isinstance(drawn, PageDrawn)
    bars = {bar.number: bar for bar in drawn.page.bars}
    numbers = sorted(note.number for note in drawn.page.notes)
    assert numbers == sorted([*range(16), 16, 16]), "a held note lies in both bars"
    for note in drawn.page.notes:
        middle = (note.left + note.right) / 2
        starts = {bar for bar, place in bars.items() if place.left <= middle <= place.right}
        expected = {0, 1} if note.number == 16 else {note.number // 8}
        assert len(starts) == 1
        assert starts <= expected
    ladder = [note.top for note in sorted(drawn.page.notes, key=lambda note: note.number)[:8]]
    assert ladder[0] > ladder[2] > ladder[4] > ladder[7], "higher notes lie higher"


def test_silence_is_refused_in_a_sentence_and_the_next_score_is_not() -> None:
    refused, laid_out = answers_to(Engrave(1, Score.empty()), Engrave(2, song(4)))
    assert refused == Refused(1, "There are no notes to write.")
    assert laid_out == LaidOut(2, (0,), ())


def test_what_notation_cannot_say_does_not_travel() -> None:
    track = Track(
        "A", 0, (Note(0, 480, 60),), controls=(Control(0, 11, 3),), raw=(RawEvent(0, b"\xff\x01\x00"),)
    )
    small = bare(Score((track,), raw=(RawEvent(0, b"\xff\x01\x00"),)))
    assert (small.tracks[0].controls, small.tracks[0].raw, small.raw) == ((), (), ())
    assert small.tracks[0].notes == Score((track,)).tracks[0].notes


def test_messages_may_arrive_in_pieces() -> None:
    whole = framed(Refused(1, "a")) + framed(Refused(2, "b"))
    data, found = bytearray(), list[Answer]()
    for byte in whole:
        data.append(byte)
        found += answers_in(data)
    assert found == [Refused(1, "a"), Refused(2, "b")]
    assert not data


def test_the_process_answers_and_ends_with_its_input() -> None:
    questions = framed(Engrave(7, song(4))) + framed(ShowPage(7, 0))
    command = [sys.executable, "-m", "studio.files.engraver_process"]
    done = subprocess.run(command, input=questions, capture_output=True, timeout=50, check=True)
    laid_out, drawn = answers_in(bytearray(done.stdout))
    assert isinstance(laid_out, LaidOut)
    assert isinstance(drawn, PageDrawn)
    assert len(drawn.page.layers) == 2, "what stands around the music, and its one line"
