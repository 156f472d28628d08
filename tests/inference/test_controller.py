"""The controller on real threads: a drag, cancels, discards, switching devices and closing."""

import threading
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.messages import (
    CANVAS,
    THUMBNAILS,
    CancelledReply,
    ChordsRequest,
    Composed,
    ComposeRequest,
    Composing,
    DeviceReady,
    Failure,
    FrameReady,
    Loaded,
    LoadRequest,
    Progress,
    Quality,
    RenderRequest,
    WorkDone,
)
from studio.core.picture import Picture
from studio.core.restyle import StyleMix, StylePart
from studio.inference.controller import InferenceController
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps
from tests.inference.conftest import PATIENCE_S, FakeBackend, Inbox, Rig, make_engine, make_rig, steps_of


def canvas(seed: int, quality: Quality = Quality.FINAL, channel: str = CANVAS) -> RenderRequest:
    return RenderRequest("fake", Latent(seed=seed), quality=quality, channel=channel)


def compose(seed: int = 0) -> ComposeRequest:
    return ComposeRequest("fake", (), 0, 480, seed=seed)


@dataclass
class Counting:
    """A job of `total` steps that can wait after each, and remembers whether it was cleaned up."""

    total: int = 5
    title: str = "Counting"
    go: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    done: int = 0
    cleaned: threading.Event = field(default_factory=threading.Event)

    def steps(self, room: EngineRoom) -> Steps:
        try:
            for _ in range(self.total):
                self.done += 1
                yield self.done, self.total
                assert self.go.acquire(timeout=PATIENCE_S)
            return "counted"
        finally:
            self.cleaned.set()


def test_a_drag_through_300_positions_ends_on_the_last_one(slow_rig: Rig) -> None:
    start = Latent(seed=3)
    for i in range(300):
        latent = start.with_offset("pc0", i / 100)
        slow_rig.controller.submit(RenderRequest("fake", latent, quality=Quality.DRAFT))
        threading.Event().wait(0.002)
    last = start.with_offset("pc0", 2.99)
    serial = slow_rig.controller.submit(RenderRequest("fake", last, quality=Quality.FINAL))
    final = slow_rig.inbox.closing(serial)
    frames = [r for r in slow_rig.inbox.of(FrameReady) if isinstance(r, FrameReady)]
    assert isinstance(final, FrameReady)
    assert frames[-1] is final
    assert final.request.quality is Quality.FINAL
    assert final.request.latent == last
    assert final.frame.width == 32
    assert 2 <= len(frames) < 300
    assert all(a.serial < b.serial for a, b in pairwise(frames))
    assert sorted(slow_rig.inbox.closings()) == list(range(1, 302))


def test_a_superseded_request_is_answered_as_cancelled(rig: Rig) -> None:
    rig.engine.hold = threading.Event()
    rig.controller.submit(canvas(1))
    assert rig.engine.entered.wait(PATIENCE_S)
    second = rig.controller.submit(canvas(2))
    third = rig.controller.submit(canvas(3))
    rig.engine.hold.set()
    assert isinstance(rig.inbox.closing(second), CancelledReply)
    assert isinstance(rig.inbox.closing(third), FrameReady)


@pytest.mark.parametrize(
    ("quality", "answer"), [(Quality.FINAL, CancelledReply), (Quality.DRAFT, FrameReady)]
)
def test_a_restyled_picture_at_rest_gives_way_to_a_newer_wish_but_a_draft_is_shown(
    rig: Rig, quality: Quality, answer: type
) -> None:
    rig.engine.hold = threading.Event()
    source = Picture(np.zeros((8, 8, 3), np.uint8))
    mix = StyleMix((StylePart("dots"),), size=64)
    first = rig.controller.submit(RenderRequest(source=source, restyle=mix, quality=quality))
    assert rig.engine.entered.wait(PATIENCE_S)
    second = rig.controller.submit(canvas(2))
    rig.engine.hold.set()
    assert isinstance(rig.inbox.closing(first), answer)
    assert isinstance(rig.inbox.closing(second), FrameReady)


def test_composing_stops_within_one_step_once_there_is_a_newer_wish(rig: Rig) -> None:
    rig.engine.hold = threading.Event()
    first = rig.controller.submit(compose(1))
    assert rig.engine.entered.wait(PATIENCE_S)
    second = rig.controller.submit(compose(2))
    rig.engine.hold.set()
    assert isinstance(rig.inbox.closing(first), CancelledReply)
    reply = rig.inbox.closing(second)
    assert isinstance(reply, Composed)
    assert reply.candidates[0].seed == 2
    assert sum(isinstance(r, ComposeRequest) and r.seed == 1 for r in rig.engine.asked) == 1


