"""A convolutional variational autoencoder (Kingma and Welling, 2014): any picture in, its latent out, and back.

The latents are ordered by how much each carries (its KL divergence from the prior), so slider 0 changes the most.
Beside the convolutions runs a linear code, the principal components of small pictures: it starts the training where
a network alone would arrive after hours, and carries over to pictures never seen.

Invariant: `encode` and `decode` are pure functions once the weights are fixed; nothing is sampled.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.core.card import Card, ModelInfo
from studio.core.latent import Latent, WCode
from studio.core.picture import Pixels
from studio.core.projection import DragWish, ProjectionWish
from studio.engines.base import Dragging, Engine, Projecting
from studio.engines.catalogue import CatalogueEntry
from studio.engines.picture.code_space import CodeSpace
from studio.engines.picture.directions import Direction, NamedRows, bent, numbered, read_config
from studio.engines.picture.drag_points import drag
from studio.engines.picture.likeness import Eye, Target
from studio.engines.picture.pixels import from_pixels, to_pixels
from studio.engines.picture.projection import project
from studio.engines.picture.sketch import Sketch
from studio.engines.weights import fill_module, read_weights

SLIDERS = 20
FIRST_LOG_VARIANCE = -3.0


@dataclass(frozen=True)
class VaeConfig:
    """The shape of an autoencoder; stored in its card."""

    resolution: int = 64
    z_dim: int = 128
    sketch: int = 32  # px of the linear code beside the convolutions
    channels: tuple[int, ...] = (32, 64, 128, 192, 256)  # at 64, 32, 16, 8, 4 px
    sliders: tuple[Direction, ...] = ()  # the attributes, which are the rows of `moves`


class Residual(nn.Module):
    """Two convolutions beside a shortcut; starts as the identity, so that deep stacks learn from the first step."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv0 = nn.Conv2d(channels, channels, 3, padding=1)
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1)
        nn.init.zeros_(self.conv1.weight)

    def forward(self, x: Tensor) -> Tensor:
        return x + self.conv1(F.silu(self.conv0(F.silu(x))))


