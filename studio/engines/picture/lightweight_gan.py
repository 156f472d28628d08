"""The generator of lightweight-gan: z in, picture out, with skip-layer excitation and attention.

After "Towards Faster and Stabilized GAN Training for High-fidelity Few-shot Image Synthesis" (Liu et al., 2021), as
github.com/lucidrains/lightweight-gan (MIT) builds it: versions from 0.20.4 on, with nearest-neighbour or pixel-shuffle
doubling, with global context (Cao et al., 2019) or frequency attention (FcaNet, Qin et al., 2021) as its gates.

Invariant: with the weights fixed, a pure function of its arguments; noise is given, never drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from studio.engines.picture.style_mapping import Mapping, MappingConfig, Moves

EPS = 1e-5
HEADS, HEAD = 8, 64
SLOPE = 0.1
REACH = 3  # how many layers later a gate is used
Noise = Sequence[Tensor | None]


@dataclass(frozen=True, kw_only=True)
class LightweightConfig(MappingConfig):
    """The shape of a generator; stored in its card. widths: channels after each doubling, from 8 px on; gate: context
    or waves; attention: before which doublings; local: it also looks at its neighbours; loose: eps is added to the
    deviation, not to the variance."""

    widths: tuple[int, ...]
    kernel: int = 4
    shuffle: bool = True
    blur: bool = False
    noise: bool = True
    gate: str = "context"
    attention: tuple[int, ...] = ()
    local: bool = True
    loose: bool = False

    @property
    def num_layers(self) -> int:
        """How many rows a picture takes: z alone."""
        return 1


class Straight(Mapping):
    """No mapping at all: w is z, and the mean is 0, so that psi scales z."""

    def forward(self, z: Tensor, classes: Tensor | None = None) -> Tensor:
        return z


class Norm(nn.Module):
    """Batch norm with the statistics that were learned."""

    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.empty(channels)), nn.Parameter(torch.empty(channels))
        self.register_buffer("running_mean", torch.empty(channels))
        self.register_buffer("running_var", torch.empty(channels))

    def forward(self, x: Tensor) -> Tensor:
        return F.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=EPS)


class Gate(nn.Module):
    """Skip-layer excitation: features (B, C, H, W) -> a factor for each channel of a later layer (B, C', 1, 1)."""

    waves: Tensor

    def __init__(self, inputs: int, outputs: int, size: int, kind: str) -> None:
        super().__init__()
        self.kind = kind
        if kind == "waves":
            self.register_buffer("waves", torch.empty(1, inputs, size, size))
        else:
            self.key = nn.Conv2d(inputs, 1, 1)
        narrow = max(3, outputs // (4 if kind == "waves" else 2))
        self.narrow, self.widen = nn.Conv2d(inputs, narrow, 1), nn.Conv2d(narrow, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        hidden = F.leaky_relu(self.narrow(self._gathered(x)), SLOPE)
        return torch.sigmoid(self.widen(hidden))

    def _gathered(self, x: Tensor) -> Tensor:
        """(B, C, 1, 1)."""
        if self.kind == "waves":
            return (x * self.waves).sum(dim=(2, 3), keepdim=True)
        shares = self.key(x).flatten(2).softmax(dim=2)  # (B, 1, H W)
        return (x.flatten(2) @ shares.transpose(1, 2))[..., None]


class Attention(nn.Module):
    """Linear attention (Shen et al., 2021) over the whole plane, and where `local` over each place's neighbours."""

    def __init__(self, channels: int, config: LightweightConfig) -> None:
        super().__init__()
        inner = HEADS * HEAD
        self.local, self.loose = config.local, config.loose
        self.gain = nn.Parameter(torch.empty(1, channels, 1, 1))
        self.shift = nn.Parameter(torch.empty(1, channels, 1, 1))
        self.q = nn.Conv2d(channels, inner, 1, bias=False)
        self.spread = nn.Conv2d(channels, channels, 3, padding=1, groups=channels, bias=False)
        self.kv = nn.Conv2d(channels, 2 * inner, 1, bias=False)
        if config.local:
            self.local_q = nn.Conv2d(channels, inner, 1, bias=False)
            self.local_kv = nn.Conv2d(channels, 2 * inner, 1, bias=False)
        self.out = nn.Conv2d(inner * (2 if config.local else 1), channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> the same shape, with what it adds."""
        even = self._even(x)
        found = F.gelu(self._everywhere(even))
        if self.local:
            found = torch.cat([found, self._nearby(even)], dim=1)
        return x + self.out(found)

    def _even(self, x: Tensor) -> Tensor:
        variance = x.var(dim=1, unbiased=False, keepdim=True)
        deviation = variance.sqrt() + EPS if self.loose else (variance + EPS).sqrt()
        return (x - x.mean(dim=1, keepdim=True)) / deviation * self.gain + self.shift

    def _everywhere(self, x: Tensor) -> Tensor:
        """(B, heads HEAD, H, W)."""
        q = self.q(x).unflatten(1, (HEADS, HEAD)).flatten(3).softmax(dim=2) * HEAD**-0.5  # (B, h, d, n)
        k, v = self.kv(self.spread(x)).unflatten(1, (2, HEADS, HEAD)).flatten(4).unbind(1)  # (B, h, d, n)
        context = v @ k.softmax(dim=3).transpose(2, 3)  # (B, h, d, d)
        return (context @ q).flatten(1, 2).unflatten(2, x.shape[2:])

    def _nearby(self, x: Tensor) -> Tensor:
        """(B, heads HEAD, H, W): each place looks at the nine around it; outside the plane lie zeros."""
        height, width = x.shape[2:]
        q = self.local_q(x).unflatten(1, (HEADS, HEAD)) * HEAD**-0.5  # (B, h, d, H, W)
        around = F.pad(self.local_kv(x), (1, 1, 1, 1)).unflatten(1, (2, HEADS, HEAD))
        windows = [around[..., i : i + height, j : j + width] for i in range(3) for j in range(3)]
        likeness = torch.stack([(q * window[:, 0]).sum(dim=2) for window in windows])  # (9, B, h, H, W)
        shares = likeness.softmax(dim=0)[:, :, :, None]
        found = sum(
            (share * window[:, 1] for share, window in zip(shares, windows, strict=True)), torch.zeros_like(q)
        )
        return found.flatten(1, 2)


class Layer(nn.Module):
    """Attention where there is one, doubling, convolution, noise, norm, and a gated linear unit."""

    def __init__(self, index: int, config: LightweightConfig) -> None:
        super().__init__()
        inputs, own = (config.z_dim, *config.widths)[index], config.widths[index]
        self.blur, later = config.blur, index + REACH
        self.attention = Attention(inputs, config) if index in config.attention else None
        self.up = nn.Conv2d(inputs, 4 * inputs, 1) if config.shuffle else None
        self.conv = nn.Conv2d(inputs, 2 * own, config.kernel)
        if config.noise:
            self.noise_strength = nn.Parameter(torch.empty(1))
        self.norm = Norm(2 * own)
        gated = 0 < index < 5 and later < len(config.widths)
        self.gate = Gate(own, config.widths[later], 8 << index, config.gate) if gated else None

    def forward(self, x: Tensor, noise: Tensor | None) -> Tensor:
        """(B, C, H, W) -> (B, C', 2H, 2W)."""
        x = x if self.attention is None else self.attention(x)
        x = F.interpolate(x, scale_factor=2.0) if self.up is None else F.pixel_shuffle(F.silu(self.up(x)), 2)
        x = blurred(x) if self.blur else x
        before, after = self.conv.kernel_size[0] // 2, (self.conv.kernel_size[0] - 1) // 2
        x = self.conv(F.pad(x, (before, after, before, after)))
        return F.glu(self.norm(x if noise is None else x + noise), dim=1)


class LightweightGan(nn.Module):
    """The whole network, with the rows of its sliders."""

    def __init__(self, config: LightweightConfig) -> None:
        super().__init__()
        self.config = config
        self.mapping = Straight(config)
        self.first = nn.ConvTranspose2d(config.z_dim, 2 * config.z_dim, 4)
        self.first_norm = Norm(2 * config.z_dim)
        self.layers = nn.ModuleList(Layer(i, config) for i in range(len(config.widths)))
        self.out = nn.Conv2d(config.widths[-1], config.colours, 3, padding=1)
        if config.sliders:
            self.directions = Moves(len(config.sliders), 1, config.w_dim)

    def begin(self, z: Tensor) -> Tensor:
        """(B, z_dim) -> the first features (B, z_dim, 4, 4)."""
        return F.normalize(F.glu(self.first_norm(self.first(z[:, :, None, None])), dim=1), dim=1)

    def synthesise(self, rows: Tensor, noise: Noise) -> Tensor:
        """rows (B, 1, z_dim) -> colours (B, colours, H, W), about -1 to 1."""
        x = self.begin(rows[:, 0])
        gates: dict[int, Tensor] = {}
        for i, layer in enumerate(self.layers):
            assert isinstance(layer, Layer)
            x = layer(x, noise[i])
            if layer.gate is not None:
                gates[i + REACH] = layer.gate(x)
            if i in gates:
                x = x * gates[i]
        return self.out(x) * 2 - 1

    def own_noise(self, strength: float = 1.0) -> list[Tensor | None]:
        """Noise was learned to be random; what is our own is that of seed 0."""
        return self.random_noise(0, strength)

    def random_noise(self, seed: int, strength: float = 1.0) -> list[Tensor | None]:
        """Noise of a seed (H, W) for each layer, as strong as it is to be, drawn from the coarsest to the finest."""
        random = np.random.RandomState(seed)
        if not self.config.noise or not strength:
            return [None] * len(self.layers)
        drawn = [random.randn(8 << i, 8 << i) for i in range(len(self.layers))]
        factors = [self.get_parameter(f"layers.{i}.noise_strength") * strength for i in range(len(drawn))]
        return [torch.from_numpy(one).to(own) * own for one, own in zip(drawn, factors, strict=True)]


def blurred(x: Tensor) -> Tensor:
    """x (B, C, H, W) through [1, 2, 1] along both axes, mirrored at the edges."""
    channels = int(x.shape[1])
    taps = x.new_tensor([0.25, 0.5, 0.25])
    kernel = (taps[:, None] * taps).expand(channels, 1, 3, 3)
    return F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), kernel, groups=channels)
