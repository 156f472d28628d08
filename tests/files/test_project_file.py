"""A project comes back as it was; a damaged one is one sentence and changes nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode, mixed
from studio.core.layers import Artboard, Layer, Mark, Placement, Region
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project
from studio.core.restyle import Mask, StyleMix, StylePart
from studio.core.score import Note, Score
from studio.core.timeline import Keyframe, Timeline
from studio.files.project_file import load_project, save_project


@pytest.fixture
def project() -> Project:
    pixels = np.random.RandomState(1).randint(0, 256, (24, 36, 3)).astype(np.uint8)
    picture = PictureDocument(
        model_id="paintings-gan",
        latent=Latent(seed=85, styles=(("marine", 0.5),), psi=0.7, offsets=(("pca-1", 1.25),)),
        source=Picture(pixels, "harbour.png"),
        restyle=StyleMix(parts=(StylePart("munch", 0.6),), strength=0.4),
        slot_a=Latent(seed=3, point=(0.1, -0.2)),
        blend=0.25,
    )
    score = Score.empty("Reel", 112.0).with_notes_added(0, [Note(0, 240, 62, 90), Note(240, 240, 64)])
    return Project(picture, score)


def test_a_project_comes_back_as_it_was(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "work.latent"
    save_project(project, path)
    back = load_project(path)
    assert back == project
    assert back.picture.source is not None
    assert project.picture.source is not None
    assert np.array_equal(back.picture.source.pixels, project.picture.source.pixels)


def test_a_project_from_before_notes_could_be_muted_opens(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "work.latent"
    save_project(project, path)
    content = json.loads(path.read_text())
    for note in content["score"]["tracks"][0]["notes"]:
        del note["muted"]
    path.write_text(json.dumps(content))
    assert load_project(path) == project


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"picture": {"latent": {"seed": -4}}}', b"\xff\xfe\x00"]
)
def test_a_file_that_is_no_project_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "bad.latent"
    path.write_bytes(content)
    with pytest.raises(StudioError, match=r"bad\.latent"):
        load_project(path)


def test_a_cut_project_is_refused(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "work.latent"
    save_project(project, path)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(StudioError):
        load_project(path)


def test_an_unwritable_place_is_one_sentence(project: Project, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"could not be written"):
        save_project(project, tmp_path / "missing" / "work.latent")


def test_layers_marks_and_the_timeline_come_back(project: Project, tmp_path: Path) -> None:
    pixels = np.random.RandomState(2).randint(0, 256, (8, 6, 3)).astype(np.uint8)
    region = Region(Mask.of(np.eye(5, dtype=np.uint8) * 255), 10, 20, 30, 40.5)
    layers = (
        Layer(0, "Picture", "live", Placement(0, 0, 1024, 1024)),
        Layer(
            1,
            "Photo",
            "picture",
            Placement(3, 4, 60, 80, 12.5),
            0.5,
            "multiply",
            picture=Picture(pixels, "x"),
        ),
        Layer(
            2, "Paint", "paint", marks=(Mark("brush", 0xFF8000, path=Mark.packed([(1, 2, 1)]), clip=region),)
        ),
    )
    latent = mixed([(Latent(1), 1), (Latent(2, w=WCode.of(np.ones((2, 3)))), 2)])
    timeline = Timeline((Keyframe(0, Latent(1)), Keyframe(2, latent, opacities=((1, 0.5),))), closed=True)
    picture = replace(project.picture, layers=layers, artboard=Artboard(1024, 1024), selection=region)
    whole = replace(project, picture=replace(picture, latent=latent, timeline=timeline))
    save_project(whole, tmp_path / "work.latent")
    back = load_project(tmp_path / "work.latent")
    assert back == whole
    assert back.picture.layers[1].picture is not None
    assert np.array_equal(back.picture.layers[1].picture.pixels, pixels)


def test_a_project_of_before_the_layers_still_opens(project: Project, tmp_path: Path) -> None:
    save_project(project, tmp_path / "new.latent")
    content = json.loads((tmp_path / "new.latent").read_text())
    source = content["picture"].pop("source")
    content |= {"source_png": source["pixels"], "source_name": source["name"]}
    (tmp_path / "old.latent").write_text(json.dumps(content))
    assert load_project(tmp_path / "old.latent") == project


def test_a_locked_track_stays_locked(project: Project, tmp_path: Path) -> None:
    track = replace(project.score.tracks[0], locked=True)
    locked = replace(project, score=project.score.with_track(0, track))
    save_project(locked, tmp_path / "work.latent")
    assert load_project(tmp_path / "work.latent").score.tracks[0].locked
