"""How good a picture model is, in figures: `latent-studio evaluate`, and what the cards of bundled models say.

Everything is measured against works that the model never saw, on features that no loss has seen, with crops of the
training works themselves as the yardstick.
Invariant: samples have the seeds from FIRST_SEED on and the labels of training crops, so a report can be had again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.core.latent import seed_z, slerp
from studio.core.messages import Progress
from studio.engines.catalogue import Catalogue
from studio.engines.picture.sketch import Sketch
from studio.training.picture import metrics, vgg
from studio.training.picture.data import label_names
from studio.training.picture.reference import BANK, Reference, Seen, halves, load_reference
from studio.training.picture.seeing import DISTANCES, PLACES, Tell, quietly, see, shrink
from studio.training.picture.subjects import Recipe, Subject, find_place, open_subject

FIRST_SEED = 1000
PATHS, STEP = 64, 1e-3  # of the path length: how many, and the part of a path that is walked
LINEAR_SIDE, LINEAR_CROPS = (
    32,
    2048,
)  # the yardstick of an autoencoder: principal components of small pictures
TOLD = 10  # neighbours that a report lists


@dataclass(frozen=True)
class Likeness:
    """A set of pictures: its distances to crops of held-out works, precision and recall with training crops."""

    frechet: float
    kernel: float
    kernel_spread: float
    precision: float
    recall: float
    diversity: float
    pixel_diversity: float


@dataclass(frozen=True)
class Neighbour:
    """A sample and the training work nearest to it."""

    seed: int
    styles: tuple[str, ...]
    work: str
    artist: str
    title: str
    distance: float


@dataclass(frozen=True)
class Memorisation:
    """See metrics.Memory; `nearest` lists the nearest pairs, the nearest first."""

    verdict: str
    share: float
    threshold: float
    sensitivity: float
    nearest: tuple[Neighbour, ...]


@dataclass(frozen=True)
class Copies:
    """How near the copies of held-out works come."""

    psnr_db: float
    ssim: float
    perceptual: float


@dataclass(frozen=True)
class Measured:
    """The figures of one model; `copies` of those that encode.

    held_out_seen: how many of the held-out works it learned from all the same, as its own recipe says.
    """

    name: str
    family: str
    resolution: int
    pictures_shown: int
    likeness: Likeness
    memorisation: Memorisation
    path_length: float
    copies: Copies | None
    held_out_seen: int = 0


@dataclass(frozen=True)
class Report:
    """One model, another beside it where one was named, the yardsticks, and what the figures rest on."""

    model: Measured
    real_crops: Likeness
    linear_code: Copies | None
    features: str
    counts: dict[str, int] = field(default_factory=dict)
    against: Measured | None = None


def evaluate(model: str, data_dir: Path, catalogue: Catalogue, tell: Tell, against: str = "") -> Report:
    """Measure a model or a training run, and another beside it on the same pictures; raises StudioError."""
    places = [find_place(name, catalogue) for name in (model, against) if name]
    sizes = [place.recipe.network.resolution for place in places]
    if len(set(sizes)) > 1:
        raise StudioError(f"Only pictures of one size can be compared, not {sizes[0]} px with {sizes[1]} px.")
    sight = vgg.load_vgg()
    reference = load_reference(places[0].recipe, data_dir, sight, tell)
    subjects = [open_subject(place, reference.pack) for place in places]
    found = report(subjects, reference, sight, tell)
    if found.against is None:
        return found
    learned = {work.key for work in halves(places[1].recipe, data_dir)[0]}
    seen = sum(work.key in learned for work in reference.kept)
    return replace(found, against=replace(found.against, held_out_seen=seen))


@torch.no_grad()
def report(subjects: list[Subject], reference: Reference, sight: vgg.Sight, tell: Tell) -> Report:
    """The report on one subject, or on two side by side."""
    measured = [measure(subject, reference, sight, tell) for subject in subjects]
    seen = reference.seen
    encodes = measured[0].copies is not None
    return Report(
        model=measured[0],
        real_crops=_likeness(seen, seen.train, seen.held_out, reference.train),
        linear_code=_linear_code(subjects[0], reference, sight) if encodes else None,
        features=sight.name,
        counts={
            "samples": len(seen.train),
            "crops of held-out works": len(seen.held_out),
            "held-out works": len(reference.unseen),
            "training works": len(reference.works),
            "crops searched for copies": len(reference.works) * BANK,
        },
        against=measured[1] if len(measured) > 1 else None,
    )


def measure(subject: Subject, reference: Reference, sight: vgg.Sight, tell: Tell) -> Measured:
    """Draw as many samples as there are crops, with the same labels, and compare."""
    seen, count = reference.seen, len(reference.labels)
    pictures = _samples(subject, reference.labels, tell)  # (n, 3, S, S)
    vectors = see(sight, pictures, DISTANCES, f"Looking at {subject.name}", tell)
    places = see(sight, pictures, PLACES, f"Looking for copies in {subject.name}", tell)
    tell(Progress(0, f"Measuring {subject.name}", 0, 0))
    return Measured(
        name=subject.name,
        family=subject.family,
        resolution=subject.resolution,
        pictures_shown=subject.pictures_shown,
        likeness=_likeness(seen, vectors, vectors, pictures),
        memorisation=_memorisation(places, reference),
        path_length=_path_length(subject, reference.labels[: min(PATHS, count)], sight, tell),
        copies=_copies(subject.copy, reference, sight) if subject.copy else None,
    )


def _samples(subject: Subject, labels: Tensor, tell: Tell) -> Tensor:
    rows: list[Tensor] = []
    for part in torch.arange(len(labels)).split(25):
        z = torch.from_numpy(
            np.concatenate([seed_z(FIRST_SEED + int(i), subject.z_dim) for i in part])
        ).float()
        rows.append(subject.draw(z, labels[part]))
        tell(Progress(0, f"Drawing {subject.name}", int(part[-1]) + 1, len(labels)))
    return torch.cat(rows)


def _likeness(seen: Seen, to_held_out: Tensor, to_train: Tensor, pictures: Tensor) -> Likeness:
    """Real crops are compared crosswise, training with held-out, so that they are no neighbours of themselves."""
    return Likeness(
        metrics.frechet_distance(seen.held_out, to_held_out),
        *metrics.kernel_distance(seen.held_out, to_held_out),
        *metrics.precision_recall(seen.train, to_train),
        metrics.mean_distance(to_held_out),
        metrics.mean_step(pictures),
    )


def _memorisation(places: Tensor, reference: Reference) -> Memorisation:
    seen, data = reference.seen, reference.recipe.data
    memory = metrics.memorisation(seen.bank, places, seen.held_out_places, seen.fresh_places)
    names = label_names(data.labels, data.folders)

    def neighbour(sample: int) -> Neighbour:
        work = reference.works[int(memory.indices[sample]) // BANK]
        styles = tuple(names[int(label)] for label in reference.labels[sample])
        gap = float(memory.distances[sample])
        return Neighbour(FIRST_SEED + sample, styles, work.key, work.artist, work.title, gap)

    nearest = memory.distances.argsort()[:TOLD].tolist()
    return Memorisation(
        memory.verdict,
        memory.share,
        memory.threshold,
        memory.sensitivity,
        tuple(neighbour(i) for i in nearest),
    )


def _path_length(subject: Subject, labels: Tensor, sight: vgg.Sight, tell: Tell) -> float:
    """Perceptual path length (Karras et al., 2019) in z: the mean squared speed of the picture along a slerp."""
    random = np.random.default_rng(3)
    starts, ends = random.standard_normal((2, len(labels), subject.z_dim))
    times = random.random(len(labels))
    total = 0.0
    for i, label in enumerate(labels):
        steps = (times[i], times[i] + STEP)
        z = torch.from_numpy(np.stack([slerp(starts[i], ends[i], t) for t in steps])).float()
        maps = sight.maps(shrink(subject.draw(z, label.expand(2, -1)), DISTANCES.side))
        total += float(metrics.perceptual_distance([m[:1] for m in maps], [m[1:] for m in maps]))
        tell(Progress(0, f"Walking through {subject.name}", i + 1, len(labels)))
    return total / len(labels) / STEP**2


def _copies(copy: Callable[[Tensor], Tensor], reference: Reference, sight: vgg.Sight) -> Copies:
    """Of the middle squares of all held-out works."""
    pictures = reference.unseen.centres(reference.recipe.network.resolution)
    copies = copy(pictures)
    pairs = zip(
        shrink(pictures, DISTANCES.side).split(8), shrink(copies, DISTANCES.side).split(8), strict=True
    )
    gaps = torch.cat([metrics.perceptual_distance(sight.maps(a), sight.maps(b)) for a, b in pairs])
    return Copies(metrics.psnr(pictures, copies), metrics.ssim(pictures, copies), float(gaps.mean()))


def _linear_code(subject: Subject, reference: Reference, sight: vgg.Sight) -> Copies:
    """What the principal components of the training crops keep with as many numbers as the subject's code has."""
    size, random = subject.resolution, np.random.default_rng(4)
    sketch = Sketch(subject.z_dim, min(size, LINEAR_SIDE))
    sketch.fit(reference.pack.batch(random, LINEAR_CROPS, size, reference.recipe.data.zoom)[0], evenness=1.0)

    def copy(pictures: Tensor) -> Tensor:
        small = sketch(sketch.encode(pictures))  # (n, 3, s, s)
        return F.interpolate(small, size=(size, size), mode="bilinear", align_corners=False).clamp(-1, 1)

    return _copies(copy, reference, sight)


