"""What can go wrong on the device thread: memory, errors, nothing to do."""

import resource
import threading
from dataclasses import replace

import numpy as np
import pytest

from studio.core.latent import Latent
from studio.core.messages import (
    Encoded,
    EncodeRequest,
    Failure,
    FrameReady,
    Loaded,
    LoadRequest,
    RenderRequest,
    Reply,
    StyleVectorReady,
    StyleVectorRequest,
)
from studio.core.picture import Picture
from studio.core.restyle import StyleMix, StylePart
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps
from tests.inference.conftest import OutOfMemory, Rig

REQUEST = RenderRequest("fake", Latent(seed=5))
GREY = Picture(np.full((20, 30, 3), 90, dtype=np.uint8), "grey")


def frame(reply: Reply) -> FrameReady:
    assert isinstance(reply, FrameReady)
    return reply


def failure(reply: Reply) -> Failure:
    assert isinstance(reply, Failure)
    return reply


def test_out_of_memory_is_tried_once_more_at_a_smaller_size(rig: Rig) -> None:
    rig.engine.faults.append(OutOfMemory("full"))
    request = replace(REQUEST, max_size=32)
    reply = frame(rig.inbox.closing(rig.controller.submit(request)))
    assert reply.frame.width == 16
    assert rig.backends["cpu"].freed == 1


def test_out_of_memory_twice_is_one_sentence_and_the_thread_lives_on(rig: Rig) -> None:
    rig.engine.faults.extend([OutOfMemory("full"), OutOfMemory("still full")])
    reply = failure(rig.inbox.closing(rig.controller.submit(REQUEST)))
    assert reply.error.title == "CPU has no memory left for this."
    assert reply.error.detail == "still full"
    assert reply.error.hint
    assert "\n" not in reply.error.sentence()
    assert frame(rig.inbox.closing(rig.controller.submit(REQUEST))).frame.width == 32


@pytest.mark.expects_log
def test_an_error_in_an_engine_is_a_value_with_details(rig: Rig) -> None:
    rig.engine.faults.append(ZeroDivisionError("a bug in a network"))
    reply = failure(rig.inbox.closing(rig.controller.submit(REQUEST)))
    assert reply.channel == "canvas"
    assert reply.model_id == "fake"
    assert "a bug in a network" in reply.error.title
    assert "Traceback" in reply.error.detail
    assert frame(rig.inbox.closing(rig.controller.submit(REQUEST)))


@pytest.mark.expects_log
def test_a_job_that_breaks_is_a_value_too(rig: Rig) -> None:
    class Broken:
        title = "Broken"

        def steps(self, room: EngineRoom) -> Steps:
            yield 1, 2
            raise OSError("disk full")

    assert "disk full" in failure(rig.inbox.closing(rig.controller.submit_job(Broken()))).error.title


def test_a_missing_model_is_named(rig: Rig) -> None:
    reply = rig.inbox.closing(rig.controller.submit(RenderRequest("missing", Latent())))
    assert failure(reply).error.title == "There is no model named 'missing'."


def test_a_model_is_announced_once_when_it_comes_from_disk(rig: Rig) -> None:
    rig.inbox.closing(rig.controller.submit(REQUEST))
    rig.inbox.closing(rig.controller.submit(replace(REQUEST, latent=Latent(seed=6))))
    asked = rig.inbox.closing(rig.controller.submit(LoadRequest("fake")))
    loaded = [r.serial for r in rig.inbox.of(Loaded) if isinstance(r, Loaded)]
    assert loaded == [0, asked.serial]  # type: ignore[union-attr]


def test_going_back_costs_no_second_rendering(rig: Rig) -> None:
    rig.inbox.closing(rig.controller.submit(REQUEST))
    again = frame(rig.inbox.closing(rig.controller.submit(REQUEST)))
    assert again.cached
    assert len(rig.engine.asked) == 1


def test_an_opened_picture_is_encoded_restyled_and_described(rig: Rig) -> None:
    mix = StyleMix(parts=(StylePart("dots"),))
    encoded = rig.inbox.closing(rig.controller.submit(EncodeRequest("fake", GREY)))
    styled = frame(rig.inbox.closing(rig.controller.submit(RenderRequest(source=GREY, restyle=mix))))
    vector = rig.inbox.closing(rig.controller.submit(StyleVectorRequest(GREY)))
    assert isinstance(encoded, Encoded)
    assert encoded.latent.seed == 90
    assert styled.frame.pixels[0, 0, 0] == 165
    assert isinstance(vector, StyleVectorReady)
    assert vector.vector == (90.0,) * 100


def test_an_opened_picture_needs_no_model(rig: Rig) -> None:
    plain = RenderRequest("missing", Latent(), source=GREY)
    assert frame(rig.inbox.closing(rig.controller.submit(plain))).frame.pixels is GREY.pixels


def test_nothing_to_draw_is_said(rig: Rig) -> None:
    assert failure(rig.inbox.closing(rig.controller.submit(RenderRequest()))).error.hint


def test_idle_costs_no_cpu(rig: Rig) -> None:
    rig.inbox.closing(rig.controller.submit(REQUEST))
    before = resource.getrusage(resource.RUSAGE_SELF)
    threading.Event().wait(0.5)
    after = resource.getrusage(resource.RUSAGE_SELF)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert spent < 0.05
    assert after.ru_nvcsw - before.ru_nvcsw < 20  # the device thread did not wake up by itself
