"""Errands: asking and waiting, for the command line."""

from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.messages import FrameReady, LoadRequest, Progress, RenderRequest
from studio.inference.engine_room import EngineRoom
from studio.inference.errand import Errand
from studio.inference.export_jobs import ExportPictureJob
from studio.inference.jobs import Steps
from tests.inference.conftest import FakeBackend, make_engine, steps_of


def open_backend(device: str) -> FakeBackend:
    if device == "tpu":
        raise StudioError("The device 'tpu' is not available on this machine.")
    return FakeBackend("cpu", make_engine())


def test_a_request_is_answered() -> None:
    with Errand(open_backend) as errand:
        reply = errand.ask(RenderRequest("fake", Latent(seed=3)))
        assert isinstance(reply, FrameReady)
        assert errand.device == "cpu"
        assert errand.ask(LoadRequest("fake")).serial == 2  # type: ignore[union-attr]


def test_a_job_tells_its_progress_and_returns_its_result(tmp_path: Path) -> None:
    told: list[Progress] = []
    with Errand(open_backend, on_progress=told.append) as errand:
        result = errand.do(ExportPictureJob(RenderRequest("fake", Latent()), tmp_path / "a.png"))
    assert result == tmp_path / "a.png"
    assert [steps_of(one) for one in told] == [(0, 2), (1, 2)]


@pytest.mark.parametrize(("device", "model"), [("tpu", "fake"), ("cpu", "missing")])
def test_what_fails_is_raised(device: str, model: str) -> None:
    with Errand(open_backend, device) as errand, pytest.raises(StudioError, match=r"tpu|missing"):
        errand.ask(RenderRequest(model, Latent()))


def test_an_interrupt_cancels_the_job_within_a_step_and_goes_on_up() -> None:
    class Endless:
        title = "Endless"
        cleaned = False

        def steps(self, room: EngineRoom) -> Steps:
            try:
                while True:
                    yield 1, 0
            finally:
                self.cleaned = True

    def interrupt(progress: Progress) -> None:
        if not interrupted:
            interrupted.append(progress)
            raise KeyboardInterrupt

    job, interrupted = Endless(), list[Progress]()
    with Errand(open_backend, on_progress=interrupt) as errand, pytest.raises(KeyboardInterrupt):
        errand.do(job)
    assert job.cleaned
