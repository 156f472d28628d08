"""The melody network by hand is the trained module; guidance lies on the line between told and not told."""

import numpy as np
import pytest
import torch

from studio.engines.music import events as ev
from studio.engines.music.conditions import ATTRIBUTE_COLUMNS, Told, arrays
from studio.engines.music.melody_lstm import MelodyLstm, MelodyLstmConfig
from studio.engines.music.melody_stepper import Stepper
from studio.engines.music.stepping import best_precision

CONFIG = MelodyLstmConfig(("reel", "jig"), embedding=16, hidden=24, head=16)
PLACES = np.array([[17, ev.POSITIONS + 3, ev.POSITIONS + ev.PHRASE_BARS + 5]])


def net() -> MelodyLstm:
    with torch.random.fork_rng():
        torch.manual_seed(0)
        found = MelodyLstm(CONFIG).eval().requires_grad_(False)
        for parameter in (found.attributes.weight, found.steer.weight):  # they begin at 0
            parameter.normal_(std=0.1)
        return found


def told() -> Told:
    attributes = np.random.RandomState(1).rand(ATTRIBUTE_COLUMNS).astype(np.float32)
    return Told(np.array([0.3, 0.7], np.float32), 1, 2, attributes)


def some_rows(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    random = np.random.RandomState(5)
    return np.stack([random.randint(0, size, count) for size in ev.SIZES], 1)


def step_by_step(precision: str, told: Told, guidance: float = 1.0) -> list[np.ndarray]:  # type: ignore[type-arg]
    """The logits of the three heads after nine rows, four of them heard as context."""
    rows, stepper = some_rows(9), Stepper(net(), precision)
    stepper.hear(rows[:4], told, 2, guidance)
    for row in rows[4:]:
        opening = stepper.step(np.stack([row, row]))
    pitches, carried = stepper.pitch_logits(opening, PLACES.repeat(2, 0))
    return [
        logits[0]
        for logits in (
            stepper.shift_logits(opening),
            pitches,
            stepper.duration_logits(carried, np.array([40, 40])),
        )
    ]


def by_the_module(told: Told) -> list[np.ndarray]:  # type: ignore[type-arg]
    module, rows = net(), torch.from_numpy(some_rows(9))[None]
    conditions = module.condition(*(torch.from_numpy(a) for a in arrays([told.before] * 4 + [told] * 5)))
    hidden = module(rows, conditions[None])[0, -1:]  # (1, H)
    place = torch.from_numpy(PLACES) - module.places
    return [out.numpy() for out in module.heads(hidden, conditions[-1:], place, torch.tensor([40]))]


@pytest.mark.parametrize(("precision", "close"), [("fp32", 1e-5), ("int8", 0.05)])
def test_stepping_by_hand_is_the_network(precision: str, close: float) -> None:
    if precision == "int8" and best_precision() != "int8":
        pytest.skip("torch has no whole-number products here")
    for got, want in zip(step_by_step(precision, told()), by_the_module(told()), strict=True):
        np.testing.assert_allclose(got, want.repeat(2, 0), atol=close)


def test_guidance_exaggerates_what_is_told() -> None:
    with_it, without = by_the_module(told()), by_the_module(told().plain)
    guided = step_by_step("fp32", told(), 2.5)
    for got, told_, plain in zip(guided, with_it, without, strict=True):
        sound = told_[0] > told_.max() + np.log(0.03)  # what is odd is not chosen, see below
        np.testing.assert_allclose(got[0, sound], (plain + 2.5 * (told_ - plain))[0, sound], atol=1e-4)
    plain_ones = zip(step_by_step("fp32", told().plain, 2.5), without, strict=True)
    assert all(np.allclose(got, want.repeat(2, 0), atol=1e-5) for got, want in plain_ones)


def test_guidance_does_not_choose_what_the_model_finds_implausible() -> None:
    stepper = Stepper(net(), "fp32")
    stepper.hear(some_rows(2), told(), 1, 4.0)
    logits = np.array([[0.0, -1.0, -9.0], [0.0, -3.0, -16.0]], np.float32)  # told, and not told
    guided, own = stepper._guided(logits)
    assert guided[0].argmax() == 1  # much likelier for being told
    assert guided[0, 2] < guided[0, 0] - 15  # likelier too, but still odd
    assert (own == logits[:1]).all()
