"""Forms that shape notes by amounts: the effect shows while they are open, and is one undo step or none."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from studio.core.score import Note
from studio.core.session import MUSIC, Session
from studio.ui.music.desk import MusicDesk

LOOSE = (10, 130, 260, 365)


@pytest.fixture
def loose(session: Session, desk: MusicDesk) -> Session:
    """Four sixteenths, not on the grid."""
    session.add_notes(
        0, tuple(Note(start, 100, 60 + i, 40 + 10 * i) for i, start in enumerate(LOOSE)), "Write"
    )
    return session


def starts(session: Session) -> tuple[int, ...]:
    return tuple(note.start_ticks for note in session.score.track(0).notes)


def velocities(session: Session) -> list[int]:
    return [note.velocity for note in session.score.track(0).notes]


def run(desk: MusicDesk, command_id: str) -> None:
    next(command for command in desk.commands() if command.id == command_id).run()


def test_the_effect_shows_at_once_and_escape_takes_it_back(
    loose: Session, desk: MusicDesk, qtbot: QtBot
) -> None:
    run(desk, "quantise-by")
    form = desk.note_popovers.quantise
    assert form.isVisible()
    assert starts(loose) == (0, 120, 240, 360)
    form.strength.go_to(50)
    qtbot.waitUntil(lambda: starts(loose) == (5, 125, 250, 362))
    qtbot.keyClick(form.grid, Qt.Key.Key_Escape)
    assert starts(loose) == LOOSE
    assert loose.score_history.labels == ("Write",)
    assert not form.isVisible()
    assert desk.centre.focusWidget() is desk.roll


def test_enter_makes_one_step_and_the_amounts_stay(loose: Session, desk: MusicDesk, qtbot: QtBot) -> None:
    run(desk, "quantise-by")
    form = desk.note_popovers.quantise
    for strength in (80, 30, 50):
        form.strength.go_to(strength)
        form._show_effect()
    qtbot.keyClick(form.strength.slider, Qt.Key.Key_Return)
    assert starts(loose) == (5, 125, 250, 362)
    assert loose.score_history.labels == ("Write", "Quantise")
    run(desk, "quantise")
    assert starts(loose) == (2, 122, 245, 361), "again, as strongly as the last time"
    for _ in range(2):
        loose.undo(MUSIC)
    assert starts(loose) == LOOSE


def test_a_last_change_of_a_field_counts_before_enter(loose: Session, desk: MusicDesk) -> None:
    run(desk, "quantise-by")
    form = desk.note_popovers.quantise
    form.strength.go_to(50)
    form.take()
    assert starts(loose) == (5, 125, 250, 362)


def test_only_the_selected_notes_on_another_grid_with_ends(loose: Session, desk: MusicDesk) -> None:
    last = loose.score.track(0).notes[-1]
    desk.roll.state.select({last.id})
    run(desk, "quantise-by")
    form = desk.note_popovers.quantise
    form.grid.setCurrentText("1/4")
    form.ends.setChecked(True)
    form.take()
    after = loose.score.track(0).notes[-1]
    assert starts(loose)[:3] == LOOSE[:3]
    assert (after.start_ticks, after.duration_ticks) == (480, 100)
    assert desk.roll.state.selection == {last.id}


def test_what_another_hand_changes_settles_the_form(loose: Session, desk: MusicDesk) -> None:
    run(desk, "quantise-by")
    loose.add_notes(0, (Note(4000, 480, 72),), "Draw a note")
    assert not desk.note_popovers.quantise.isVisible()
    assert starts(loose) == (0, 120, 240, 360, 4000)
    assert loose.score_history.labels == ("Write", "Quantise", "Draw a note")


def test_undo_while_it_is_open(loose: Session, desk: MusicDesk) -> None:
    run(desk, "quantise-by")
    loose.undo(MUSIC)
    assert starts(loose) == LOOSE
    assert not desk.note_popovers.quantise.isVisible()


def test_another_form_takes_its_place(loose: Session, desk: MusicDesk) -> None:
    run(desk, "quantise-by")
    run(desk, "velocity-by")
    assert not desk.note_popovers.quantise.isVisible()
    assert loose.score_history.labels == ("Write", "Quantise")


def test_swing_by_an_amount(loose: Session, desk: MusicDesk) -> None:
    run(desk, "quantise")
    run(desk, "swing-by")
    form = desk.note_popovers.swing
    form.amount.go_to(75)
    form.take()
    assert starts(loose) == (0, 180, 240, 420)
    loose.undo(MUSIC)
    run(desk, "swing")
    assert starts(loose) == (0, 180, 240, 420), "as much as the last time"


def test_humanise_keeps_to_its_amounts_and_throws_anew(loose: Session, desk: MusicDesk) -> None:
    run(desk, "humanise-by")
    form = desk.note_popovers.humanise
    form.time.go_to(0)
    form._show_effect()
    first = velocities(loose)
    assert starts(loose) == LOOSE
    assert first != [40, 50, 60, 70]
    form.dice.click()
    form._show_effect()
    assert velocities(loose) != first
    form.leave()
    assert velocities(loose) == [40, 50, 60, 70]


def test_velocities_in_proportion_all_the_same_and_as_a_ramp(loose: Session, desk: MusicDesk) -> None:
    run(desk, "velocity-by")
    form = desk.note_popovers.velocity
    form.scale.go_to(150)
    form._show_effect()
    assert velocities(loose) == [60, 75, 90, 105]
    form.way.setCurrentIndex(1)
    form.same.go_to(33)
    form._show_effect()
    assert velocities(loose) == [33] * 4
    form.way.setCurrentIndex(2)
    assert form.end.isVisible()
    assert not form.scale.isVisible()
    form.start.go_to(20)
    form.end.go_to(120)
    form.take()
    assert velocities(loose) == [20, 54, 90, 120]
    assert loose.score_history.labels == ("Write", "Velocity")


def test_nothing_to_shape_is_no_trouble(session: Session, desk: MusicDesk) -> None:
    for command_id in ("quantise-by", "swing-by", "humanise-by", "velocity-by"):
        run(desk, command_id)
    desk.note_popovers.velocity.take()
    assert session.score_history.labels == ()


def test_the_grid_above_the_notes_is_followed(loose: Session, desk: MusicDesk) -> None:
    strip = desk.strip
    strip.snap_box.setCurrentText("1/4")
    strip.snap_chosen.emit(strip.snap_box.currentData())
    run(desk, "quantise-by")
    assert desk.note_popovers.quantise.grid.currentText() == "As above (1/4)"
    assert starts(loose) == (0, 0, 480, 480)


def test_stretched_in_proportion_and_to_whole_bars(loose: Session, desk: MusicDesk) -> None:
    run(desk, "stretch-by")
    form = desk.note_popovers.stretch
    form.share.go_to(200)
    form._show_effect()
    assert starts(loose) == (10, 250, 510, 720)
    form.fills.setChecked(True)
    form.take()
    last = loose.score.track(0).notes[-1]
    assert (starts(loose)[0], last.end_ticks) == (10, 1920)
    assert loose.score_history.labels == ("Write", "Stretch")
    run(desk, "stretch-by")
    assert starts(loose)[0] == 10
    form.leave()
    assert loose.score_history.labels == ("Write", "Stretch")


def test_the_amounts_of_all_forms_outlast_the_program(loose: Session, desk: MusicDesk) -> None:
    forms = desk.note_popovers
    before = forms.amounts
    told = {
        "quantise-strength": 50.0,
        "quantise-ends": 1.0,
        "quantise-grid": 1e9,
        "humanise-time": -7.0,
        "else": 1,
    }
    forms.show_amounts(told)
    after = forms.amounts
    assert (after["quantise-strength"], after["quantise-ends"], after["humanise-time"]) == (50, 1, 0)
    assert after["quantise-grid"] == forms.quantise.grid.count() - 1
    assert after.keys() == before.keys()
    forms.show_amounts(before)
    assert forms.amounts == before
    assert starts(loose) == LOOSE, "to be shown changes no note"
    assert {type(amount) for amount in after.values()} == {float}, "as the settings file wants them"
