"""The real window, offscreen: from the slider to the painted frame, and how evenly the GUI ticks meanwhile."""

import random
import sys
import time
from dataclasses import dataclass, field
from time import perf_counter

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QSlider

from studio.app import StudioApp
from studio.core.latent import Latent
from studio.core.messages import WorkDone
from studio.core.settings import Settings
from studio.inference.engine_room import EngineRoom
from studio.inference.jobs import Steps
from tests.benchmarks.models import picture_model
from tests.benchmarks.report import Line, Report, percentile

ROUNDS, DRAGS = 20, 12  # drags and bare passes take turns, so that other load weighs on both
TICK_S = 5.0


@dataclass
class BareForward:
    """The engine alone, on its own thread, at the size that the drags were drawn at."""

    model_id: str
    latents: list[Latent]
    max_size: int | None
    ms: list[float] = field(default_factory=list)
    title: str = "Bare forward pass"

    def steps(self, room: EngineRoom) -> Steps:
        engine = room.image(self.model_id)
        for latent in self.latents:
            started = perf_counter()
            engine.render(latent, self.max_size)
            self.ms.append((perf_counter() - started) * 1000)
        yield 1, 1
        return self.ms


class Bench:
    """A started window with a picture on its canvas."""

    def __init__(self) -> None:
        model_id = picture_model().card.id
        self.app = QApplication.instance() or QApplication(sys.argv[:1])
        assert isinstance(self.app, QApplication)
        self.studio = StudioApp(self.app, Settings(welcome_seen=True, picture_model=model_id))
        self.canvas = self.studio.pictures.canvas
        self.model_id = model_id
        loop = QEventLoop()
        connection = self.canvas.frame_painted.connect(lambda _: loop.quit())
        self.studio.start()
        loop.exec()
        self.canvas.frame_painted.disconnect(connection)
        self.slider = self.studio.window.findChild(QSlider, "latent-slider-0-slider")
        assert self.slider is not None
        self.slider.setSliderDown(True)
        self._positions: list[int] = []

    def drag(self) -> float:
        """One position of the slider, another than now; the time until its frame is painted, ms."""
        loop = QEventLoop()
        connection = self.canvas.frame_painted.connect(lambda _: loop.quit())
        started = perf_counter()
        self.slider.setValue(self._position())
        loop.exec()
        passed = (perf_counter() - started) * 1000
        self.canvas.frame_painted.disconnect(connection)
        return passed

    def _position(self) -> int:
        """A place that the slider has not been at for long: a frame that is not in the cache."""
        if not self._positions:
            self._positions = list(range(self.slider.minimum(), self.slider.maximum(), 2))
            random.shuffle(self._positions)
        return self._positions.pop()

    def drawn_size(self) -> int | None:
        """The size of the drafts that the drags get; None where it is the whole picture."""
        frame = self.canvas.frame
        card = self.studio.catalogue.entry(self.model_id).card
        size = max(frame.width, frame.height) if frame else card.resolution
        return None if size >= card.resolution else size

    def bare(self, count: int) -> list[float]:
        latent = self.studio.session.picture.latent
        name = next(iter(self.studio.pictures.latent_panel.directions.rows))
        latents = [latent.with_offset(name, random.uniform(-3, 3)) for _ in range(count)]
        job = BareForward(self.model_id, latents, self.drawn_size())
        loop = QEventLoop()

        def watch(reply: object) -> None:
            if isinstance(reply, WorkDone):
                loop.quit()

        connection = self.studio.bridge.reply_arrived.connect(watch)
        self.studio.controller.submit_job(job)
        loop.exec()
        self.studio.bridge.reply_arrived.disconnect(connection)
        return job.ms

    def ticks(self, *, rendering: bool) -> list[float]:
        """The gaps between the ticks of a 1 ms timer, ms, while the generator runs flat out or rests."""
        gaps: list[float] = []
        last = perf_counter()

        def tick() -> None:
            nonlocal last
            now = perf_counter()
            gaps.append((now - last) * 1000)
            last = now

        timer = QTimer(interval=1, timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        loop = QEventLoop()
        QTimer.singleShot(round(TICK_S * 1000), loop.quit)
        connection = self.canvas.frame_painted.connect(lambda _: rendering and self._next())
        timer.start()
        if rendering:
            self._next()
        loop.exec()
        timer.stop()
        self.canvas.frame_painted.disconnect(connection)
        return gaps

    def idle_cpu(self) -> float:
        """Percent of one core that the window costs while nobody touches it."""
        loop = QEventLoop()
        QTimer.singleShot(1000, loop.quit)
        loop.exec()  # what the last drag left behind
        QTimer.singleShot(round(TICK_S * 1000), loop.quit)
        before = time.process_time()
        loop.exec()
        return (time.process_time() - before) / TICK_S * 100

    def _next(self) -> None:
        for _ in range(3):  # more wishes than can be drawn: the device thread never rests
            self.slider.setValue(self._position())

    def close(self) -> None:
        self.slider.setSliderDown(False)
        self.studio.window.close()
        self.app.processEvents()


def measure(report: Report) -> None:
    bench = Bench()
    report.section(f"Window: {bench.model_id}, offscreen")
    for _ in range(DRAGS):
        bench.drag()
    drags, bare = [], []
    for _ in range(ROUNDS):
        drags += [bench.drag() for _ in range(DRAGS)]
        bare += bench.bare(DRAGS)
    size = bench.drawn_size() or "full"
    for name, share in (("p50", 0.5), ("p95", 0.95)):
        report.add(
            Line(
                f"slider to painted frame, {name} (size {size})",
                percentile(drags, share),
                "ms",
                "bare forward",
                percentile(bare, share),
                "p50 ratio <= 1.15" if name == "p50" else "",
            )
        )
    idle, busy = bench.ticks(rendering=False), bench.ticks(rendering=True)
    report.add(
        Line(
            "GUI tick p99, rendering flat out",
            percentile(busy, 0.99),
            "ms",
            "idle",
            percentile(idle, 0.99),
            "<= 16 ms",
        )
    )
    report.add(Line("CPU at rest", bench.idle_cpu(), "% of 1"))
    bench.close()