def measured(subject: Subject, recipe: Recipe, data_dir: Path | None) -> dict[str, Any]:
    """The short list for a model that is being bundled; empty where no work was held out to measure with."""
    if data_dir is None or not halves(recipe, data_dir)[1]:
        return {}
    sight = vgg.load_vgg()
    reference = load_reference(recipe, data_dir, sight, quietly)
    return card_metrics(report([subject], reference, sight, quietly))


def card_metrics(found: Report) -> dict[str, Any]:
    """The short list for a model card."""
    mine, yardstick, memory = found.model.likeness, found.real_crops, found.model.memorisation
    held_out, nearest = found.counts["held-out works"], memory.nearest[0]
    lines: dict[str, Any] = {}
    if found.model.copies and found.linear_code:
        copies, linear = found.model.copies, found.linear_code
        lines |= {
            f"PSNR of {held_out} held-out works, dB": round(copies.psnr_db, 2),
            "SSIM of held-out works": round(copies.ssim, 3),
            f"perceptual distance to held-out works, unit features of {found.features}": round(
                copies.perceptual, 3
            ),
            "the same of a linear code of equal size": round(linear.perceptual, 3),
        }
    return lines | {
        f"Fréchet distance on {found.features} to crops of {held_out} held-out works": round(mine.frechet, 3),
        "the same, of crops of training works": round(yardstick.frechet, 3),
        "kernel distance": f"{mine.kernel:.3f} ± {mine.kernel_spread:.3f}",
        "precision, recall": f"{mine.precision:.2f}, {mine.recall:.2f}",
        "diversity, over that of training crops": round(mine.diversity / yardstick.diversity, 2),
        "memorisation": f"{memory.verdict}: {memory.share:.1%} of the samples lie nearer to a training crop than the "
        f"nearest {metrics.NEAR:.0%} of held-out crops; nearest: seed {nearest.seed} and {_named(nearest)}",
    }


def _named(work: Neighbour) -> str:
    return f"{work.title} by {work.artist}" if work.artist else work.title
