"""Notes locked one by one, and the promise: outside the region, and where it is locked, no note is ever changed."""

from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.messages import Candidate, Composed, ComposeRequest, Composing
from studio.core.project import Project
from studio.core.score import Note, Score, Track
from studio.core.session import MUSIC, Session
from studio.files.midi import read_midi, write_midi
from studio.files.project_file import load_project, save_project
from studio.ui.music.asking import Place, request_for
from studio.ui.music.compose.ask import Ask
from studio.ui.music.desk import MusicDesk
from studio.ui.music.pianoroll.painter import note_rect
from studio.ui.music.suggestion import Ghost, Part, Suggestion, ghosts_of
from tests.ui.music.conftest import FakeController
from tests.ui.music.test_desk import pitches, write_four
from tests.ui.music.test_ideas import answer


def locked(session: Session) -> list[int]:
    return [note.pitch for note in session.score.notes() if note.locked]


def select(desk: MusicDesk, *places: int) -> None:
    notes = desk.session.score.tracks[0].notes
    desk.roll.state.select({notes[place].id for place in places})


def test_notes_are_locked_and_unlocked_in_one_step(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    write_four(session)
    keep = desk.compose.form.keep
    assert not keep.lock_button.isEnabled()
    select(desk, 1, 2)
    qtbot.waitUntil(keep.lock_button.isEnabled)
    qtbot.mouseClick(keep.lock_button, Qt.MouseButton.LeftButton)
    assert locked(session) == [62, 64]
    qtbot.waitUntil(lambda: keep.locked_label.text() == "2 locked notes stay")
    assert keep.lock_button.text() == "Unlock"
    session.undo(MUSIC)
    assert locked(session) == []
    desk.roll.shaping.lock()
    desk.roll.shaping.lock()
    assert locked(session) == []


def test_vary_flows_around_a_locked_note(
    desk: MusicDesk, session: Session, controller: FakeController
) -> None:
    write_four(session)
    select(desk, 1)
    desk.roll.shaping.lock()
    desk.mark((0, 1920))
    desk.ways.vary()
    request = answer(desk, controller, (72, 74, 76, 77))
    assert [note.pitch for note in request.locked] == [62]
    desk.cowriter.accept_all()
    assert 62 in pitches(session)
    assert {60, 64, 65}.isdisjoint(pitches(session))


def test_one_s_own_hand_still_moves_it(desk: MusicDesk, session: Session, qtbot: QtBot) -> None:
    write_four(session)
    select(desk, 1)
    desk.roll.shaping.lock()
    qtbot.keyClick(desk.roll, Qt.Key.Key_Up)
    assert locked(session) == [63]


def test_notes_or_rhythm_may_be_kept(desk: MusicDesk, session: Session, controller: FakeController) -> None:
    write_four(session)
    keep = desk.compose.form.keep
    keep.rhythm_box.setChecked(True)
    keep.notes_box.setChecked(True)
    assert not keep.rhythm_box.isChecked()
    desk.mark((480, 1440))
    desk.ways.vary()
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    assert [note.pitch for note in request.locked] == [62, 64]
    assert request.rhythm == ()


def test_a_kept_rhythm_leaves_the_locked_notes_out(session: Session) -> None:
    write_four(session)
    notes = [replace(note, locked=note.pitch == 62) for note in session.score.tracks[0].notes]
    score = session.score.with_notes_replaced(0, notes)
    request = request_for("m", score, Place(0, (0, 1920)), Ask(keep_rhythm=True), anew=True)
    assert request.rhythm == ((0, 480), (960, 480), (1440, 480))


def test_files_keep_the_locks(tmp_path: Path) -> None:
    notes = (
        Note(0, 480, 60, 90, locked=True), Note(0, 480, 64, 90), Note(480, 240, 62, 50, muted=True, locked=True),
        Note(960, 480, 62, 50, muted=True),
    )  # fmt: skip
    score = Score((Track(notes=notes),))
    write_midi(score, tmp_path / "a.mid")
    assert read_midi(tmp_path / "a.mid").score.track(0).notes == score.track(0).notes
    save_project(Project(score=score), tmp_path / "a.latent")
    assert load_project(tmp_path / "a.latent").score == score


def test_a_lock_that_names_no_note_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.mid"
    write_midi(Score((Track(notes=(Note(0, 480, 60, locked=True),)),)), path)
    path.write_bytes(path.read_bytes().replace(b"note: 60 480", b"note: 60 abc"))
    reading = read_midi(path)
    assert not reading.score.track(0).notes[0].locked
    assert reading.warnings == ("Locks that name no note were left out (1).",)


# --- the promise ------------------------------------------------------------------------------------------

written = st.builds(
    Note,
    st.integers(0, 30).map(lambda step: step * 240),
    st.integers(1, 8).map(lambda step: step * 120),
    st.integers(55, 75),
    locked=st.booleans(),
    muted=st.booleans(),
)
scores = st.lists(st.lists(written, max_size=14), min_size=1, max_size=3).map(
    lambda tracks: Score(tuple(Track(f"T{i}", notes=tuple(notes)) for i, notes in enumerate(tracks)))
)
regions = st.tuples(st.integers(0, 24), st.integers(1, 12)).map(lambda r: (r[0] * 240, (r[0] + r[1]) * 240))


def suggested(score: Score, region: tuple[int, int], data: st.DataObject) -> Suggestion:
    """Any notes at all in the region, on one track or several, in the place of whatever stands there; even of notes
    that a careless model names although they are locked or elsewhere."""
    ghost = st.builds(
        lambda start, length, pitch: Note(start, length, pitch),
        st.integers(*region).filter(lambda tick: tick < region[1]),
        st.integers(1, 960),
        st.integers(50, 80),
    )
    parts = []
    for index, track in enumerate(score.tracks):
        notes = data.draw(st.lists(ghost, max_size=8))
        careless = data.draw(st.booleans())
        inside = track.notes if careless else track.notes_between(*region)
        parts.append(
            Part(
                index,
                ghosts_of(Candidate(tuple(notes), (0.5,) * len(notes), 0), index),
                frozenset(note.id for note in inside),
            )
        )
    return Suggestion(tuple(parts), 0, region)


def chosen(suggestion: Suggestion, score: Score, how: str) -> list[Ghost]:
    """What each kind of accept takes."""
    free = suggestion.free_of(score)
    if not free or how == "all":
        return list(free)
    first = min(free, key=lambda ghost: ghost.note.start_ticks)
    if how == "note":
        return [first]
    if how == "part":
        return [ghost for ghost in free if ghost.part == first.part]
    bar = score.bar_of(first.note.start_ticks)
    return [ghost for ghost in free if score.bar_of(ghost.note.start_ticks) == bar]


@given(
    scores,
    regions,
    st.lists(st.sampled_from(("all", "note", "bar", "part")), min_size=1, max_size=4),
    st.data(),
)
def test_outside_the_region_and_where_it_is_locked_nothing_ever_changes(
    score: Score, region: tuple[int, int], accepts: list[str], data: st.DataObject
) -> None:
    def promised(now: Score) -> list[set[Note]]:
        return [
            {n for n in track.notes if n.locked or not region[0] <= n.start_ticks < region[1]}
            for track in now.tracks
        ]

    suggestion, before, ids = suggested(score, region, data), promised(score), {n.id for n in score.notes()}
    for how in accepts:
        score = suggestion.laid_into(score, chosen(suggestion, score, how))
    after = [{note for note in notes if note.id in ids} for notes in promised(score)]
    assert after == before


@given(scores, regions, st.booleans(), st.booleans())
def test_a_model_is_told_of_every_locked_note(
    score: Score, region: tuple[int, int], keep_rhythm: bool, anew: bool
) -> None:
    request = request_for("m", score, Place(0, region), Ask(keep_rhythm=keep_rhythm), anew)
    here = [n for n in score.track(0).heard if region[0] <= n.start_ticks < region[1]]
    assert {n for n in here if n.locked} <= set(request.locked)
    for start, length in request.rhythm:
        assert not any(note.overlaps(start, start + length) for note in request.locked)


def test_a_locked_note_is_held_at_both_ends(desk: MusicDesk, session: Session) -> None:
    write_four(session)
    note = session.score.tracks[0].notes[1]
    rect = note_rect(desk.roll.state.geometry, note)
    before = desk.roll.grid.grab().toImage()
    session.change_score(session.score.with_notes_replaced(0, [replace(note, locked=True)]), "Lock")
    after = desk.roll.grid.grab().toImage()
    for x in (rect.left(), rect.right()):
        assert before.pixelColor(x, rect.center().y()) != after.pixelColor(x, rect.center().y())
    assert before.pixelColor(rect.center()) == after.pixelColor(rect.center())


def unlocked_or_elsewhere(score: Score, region: tuple[int, int]) -> list[set[Note]]:
    """What no accept may change, track by track."""
    return [
        {n for n in track.notes if n.locked or not region[0] <= n.start_ticks < region[1]}
        for track in score.tracks
    ]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    scores,
    regions,
    st.sampled_from(("vary", "infill")),
    st.lists(st.sampled_from("nbpra"), max_size=5),
    st.data(),
)
def test_the_desk_keeps_the_promise_and_undo_takes_all_back(
    desk: MusicDesk, controller: FakeController, score: Score, region: tuple[int, int], way: str, acts: str,
    data: st.DataObject,
) -> None:  # fmt: skip
    """Ideas are asked for, come bar by bar, and some of their notes, bars or parts are taken."""
    session, writer = desk.session, desk.cowriter
    writer.reject()
    session.change_score(score, "Another piece")
    desk.choose_track(0)
    written, steps = session.score, len(session.score_history.labels)
    ids, before = {n.id for n in written.notes()}, unlocked_or_elsewhere(written, region)
    {"vary": writer.vary, "infill": writer.infill}[way](region)
    request = controller.requests[-1]
    assert isinstance(request, ComposeRequest)
    ghost = st.builds(Note, st.integers(region[0], region[1] - 1), st.integers(1, 960), st.integers(50, 80))
    notes = sorted(data.draw(st.lists(ghost, min_size=1, max_size=8)), key=lambda note: note.start_ticks)
    candidate = Candidate(tuple(notes), (0.5,) * len(notes), request.seed)
    serial = len(controller.requests)
    desk.take_reply(Composing(serial, request, (candidate,), region[1]))
    for act in (*acts, "done", "a"):
        if act == "done":
            desk.take_reply(Composed(serial, request, (candidate,), 1.0))
        elif act == "n" and writer.ghosts:
            writer.accept(writer.ghosts[0])
        elif act == "b":
            writer.accept_bar()
        elif act == "p":
            writer.accept_part(0)
        elif act == "r" and len(session.score_history.labels) > steps:
            session.undo(MUSIC)
        elif act == "a":
            writer.accept_all()
        now = [
            {note for note in notes if note.id in ids}
            for notes in unlocked_or_elsewhere(session.score, region)
        ]
        assert now == before
    while len(session.score_history.labels) > steps:
        session.undo(MUSIC)
    assert session.score.tracks == written.tracks
