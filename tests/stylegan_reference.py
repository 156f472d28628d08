"""`python -m tests.stylegan_reference FOLDER`: every checkpoint in a folder against the output of its own program.

Beside each checkpoint stands an .npz with z, ws and pictures. The greatest difference is told relative to the greatest
number, twice: for the module and for the engine's fast drawing.
"""

import argparse
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from studio.core.errors import StudioError
from studio.core.latent import seed_z
from studio.engines.picture.style_mapping import filled
from studio.engines.picture.stylegan2 import StyleGan2, StyleGan2Config
from studio.engines.picture.stylegan2_drawing import Drawing
from studio.engines.picture.stylegan3 import StyleGan3, StyleGan3Config
from studio.files.checkpoint import SUFFIXES, read_checkpoint
from studio.files.checkpoint_parts import STYLEGAN2, Checkpoint

MOST = 1e-5
Row = tuple[str, float, float]


def load(found: Checkpoint) -> StyleGan2 | StyleGan3:
    tensors = {name: torch.from_numpy(np.array(array, np.float32)) for name, array in found.tensors.items()}
    if found.family == STYLEGAN2:
        config = msgspec.convert(found.config, StyleGan2Config)
        return filled(lambda: StyleGan2(config), tensors, found.kind)
    plan = msgspec.convert(found.config, StyleGan3Config)
    return filled(lambda: StyleGan3(plan), tensors, found.kind)


class Programs:
    """Both ways of ours to draw: (B, layers, w_dim) -> (B, colours, H, W)."""

    def __init__(self, generator: StyleGan2 | StyleGan3) -> None:
        self.generator = generator
        self._drawing = Drawing(generator) if isinstance(generator, StyleGan2) else None

    def whole(self, w: Tensor, noise: bool, user: Tensor | None) -> Tensor:
        if isinstance(self.generator, StyleGan3):
            return self.generator.synthesise(w, user)
        return self.generator.synthesise(w, self._noise(noise))

    def alone(self, w: Tensor, noise: bool, user: Tensor | None) -> Tensor:
        """One by one, as the engine does."""
        if self._drawing is None:
            return torch.cat([self.whole(one, noise, user) for one in w.split(1)])
        self._drawing.take_noise(self._noise(noise))
        return torch.cat([self._drawing(one) for one in w.split(1)])

    def _noise(self, noise: bool) -> Any:
        assert isinstance(self.generator, StyleGan2)
        return self.generator.own_noise() if noise else self.generator.no_noise()


def rows(found: Checkpoint, reference: Any) -> Iterator[Row]:
    """(what, difference of the module, difference of the drawing)."""
    programs = Programs(load(found))
    mapping, layers = programs.generator.mapping, programs.generator.config.num_layers
    if "seeds" in reference:
        z = np.concatenate([seed_z(int(seed), found.config["z_dim"]) for seed in reference["seeds"]])
        yield "z of the seeds", *[far(z, reference["z"])] * 2
    w = mapping(torch.from_numpy(reference["z"].astype(np.float32)))[:, None].expand(-1, layers, -1)
    pulled = {"psi0.7": mapping.truncate(w, 0.7), "psi0.5_cut4": mapping.truncate(w, 0.5, 4)}
    if "latent_avg" in reference:
        yield "latent_avg", *[far(mapping.w_avg.numpy(), reference["latent_avg"][0])] * 2
    for name, own in {"ws": w, "latents": w, **{f"ws_{key}": value for key, value in pulled.items()}}.items():
        if name in reference:
            yield name, *[far(own.numpy(), reference[name])] * 2
    yield from pictures(programs, reference, w, pulled["psi0.7"])
    yield from channels(programs, reference, w[:1])


def channels(programs: Programs, reference: Any, w: Tensor) -> Iterator[Row]:
    """Means and deviations of every channel of every layer, of the first picture; the worst layer of each is told."""
    seen: dict[str, Tensor] = {}
    names = [name.removeprefix("actmean/") for name in reference if name.startswith("actmean/")]
    hooks = [
        programs.generator.synthesis.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, out, name=name: seen.update(
                {name: out[0] if isinstance(out, tuple) else out}
            )
        )
        for name in names
    ]
    programs.whole(w, True, None)
    for hook in hooks:
        hook.remove()
    measures = {"actmean": Tensor.mean, "actstd": partial(Tensor.std, correction=0)}
    for kind, measure in measures.items() if names else ():
        worst = max(
            far(measure(seen[name], dim=(2, 3)).numpy(), reference[f"{kind}/{name}"]) for name in names
        )
        yield f"{kind} of {len(names)} layers", worst, worst


def pictures(programs: Programs, reference: Any, w: Tensor, pulled: Tensor) -> Iterator[Row]:
    user = None
    if "transform_user" in reference:
        user = torch.from_numpy(np.linalg.inv(reference["transform_user"])).float()
    mix = torch.from_numpy(reference["ws_mix01"]) if "ws_mix01" in reference else None
    if "img_mix_inject5" in reference:
        mix = torch.cat([w[:1, :5], w[1:2, 5:]], dim=1)
    wanted = {
        "img_const": (w, True, None),
        "img_none": (w, False, None),
        "img_psi0.7_const": (pulled, True, None),
        "img_const_first_alone": (w[:1], True, None),
        "img_mix01_const": (mix, True, None),
        "img_mix_inject5": (mix, True, None),
        "img_const_transform": (w, True, user),
    }
    for name, (codes, noise, moved) in wanted.items():
        if name in reference and codes is not None:
            made = programs.whole(codes, noise, moved), programs.alone(codes, noise, moved)
            yield name, *(far(one.numpy(), reference[name]) for one in made)
    if "u8_const" in reference:
        made = programs.whole(w, True, None), programs.alone(w, True, None)
        yield "u8_const (levels)", *(levels(one, reference["u8_const"]) for one in made)


def far(ours: np.ndarray, theirs: np.ndarray) -> float:
    return float(np.abs(ours - theirs).max() / np.abs(theirs).max())


def levels(ours: Tensor, theirs: np.ndarray) -> float:
    mine = (ours * 127.5 + 128).clamp(0, 255).to(torch.uint8).permute(0, 2, 3, 1).numpy()
    return float(np.abs(mine.astype(int) - theirs.astype(int)).max())


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.stylegan_reference", description=__doc__)
    parser.add_argument("folder", type=Path)
    worst = 0.0
    print(f"{'checkpoint':<28}{'output':<24}{'module':>10}{'drawing':>10}")
    for path in sorted(p for p in parser.parse_args().folder.iterdir() if p.suffix in SUFFIXES):
        beside = path.with_name(path.stem.removesuffix("_converted") + ".npz")
        try:
            found = read_checkpoint(path)
        except StudioError as error:
            print(f"{path.stem:<28}{error.title}")
            continue
        if beside.exists():
            with torch.inference_mode():
                for name, module, drawing in rows(found, np.load(beside)):
                    print(f"{path.stem:<28}{name:<24}{module:>10.1e}{drawing:>10.1e}")
                    bound = 1.0 if "levels" in name else MOST
                    worst = max(worst, module / bound, drawing / bound)
    print(f"worst, as a share of what is allowed: {worst:.2f}")
    return int(worst > 1)


if __name__ == "__main__":
    sys.exit(main())
