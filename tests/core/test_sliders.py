"""Sliders by key, by chance and at rest; notes on them are steps like any other."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.latent import Latent, LayerReach
from studio.core.parameter import NOISE, PSI, Parameter
from studio.core.project import PictureDocument, Project, SliderNote
from studio.core.session import PICTURES, Session
from studio.core.sliders import (
    by_chance,
    ends,
    layer_bands,
    note_on,
    unlocked,
    with_note,
    with_value,
    with_values,
)
from studio.files.project_file import load_project, save_project

DIRECTION = Parameter("pca-0", "Dark – light", -3.0, 3.0, 0.0)
WEIGHT = Parameter("sea", "Sea", 0.0, 1.0, 0.0)


@pytest.fixture
def session() -> Session:
    return Session(Project(PictureDocument("gan", Latent(seed=1, psi=0.7))))


@pytest.mark.parametrize(
    ("key", "after"),
    [
        ("pca-0", Latent(offsets=(("pca-0", 0.5),))),
        ("style:sea", Latent(styles=(("sea", 0.5),))),
        ("noise", Latent(noise=0.5)),
        ("psi", Latent(psi=0.5)),
    ],
)
def test_every_kind_of_slider_has_its_place(key: str, after: Latent) -> None:
    assert with_value(Latent(), key, 0.5) == after


def test_the_ends_do_not_depend_on_where_the_slider_stands() -> None:
    here, there = Latent(seed=3), Latent(seed=3, offsets=(("pca-0", 1.2),))
    assert ends(here, "pca-0", DIRECTION) == ends(there, "pca-0", DIRECTION)
    assert ends(here, "pca-0", DIRECTION)[0] == Latent(seed=3, offsets=(("pca-0", -3.0),))


def test_chance_stays_in_range_and_around_rest() -> None:
    chance = random.Random(5)
    for parameter in (DIRECTION, WEIGHT, NOISE, PSI):
        values = [by_chance(parameter, chance) for _ in range(500)]
        assert all(parameter.low <= value <= parameter.high for value in values)
        assert len(set(values)) > 50
    spread = [by_chance(DIRECTION, chance) for _ in range(2000)]
    mean = sum(spread) / len(spread)
    assert abs(mean) < 0.1
    assert 0.9 < (sum((v - mean) ** 2 for v in spread) / len(spread)) ** 0.5 < 1.1


@pytest.mark.parametrize(
    ("layers", "bands"),
    [
        (10, (("coarse", 0, 3), ("middle", 4, 7), ("fine", 8, 9))),
        (8, (("coarse", 0, 3), ("middle", 4, 7))),
        (6, (("coarse", 0, 3), ("middle", 4, 5))),
        (0, ()),
    ],
)
def test_a_network_has_the_bands_that_it_has_layers_for(
    layers: int, bands: tuple[tuple[str, int, int], ...]
) -> None:
    assert layer_bands(layers) == bands


def test_notes_belong_to_a_model_and_empty_ones_go() -> None:
    document = with_note(PictureDocument("gan"), SliderNote("gan", "pca-0", "Mood", locked=True))
    assert note_on(document, "pca-0").label == "Mood"
    assert unlocked(document, ("pca-0", "pca-1")) == ("pca-1",)
    other = replace(document, model_id="vae")
    assert note_on(other, "pca-0") == SliderNote("vae", "pca-0")
    assert unlocked(other, ("pca-0",)) == ("pca-0",)
    assert with_note(document, SliderNote("gan", "pca-0")).notes == ()


def test_many_sliders_are_one_step_and_locked_ones_stay(session: Session) -> None:
    start = session.picture
    session.note_slider(SliderNote("gan", "pca-1", locked=True), "Lock Warm – cool")
    session.move_latent("pca-1", 0.5, label="Warm – cool")
    session.set_sliders({"pca-0": 1.0, "pca-1": 2.0, "style:sea": 0.4}, "Attributes by chance")
    latent = session.picture.latent
    assert (latent.offsets, latent.styles) == ((("pca-0", 1.0), ("pca-1", 0.5)), (("sea", 0.4),))
    session.reset_directions()
    assert session.picture.latent.offsets == (("pca-1", 0.5),)
    names = ("Lock Warm – cool", "Warm – cool", "Attributes by chance", "Reset all sliders")
    assert session.steps(PICTURES) == (names, 4)
    session.jump(PICTURES, 0)
    assert session.picture == start


def test_reach_and_noise_are_steps(session: Session) -> None:
    session.set_reach("pca-0", (4, 7), "Dark – light: middle layers")
    assert session.picture.latent.reach == (LayerReach("pca-0", 4, 7),)
    session.set_reach("pca-0", None, "Dark – light: all layers")
    assert session.picture.latent.reach == ()
    session.move_slider("noise", 0.25, "noise#1", "Noise strength")
    session.move_slider("noise", 0.5, "noise#1", "Noise strength")
    session.end_gesture()
    session.set_noise_seed(9)
    assert (session.picture.latent.noise, session.picture.latent.noise_seed) == (0.5, 9)
    assert session.steps(PICTURES)[0][2:] == ("Noise strength", "Noise seed 9")


def test_notes_come_back_with_the_project(session: Session, tmp_path: Path) -> None:
    session.note_slider(SliderNote("gan", "pca-0", "Mood", pinned=True), "Rename a slider")
    path = tmp_path / "work.latent"
    save_project(Project(session.picture), path)
    assert load_project(path).picture.notes == session.picture.notes


def test_values_go_on_together() -> None:
    assert with_values(Latent(), {"psi": 0.2, "noise": 0.0}) == Latent(psi=0.2, noise=0.0)
