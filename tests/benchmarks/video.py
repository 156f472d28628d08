"""Video export against the generator alone: how much of its frames a second is left when they are encoded too."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter

from studio.core.latent import Latent
from studio.core.parameter import PSI
from studio.core.project import PictureDocument
from studio.core.timeline import Keyframe, Timeline
from studio.engines.catalogue import Catalogue
from studio.engines.torch_backend import TorchBackend
from studio.files.film import FilmFormat
from studio.files.locations import models_dir, user_models_dir
from studio.inference.engine_room import EngineRoom
from studio.inference.errand import Errand
from studio.inference.film_job import FilmJob
from studio.inference.jobs import Job, Steps
from tests.benchmarks.models import picture_model
from tests.benchmarks.report import Line, Report

FRAMES, FPS, ROUNDS = 90, 30, 4
SIZES_PX = (0, 512, 1024)
GOAL = ">= 85 % of the bare generator"


@dataclass
class BareGenerator:
    """Every frame of a timeline drawn, and none kept: nothing but the engine, on the device thread."""

    document: PictureDocument
    seconds: list[float] = field(default_factory=list)
    title: str = "Bare generator"

    def steps(self, room: EngineRoom) -> Steps:
        engine = room.image(self.document.model_id)
        moments = list(self.document.timeline.frames(engine.info.card.z_dim, FPS))
        engine.render(moments[0].latent)
        started = perf_counter()
        for moment in moments:
            engine.render(moment.latent)
        self.seconds.append(perf_counter() - started)
        yield 1, 1
        return None


def measure(report: Report) -> None:
    card = picture_model().card
    report.section(f"Video export: {card.id}, {FRAMES} frames")
    document = PictureDocument(card.id, timeline=_timeline())
    catalogue = Catalogue.scan((models_dir(), user_models_dir()))
    with (
        tempfile.TemporaryDirectory() as folder,
        Errand(lambda name: TorchBackend(catalogue, name)) as errand,
    ):
        for ending in (".mp4", ".webm"):
            for size in SIZES_PX:
                _compare(report, errand, document, Path(folder) / f"film{ending}", size)


def _compare(report: Report, errand: Errand, document: PictureDocument, path: Path, size: int) -> None:
    """Both in turns, so that other load weighs on both; the best round of each counts."""
    bare, film = BareGenerator(document), FilmJob(document, path, FilmFormat(FPS, size))
    exports = []
    for _ in range(ROUNDS):
        errand.do(bare)
        exports.append(_timed(errand, film))
    report.add(
        Line(
            f"{path.suffix} at {f'{size} px' if size else 'its own size'}",
            FRAMES / min(exports), "fps", "bare generator", FRAMES / min(bare.seconds), GOAL,
        )
    )  # fmt: skip


def _timed(errand: Errand, job: Job) -> float:
    started = perf_counter()
    errand.do(job)
    return perf_counter() - started


def _timeline() -> Timeline:
    keys = (
        Keyframe(float(i), Latent(seed, psi=PSI.default), easing="linear") for i, seed in enumerate((1, 2, 3))
    )
    return Timeline(tuple(keys), "spline", True, FRAMES / FPS, FPS)
