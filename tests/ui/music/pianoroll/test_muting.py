"""Muted notes: one undo step, hollow on the roll, heard neither by ear nor by a model, and kept by a MIDI file."""

from pathlib import Path

import mido
import pytest
from pytestqt.qtbot import QtBot

from studio.core.messages import ComposeRequest
from studio.core.performance import NoteEvent, sound_events
from studio.core.score import Note, Score
from studio.core.session import MUSIC, Session
from studio.files.midi import read_midi, write_midi
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController
from tests.ui.music.pianoroll.test_roll import Hand


@pytest.fixture
def three(session: Session, desk: MusicDesk) -> tuple[int, ...]:
    notes = (Note(0, 480, 60, 90), Note(480, 480, 64, 90), Note(960, 480, 67, 90))
    return tuple(sorted(session.add_notes(0, notes, "Write")))


def toggle(desk: MusicDesk) -> None:
    next(command for command in desk.commands() if command.id == "mute-notes").run()


def silent(session: Session) -> list[int]:
    return [note.pitch for note in session.score.notes() if note.muted]


def test_the_command_mutes_all_then_none(desk: MusicDesk, session: Session, three: tuple[int, ...]) -> None:
    desk.roll.state.select(three[:1])
    toggle(desk)
    assert silent(session) == [60]
    desk.roll.state.select(three[:2])
    toggle(desk)
    assert silent(session) == [60, 64]
    toggle(desk)
    assert silent(session) == []
    session.undo(MUSIC)
    assert silent(session) == [60, 64]
    assert desk.roll.state.selection == set(three[:2])


def test_a_muted_note_is_hollow(
    desk: MusicDesk, qtbot: QtBot, session: Session, three: tuple[int, ...]
) -> None:
    grid = desk.roll.grid
    place = Hand(qtbot, desk).at(400, 60)
    beside = place.x(), place.y() + desk.roll.state.geometry.row_px
    full, ground = (grid.grab().toImage().pixelColor(*at).lightness() for at in (place.toTuple(), beside))
    desk.roll.state.select(three[:1])
    toggle(desk)
    desk.roll.state.select(())
    hollow = grid.grab().toImage().pixelColor(*place.toTuple()).lightness()
    assert abs(hollow - ground) < 30 < full - hollow


def test_neither_ear_nor_model_hears_it(
    desk: MusicDesk, session: Session, controller: FakeController, three: tuple[int, ...]
) -> None:
    desk.roll.state.select(three[1:2])
    toggle(desk)
    played = [e.pitch for e in sound_events(session.score) if isinstance(e, NoteEvent) and e.on]
    assert played == [60, 67]
    desk.cowriter.continue_()
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    assert [note.pitch for note in (*request.prompt, *request.locked)] == [60, 67]


def test_a_midi_file_keeps_it_without_sounding_it(tmp_path: Path) -> None:
    notes = (Note(0, 480, 60, 90), Note(480, 100, 64, 33, muted=True), Note(500, 480, 64, 90))
    score, path = Score.empty().with_notes_added(0, notes), tmp_path / "tune.mid"
    write_midi(score, path)
    assert len([m for m in mido.MidiFile(path) if m.type == "note_on"]) == 2
    assert read_midi(path).score.track(0).notes == score.track(0).notes


def test_words_that_name_no_note_are_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "tune.mid"
    write_midi(
        Score.empty().with_notes_added(0, [Note(0, 480, 60, 90), Note(0, 10, 62, 33, muted=True)]), path
    )
    path.write_bytes(path.read_bytes().replace(b"62 33 10", b"999 3 10"))
    reading = read_midi(path)
    assert len(reading.score.track(0).notes) == 1
    assert reading.warnings == ("Muted notes that are none were left out (1).",)
