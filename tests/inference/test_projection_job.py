"""Searching and dragging as jobs on a real device thread: previews, cancelling, live pictures between two steps."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from studio.core.latent import Latent
from studio.core.messages import (
    CancelledReply,
    DeviceReady,
    Failure,
    FrameReady,
    Preview,
    RenderRequest,
    WorkDone,
)
from studio.core.picture import Picture
from studio.core.projection import Dragged, DragPoint, DragWish, Projection, ProjectionWish
from studio.engines.catalogue import Catalogue
from studio.engines.torch_backend import TorchBackend
from studio.inference.controller import InferenceController
from studio.inference.projection_job import DragJob, ProjectionJob
from tests.inference.conftest import Inbox
from tests.tiny_models import write_tiny_models

GREY = Picture(np.full((40, 50, 3), 128, np.uint8), "grey")


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def controller(tmp_path: Path, inbox: Inbox) -> Iterator[InferenceController]:
    write_tiny_models(tmp_path)
    threads = torch.get_num_threads()
    made = InferenceController(
        lambda device: TorchBackend(Catalogue.scan((tmp_path,)), device), inbox.deliver, "cpu"
    )
    inbox.wait(lambda reply: isinstance(reply, DeviceReady))
    yield made
    made.close()
    torch.set_num_threads(threads)


def previews(inbox: Inbox, serial: int) -> list[object]:
    return [reply.value for reply in inbox.of(Preview) if reply.serial == serial]


def test_a_search_tells_of_its_best_and_ends_with_it(controller: InferenceController, inbox: Inbox) -> None:
    serial = controller.submit_job(ProjectionJob("tiny-gan", ProjectionWish(GREY, steps=12)))
    done = inbox.closing(serial)
    assert isinstance(done, WorkDone)
    told = previews(inbox, serial)
    assert [one.step for one in told if isinstance(one, Projection)] == [0, 5, 10, 12]
    assert told[-1] == done.result


def test_live_pictures_come_between_two_steps(controller: InferenceController, inbox: Inbox) -> None:
    serial = controller.submit_job(ProjectionJob("tiny-gan", ProjectionWish(GREY, steps=4000)))
    inbox.wait(lambda reply: isinstance(reply, Preview))
    for seed in range(3):
        asked = controller.submit(RenderRequest("tiny-gan", Latent(seed=seed, noise_seed=seed)))
        assert isinstance(inbox.closing(asked), FrameReady)
    controller.cancel(serial)
    assert isinstance(inbox.closing(serial), CancelledReply)
    again = controller.submit_job(ProjectionJob("tiny-vae", ProjectionWish(GREY, steps=3)))
    assert isinstance(inbox.closing(again), WorkDone)


def test_dragging_tells_of_every_step(controller: InferenceController, inbox: Inbox) -> None:
    wish = DragWish(Latent(seed=2), (DragPoint((0.2, 0.2), (0.8, 0.8)),), steps=3)
    serial = controller.submit_job(DragJob("tiny-gan", wish))
    assert isinstance(inbox.closing(serial), WorkDone)
    assert [one.step for one in previews(inbox, serial) if isinstance(one, Dragged)] == [0, 1, 2, 3]


@pytest.mark.parametrize("model_id", ["tiny-vae", "tiny-restoration", "tiny-melody", "missing"])
def test_models_that_cannot_say_so(controller: InferenceController, inbox: Inbox, model_id: str) -> None:
    wish = DragWish(Latent(), (DragPoint((0.2, 0.2), (0.8, 0.8)),))
    failure = inbox.closing(controller.submit_job(DragJob(model_id, wish)))
    assert isinstance(failure, Failure)
    assert "went wrong" not in failure.error.title
