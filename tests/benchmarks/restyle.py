"""Style transfer: its pace against the original graph in onnxruntime, and how much a restyled clip flickers.

Flicker is the mean absolute change, in levels, of what the painting shows from one frame to the next, at the places
where the film shows the same: nothing moved, or the known pan is undone. The baseline paints frame by frame.
"""

from collections.abc import Callable, Iterator
from statistics import median
from time import perf_counter

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray

from studio.core.picture import Pixels
from studio.core.restyle import StyleMix, StylePart
from studio.engines.base import at_once
from studio.engines.catalogue import Catalogue
from studio.engines.picture.style_transfer import StyleTransferEngine, open_engine
from studio.files.locations import models_dir
from studio.training.picture.style_weights import original
from tests.benchmarks.report import Line, Report

ROUNDS = 9
FRAMES, CLIP_HEIGHT, CLIP_WIDTH = 12, 256, 384
STYLES = ("edvard-munch-the-scream", "vincent-van-gogh-the-starry-night", "claude-monet-impression-sunrise")
Frames = list[Pixels]
PAN = (1, 3)  # px down and right a frame


def measure(report: Report) -> None:
    entry = Catalogue.scan([models_dir()]).entry("style-transfer")
    engine = open_engine(entry, torch.device("cpu"))
    scene = drawn()
    report.section("Restyle: pace")
    measure_pace(report, engine, scene)
    report.section("Restyle: flicker of clips, in levels, against painting frame by frame")
    styles = [style for style in STYLES if engine.library.holds(style)]
    for name, film in FILMS.items():
        measure_flicker(report, engine, name, film(scene), styles)


def measure_pace(report: Report, engine: StyleTransferEngine, scene: Pixels) -> None:
    """Ours at the size of the original's graph, turn by turn with it, and at 512 px."""
    style = engine.library.entries[0].id
    square = scene[:384, :384]
    session = onnxruntime.InferenceSession(
        original("arbitrary_transform"), providers=["CPUExecutionProvider"]
    )
    names = [wanted.name for wanted in session.get_inputs()]
    given = (square[None].astype(np.float32) / 255, engine.library.vector(style).reshape(1, 1, 1, 100))
    feed = dict(zip(names, given, strict=True))
    ours, theirs, large = [], [], []
    for _ in range(ROUNDS):
        theirs.append(seconds(lambda: session.run(None, feed)))
        ours.append(seconds(lambda: engine.restyle(square, StyleMix((StylePart(style),), size=384))))
        large.append(seconds(lambda: engine.restyle(scene[:512, :512], StyleMix((StylePart(style),)))))
    ratio = ("onnxruntime, original graph", median(theirs) * 1000)
    report.add(Line("384 x 384 px", median(ours) * 1000, "ms", *ratio))
    report.add(Line("512 x 512 px", median(large) * 1000, "ms", goal="<= 1500 ms on 2 cores"))


def measure_flicker(
    report: Report, engine: StyleTransferEngine, name: str, film: "Film", styles: list[str]
) -> None:
    """The mean over some styles."""
    steady, alone = [], []
    for style in styles:
        mix = StyleMix((StylePart(style),), size=CLIP_WIDTH)
        clip = engine.painting_clip(mix)
        steady.append(film.flicker([at_once(clip.paint(frame)) for frame in film.frames]))
        alone.append(film.flicker([engine.restyle(frame, mix) for frame in film.frames]))
    report.add(Line(name, float(np.mean(steady)), "levels", "frame by frame", float(np.mean(alone))))


class Film:
    """Frames (256, 384, 3), how far the picture moves between two of them, and which places show the same."""

    def __init__(
        self, frames: Frames, pan: tuple[int, int], same: Callable[[int], NDArray[np.bool_]]
    ) -> None:
        self.frames = frames
        self.pan = pan
        self.same = same

    def flicker(self, painted: Frames) -> float:
        """Mean absolute change of a painting of this film at the places that show the same."""
        return float(np.mean([self._change(painted, number) for number in range(1, len(painted))]))

    def _change(self, painted: Frames, number: int) -> float:
        down, right = self.pan
        now = painted[number][: CLIP_HEIGHT - down, : CLIP_WIDTH - right].astype(float)
        before = painted[number - 1][down:, right:]
        apart = np.abs(now - before).mean(2)
        return float(apart[self.same(number)[: apart.shape[0], : apart.shape[1]]].mean())


def grainy(frames: Iterator[Pixels], levels: float) -> Frames:
    random = np.random.default_rng(0)
    return [np.asarray((f + random.normal(0, levels, f.shape)).clip(0, 255), np.uint8) for f in frames]


def everywhere(_number: int) -> NDArray[np.bool_]:
    return np.ones((CLIP_HEIGHT, CLIP_WIDTH), bool)


def still(scene: Pixels) -> Film:
    """A camera on its stand: only the grain of the sensor changes."""
    return Film(grainy((scene[60:316, 60:444] for _ in range(FRAMES)), 4.0), (0, 0), everywhere)


def panning(scene: Pixels) -> Film:
    """A camera that turns: 3 px to the right and 1 down a frame."""
    corners = [(60 + PAN[0] * n, 60 + PAN[1] * n) for n in range(FRAMES)]
    return Film(grainy((scene[y : y + 256, x : x + 384] for y, x in corners), 4.0), PAN, everywhere)


def passing(scene: Pixels) -> Film:
    """A bright thing goes through the picture, and changes the statistics of everything behind it."""

    def frame(number: int) -> Pixels:
        picture = scene[60:316, 60:444].copy()
        picture[120:220, 25 * number : 25 * number + 80] = (250, 240, 60)
        return picture

    def same(number: int) -> NDArray[np.bool_]:
        there = everywhere(number)
        there[100:240, max(0, 25 * number - 55) : 25 * number + 110] = False
        return there

    return Film(grainy((frame(n) for n in range(FRAMES)), 2.0), (0, 0), same)


FILMS = {
    "still camera, grain": still,
    "panning camera, grain": panning,
    "something passes, grain": passing,
}


def drawn() -> Pixels:
    """Hills, a sun and grass, (512, 512, 3)."""
    y, x = np.mgrid[0:512, 0:512] / 511
    grass = np.random.default_rng(3).normal(0, 0.06, (64, 64, 3)).repeat(8, 0).repeat(8, 1)
    sky = np.stack([0.4 + 0.3 * y, 0.5 + 0.2 * y, 0.9 - 0.4 * y], -1)
    hill = (y > 0.6 + 0.1 * np.sin(7 * x))[..., None]
    picture = np.where(hill, np.array([0.25, 0.5, 0.2]) + grass, sky)
    picture = np.where(((x - 0.7) ** 2 + (y - 0.25) ** 2 < 0.01)[..., None], [1.0, 0.9, 0.5], picture)
    return np.asarray(picture.clip(0, 1) * 255, np.uint8)


def seconds(do: Callable[[], object]) -> float:
    started = perf_counter()
    do()
    return perf_counter() - started