def test_a_streaming_answer_is_told_as_it_grows(rig: Rig) -> None:
    serial = rig.controller.submit(replace(compose(1), streaming=True))
    assert isinstance(rig.inbox.closing(serial), Composed)
    grown = [reply.until_ticks for reply in rig.inbox.replies if isinstance(reply, Composing)]
    assert grown == [120 * bar for bar in range(8)]
    rig.inbox.replies.clear()
    assert isinstance(rig.inbox.closing(rig.controller.submit(compose(2))), Composed)
    assert not any(isinstance(reply, Composing) for reply in rig.inbox.replies)


def test_a_model_that_cannot_says_so(rig: Rig) -> None:
    reply = rig.inbox.closing(rig.controller.submit(ChordsRequest("fake", (), 0, 1920)))
    assert isinstance(reply, Failure)
    assert reply.channel == "chords"
    assert "cannot find chords" in reply.error.title


def test_a_running_job_is_cancelled_within_one_step(rig: Rig) -> None:
    job = Counting(total=100)
    serial = rig.controller.submit_job(job)
    rig.inbox.wait(lambda r: isinstance(r, Progress))
    rig.controller.cancel(serial)
    job.go.release()
    assert isinstance(rig.inbox.closing(serial), CancelledReply)
    assert job.cleaned.is_set()
    assert job.done <= 2


def test_a_waiting_job_is_cancelled_at_once(rig: Rig) -> None:
    running, waiting = Counting(), Counting()
    rig.controller.submit_job(running)
    rig.inbox.wait(lambda r: isinstance(r, Progress))
    serial = rig.controller.submit_job(waiting)
    rig.controller.cancel(serial)
    assert isinstance(rig.inbox.closing(serial), CancelledReply)
    assert waiting.done == 0
    running.go.release(10)


def test_a_job_tells_its_progress_and_its_result(rig: Rig) -> None:
    job = Counting(total=3)
    job.go.release(3)
    reply = rig.inbox.closing(rig.controller.submit_job(job))
    assert reply == WorkDone(1, "Counting", "counted")
    assert [steps_of(r) for r in rig.inbox.of(Progress) if isinstance(r, Progress)] == [
        (1, 3),
        (2, 3),
        (3, 3),
    ]


def test_a_picture_is_drawn_between_two_steps_of_a_job(rig: Rig) -> None:
    job = Counting(total=3)
    work = rig.controller.submit_job(job)
    rig.inbox.wait(lambda r: isinstance(r, Progress))
    frame = rig.controller.submit(canvas(1))
    job.go.release()
    assert isinstance(rig.inbox.closing(frame), FrameReady)
    assert job.done < 3
    job.go.release(3)
    assert isinstance(rig.inbox.closing(work), WorkDone)


def test_what_was_asked_for_before_a_discard_is_never_shown(rig: Rig) -> None:
    rig.engine.hold = threading.Event()
    running = rig.controller.submit(canvas(1))
    assert rig.engine.entered.wait(PATIENCE_S)
    waiting = rig.controller.submit(canvas(2))
    rig.controller.discard(CANVAS)
    rig.engine.hold.set()
    later = rig.controller.submit(canvas(3))
    assert isinstance(rig.inbox.closing(later), FrameReady)
    assert [r.serial for r in rig.inbox.of(FrameReady) if isinstance(r, FrameReady)] == [later]
    assert set(rig.inbox.closings()) == {running, waiting, later}


def test_suggestions_are_discarded_too(rig: Rig) -> None:
    rig.engine.hold = threading.Event()
    serial = rig.controller.submit(compose())
    assert rig.engine.entered.wait(PATIENCE_S)
    rig.controller.discard("suggestions")
    rig.engine.hold.set()
    assert isinstance(rig.inbox.closing(serial), CancelledReply)


def test_a_reply_that_waited_too_long_is_known_as_stale(rig: Rig) -> None:
    reply = rig.inbox.closing(rig.controller.submit(canvas(1)))
    assert not rig.controller.is_stale(reply)
    rig.controller.discard(CANVAS)
    assert rig.controller.is_stale(reply)


def test_an_unknown_device_changes_nothing(rig: Rig) -> None:
    rig.controller.use_device("tpu")
    failure = rig.inbox.wait(lambda r: isinstance(r, Failure))
    assert isinstance(failure, Failure)
    assert failure.error.title == "The device 'tpu' is not available on this machine."
    assert isinstance(rig.inbox.closing(rig.controller.submit(canvas(1))), FrameReady)
    assert list(rig.backends) == ["cpu"]


