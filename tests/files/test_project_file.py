"""A project comes back as it was; a damaged one is one sentence and changes nothing."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.picture import Picture
from studio.core.project import PictureDocument, Project
from studio.core.restyle import StyleMix, StylePart
from studio.core.score import Note, Score
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
