"""The session: every change is one step, and tells what has changed."""

import numpy as np
import pytest

from studio.core.latent import Latent
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project
from studio.core.restyle import StyleMix, StylePart
from studio.core.score import Note
from studio.core.session import MUSIC, PICTURES, Session


@pytest.fixture
def session() -> Session:
    made = Session(Project(picture=PictureDocument("gan", Latent(seed=1))))
    made.z_dim = 8
    return made


def test_a_drag_is_one_step_and_is_told_at_every_position(session: Session) -> None:
    told: list[PictureDocument] = []
    session.picture_changed.connect(told.append)
    for i in range(1, 50):
        session.move_latent("pc0", i / 10, gesture="drag pc0")
    session.end_gesture()
    assert len(told) == 49
    assert session.picture.latent.offset("pc0") == 4.9
    assert session.undo(PICTURES) == "Move a slider"
    assert session.picture.latent == Latent(seed=1)
    assert session.undo(PICTURES) == ""


def test_a_change_that_changes_nothing_is_no_step(session: Session) -> None:
    session.set_seed(1)
    assert session.undo_label(PICTURES) == ""


def test_every_wish_of_the_picture_desk_can_be_undone(session: Session) -> None:
    start = session.picture
    session.set_seed(5)
    session.set_psi(0.5)
    session.set_style("portrait", 1.0)
    session.keep_slot("a")
    session.use_model("vae", Latent(seed=2))
    session.set_restyle(StyleMix((StylePart("waves"),)))
    session.open_picture(Picture(np.zeros((4, 4, 3), dtype=np.uint8), "cat.png"))
    session.move_latent("pc1", 1.0)
    session.reset_directions()
    end = session.picture
    steps = len(session.picture_history.labels)
    assert steps == 9
    assert session.undo_label(PICTURES) == "Reset all sliders"
    while session.undo(PICTURES):
        pass
    assert session.picture == start
    assert session.redo_label(PICTURES) == "Seed 5"
    for _ in range(steps):
        session.redo(PICTURES)
    assert session.picture == end


def test_another_model_keeps_the_restyle(session: Session) -> None:
    session.set_restyle(StyleMix((StylePart("waves"),)))
    session.use_model("vae", Latent(seed=2))
    assert session.picture.restyle.active


def test_moving_a_slider_leaves_an_opened_picture(session: Session) -> None:
    session.open_picture(Picture(np.zeros((4, 4, 3), dtype=np.uint8)))
    assert session.undo_label(PICTURES) == "Open a picture"
    session.move_latent("pc0", 1.0)
    assert session.picture.source is None


def test_blending_goes_from_slot_a_to_slot_b(session: Session) -> None:
    session.blend(0.5)
    assert session.undo_label(PICTURES) == ""
    session.keep_slot("a")
    session.set_seed(9)
    session.keep_slot("b")
    session.blend(0.5, "drag")
    assert session.picture.latent.point is not None
    session.blend(0.0, "drag")
    assert session.picture.latent == Latent(seed=1)
    session.blend(1.0, "drag")
    assert session.picture.latent == Latent(seed=9)
    session.blend(0.25, "drag")
    assert session.undo(PICTURES) == "Blend A and B"
    assert (session.picture.blend, session.picture.latent) == (1.0, Latent(seed=9))


def test_notes_are_added_as_one_step_and_named(session: Session) -> None:
    ids = session.add_notes(0, (Note(0, 240, 60), Note(240, 240, 64)), "Draw")
    assert len(ids) == 2
    assert {note.id for note in session.score.notes()} == ids
    assert session.undo(MUSIC) == "Draw"
    assert not list(session.score.notes())
    assert session.redo(MUSIC) == "Draw"
    assert {note.id for note in session.score.notes()} == ids


def test_the_desks_have_histories_of_their_own(session: Session) -> None:
    session.set_seed(5)
    session.add_notes(0, (Note(0, 240, 60),), "Draw")
    assert (session.undo_label(PICTURES), session.undo_label(MUSIC)) == ("Seed 5", "Draw")


def test_opening_a_project_begins_a_new_history(session: Session) -> None:
    told: list[str] = []
    session.picture_changed.connect(lambda _: told.append("picture"))
    session.score_changed.connect(lambda _: told.append("score"))
    session.history_changed.connect(lambda: told.append("history"))
    session.set_seed(5)
    told.clear()
    session.load(Project())
    assert told == ["picture", "score", "history"]
    assert (session.picture, session.undo(PICTURES)) == (PictureDocument(), "")
