"""Finding pictures in the space of an imported generator, and dragging the points of its pictures.

Invariant: what a search shows is what the engine draws of the code that was found. Lives on the device thread.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Protocol

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from studio.core.errors import StudioError
from studio.core.latent import Latent, WCode
from studio.core.picture import Pixels
from studio.core.projection import DragWish, ProjectionWish
from studio.engines.base import Dragging, Engine, ImageEngine, Projecting
from studio.engines.picture.code_space import CodeSpace, principal_axes
from studio.engines.picture.drag_points import drag
from studio.engines.picture.likeness import Eye, Target
from studio.engines.picture.pixels import from_pixels
from studio.engines.picture.projection import project
from studio.engines.picture.style_mapping import Mapping, MappingConfig

AXES_FROM = 2000  # pictures
TRIED, TRIED_WHOLE = 15, 5  # seeds that an opened picture is held against, early exits or whole pictures
TRIED_PX = 64
PSI = 0.7


class Drawer(Protocol):
    """What a search needs of a network's painter; see there."""

    config: MappingConfig
    mapping: Mapping
    layers: int
    has_place: bool

    def drawn(self, codes: Tensor, latent: Latent) -> Tensor: ...

    def features(self, codes: Tensor, latent: Latent, size: int) -> Tensor | None: ...


class ImportedSearch:
    """Searches one network; keeps the axes of its codes."""

    def __init__(self, painter: Drawer, engine: ImageEngine) -> None:
        self._painter, self._engine = painter, engine

    def encode(self, pixels: Pixels) -> Latent:
        """The mean picture, or that of one of the first seeds: whichever is likest."""
        self._check_square()
        sizes = self._engine.info.sizes
        seeds = range(TRIED if len(sizes) > 1 else TRIED_WHOLE)
        known = [Latent(psi=0.0), *(Latent(seed, psi=PSI) for seed in seeds)]
        return min(known, key=self._distance_to(pixels))

    def projecting(self, wish: ProjectionWish, eye: Engine | None) -> Projecting:
        """Raises StudioError where the pictures are not square."""
        space = self._space(Latent())
        picture = from_pixels(wish.picture.pixels, space.size, space.mean.device)
        nearest = self._layers_of(self._engine.code(self.encode(wish.picture.pixels)))
        starts = [space.mean.expand(space.rows, -1), space.unpacked(nearest)]
        if wish.start is not None:
            starts.append(space.unpacked(self._layers_of(wish.start)))
        return project(space, starts, Target(picture, eye if isinstance(eye, Eye) else None), wish.steps)

    def dragging(self, wish: DragWish) -> Dragging:
        """Raises StudioError at the first step where points cannot be dragged."""
        start = self._layers_of(self._engine.code(wish.latent))
        return drag(self._space(wish.latent), start, wish)

    def _space(self, latent: Latent) -> CodeSpace:
        """The network as a function of explicit codes, with the noise of a latent."""
        self._check_square()
        painter, still = self._painter, Latent(noise_seed=latent.noise_seed, noise=latent.noise)

        def draw(codes: Tensor) -> Tensor:
            return opaque(painter.drawn(codes, still))

        def paint(codes: Tensor) -> Pixels:
            code = WCode.of(codes[0].cpu().numpy())
            return self._engine.render(Latent(w=code, noise_seed=still.noise_seed, noise=still.noise))

        def features(codes: Tensor, size: int) -> Tensor:
            found = painter.features(codes, still, size)
            assert found is not None
            return found

        size = painter.config.size[0]
        return CodeSpace(
            draw, paint, *self._axes, painter.layers, size, features if self._has_features else None
        )

    @cached_property
    def _axes(self) -> tuple[Tensor, Tensor]:
        """The middle and the principal axes of w over pictures of all classes in turn."""
        config, device = self._painter.config, self._painter.mapping.w_avg.device
        z = np.random.RandomState(0).randn(AXES_FROM, config.z_dim)
        numbers = torch.arange(AXES_FROM, device=device) % max(config.c_dim, 1)
        with torch.no_grad():
            points = torch.tensor(z, dtype=torch.float32, device=device)
            classes = F.one_hot(numbers, config.c_dim).to(points) if config.c_dim else None
            return principal_axes(self._painter.mapping(points, classes))

    @cached_property
    def _has_features(self) -> bool:
        with torch.no_grad():
            codes = self._axes[0].expand(self._painter.layers, -1)[None]
            return self._painter.features(codes, Latent(), 4) is not None

    def _layers_of(self, code: WCode) -> WCode:
        """A code without the row of its place, which is not searched for."""
        width = self._painter.config.w_dim
        if self._painter.has_place and code.layers == self._painter.layers + 1:
            return WCode.of(code.rows(code.layers, width)[:-1])
        return code

    def _distance_to(self, pixels: Pixels) -> Callable[[Latent], float]:
        picture = from_pixels(pixels, TRIED_PX, torch.device("cpu"))

        def distance(latent: Latent) -> float:
            mine = from_pixels(self._engine.render(latent, TRIED_PX), TRIED_PX, torch.device("cpu"))
            return float((mine - picture).square().mean())

        return distance

    def _check_square(self) -> None:
        height, width = self._painter.config.size
        if height != width:
            raise StudioError(
                "This model's pictures are not square.",
                f"{width} × {height} px",
                "Choose a model of square pictures to match or to drag in.",
            )


def opaque(rgb: Tensor) -> Tensor:
    """(B, colours, H, W) -> (B, 3, H, W): grey three times, and nothing beyond the third."""
    return rgb[:, :3] if rgb.shape[1] >= 3 else rgb[:, :1].expand(-1, 3, -1, -1)
