"""Clips on the device thread: every frame, in order, or nothing at all."""

from pathlib import Path

import numpy as np
from PIL import Image

from studio.core.messages import CancelledReply, Progress, WorkDone
from studio.core.restyle import StyleMix, StylePart
from studio.files.clip import open_clip
from studio.inference.clip_jobs import RestyleClipJob
from tests.inference.conftest import Rig

MIX = StyleMix((StylePart("dots"),))


def folder(tmp_path: Path, count: int) -> Path:
    frames = tmp_path / "in"
    frames.mkdir()
    for number in range(count):
        Image.new("RGB", (12, 8), (number, 0, 0)).save(frames / f"{number}.png")
    return frames


def test_every_frame_is_painted_in_order(rig: Rig, tmp_path: Path) -> None:
    job = RestyleClipJob(open_clip(folder(tmp_path, 3)), MIX, tmp_path / "out")
    done = rig.inbox.closing(rig.controller.submit_job(job))
    assert isinstance(done, WorkDone)
    assert done.result == tmp_path / "out"
    painted = [frame.pixels for frame in open_clip(tmp_path / "out").frames()]
    assert [int(pixels[0, 0, 0]) for pixels in painted] == [255, 254, 253]  # the fake engine turns them round
    assert all(np.ptp(pixels, axis=(0, 1)).max() == 0 for pixels in painted)
    assert {(told.done, told.total) for told in rig.inbox.of(Progress)} == {(0, 3), (1, 3), (2, 3)}  # type: ignore[attr-defined]


def test_a_cancelled_clip_leaves_nothing(rig: Rig, tmp_path: Path) -> None:
    frames = folder(tmp_path, 400)
    serial = rig.controller.submit_job(RestyleClipJob(open_clip(frames), MIX, tmp_path / "out.gif"))
    rig.inbox.wait(lambda reply: isinstance(reply, Progress) and reply.done > 1)
    rig.controller.cancel(serial)
    assert isinstance(rig.inbox.closing(serial), CancelledReply)
    assert [path.name for path in tmp_path.iterdir()] == ["in"]