def test_where_the_first_device_is_not_there_the_best_one_serves() -> None:
    rig = make_rig(device="tpu")  # waits for a device that is up
    try:
        assert [r.error.title for r in rig.inbox.of(Failure) if isinstance(r, Failure)] == [
            "The device 'tpu' is not available on this machine."
        ]
        assert isinstance(rig.inbox.closing(rig.controller.submit(canvas(1))), FrameReady)
    finally:
        rig.controller.close()


def test_what_was_asked_for_before_the_device_failed_is_still_done() -> None:
    inbox, opened = Inbox(), list[str]()

    def open_backend(device: str) -> FakeBackend:
        opened.append(device)
        if device == "tpu":
            raise StudioError("There is no tpu.")
        return FakeBackend("cpu", make_engine())

    controller = InferenceController(open_backend, inbox.deliver, "tpu", start=False)
    serials = [controller.submit(canvas(1)), controller.submit(LoadRequest("fake"))]
    controller.start()
    assert isinstance(inbox.closing(serials[0]), FrameReady)
    assert isinstance(inbox.closing(serials[1]), Loaded)
    assert opened == ["tpu", "auto"]
    controller.close()


def test_switching_the_device_takes_along_what_waits(rig: Rig) -> None:
    rig.engine.hold = threading.Event()
    rig.controller.submit(canvas(1))
    assert rig.engine.entered.wait(PATIENCE_S)
    waiting = [
        rig.controller.submit(canvas(2, channel=THUMBNAILS)),
        rig.controller.submit(LoadRequest("fake")),
    ]
    rig.controller.use_device("gpu")
    ready = rig.inbox.wait(lambda r: isinstance(r, DeviceReady))
    assert isinstance(ready, DeviceReady)
    assert ready.name == "gpu"
    for serial in waiting:
        assert not isinstance(rig.inbox.closing(serial), CancelledReply | Failure)
    rig.engine.hold.set()
    assert rig.backends["gpu"].engine.asked


def test_a_job_that_runs_while_the_device_is_switched_is_cancelled(rig: Rig) -> None:
    job = Counting(total=50)
    serial = rig.controller.submit_job(job)
    rig.inbox.wait(lambda r: isinstance(r, Progress))
    rig.controller.use_device("gpu")
    rig.inbox.wait(lambda r: isinstance(r, DeviceReady))
    job.go.release()
    assert isinstance(rig.inbox.closing(serial), CancelledReply)


def test_closing_cancels_what_runs_and_what_waits(rig: Rig) -> None:
    job = Counting(total=50)
    serials = [rig.controller.submit_job(job), rig.controller.submit_job(Counting())]
    rig.inbox.wait(lambda r: isinstance(r, Progress))
    job.go.release(50)
    rig.controller.close()
    late = rig.controller.submit(canvas(1))
    assert job.cleaned.is_set()
    assert {r.serial for r in rig.inbox.of(CancelledReply | WorkDone)} == {*serials, late}  # type: ignore[arg-type, union-attr]


@pytest.mark.parametrize("wait", [True, False])
def test_closing_twice_is_no_harm(wait: bool) -> None:
    rig = make_rig()
    if wait:
        rig.inbox.closing(rig.controller.submit(canvas(1)))
    rig.controller.close()
    rig.controller.close()


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(["canvas", "thumbnails", "compose", "load", "cancel", "discard"]), max_size=40)
)
def test_every_request_gets_exactly_one_closing_reply(plan: list[str]) -> None:
    rig = make_rig(0.0002)
    serials: list[int] = []
    for number, what in enumerate(plan):
        match what:
            case "canvas" | "thumbnails":
                serials.append(rig.controller.submit(canvas(number, channel=what)))
            case "compose":
                serials.append(rig.controller.submit(compose(number)))
            case "load":
                serials.append(rig.controller.submit(LoadRequest("fake")))
            case "cancel":
                rig.controller.cancel(serials[-1] if serials else 1)
            case "discard":
                rig.controller.discard(CANVAS)
    rig.controller.close()
    assert sorted(rig.inbox.closings()) == serials


def test_threads_that_submit_at_once_leave_the_newest_serial_waiting(rig: Rig) -> None:
    threads = [
        threading.Thread(target=lambda: [rig.controller.submit(canvas(i)) for i in range(50)])
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert isinstance(rig.inbox.closing(150), FrameReady)
    shown = [r.serial for r in rig.inbox.of(FrameReady) if isinstance(r, FrameReady)]
    assert shown == sorted(shown)
