"""Drafts: as large as the machine can draw in time, and the same picture as the final one where that is full size."""

import time
from dataclasses import replace

import numpy as np
import pytest

from studio.core.latent import Latent
from studio.core.layers import Layer, Mark, first_stack
from studio.core.messages import ComposeRequest, Quality, RenderRequest
from studio.core.picture import Picture
from studio.core.restyle import StyleMix, StylePart
from studio.engines.base import at_once, no_step
from studio.inference.draft_budget import DraftBudget
from studio.inference.engine_room import EngineRoom
from studio.inference.export_jobs import render_at_rest
from studio.inference.frame_cache import FrameCache
from studio.inference.handlers import Handlers, smaller
from tests.inference.conftest import FakeBackend, FakeEngine

DRAFT = RenderRequest("fake", Latent(seed=1), quality=Quality.DRAFT)
MIX = StyleMix((StylePart("dots"),), size=512)
GREY = Picture(np.full((20, 30, 3), 90, dtype=np.uint8), "grey")


@pytest.fixture
def handlers(fake_engine: FakeEngine) -> Handlers:
    room = EngineRoom(FakeBackend("cpu", fake_engine), lambda loaded: None)
    return Handlers(room, FrameCache(), DraftBudget())


def test_a_draft_at_full_size_is_the_final_picture(handlers: Handlers, fake_engine: FakeEngine) -> None:
    draft = handlers.render(DRAFT, no_step)
    final = handlers.render(replace(DRAFT, quality=Quality.FINAL), no_step)
    assert final.cached
    assert final.frame is draft.frame
    assert len(fake_engine.asked) == 1


def test_a_slow_machine_gets_smaller_drafts_and_the_whole_picture_at_rest(handlers: Handlers) -> None:
    handlers.budget.note("fake", 32, 100.0)
    assert handlers.render(DRAFT, no_step).frame.width == 16
    assert handlers.render(replace(DRAFT, quality=Quality.FINAL), no_step).frame.width == 32


def test_restyled_drafts_are_smaller_too(handlers: Handlers) -> None:
    handlers.budget.note("restyle", 512, 400.0)
    drawn = handlers.render(RenderRequest(source=GREY, restyle=MIX, quality=Quality.DRAFT), no_step)
    assert drawn.request.restyle is not None
    assert drawn.request.restyle.size == 128


def test_loading_a_model_does_not_count_as_drawing(handlers: Handlers, fake_engine: FakeEngine) -> None:
    loaded_at = 0.0

    class SlowToLoad(FakeBackend):
        def load(self, model_id: str) -> FakeEngine:
            nonlocal loaded_at
            time.sleep(0.06)
            loaded_at = time.perf_counter()
            return fake_engine

    handlers.room.backend = SlowToLoad("cpu", fake_engine)
    drawn = handlers.render(replace(DRAFT, quality=Quality.FINAL), no_step)
    assert drawn.render_ms <= (time.perf_counter() - loaded_at) * 1000
    assert handlers.budget.size_for("fake", (8, 16, 32)) == 32


def test_a_draft_of_an_opened_picture_loads_no_model(handlers: Handlers) -> None:
    drawn = handlers.render(replace(DRAFT, model_id="missing", source=GREY), no_step)
    assert drawn.frame.pixels is GREY.pixels


def test_half_the_memory() -> None:
    compose = ComposeRequest("fake", (), 0, 480, candidates=8)
    assert smaller(compose) == replace(compose, candidates=4)
    assert smaller(RenderRequest(source=GREY, restyle=MIX)).restyle == replace(MIX, size=256)  # type: ignore[union-attr]
    assert smaller(replace(DRAFT, max_size=256)) == replace(DRAFT, max_size=128)
    assert smaller(RenderRequest(source=GREY)) == RenderRequest(source=GREY)


BOARD, STACK = first_stack(32, 32, "live")
INK = Layer(1, "ink", "paint", marks=(Mark("fill", 0x102030, opacity=0.5),))
LAYERED = replace(DRAFT, layers=(*STACK, INK), artboard=BOARD, quality=Quality.FINAL)


def test_layers_lie_over_the_live_picture_at_the_artboards_size(handlers: Handlers) -> None:
    alone = handlers.render(DRAFT, no_step).frame.pixels[0, 0].astype(float)
    layered = handlers.render(LAYERED, no_step).frame
    assert layered.width == 1024
    mixed = (alone + np.array([0x10, 0x20, 0x30])) / 2
    assert np.abs(layered.pixels[5, 5] - mixed).max() <= 0.51


def test_a_draft_of_a_stack_is_small_and_the_live_picture_is_drawn_once(
    handlers: Handlers, fake_engine: FakeEngine
) -> None:
    assert handlers.render(replace(LAYERED, quality=Quality.DRAFT), no_step).frame.width == 512
    more = replace(LAYERED, layers=(*STACK, replace(INK, opacity=0.4)))
    assert not handlers.render(more, no_step).cached
    assert handlers.render(more, no_step).cached
    assert len(fake_engine.asked) == 1


def test_a_live_picture_that_nobody_sees_is_not_drawn(handlers: Handlers, fake_engine: FakeEngine) -> None:
    hidden = replace(LAYERED, layers=(replace(STACK[0], visible=False), INK))
    assert handlers.render(hidden, no_step).frame.pixels[0, 0].tolist() == [136, 144, 152]
    assert not fake_engine.asked


def test_an_export_of_layers_has_the_bytes_of_the_canvas(handlers: Handlers) -> None:
    painting = render_at_rest(handlers.room, replace(LAYERED, quality=Quality.DRAFT))
    assert np.array_equal(at_once(painting), handlers.render(LAYERED, no_step).frame.pixels)


def test_a_machine_that_is_slow_with_layers_draws_them_smaller(handlers: Handlers) -> None:
    handlers.board_budget.note("layers", 512, 100.0)
    draft = replace(LAYERED, quality=Quality.DRAFT)
    assert handlers.render(draft, no_step).frame.width == 192
    assert handlers.render(LAYERED, no_step).frame.width == 1024
