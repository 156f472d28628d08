"""The engine of the generators that people bring along: StyleGAN2 and StyleGAN3, as imported by `import-model`.

Invariant: a picture depends on its latent alone, never on what was drawn before. Lives on the device thread.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import torch
from torch import Tensor

from studio.core.card import Card, ModelInfo
from studio.core.latent import Latent, WCode
from studio.core.parameter import Parameter
from studio.core.picture import Pixels
from studio.core.projection import DragWish, ProjectionWish
from studio.engines.base import Dragging, Engine, Projecting
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.directions import Direction, NamedRows, read_config
from studio.engines.picture.imported_rows import ImportedRows
from studio.engines.picture.imported_search import ImportedSearch, opaque
from studio.engines.picture.lightweight_gan import LightweightGan
from studio.engines.picture.onnx_export import onnx_bytes
from studio.engines.picture.pixels import to_pixels
from studio.engines.picture.style_mapping import Mapping, MappingConfig, filled
from studio.engines.picture.stylegan2 import Noise, StyleGan2, StyleGan2Config
from studio.engines.picture.stylegan2_drawing import Drawing
from studio.engines.picture.stylegan3 import StyleGan3, StyleGan3Config
from studio.engines.picture.synthesis import half_precision
from studio.engines.weights import read_weights

SMALLEST_DRAFT = 16  # px
PLACE = (
    Parameter("rotate", "Turn", -180.0, 180.0, 0.0, unit="°", decimals=1, group="place"),
    Parameter("shift-x", "Left – right", -1.0, 1.0, 0.0, hint="In widths of the picture.", group="place"),
    Parameter("shift-y", "Up – down", -1.0, 1.0, 0.0, hint="In heights of the picture.", group="place"),
)


class Painter(Protocol):
    """One network: the rows of a latent -> colours."""

    config: MappingConfig
    mapping: Mapping
    layers: int
    sizes: tuple[int, ...]
    moves: Tensor | None
    has_place: bool
    can_halve: bool

    @property
    def network(self) -> StyleGan2 | StyleGan3 | LightweightGan: ...

    def paint(self, rows: Tensor, latent: Latent, stop_at: int | None, half: bool) -> Tensor:
        """(1, rows, w_dim) -> (1, colours, H, W), about -1 to 1; only the noise comes from the latent itself."""
        ...

    def drawn(self, codes: Tensor, latent: Latent) -> Tensor:
        """The same with gradients and without a place: (1, layers, w_dim) -> (1, colours, H, W)."""
        ...

    def features(self, codes: Tensor, latent: Latent, size: int) -> Tensor | None:
        """What a picture of `size` px is painted from (1, C, size, size); None of a network where places move."""
        ...


class StyleGan2Painter:
    """Draws with StyleGAN2; keeps the noise of the last picture."""

    has_place = False

    def __init__(self, generator: StyleGan2, device: torch.device) -> None:
        self.network = generator
        self.config: MappingConfig = generator.config
        self.mapping, self.layers = generator.mapping, generator.config.num_layers
        self.sizes = tuple(size for size in generator.config.exits if size >= SMALLEST_DRAFT)
        self.moves = generator.directions.moves if generator.config.sliders else None
        self._shorter = shorter_numbers(device)
        self.can_halve = self._shorter is not None
        self._full = Drawing(generator)
        self._half: Drawing | None = None  # made when it is first asked for
        self._noise = (0, 1.0)
        self._full.take_noise(self._noise_of(*self._noise))

    def paint(self, rows: Tensor, latent: Latent, stop_at: int | None, half: bool) -> Tensor:
        drawing = self._drawing(half)
        if (latent.noise_seed, latent.noise) != self._noise:
            self._noise = (latent.noise_seed, latent.noise)
            for one in filter(None, (self._full, self._half)):
                one.take_noise(self._noise_of(*self._noise))
        return drawing(rows, stop_at)

    def drawn(self, codes: Tensor, latent: Latent) -> Tensor:
        return self.network.synthesise(codes, self._noise_of(latent.noise_seed, latent.noise))

    def features(self, codes: Tensor, latent: Latent, size: int) -> Tensor | None:
        return self.network.features(codes, self._noise_of(latent.noise_seed, latent.noise), size)

    def _noise_of(self, seed: int, strength: float) -> Noise:
        """Seed 0 is the noise that was learned with the weights."""
        if not strength:
            return self.network.no_noise()
        if not seed:
            return self.network.own_noise(strength)
        return self.network.random_noise(seed, strength)

    def _drawing(self, half: bool) -> Drawing:
        if not half or self._shorter is None:
            return self._full
        if self._half is None:
            self._half = Drawing(self.network, self._shorter)
            self._half.take_noise(self._noise_of(*self._noise))
        return self._half


class StyleGan3Painter:
    """Draws with StyleGAN3, wherever the picture was moved to.

    Its layers fit each other at one resolution only, so that there are no smaller drafts; those in shorter numbers pay
    on a GPU, and cost more than they save on a CPU.
    """

    has_place = True
    sizes: tuple[int, ...] = ()

    def __init__(self, generator: StyleGan3, device: torch.device) -> None:
        self.network = generator
        self.config: MappingConfig = generator.config
        self.mapping, self.layers = generator.mapping, generator.config.num_layers
        self.moves = generator.directions.moves if generator.config.sliders else None
        self._shorter = shorter_numbers(device) if device.type == "cuda" else None
        self.can_halve = self._shorter is not None

    def paint(self, rows: Tensor, latent: Latent, stop_at: int | None, half: bool) -> Tensor:
        degrees, *shift = rows[0, -1, : len(PLACE)].tolist()
        user = moved_back(degrees, shift).to(rows) if degrees or any(shift) else None
        return self.network.synthesise(rows[:, :-1], user, self._shorter if half else None)

    def drawn(self, codes: Tensor, latent: Latent) -> Tensor:
        return self.network.synthesise(codes)

    def features(self, codes: Tensor, latent: Latent, size: int) -> Tensor | None:
        return None


class ImportedEngine:
    """Draws pictures of latents, whichever network paints them."""

    def __init__(self, painter: Painter, card: Card) -> None:
        self._painter = painter
        sliders = painter.config.sliders
        place = PLACE if painter.has_place else ()
        self._latents = ImportedRows(
            painter.mapping, painter.layers, _named(painter, place), painter.has_place
        )
        shown = tuple(direction.slider for direction in sliders)
        height, width = painter.config.size
        self.info = ModelInfo(
            card, (*shown, *place), painter.sizes, can_encode=height == width, can_halve=painter.can_halve
        )
        self._search = ImportedSearch(painter, self)

    def render(self, latent: Latent, max_size: int | None = None, half: bool = False) -> Pixels:
        """(H, W, 3) uint8, full size or the largest early exit that `max_size` allows; half: a few levels off."""
        with torch.inference_mode():
            rows = self._latents.rows(latent)
            rgb = self._painter.paint(rows, latent, self._exit_size(max_size), half)
            return to_pixels(opaque(rgb))

    def code(self, latent: Latent) -> WCode:
        """The w of every layer that a latent comes to, and its place where it has one."""
        with torch.inference_mode():
            return WCode.of(self._latents.rows(latent)[0].cpu().numpy())

    def encode(self, pixels: Pixels) -> Latent:
        """The likest of a few pictures, since these networks cannot read any."""
        return self._search.encode(pixels)

    def projecting(self, wish: ProjectionWish, eye: Engine | None = None) -> Projecting:
        """Find the w of every layer whose picture is nearest to the middle square of a picture."""
        return self._search.projecting(wish, eye)

    def dragging(self, wish: DragWish) -> Dragging:
        """Move points of a latent's picture; raises StudioError where the network has no features to hold on to."""
        return self._search.dragging(wish)

    def onnx(self) -> bytes:
        """The network for other programs, with the noise that it learned and at rest."""
        return onnx_bytes(self._painter.network)

    def _exit_size(self, max_size: int | None) -> int | None:
        sizes = self.info.sizes
        if max_size is None or not sizes:
            return None
        return max((size for size in sizes if size <= max_size), default=sizes[0])


