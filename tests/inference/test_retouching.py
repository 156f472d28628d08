"""Retouching: part of a frame, of an export, or a job of its own that can be cancelled between tiles."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.messages import CancelledReply, FrameReady, Progress, RenderRequest, WorkDone
from studio.core.picture import Picture
from studio.core.retouch import Retouch
from studio.files.picture_file import open_picture
from studio.files.png import read_recipe
from studio.inference.export_jobs import ExportPictureJob, RetouchJob, picture_recipe, request_of
from tests.inference.conftest import Rig

PIXELS = np.random.RandomState(1).randint(0, 256, (5, 7, 3), dtype=np.uint8)
SOURCE = Picture(PIXELS, "leaf.png")
WISHES = (Retouch("upscale", factor=2), Retouch("translate"))
REQUEST = RenderRequest(source=SOURCE, retouch=WISHES)
RETOUCHED = PIXELS.repeat(2, axis=0).repeat(2, axis=1)[::-1]


def test_a_frame_is_retouched_step_by_step(rig: Rig) -> None:
    reply = rig.inbox.closing(rig.controller.submit(REQUEST))
    assert isinstance(reply, FrameReady)
    assert np.array_equal(reply.frame.pixels, RETOUCHED)


def test_another_retouching_is_another_frame(rig: Rig) -> None:
    rig.inbox.closing(rig.controller.submit(REQUEST))
    plain = rig.inbox.closing(rig.controller.submit(replace(REQUEST, retouch=())))
    again = rig.inbox.closing(rig.controller.submit(REQUEST))
    assert isinstance(plain, FrameReady)
    assert isinstance(again, FrameReady)
    assert (plain.cached, again.cached) == (False, True)
    assert np.array_equal(plain.frame.pixels, PIXELS)


def test_an_export_carries_its_retouching_and_can_be_made_again(rig: Rig, tmp_path: Path) -> None:
    recipe = picture_recipe(REQUEST, "", "1")
    rig.inbox.closing(rig.controller.submit_job(ExportPictureJob(REQUEST, tmp_path / "a.png", 1, recipe)))
    found = read_recipe(tmp_path / "a.png")
    assert found is not None
    assert request_of(*found) == REQUEST
    rig.inbox.closing(
        rig.controller.submit_job(ExportPictureJob(request_of(*found), tmp_path / "b.png", 1, found[0]))
    )
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    assert np.array_equal(open_picture(tmp_path / "a.png").pixels, RETOUCHED)


def test_a_job_gives_the_picture_and_tells_its_progress(rig: Rig) -> None:
    done = rig.inbox.closing(rig.controller.submit_job(RetouchJob(REQUEST, "Larger", "Upscale")))
    assert isinstance(done, WorkDone)
    assert done.result == Picture(RETOUCHED, "Larger")
    told = [(r.done, r.total) for r in rig.inbox.of(Progress) if isinstance(r, Progress)]
    assert told == [(0, 1), *(2 * [(i, 8) for i in range(8)])]


def test_a_job_stops_between_two_tiles(rig: Rig) -> None:
    rig.engine.pause_s = 0.02
    serial = rig.controller.submit_job(RetouchJob(REQUEST, "Larger", "Upscale"))
    rig.inbox.wait(lambda r: isinstance(r, Progress) and r.done == 2)
    rig.controller.cancel(serial)
    assert isinstance(rig.inbox.closing(serial), CancelledReply)
    assert len(rig.engine.asked) < 8
