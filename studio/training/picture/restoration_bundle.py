"""Bundles restoration: averaged weights, what they gain on held-out works beside simple means, and a preview."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from studio.core.card import DataSource
from studio.core.errors import StudioError
from studio.core.latent import Latent
from studio.engines.catalogue import Catalogue
from studio.engines.picture.gan_engine import open_engine
from studio.engines.picture.pixels import from_pixels
from studio.engines.picture.restoration import Restoration
from studio.files.locations import models_dir
from studio.training.bundle import Bundle
from studio.training.checkpoints import finished, load_checkpoint
from studio.training.picture.bundle_parts import half_precision, preview, sources
from studio.training.picture.data import list_works, pack_works, split_works
from studio.training.picture.restoration_loop import restoration_config
from studio.training.picture.restoration_recipe import RestorationRecipe
from studio.training.picture.restoration_score import SIGMAS, sample_sheet, score
from studio.training.picture.vgg import Sight, load_vgg
from studio.training.recipe import convert_recipe

SHOWN = 5
PAINTER = "paintings-gan"  # whose pictures the preview shows: the works themselves are not ours to copy


@torch.no_grad()
def bundle(out_dir: Path, raw: dict[str, Any], data_dir: Path | None, last: bool = False) -> Bundle:
    """Everything for the card of the run in `out_dir`; measured on held-out works, which `data_dir` must hold."""
    if data_dir is None:
        raise StudioError("Restoration cannot show what it does without pictures.", hint="Add --data DIR.")
    recipe = convert_recipe(raw, RestorationRecipe)
    nets = Restoration(restoration_config(recipe)).eval()
    counters = load_checkpoint(finished(out_dir, last), {"ema": nets})
    _, kept = split_works(list_works(data_dir, recipe.data), recipe.data.held_out, recipe.seed)
    pack = pack_works(kept, recipe.data.pack_side, out_dir / "held_out.npz")
    unseen = pack.centres(recipe.network.resolution)
    tensors = half_precision(nets, lambda n: sample_sheet(n, unseen[:SHOWN]))
    sight = _sight()
    figures = score(nets, unseen, sight)
    return Bundle(
        recipe=raw,
        tensors=tensors,
        preview=preview(_shown(nets), SHOWN),
        counters=counters,
        config=asdict(nets.config),
        parameters=sum(p.numel() for p in nets.parameters()),
        data=_teachers(recipe, counters["works"], data_dir),
        metrics={"held-out works": len(kept), **_worded(figures), **_seen(figures, sight)},
    )


def _sight() -> Sight | None:
    """What no loss has seen; None where it is not installed: its figures are left out then."""
    try:
        return load_vgg()
    except StudioError:
        return None


def _seen(figures: dict[str, float], sight: Sight | None) -> dict[str, str]:
    if sight is None:
        return {}
    words = {
        "with holes mended": "{hole_seen:.3f} (smooth fill {hole_by_smooth_fill_seen:.3f})",
        "4x from a quarter of the size": "{detail_seen:.3f} (bicubic {detail_by_bicubic_seen:.3f})",
    }
    named = f"perceptual distance on {sight.name}"
    return {f"{name}, {named}": text.format(**figures) for name, text in words.items()}


def _shown(nets: Restoration) -> Tensor:
    """Rows: holes, mended; noisy, cleaned; small, enlarged. (6 SHOWN, 3, S, S), of pictures that nobody painted."""
    painter = open_engine(Catalogue.scan([models_dir()]).entry(PAINTER), torch.device("cpu"))
    drawn = [painter.render(Latent(seed, psi=0.7)) for seed in range(SHOWN)]
    size = nets.config.resolution
    return sample_sheet(nets, torch.cat([from_pixels(p, size, torch.device("cpu")) for p in drawn]))[SHOWN:]


def _teachers(recipe: RestorationRecipe, works: int, data_dir: Path) -> tuple[DataSource, ...]:
    start = recipe.training.start
    borrowed = DataSource(
        f"What Real-ESRGAN's {start} had learned: the upscaler began with its weights",
        "BSD 3-Clause, Copyright (c) 2021, Xintao Wang: see NOTICE.",
        source="github.com/xinntao/Real-ESRGAN",
    )
    return (*sources(works, recipe, data_dir), *((borrowed,) if start else ()))


def _worded(figures: dict[str, float]) -> dict[str, str]:
    """The figures as the card says them: PSNR in dB, ours before the simple means."""
    words = {
        "inside holes, PSNR, dB": "{hole:.2f} (smooth fill {hole_by_smooth_fill:.2f}, "
        "mean colour {hole_by_mean_colour:.2f})",
        "inside holes, mean error, levels of 255": "{hole_l1_levels:.2f} (smooth fill {hole_l1_by_smooth_fill:.2f})",
        "4x from a quarter of the size, PSNR, dB": "{detail:.2f} (bicubic {detail_by_bicubic:.2f})",
    }
    for sigma in SIGMAS:
        words[f"noise of {sigma} levels, PSNR, dB"] = (
            f"{{noise{sigma}:.2f}} (as it is {{noise{sigma}_by_nothing:.2f}}, "
            f"best Gaussian blur {{noise{sigma}_by_blur:.2f}})"
        )
    return {name: text.format(**figures) for name, text in words.items()}