def shorter_numbers(device: torch.device) -> torch.dtype | None:
    """What drafts are drawn in: with the range of float32, since a checkpoint of unknown training may need it."""
    dtype = half_precision(device)
    if dtype is torch.float16:
        return torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else None
    return dtype


def moved_back(degrees: float, shift: Sequence[float]) -> Tensor:
    """(3, 3): the inverse of turning a picture and then shifting it to the right and downwards."""
    angle = math.radians(degrees)
    cos, sin = math.cos(angle), math.sin(angle)
    moved = [[cos, sin, shift[0]], [-sin, cos, shift[1]], [0.0, 0.0, 1.0]]
    return torch.linalg.inv(torch.tensor(moved, dtype=torch.float64))


def open_stylegan2(entry: CatalogueEntry, device: torch.device) -> ImportedEngine:
    """Load an imported StyleGAN2; raises StudioError where card and weights do not agree."""
    config = read_config(entry.card, StyleGan2Config)
    generator = filled(lambda: StyleGan2(config), read_weights(entry), entry.card.name).to(device)
    return ImportedEngine(StyleGan2Painter(generator, device), entry.card)


def open_stylegan3(entry: CatalogueEntry, device: torch.device) -> ImportedEngine:
    """Load an imported StyleGAN3; raises StudioError where card and weights do not agree."""
    config = read_config(entry.card, StyleGan3Config)
    generator = filled(lambda: StyleGan3(config), read_weights(entry), entry.card.name).to(device)
    return ImportedEngine(StyleGan3Painter(generator, device), entry.card)


def _named(painter: Painter, place: tuple[Parameter, ...]) -> NamedRows:
    """The rows of the sliders; those of the place are 1 in the row that is the place."""
    w_dim, device = painter.config.w_dim, painter.mapping.w_avg.device
    rows = torch.zeros(
        len(painter.config.sliders) + len(place), painter.layers + bool(place), w_dim, device=device
    )
    if painter.moves is not None:
        rows[: len(painter.moves), : painter.layers] = painter.moves
    for i in range(len(place)):
        rows[i - len(place), -1, i] = 1.0
    named = (*painter.config.sliders, *(Direction(one.name, one.label, one.group) for one in place))
    return NamedRows(named, rows, rows[:0])
