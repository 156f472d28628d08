"""Thumbnails come one after another in quiet moments, and a newer batch takes the place of an older one."""

import threading
from dataclasses import dataclass
from pathlib import Path

from studio.core.latent import BlendPart, Latent, WCode
from studio.core.messages import (
    CancelledReply,
    FrameReady,
    Preview,
    Quality,
    RenderRequest,
    ThumbnailReady,
    ThumbnailsDone,
    ThumbnailsRequest,
    WorkDone,
)
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps
from tests.inference.conftest import Rig

ENDS = "ends"


def batch(*seeds: int, channel: str = ENDS) -> ThumbnailsRequest:
    items = tuple(RenderRequest("fake", Latent(seed), max_size=16, channel=channel) for seed in seeds)
    return ThumbnailsRequest(channel, items)


def test_every_picture_of_a_batch_comes_with_its_place(rig: Rig) -> None:
    serial = rig.controller.submit(batch(3, 4, 5))
    assert rig.inbox.closing(serial) == ThumbnailsDone(serial, ENDS)
    came = [r for r in rig.inbox.replies if isinstance(r, ThumbnailReady)]
    assert [(r.index, int(r.frame.pixels[0, 0, 0])) for r in came] == [(0, 3), (1, 4), (2, 5)]


def test_an_empty_batch_is_done(rig: Rig) -> None:
    serial = rig.controller.submit(batch())
    assert rig.inbox.closing(serial) == ThumbnailsDone(serial, ENDS)


def test_the_canvas_goes_first_and_a_newer_batch_takes_over(rig: Rig) -> None:
    rig.engine.hold = threading.Event()
    older = rig.controller.submit(batch(1, 2, 3))
    assert rig.engine.entered.wait(20)
    newer = rig.controller.submit(batch(7))
    canvas = rig.controller.submit(RenderRequest("fake", Latent(9)))
    rig.engine.hold.set()
    rig.inbox.closing(newer)
    order = [r for r in rig.inbox.replies if isinstance(r, ThumbnailReady | FrameReady | CancelledReply)]
    assert [(type(r), r.serial) for r in order] == [
        (ThumbnailReady, older),  # it was being made
        (CancelledReply, older),
        (FrameReady, canvas),
        (ThumbnailReady, newer),
    ]


def test_a_moving_hand_keeps_thumbnails_away_until_it_rests(rig: Rig) -> None:
    rig.inbox.closing(rig.controller.submit(RenderRequest("fake", Latent(1), quality=Quality.DRAFT)))
    quiet = rig.controller.submit(batch(2))
    rig.inbox.closing(rig.controller.submit(RenderRequest("fake", Latent(1), quality=Quality.DRAFT)))
    assert not rig.inbox.of(ThumbnailReady)
    rig.inbox.closing(rig.controller.submit(RenderRequest("fake", Latent(1))))
    assert rig.inbox.closing(quiet) == ThumbnailsDone(quiet, ENDS)


@dataclass
class Slow:
    """A job that shows how far it has come."""

    gate: threading.Event
    title: str = "Slow"

    def steps(self, room: EngineRoom) -> Steps:
        yield 1, 3, "a third"
        self.gate.wait(20)
        yield 2, 3
        yield 3, 3
        return Path("done")


def test_a_job_tells_what_it_has_come_to_and_lets_a_thumbnail_through(rig: Rig) -> None:
    gate = threading.Event()
    job = rig.controller.submit_job(Slow(gate))
    rig.inbox.wait(lambda r: r == Preview(job, "Slow", "a third"))
    quiet = rig.controller.submit(batch(5))
    gate.set()
    rig.inbox.wait(lambda r: isinstance(r, WorkDone))
    assert ThumbnailsDone(quiet, ENDS) in rig.inbox.replies


def test_a_blend_at_rest_tells_its_code(rig: Rig) -> None:
    blend = Latent(4, blend=(BlendPart(Latent(1), 0.5), BlendPart(Latent(2), 0.5)))
    for _ in range(2):  # the second comes from the cache
        reply = rig.inbox.closing(rig.controller.submit(RenderRequest("fake", blend)))
        assert isinstance(reply, FrameReady)
        assert isinstance(reply.code, WCode)
    plain = rig.inbox.closing(rig.controller.submit(RenderRequest("fake", Latent(3))))
    assert isinstance(plain, FrameReady)
    assert plain.code is None
