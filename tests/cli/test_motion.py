"""The verbs that make films: the same wish is the same file, and what cannot be done is one sentence."""

from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from studio.core.latent import Latent
from studio.core.project import PictureDocument, Project
from studio.core.timeline import Keyframe, Timeline
from studio.files.clip import open_clip
from studio.files.project_file import save_project
from tests.cli.conftest import Run


@pytest.fixture
def project(tmp_path: Path) -> Path:
    keys = tuple(Keyframe(seed / 2, Latent(seed)) for seed in range(3))
    document = PictureDocument("tiny-gan", Latent(1), timeline=Timeline(keys, "spline", True, 1.5, 12))
    save_project(Project(document), tmp_path / "work.latent")
    return tmp_path / "work.latent"


def film(path: Path) -> tuple[int, float, int, int]:
    """Frames, frames a second, width and height."""
    with av.open(str(path)) as found:
        stream = found.streams.video[0]
        count = len(list(found.decode(stream)))
        return count, float(stream.average_rate or 0), stream.width, stream.height


@pytest.mark.parametrize(("name", "way"), [("walk.mp4", "spline"), ("walk.webm", "w-lerp")])
def test_a_walk_with_easing_and_a_loop_is_the_same_twice(
    run: Run, tmp_path: Path, name: str, way: str
) -> None:
    wish = ("--seeds", "1,2,3", "--easing", "in-out", "--way", way, "--loop", "--seconds", 0.5, "--fps", 30)
    found = []
    for _ in range(2):
        assert run("interpolate", "tiny-gan", *wish, "-o", tmp_path / name) == (0, "", "")
        found.append((tmp_path / name).read_bytes())
    assert found[0] == found[1]
    assert film(tmp_path / name) == (15, 30.0, 32, 32)


def test_the_first_and_the_last_picture_of_a_walk_are_the_seeds(run: Run, tmp_path: Path) -> None:
    assert run("interpolate", "tiny-gan", "--seeds", "4,9", "--frames", 7, "-o", tmp_path / "walk")[0] == 0
    frames = [frame.pixels for frame in open_clip(tmp_path / "walk").frames()]
    assert len(frames) == 7
    for seed, frame in ((4, frames[0]), (9, frames[-1])):
        run("generate", "tiny-gan", "--seed", seed, "-o", tmp_path / "one.png")
        with Image.open(tmp_path / "one.png") as image:
            assert np.array_equal(np.asarray(image), frame)


def test_one_frame_and_one_seed(run: Run, tmp_path: Path) -> None:
    assert run("interpolate", "tiny-gan", "--seeds", "4,9", "--frames", 1, "-o", tmp_path / "a.mp4")[0] == 0
    assert run("interpolate", "tiny-gan", "--seeds", "4", "--frames", 3, "-o", tmp_path / "b.mp4")[0] == 0
    assert (film(tmp_path / "a.mp4")[0], film(tmp_path / "b.mp4")[0]) == (1, 3)


def test_a_project_s_timeline_is_filmed_at_any_size_and_rate(run: Run, tmp_path: Path, project: Path) -> None:
    assert run("render", project, "--timeline", "-o", tmp_path / "own.mp4") == (0, "", "")
    assert film(tmp_path / "own.mp4") == (18, 12.0, 32, 32)
    wish = ("--timeline", "--size", 100, "--fps", 30, "--loops", 2)
    found = []
    for _ in range(2):
        assert run("render", project, *wish, "-o", tmp_path / "large.mp4") == (0, "", "")
        found.append((tmp_path / "large.mp4").read_bytes())
    assert found[0] == found[1]
    assert film(tmp_path / "large.mp4") == (90, 30.0, 100, 100)


def test_what_cannot_be_filmed_is_said_in_one_sentence(run: Run, tmp_path: Path, project: Path) -> None:
    save_project(Project(), tmp_path / "empty.latent")
    cases = (
        (("render", tmp_path / "empty.latent", "--timeline", "-o", tmp_path / "a.mp4"), "has no keyframes"),
        (("render", project, "--timeline", "-o", tmp_path / "a.avi"), "cannot be written as .avi"),
        (("render", project, "--timeline", "-o", tmp_path / "no" / "a.mp4"), "could not be written"),
        (("interpolate", "nope", "--seeds", "1,2", "-o", tmp_path / "a.mp4"), "no model named"),
    )
    for arguments, words in cases:
        code, out, err = run(*arguments)
        assert (code, out) == (1, "")
        assert words in err
        assert len(err.strip().splitlines()) == 1
    for option, value in (("--easing", "wobble"), ("--way", "round"), ("--quality", "mad"), ("--seeds", "x")):
        seeds = () if option == "--seeds" else ("--seeds", "1,2")
        code, _, err = run("interpolate", "tiny-gan", *seeds, option, value, "-o", tmp_path / "a.mp4")
        assert code == 2
        assert option in err
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == [
        "empty.latent",
        "work.latent",
    ]
