"""Whether a run of a music family that is cut and resumed is the same run, bit for bit."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from studio.training.music import loop

CUT_AT, STEPS = 4, 6


def assert_resumes(run: Callable[[Path, bool], None], folder: Path) -> None:
    """run(out, resume) trains for STEPS steps; its state after a cut at CUT_AT must be that of a run without one."""
    whole, parts = folder / "whole", folder / "parts"
    for out in (whole, parts):
        out.mkdir(exist_ok=True)
    run(whole, False)
    do_step = loop.Loop.do_step

    def stopping(self: loop.Loop) -> float:
        if self.step == CUT_AT:
            raise KeyboardInterrupt
        return do_step(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop.Loop, "do_step", stopping)
        with pytest.raises(KeyboardInterrupt):
            run(parts, False)
    run(parts, True)
    one, two = (torch.load(out / "state.pt", weights_only=True) for out in (whole, parts))
    assert two["step"] == STEPS
    assert all(torch.equal(one["net"][name], two["net"][name]) for name in one["net"])
