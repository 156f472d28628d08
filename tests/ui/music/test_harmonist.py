"""Chords and voices asked of the models from the desk: nothing that stands is changed, and nothing comes too late."""

from collections.abc import Callable

import pytest

from studio.core.card import Card, WeightsInfo
from studio.core.chords import Chord
from studio.core.errors import StudioError
from studio.core.messages import (
    ChordsCandidate,
    ChordsReady,
    ChordsRequest,
    Failure,
    VoicesCandidate,
    VoicesComposed,
    VoicesRequest,
)
from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk
from tests.ui.music.conftest import FakeController

CARDS = [
    Card("sheet", "Sheet", "music.lead_sheet", "", WeightsInfo("w", "")),
    Card("choir", "Choir", "music.chorale_lstm", "", WeightsInfo("w", "")),
]


@pytest.fixture
def run(desk: MusicDesk, session: Session) -> Callable[[str], None]:
    desk.harmonist.use_models(CARDS)
    session.add_notes(0, (Note(0, 1920, 67), Note(1920, 1920, 66)), "Write")

    def run(command_id: str) -> None:
        command = next(command for command in desk.commands() if command.id == command_id)
        assert command.enabled_when()
        command.run()

    return run


def test_without_a_model_there_is_nothing_to_ask(desk: MusicDesk) -> None:
    by_id = {command.id: command for command in desk.commands()}
    assert not by_id["find-chords"].enabled_when()
    assert not by_id["write-voices"].enabled_when()


def test_found_chords_leave_written_ones_alone(
    desk: MusicDesk, session: Session, controller: FakeController, run: Callable[[str], None]
) -> None:
    session.change_score(session.score.with_chords([Chord(1920, 1920, 2)]), "Write a chord")
    run("find-chords")
    request = controller.requests[-1]
    assert isinstance(request, ChordsRequest)
    assert (request.region_start, request.region_end) == (0, 3840)
    assert request.fixed == session.score.chords
    found = ChordsCandidate((Chord(0, 1920, 7), Chord(1920, 1920, 2)), (0.5, 1.0), 0)
    desk.take_reply(ChordsReady(len(controller.requests), request, (found,)))
    assert [chord.name for chord in session.score.chords] == ["G", "D"]
    session.undo(MUSIC)
    assert [chord.name for chord in session.score.chords] == ["D"]
    run("find-chords")
    again = controller.requests[-1]
    assert isinstance(again, ChordsRequest)
    assert again.seed == request.seed + 1


def test_voices_come_on_tracks_of_their_own(
    desk: MusicDesk, session: Session, controller: FakeController, run: Callable[[str], None]
) -> None:
    melody = session.score.tracks[0].notes
    run("write-voices")
    request = controller.requests[-1]
    assert isinstance(request, VoicesRequest)
    assert request.written == (False, True, True, True)
    voices = ((), (Note(0, 3840, 62),), (Note(0, 3840, 59),), (Note(0, 3840, 43),))
    answer = VoicesComposed(len(controller.requests), request, (VoicesCandidate(voices, ((),) * 4, 0),), 1.0)
    desk.take_reply(answer)
    assert [track.name for track in session.score.tracks] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert session.score.tracks[0].notes == melody
    session.undo(MUSIC)
    assert len(session.score.tracks) == 1
    run("write-voices")
    session.add_notes(0, (Note(4000, 100, 60),), "Meanwhile")
    words: list[str] = []
    desk.notice.connect(words.append)
    request = controller.requests[-1]
    assert isinstance(request, VoicesRequest)
    desk.take_reply(VoicesComposed(len(controller.requests), request, answer.candidates, 1.0))
    assert len(session.score.tracks) == 1
    assert "ask again" in words[-1]


def test_trouble_is_told_and_the_next_wish_is_free(
    desk: MusicDesk, controller: FakeController, run: Callable[[str], None]
) -> None:
    run("find-chords")
    told: list[StudioError] = []
    desk.trouble.connect(told.append)
    desk.take_reply(Failure(len(controller.requests), StudioError("No."), "chords", "sheet"))
    assert [error.title for error in told] == ["No."]
    run("find-chords")


def test_an_empty_melody_is_told(desk: MusicDesk, controller: FakeController) -> None:
    desk.harmonist.use_models(CARDS)
    words: list[str] = []
    desk.notice.connect(words.append)
    desk.find_chords()
    assert "melody first" in words[-1]
    assert not controller.requests
