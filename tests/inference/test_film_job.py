"""Films on the device thread: every frame is what the canvas shows at rest, and a cancel leaves nothing."""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from studio.core.latent import Latent
from studio.core.layers import first_stack
from studio.core.messages import CancelledReply, Failure, FrameReady, Progress, RenderRequest, WorkDone
from studio.core.picture import Picture
from studio.core.project import PictureDocument
from studio.core.restyle import StyleMix, StylePart
from studio.core.timeline import Keyframe, Timeline
from studio.files.clip import open_clip
from studio.files.film import FilmFormat
from studio.inference.film_job import FilmJob, film_request
from tests.inference.conftest import Rig

KEYS = (Keyframe(0.0, Latent(10)), Keyframe(0.5, Latent(200), easing="linear"))
DOCUMENT = PictureDocument("fake", Latent(3), timeline=Timeline(KEYS, "z-slerp", True, 1.0, fps=12))


def do(rig: Rig, job: FilmJob) -> object:
    return rig.inbox.closing(rig.controller.submit_job(job))


def test_a_film_has_every_frame_of_its_timeline(rig: Rig, tmp_path: Path) -> None:
    job = FilmJob(DOCUMENT, tmp_path / "a", FilmFormat(fps=12))
    assert isinstance(do(rig, job), WorkDone)
    frames = [frame.pixels for frame in open_clip(tmp_path / "a").frames()]
    assert len(frames) == 12
    shown = rig.inbox.closing(rig.controller.submit(RenderRequest("fake", Latent(10))))
    assert isinstance(shown, FrameReady)
    assert np.array_equal(frames[0], shown.frame.pixels)
    told = [(reply.done, reply.total) for reply in rig.inbox.of(Progress) if isinstance(reply, Progress)]
    assert told == sorted(told)
    assert told[-1] == (12, 12)


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif", "a.webp"])
def test_the_same_timeline_is_the_same_film(rig: Rig, tmp_path: Path, name: str) -> None:
    digests = set()
    for _ in range(2):
        assert isinstance(do(rig, FilmJob(DOCUMENT, tmp_path / name, FilmFormat(fps=12, size=50))), WorkDone)
        digests.add(hashlib.sha256((tmp_path / name).read_bytes()).hexdigest())
    assert len(digests) == 1


def test_a_video_says_what_it_was_made_of_and_goes_round_as_often_as_asked(rig: Rig, tmp_path: Path) -> None:
    do(rig, FilmJob(DOCUMENT, tmp_path / "a.mp4", FilmFormat(fps=24, size=64, loops=2), "sha", "test"))
    with av.open(str(tmp_path / "a.mp4")) as found:
        assert len(list(found.decode(video=0))) == 48
        said = json.loads(found.metadata["comment"])
    assert (said["kind"], said["model_id"], said["fps"], said["size"]) == ("film", "fake", 24, 64)
    assert [key["latent"]["seed"] for key in said["timeline"]["keyframes"]] == [10, 200]


@pytest.mark.parametrize("name", ["a.mp4", "a.webm", "a.gif", "a"])
def test_a_cancelled_film_leaves_nothing(rig: Rig, tmp_path: Path, name: str) -> None:
    long = replace(DOCUMENT, timeline=replace(DOCUMENT.timeline, length_s=1000.0))
    serial = rig.controller.submit_job(FilmJob(long, tmp_path / name, FilmFormat(fps=24)))
    rig.inbox.wait(lambda r: isinstance(r, Progress) and r.done > 3)
    rig.controller.cancel(serial)
    assert isinstance(rig.inbox.closing(serial), CancelledReply)
    assert list(tmp_path.glob("*")) == []


def test_live_requests_go_between(rig: Rig, tmp_path: Path) -> None:
    long = replace(DOCUMENT, timeline=replace(DOCUMENT.timeline, length_s=20.0))
    serial = rig.controller.submit_job(FilmJob(long, tmp_path / "a.mp4", FilmFormat(fps=24, size=512)))
    rig.inbox.wait(lambda r: isinstance(r, Progress) and r.done > 3)
    live = rig.controller.submit(RenderRequest("fake", Latent(77)))
    rig.inbox.closing(live)
    rig.controller.cancel(serial)
    assert isinstance(rig.inbox.closing(serial), CancelledReply)


def test_what_cannot_be_filmed_is_said(rig: Rig, tmp_path: Path) -> None:
    empty = do(rig, FilmJob(PictureDocument("fake"), tmp_path / "a.mp4", FilmFormat()))
    assert isinstance(empty, Failure)
    assert empty.error.title == "There are no keyframes to film."
    assert isinstance(do(rig, FilmJob(DOCUMENT, tmp_path / "no" / "a.mp4", FilmFormat())), Failure)
    assert list(tmp_path.glob("*")) == []


def test_an_opened_picture_can_be_restyled_along_the_way(rig: Rig, tmp_path: Path) -> None:
    mix = StyleMix((StylePart("dots"),))
    keys = (
        Keyframe(0.0, Latent(), mix, easing="linear"),
        Keyframe(1.0, Latent(), replace(mix, strength=0.0)),
    )
    source = Picture(np.full((20, 30, 3), 100, np.uint8))
    document = PictureDocument("", source=source, timeline=Timeline(keys, fps=4))
    assert isinstance(do(rig, FilmJob(document, tmp_path / "a", FilmFormat(fps=4))), WorkDone)
    frames = [frame.pixels for frame in open_clip(tmp_path / "a").frames()]
    assert [frame.shape for frame in frames] == [(342, 512, 3)] * 4  # all as large as the restyled ones
    assert (frames[0] == 155).all()


def test_layers_are_drawn_at_the_film_s_size() -> None:
    board, layers = first_stack(32, 32, "Picture")
    request = film_request(replace(DOCUMENT, layers=layers, artboard=board), 640)
    assert (request.layers, request.artboard, request.canvas_px) == (layers, board, 640)
    assert film_request(DOCUMENT, 640).canvas_px == 0
