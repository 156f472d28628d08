"""The verbs for pictures that move: a way through a model's space, and the timeline of a project."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, cast

import typer

from studio import __version__
from studio.cli import common
from studio.cli.common import Device, Weights, app, card_of, errand, pairs, seeds_of
from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.core.parameter import PSI
from studio.core.project import PictureDocument
from studio.core.timeline import EASINGS, MAX_FPS, MAX_SECONDS, WAYS, Easing, Keyframe, Timeline, Way
from studio.files.film import FilmFormat
from studio.files.project_file import load_project
from studio.files.video import LARGEST_PX, QUALITIES, Quality
from studio.inference.film_job import FilmJob

FILM = "A .mp4, .webm, .webp or .gif file, or a new folder of PNGs."
USUAL_FRAMES = 120
FilmSize = Annotated[
    int, typer.Option("--size", min=0, max=LARGEST_PX, help="The longer side, px; 0 is the model's own.")
]
FilmQuality = Annotated[str, typer.Option("--quality", help=f"{', '.join(QUALITIES)}.")]


@app.command(
    epilog="`latent-studio interpolate paintings-gan --seeds 1,2,3 --easing in-out --loop --seconds 6 -o walk.mp4`  \n"
    "`latent-studio interpolate paintings-gan --seeds 4,8 --way spline --size 1024 --fps 30 -o walk.webm`"
)
def interpolate(
    model: str,
    out: Annotated[Path, typer.Option("--out", "-o", help=FILM)],
    seeds: Annotated[str, typer.Option(help="Seeds to pass through, as in 1,2,3.")],
    seconds: Annotated[
        float | None, typer.Option(min=0.01, max=MAX_SECONDS, help="How long, instead of --frames.")
    ] = None,
    frames: Annotated[int, typer.Option(min=1, max=100_000)] = USUAL_FRAMES,
    easing: Annotated[
        str, typer.Option(help=f"From each seed to the next: {', '.join(EASINGS)}.")
    ] = "linear",
    way: Annotated[str, typer.Option(help=f"Through the space: {', '.join(WAYS)}.")] = "z-slerp",
    loop: Annotated[bool, typer.Option("--loop", help="Go on from the last seed back to the first.")] = False,
    psi: Annotated[float, typer.Option(help=PSI.hint)] = PSI.default,
    style: Weights = [],  # noqa: B006
    fps: Annotated[int, typer.Option(min=1, max=MAX_FPS, help="Frames a second.")] = 24,
    size: FilmSize = 0,
    quality: FilmQuality = "good",
    device: Device = "auto",
) -> None:
    """Wander from seed to seed and write what passes as a film."""
    start = Latent(styles=pairs(style), psi=PSI.check(psi))
    latents = [replace(start, seed=seed) for seed in seeds_of(seeds, "--seeds")]
    count = frames if seconds is None else max(1, round(seconds * fps))
    timeline = replace(
        walk(latents, count, fps, loop, cast(Easing, _one_of(easing, EASINGS, "--easing"))),
        way=cast(Way, _one_of(way, WAYS, "--way")),
    )
    document = PictureDocument(card_of(model, "picture").id, latents[0], timeline=timeline)
    _film(document, out, FilmFormat(fps, size, _quality(quality)), "Interpolate", device)


def film_project(file: Path, out: Path, size: int, fps: int, quality: str, loops: int, device: str) -> None:
    """Film the timeline of a project file; fps 0 is its own."""
    document = load_project(file).picture
    if not document.timeline.keyframes:
        raise StudioError(
            f"The timeline of {file.name} has no keyframes.",
            hint="Keep some pictures on it and save it again.",
        )
    film = FilmFormat(fps or document.timeline.fps, size, _quality(quality), loops)
    _film(document, out, film, "Render timeline", device)


def walk(latents: list[Latent], count: int, fps: int, closed: bool, easing: Easing) -> Timeline:
    """The latents evenly over so many frames: the last frame of an open way is the last latent, a closed one comes
    back to the first just after its last frame."""
    spans = max(1, len(latents) if closed else len(latents) - 1)
    end_s = (count if closed else count - 1) / fps
    times = dict.fromkeys(
        end_s * i / spans for i in range(len(latents))
    )  # one frame alone is the first latent
    keys = (Keyframe(time_s, latent, easing=easing) for time_s, latent in zip(times, latents, strict=False))
    return Timeline(tuple(keys), closed=closed, length_s=count / fps, fps=fps)


def _film(document: PictureDocument, out: Path, film: FilmFormat, title: str, device: str) -> None:
    known = common.catalogue()
    sha256 = known.entry(document.model_id).card.weights.sha256 if document.model_id else ""
    with errand(device) as now:
        now.do(FilmJob(document, out, film, sha256, __version__, title))


def _quality(text: str) -> Quality:
    return cast(Quality, _one_of(text, QUALITIES, "--quality"))


def _one_of(text: str, known: tuple[str, ...], option: str) -> str:
    if text not in known:
        raise typer.BadParameter(f"one of {', '.join(known)}", param_hint=option)
    return text
