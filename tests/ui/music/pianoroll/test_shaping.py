"""The Notes menu on the desk: each command is one undo step, and the selection stays on what came of it."""

import pytest

from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk


@pytest.fixture
def three(session: Session, desk: MusicDesk) -> tuple[int, ...]:
    ids = session.add_notes(0, (Note(0, 240, 60), Note(480, 480, 64), Note(960, 480, 67)), "Write")
    return tuple(sorted(ids))


def placed(session: Session) -> list[tuple[int, int, int]]:
    return [(note.start_ticks, note.duration_ticks, note.pitch) for note in session.score.track(0).notes]


def run(desk: MusicDesk, command_id: str) -> None:
    command = next(command for command in desk.commands() if command.id == command_id)
    assert command.enabled_when()
    command.run()


@pytest.mark.parametrize(
    ("command_id", "after"),
    [
        ("split-on-grid", [(0, 120, 60), (120, 120, 60), (480, 480, 64), (960, 480, 67)]),
        ("glue-notes", [(0, 240, 60), (480, 480, 64), (960, 480, 67)]),
        ("invert-notes", [(0, 240, 60), (480, 480, 64), (960, 480, 67)]),
        ("double-length", [(0, 480, 60), (480, 480, 64), (960, 480, 67)]),
        ("half-length", [(0, 120, 60), (480, 480, 64), (960, 480, 67)]),
    ],
)
def test_the_first_note_alone(
    session: Session,
    desk: MusicDesk,
    three: tuple[int, ...],
    command_id: str,
    after: list[tuple[int, int, int]],
) -> None:
    before = placed(session)
    desk.roll.state.select({three[0]})
    run(desk, command_id)
    assert placed(session) == after
    assert three[0] in desk.roll.state.selection
    if after != before:
        session.undo(MUSIC)
        assert placed(session) == before


def test_what_was_split_is_selected_and_glues_again(
    session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    before = placed(session)
    desk.roll.state.select({three[1]})
    run(desk, "split-on-grid")
    assert len(desk.roll.state.selection) == 4
    run(desk, "glue-notes")
    assert placed(session) == before
    assert desk.roll.state.selection == {three[1]}


def test_all_of_the_track_where_nothing_is_selected(
    session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    run(desk, "legato")
    assert placed(session) == [(0, 480, 60), (480, 480, 64), (960, 480, 67)]
    desk.roll.state.put_cursor(720, 60)
    run(desk, "split-at-cursor")
    assert placed(session) == [(0, 480, 60), (480, 240, 64), (720, 240, 64), (960, 480, 67)]
    steps = len(session.score_history.labels)
    run(desk, "humanise")
    run(desk, "humanise")
    assert len(session.score_history.labels) == steps + 2


def test_backwards_and_upside_down(session: Session, desk: MusicDesk, three: tuple[int, ...]) -> None:
    desk.roll.actions_on_notes.select_all()
    run(desk, "reverse-notes")
    assert placed(session) == [(0, 480, 67), (480, 480, 64), (1200, 240, 60)]
    run(desk, "invert-notes")
    assert placed(session) == [(0, 480, 67), (480, 480, 70), (1200, 240, 74)]


def test_swing_follows_the_grid(session: Session, desk: MusicDesk) -> None:
    session.add_notes(0, tuple(Note(i * 120, 120, 60 + i) for i in range(4)), "Write")
    run(desk, "swing")
    assert [start for start, _, _ in placed(session)] == [0, 160, 240, 400]


def test_selecting_what_is_alike_and_what_is_not(
    session: Session, desk: MusicDesk, three: tuple[int, ...]
) -> None:
    session.add_notes(0, (Note(2000, 480, 72),), "Write")
    desk.roll.state.select({three[0]})
    run(desk, "select-same-pitch-class")
    assert len(desk.roll.state.selection) == 2
    run(desk, "select-other-notes")
    assert desk.roll.state.selection == set(three[1:])
    run(desk, "select-same-length")
    assert len(desk.roll.state.selection) == 3
