"""The engine of the style-based generator: latents in, pictures out.

Invariant: a picture depends on its latent alone, never on what was drawn before.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from torch import Tensor

from studio.core.card import Card, ModelInfo
from studio.core.latent import Latent, WCode
from studio.core.picture import Pixels
from studio.core.projection import DragWish, ProjectionWish
from studio.engines.base import Dragging, Engine, Projecting
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.code_space import CodeSpace, principal_axes
from studio.engines.picture.directions import NamedRows, numbered, read_config
from studio.engines.picture.drag_points import drag
from studio.engines.picture.gan import GanConfig, Generator
from studio.engines.picture.gan_rows import GanRows
from studio.engines.picture.likeness import Eye, Target
from studio.engines.picture.onnx_export import onnx_bytes
from studio.engines.picture.pixels import from_pixels, to_pixels
from studio.engines.picture.projection import project
from studio.engines.picture.synthesis import Synthesis, half_precision
from studio.engines.weights import fill_module, read_weights

SLIDERS = 16
SMALLEST_DRAFT = 16  # px
AXES_FROM = 2000  # pictures


class GanEngine:
    """Draws pictures of latents. Lives on the device thread; remembers the last w, since a drag keeps the seed."""

    def __init__(self, generator: Generator, card: Card, device: torch.device) -> None:
        self._generator = generator.to(device).eval().requires_grad_(False)
        self._generator.fold()
        self._device = device
        self._full = Synthesis(self._generator)
        self._half: Synthesis | None = None  # made when it is first asked for
        self._noise = (generator.config.noise_seed, 1.0)
        sizes = tuple(4 << i for i in range(len(generator.config.channels)))
        directions = generator.config.sliders or numbered(card, "pca", generator.config.directions)
        self._latents = GanRows(generator, NamedRows(directions, *generator.directions.rows()))
        shown = directions if generator.config.sliders else directions[:SLIDERS]
        self.info = ModelInfo(
            card,
            tuple(direction.slider for direction in shown),
            tuple(size for size in sizes if size >= SMALLEST_DRAFT),
            can_encode=True,
            can_halve=half_precision(device) is not None,
        )

    def render(self, latent: Latent, max_size: int | None = None, half: bool = False) -> Pixels:
        """(S, S, 3) uint8, S the resolution or the largest early exit that `max_size` allows; half: with numbers of
        half the length, a few levels off."""
        with torch.inference_mode():
            self._use_noise(latent.noise_seed, latent.noise)
            w = self._latents.rows(latent)  # (1, num_layers, w_dim)
            return to_pixels(self._synthesis(half)(w, self._exit_size(max_size)).float())

    def _synthesis(self, half: bool) -> Synthesis:
        dtype = half_precision(self._device) if half else None
        if dtype is None:
            return self._full
        if self._half is None:
            self._half = Synthesis(self._generator, dtype)
        return self._half

    def encode(self, pixels: Pixels) -> Latent:
        """The latent whose underpainting is the middle square of `pixels`: its composition and palette, repainted."""
        with torch.inference_mode():
            generator, mapping = self._generator, self._generator.mapping
            picture = from_pixels(pixels, generator.config.resolution, self._device)
            code = generator.underpainting.sketch.encode(picture)  # (1, z_dim)
            even = self._latents.style_weights(())
            root = torch.einsum("bn,nij->ij", mapping.roots(even), mapping.code_root)  # (z_dim, z_dim)
            offset = (code - even @ mapping.code_mean).T  # (z_dim, 1)
            z = torch.linalg.solve_triangular(root, offset, upper=False)[:, 0]
        return Latent(point=tuple(z.cpu().double().tolist()), psi=1.0)

    def code(self, latent: Latent) -> WCode:
        """The w of every layer that a latent comes to."""
        with torch.inference_mode():
            return WCode.of(self._latents.rows(latent)[0].cpu().numpy())

    def onnx(self) -> bytes:
        """The network for other programs, with the noise of seed 0."""
        self._use_noise(0, 1.0)
        return onnx_bytes(self._generator)

    def projecting(self, wish: ProjectionWish, eye: Engine | None = None) -> Projecting:
        """Find the w of every layer whose picture is nearest to the middle square of a picture."""
        picture = from_pixels(wish.picture.pixels, self._generator.config.resolution, self._device)
        target = Target(picture, eye if isinstance(eye, Eye) else None)
        space = self.space(0, 1.0)
        starts = self._starts(picture)
        if wish.start is not None:
            starts = [*starts, space.unpacked(wish.start)]
        return project(space, starts, target, wish.steps)

    def dragging(self, wish: DragWish) -> Dragging:
        """Move points of a latent's picture."""
        return drag(self.space(wish.latent.noise_seed, wish.latent.noise), self.code(wish.latent), wish)

    def space(self, noise_seed: int, noise: float) -> CodeSpace:
        """The generator as a function of explicit codes, with the noise fixed."""

        def draw(codes: Tensor) -> Tensor:
            self._use_noise(noise_seed, noise)  # other requests are served between two steps
            return self._generator.synthesise(codes)

        def paint(codes: Tensor) -> Pixels:
            with torch.inference_mode():
                self._use_noise(noise_seed, noise)
                return to_pixels(self._full(codes))

        def features(codes: Tensor, size: int) -> Tensor:
            self._use_noise(noise_seed, noise)
            return self._generator.features(codes, size)

        config = self._generator.config
        return CodeSpace(draw, paint, *self._axes, config.num_layers, config.resolution, features)

    @cached_property
    def _axes(self) -> tuple[Tensor, Tensor]:
        """The middle and the principal axes of w over pictures of the usual mix of styles."""
        z = np.random.RandomState(0).randn(AXES_FROM, self._generator.config.z_dim)
        with torch.no_grad():
            weights = self._latents.style_weights(()).expand(AXES_FROM, -1)
            points = torch.tensor(z, dtype=torch.float32, device=self._device)
            return principal_axes(self._generator.mapping(points, weights))

    @torch.no_grad()
    def _starts(self, picture: Tensor) -> list[Tensor]:
        """Where a projection may begin, each (num_layers, w_dim): the picture's own underpainting in the usual mix of
        styles and in each of them, and the mean picture."""
        config, mapping = self._generator.config, self._generator.mapping
        code = self._generator.underpainting.sketch.encode(picture)  # (1, z_dim)
        mixes = [(), *(((name, 1.0),) for name in config.styles)]
        painted = [mapping.from_code(code, self._latents.style_weights(mix))[0] for mix in mixes]
        return [w.expand(config.num_layers, -1) for w in (*painted, self._axes[0])]

    def _exit_size(self, max_size: int | None) -> int | None:
        if max_size is None:
            return None
        return max((size for size in self.info.sizes if size <= max_size), default=self.info.sizes[0])

    def _use_noise(self, seed: int, strength: float) -> None:
        if (seed, strength) != self._noise:
            self._generator.draw_noise(seed, strength)
            self._noise = (seed, strength)
            for synthesis in filter(None, (self._full, self._half)):
                synthesis.take_noise()


def open_engine(entry: CatalogueEntry, device: torch.device) -> GanEngine:
    """Load a bundled or user model; raises StudioError where card and weights do not agree."""
    generator = Generator(read_config(entry.card, GanConfig))
    fill_module(generator, read_weights(entry), entry.card.name)
    return GanEngine(generator.to(memory_format=torch.channels_last), entry.card, device)  # type: ignore[call-overload]
