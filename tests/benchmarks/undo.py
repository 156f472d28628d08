"""The real window, offscreen, a thousand steps into the work: what one undo costs with the list of steps in view."""

import random
from collections.abc import Callable
from time import perf_counter

from PySide6.QtWidgets import QDockWidget

from studio.core.session import PICTURES
from tests.benchmarks.report import Line, Report, percentile
from tests.benchmarks.window import Bench

STEPS, ROUNDS = 1000, 40


def measure(report: Report) -> None:
    bench = Bench()
    bench.slider.setSliderDown(False)
    report.section(f"Undo: {bench.model_id}, offscreen, with the list of steps in view")
    dock = bench.studio.window.findChild(QDockWidget, "dock-steps")
    assert dock is not None
    dock.raise_()
    bench.app.processEvents()
    few = _fill(bench, 10)
    few_ms = _undo_and_redo(bench)
    _fill(bench, STEPS - few)
    many_ms = _undo_and_redo(bench)
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        baseline = percentile(few_ms, share)
        what = f"undo or redo at step {STEPS:,}, window, {name}"
        report.add(Line(what, percentile(many_ms, share), "ms", "at step 10", baseline, "<= 50 ms"))
    ends = (0, STEPS)
    jumps = [_ms(bench, lambda done=done: bench.studio.session.jump(PICTURES, done)) for done in ends * 5]
    report.add(Line("jump to the beginning and back", percentile(jumps, 0.5), "ms"))
    bench.close()


def _fill(bench: Bench, count: int) -> int:
    """Do so many steps, each with a name of its own, as hands do: sliders and seeds."""
    session = bench.studio.session
    names = list(bench.studio.pictures.latent_panel.directions.rows)
    for step in range(count):
        if step % 5:
            session.move_latent(random.choice(names), random.uniform(-3, 3), label=f"Slider {step}")
        else:
            session.set_seed(random.randrange(1_000_000))
    bench.app.processEvents()
    return count


def _undo_and_redo(bench: Bench) -> list[float]:
    session = bench.studio.session
    both = (session.undo, session.redo)
    return [_ms(bench, lambda step=step: step(PICTURES)) for step in both * ROUNDS]


def _ms(bench: Bench, step: Callable[[], object]) -> float:
    """The time in the GUI thread: the step, all that listens, and the painting."""
    started = perf_counter()
    step()
    bench.app.processEvents()
    return (perf_counter() - started) * 1000