class Encoder(nn.Module):
    """Picture -> mean and log variance of its latent."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        widths = config.channels
        self.read = nn.Conv2d(3, widths[0], 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 4, stride=2, padding=1) for a, b in pairwise(widths))
        self.refine = nn.ModuleList(Residual(b) for b in widths[1:])
        self.last = nn.Linear(widths[-1] * _start_size(config) ** 2, 2 * config.z_dim)
        nn.init.zeros_(self.last.weight)
        nn.init.constant_(self.last.bias[config.z_dim :], FIRST_LOG_VARIANCE)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.read(x)  # (B, C, S, S)
        for down, refine in zip(self.down, self.refine, strict=True):
            x = refine(down(F.silu(x)))  # (B, C', S/2, S/2)
        mean, log_variance = self.last(F.silu(x).flatten(1)).chunk(2, dim=1)  # (B, z_dim) each
        return mean, log_variance.clamp(-12, 4)


class Decoder(nn.Module):
    """Latent and its sketch -> what is painted over the sketch."""

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        widths = config.channels[::-1]
        self.size, self.sketch_size = _start_size(config), config.sketch
        self.first = nn.Linear(config.z_dim, widths[0] * self.size**2)
        self.refine = nn.ModuleList(Residual(a) for a in widths)
        self.up = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))
        self.look = nn.Conv2d(3, widths[(config.sketch // self.size).bit_length() - 1], 3, padding=1)
        self.write = nn.Conv2d(widths[-1], 3, 3, padding=1)
        nn.init.zeros_(self.write.weight)

    def forward(self, latent: Tensor, sketch: Tensor) -> Tensor:
        """latent (B, z_dim), sketch (B, 3, s, s) -> (B, 3, S, S)."""
        x = self.first(latent).view(len(latent), -1, self.size, self.size)  # (B, C, 4, 4)
        x = self.refine[0](x.contiguous(memory_format=torch.channels_last))
        for up, refine in zip(self.up, list(self.refine)[1:], strict=True):
            x = F.interpolate(up(F.silu(x)), scale_factor=2.0)  # (B, C', 2S, 2S)
            if x.shape[-1] == self.sketch_size:
                x = x + self.look(sketch)
            x = refine(x)
        return self.write(F.silu(x))  # (B, 3, S, S)


def _start_size(config: VaeConfig) -> int:
    return config.resolution >> (len(config.channels) - 1)


class Vae(nn.Module):
    """Encoder, decoder and the statistics of the latents over the training pictures."""

    kl: Tensor
    mean: Tensor
    spread: Tensor
    moves: Tensor
    bends: Tensor

    def __init__(self, config: VaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = Encoder(config)
        self.decoder = Decoder(config)
        self.sketch = Sketch(config.z_dim, config.sketch)
        self.register_buffer("kl", torch.zeros(config.z_dim))  # nats that each latent carries
        self.register_buffer("mean", torch.zeros(config.z_dim))
        self.register_buffer("spread", torch.ones(config.z_dim))  # standard deviation of each latent's mean
        if config.sliders:
            self.register_buffer("moves", torch.zeros(len(config.sliders), config.z_dim))
            self.register_buffer("bends", torch.zeros(bent(config.sliders), config.z_dim))

    def rows(self) -> tuple[Tensor, Tensor]:
        """Rows in z, attributes before latents (sliders + z_dim, z_dim), and the attributes' bends."""
        latents = torch.eye(self.config.z_dim, device=self.kl.device)
        if not self.config.sliders:
            return latents, latents[:0]
        return torch.cat([self.moves, latents]), self.bends

    def posterior(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures (B, 3, S, S) in -1..1 -> mean and log variance (B, z_dim): the sketch's code, corrected."""
        correction, log_variance = self.encoder(pictures)
        return self.sketch.encode(pictures) + correction, log_variance

    def encode(self, pictures: Tensor) -> Tensor:
        """(B, 3, S, S) in -1..1 -> the mean latent (B, z_dim)."""
        return self.posterior(pictures)[0]

    def decode(self, latent: Tensor) -> Tensor:
        """(B, z_dim) -> (B, 3, S, S), about -1 to 1: the sketch, painted over."""
        size = (self.config.resolution,) * 2
        sketch = self.sketch(latent)  # (B, 3, s, s)
        soft = F.interpolate(sketch, size=size, mode="bilinear", align_corners=False)
        picture: Tensor = soft + self.decoder(latent, sketch)
        return picture

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Pictures -> reconstruction from a sampled latent, mean, log variance: for training."""
        mean, log_variance = self.posterior(pictures)
        latent = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decode(latent), mean, log_variance

    @torch.no_grad()
    def order_latents(self, means: Tensor, log_variances: Tensor) -> None:
        """Sort the latents by KL, most first, from the codes (n, z_dim) of many pictures; what is drawn stays."""
        kl = divergence(means, log_variances).mean(dim=0)  # (z_dim,)
        order = kl.argsort(descending=True)
        rows = torch.cat([order, order + len(order)])
        last, first = self.encoder.last, self.decoder.first
        last.weight.copy_(last.weight[rows])
        last.bias.copy_(last.bias[rows])
        first.weight.copy_(first.weight[:, order])
        self.sketch.components.copy_(self.sketch.components[order])
        self.sketch.scale.copy_(self.sketch.scale[order])
        self.kl.copy_(kl[order])
        self.mean.copy_(means.mean(dim=0)[order])
        self.spread.copy_(means.std(dim=0)[order])


def divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL from the standard normal, nats, for every latent of every picture: (B, z_dim)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance)


class VaeEngine:
    """Draws and encodes pictures. Lives on the device thread.

    A latent's z counts in standard deviations of what pictures have there, so that z = 0 is the mean picture.
    """

    def __init__(self, vae: Vae, card: Card, device: torch.device) -> None:
        self._vae = vae.to(device).eval().requires_grad_(False)
        self._device = device
        config = vae.config
        directions = (*config.sliders, *numbered(card, "latent", config.z_dim))
        self._directions = NamedRows(directions, *self._vae.rows())
        sliders = tuple(d.slider for d in directions[: len(config.sliders) + SLIDERS])
        self.info = ModelInfo(card, sliders, (config.resolution,), can_encode=True)

    def render(self, latent: Latent, max_size: int | None = None, half: bool = False) -> Pixels:
        """(S, S, 3) uint8; a draft is as large as the whole picture, since it costs a few milliseconds."""
        with torch.inference_mode():
            vae = self._vae
            return to_pixels(vae.decode((vae.mean + vae.spread * self._z(latent))[None]))

    def code(self, latent: Latent) -> WCode:
        """The z that a latent comes to, as the only row."""
        with torch.inference_mode():
            return WCode.of(self._z(latent)[None].cpu().numpy())

    def _z(self, latent: Latent) -> Tensor:
        """(z_dim,), with the sliders. A blend is one of z here; there are no layers to mix or to reach."""
        z_dim = self._vae.config.z_dim
        if latent.blend:
            z = torch.stack([part.weight * self._z(part.latent) for part in latent.blend]).sum(dim=0)
        else:
            point = latent.z(z_dim)[0] if latent.w is None else latent.w.rows(1, z_dim)[0]
            z = torch.tensor(point, dtype=torch.float32, device=self._device)
        return latent.psi * z + self._directions.along(latent.offsets)

    def projecting(self, wish: ProjectionWish, eye: Engine | None = None) -> Projecting:
        """Find the z whose picture is nearest to the middle square of a picture, from where the encoder puts it."""
        picture = from_pixels(wish.picture.pixels, self._vae.config.resolution, self._device)
        space = self.space()
        starts = [space.unpacked(self.code(self.encode(wish.picture.pixels)))]
        if wish.start is not None:
            starts.append(space.unpacked(wish.start))
        return project(space, starts, Target(picture, eye if isinstance(eye, Eye) else None), wish.steps)

    def dragging(self, wish: DragWish) -> Dragging:
        """Says that this family cannot."""
        return drag(self.space(), self.code(wish.latent), wish)

    def space(self) -> CodeSpace:
        """The decoder as a function of z, which counts in standard deviations already."""
        vae = self._vae

        def draw(codes: Tensor) -> Tensor:
            return vae.decode(vae.mean + vae.spread * codes[:, 0])

        def paint(codes: Tensor) -> Pixels:
            with torch.inference_mode():
                return to_pixels(draw(codes))

        z_dim = vae.config.z_dim
        axes = torch.eye(z_dim, device=self._device)
        mean = torch.zeros(z_dim, device=self._device)
        return CodeSpace(draw, paint, mean, axes, 1, vae.config.resolution)

    def encode(self, pixels: Pixels) -> Latent:
        """The latent whose picture is nearest to the middle square of `pixels`."""
        with torch.inference_mode():
            vae = self._vae
            code = vae.encode(from_pixels(pixels, vae.config.resolution, self._device))[0]  # (z_dim,)
            z = (code - vae.mean) / vae.spread.clamp(min=1e-4)
        return Latent(point=tuple(z.cpu().double().tolist()))


def open_engine(entry: CatalogueEntry, device: torch.device) -> VaeEngine:
    """Load a bundled or user model; raises StudioError where card and weights do not agree."""
    vae = Vae(read_config(entry.card, VaeConfig))
    fill_module(vae, read_weights(entry), entry.card.name)
    return VaeEngine(vae.to(memory_format=torch.channels_last), entry.card, device)  # type: ignore[call-overload]
