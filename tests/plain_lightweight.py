"""The generator of lightweight-gan a second time, as plainly as its program says it: what ours is held against.

Written from the source of github.com/lucidrains/lightweight-gan (MIT); its parameters have the names that its
checkpoints have. Noise is given instead of drawn.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

GATES = {3: 7, 4: 8, 5: 9, 6: 10}


class Blur(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("f", torch.tensor([1.0, 2.0, 1.0]))

    def forward(self, x: Tensor) -> Tensor:
        kernel = torch.outer(torch.tensor([1.0, 2.0, 1.0]), torch.tensor([1.0, 2.0, 1.0])) / 16
        padded = F.pad(x, (1, 1, 1, 1), mode="reflect")
        planes = [F.conv2d(padded[:, i : i + 1], kernel[None, None]) for i in range(x.shape[1])]
        return torch.cat(planes, dim=1)


class Shuffle(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Conv2d(channels, 4 * channels, 1), nn.SiLU(), nn.PixelShuffle(2))

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Noise(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(1))
        self.given: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        return x if self.given is None else x + self.weight * self.given


class Context(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.to_k = nn.Conv2d(inputs, 1, 1)
        self.net = squeeze(inputs, max(3, outputs // 2), outputs)

    def forward(self, x: Tensor) -> Tensor:
        shares = self.to_k(x).flatten(2).softmax(dim=-1)
        return self.net(torch.einsum("bin,bcn->bci", shares, x.flatten(2)).unsqueeze(-1))


class Waves(nn.Module):
    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.register_buffer("dct_weights", torch.randn(1, inputs, width, width))
        self.net = squeeze(inputs, max(3, outputs // 4), outputs)

    def forward(self, x: Tensor) -> Tensor:
        return self.net((x * self.dct_weights).sum(dim=3).sum(dim=2)[:, :, None, None])


def squeeze(inputs: int, hidden: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, hidden, 1), nn.LeakyReLU(0.1), nn.Conv2d(hidden, outputs, 1), nn.Sigmoid()
    )


class DepthWise(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False),
            nn.Conv2d(inputs, outputs, 1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.net(x)


class Attention(nn.Module):
    """One picture at a time, one head at a time."""

    def __init__(self, width: int, local: bool) -> None:
        super().__init__()
        prefix = "to_lin_" if local else "to_"
        self.local, self.prefix = local, prefix
        self.add_module(f"{prefix}q", nn.Conv2d(width, 512, 1, bias=False))
        self.add_module(f"{prefix}kv", DepthWise(width, 1024))
        if local:
            self.to_q = nn.Conv2d(width, 512, 1, bias=False)
            self.to_kv = nn.Conv2d(width, 1024, 1, bias=False)
        self.to_out = nn.Conv2d(1024 if local else 512, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        queries = self.get_submodule(f"{self.prefix}q")(x)
        keys, values = self.get_submodule(f"{self.prefix}kv")(x).chunk(2, dim=1)
        found = F.gelu(torch.cat([self.whole(*one) for one in heads(queries, keys, values)], dim=1))
        if self.local:
            near = [
                self.near(*one, x.shape[-2:]) for one in heads(self.to_q(x), *self.to_kv(x).chunk(2, dim=1))
            ]
            found = torch.cat([found, torch.cat(near, dim=1)], dim=1)
        return self.to_out(found.unflatten(2, x.shape[-2:]))

    def whole(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """(B, 64, n) each -> (B, 64, n)."""
        q, k, v = (one.transpose(1, 2) for one in (q, k, v))  # b n c
        q, k = q.softmax(dim=-1) * 64**-0.5, k.softmax(dim=-2)
        context = torch.einsum("bnd,bne->bde", k, v)
        return torch.einsum("bnd,bde->bne", q, context).transpose(1, 2)

    def near(self, q: Tensor, k: Tensor, v: Tensor, size: torch.Size) -> Tensor:
        k, v = (
            F.unfold(one.unflatten(2, size), 3, padding=1).unflatten(1, (64, 9)).permute(0, 3, 2, 1)
            for one in (k, v)
        )  # b n j d
        q = q.transpose(1, 2) * 64**-0.5
        shares = torch.einsum("bid,bijd->bij", q, k).softmax(dim=-1)
        return torch.einsum("bij,bijd->bid", shares, v).transpose(1, 2)


def heads(*parts: Tensor) -> list[tuple[Tensor, ...]]:
    """(B, 512, H, W) each -> for each of 8 heads, (B, 64, n) each."""
    return list(zip(*(part.flatten(2).split(64, dim=1) for part in parts), strict=True))


class ChanNorm(nn.Module):
    def __init__(self, width: int, loose: bool) -> None:
        super().__init__()
        self.loose = loose
        self.g = nn.Parameter(torch.ones(1, width, 1, 1))
        self.b = nn.Parameter(torch.zeros(1, width, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        variance, mean = torch.var(x, dim=1, unbiased=False, keepdim=True), x.mean(dim=1, keepdim=True)
        if self.loose:
            return (x - mean) / (variance.sqrt() + 1e-5) * self.g + self.b
        return (x - mean) / (variance + 1e-5).sqrt() * self.g + self.b


class PreNorm(nn.Module):
    def __init__(self, width: int, local: bool, loose: bool) -> None:
        super().__init__()
        self.fn, self.norm = Attention(width, local), ChanNorm(width, loose)

    def forward(self, x: Tensor) -> Tensor:
        return self.fn(self.norm(x))


class Plain(nn.Module):
    """The generator. newest: pixel shuffle, a kernel of 4, noise and local attention; else that of version 0.20.4."""

    def __init__(
        self,
        z_dim: int,
        widths: list[int],
        colours: int = 3,
        newest: bool = True,
        attention: tuple[int, ...] = (),
        waves: bool = False,
        blur: bool = False,
    ) -> None:
        super().__init__()
        self.initial_conv = nn.Sequential(
            nn.ConvTranspose2d(z_dim, 2 * z_dim, 4), nn.BatchNorm2d(2 * z_dim), nn.GLU(dim=1)
        )
        self.resolution = len(widths) + 2
        self.layers = nn.ModuleList()
        for res, inputs, own in zip(range(2, self.resolution), [z_dim, *widths[:-1]], widths, strict=True):
            gate: nn.Module | None = None
            if GATES.get(res, 99) <= self.resolution:
                later = widths[GATES[res] - 1 - 2]
                gate = Waves(own, later, 2 ** (res + 1)) if waves else Context(own, later)
            soften = Blur() if blur else nn.Identity()
            attend = PreNorm(inputs, newest, not newest) if 2**res in attention else None
            body = newest_body(inputs, own, soften) if newest else older_body(inputs, own, soften)
            self.layers.append(nn.ModuleList([body, gate, attend]))
        self.out_conv = nn.Conv2d(widths[-1], colours, 3, padding=1)

    def forward(self, z: Tensor) -> Tensor:
        x = F.normalize(self.initial_conv(z[:, :, None, None]), dim=1)
        factors: dict[int, Tensor] = {}
        for res, (body, gate, attend) in zip(range(2, self.resolution), self.layers, strict=True):
            if attend is not None:
                x = attend(x) + x
            x = body(x)
            if gate is not None:
                factors[GATES[res]] = gate(x)
            if res + 1 in factors:
                x = x * factors[res + 1]
        return self.out_conv(x)

    def take_noise(self, noise: list[Tensor]) -> None:
        givers = [module for module in self.modules() if isinstance(module, Noise)]
        for giver, given in zip(givers, noise, strict=True):
            giver.given = given


def newest_body(inputs: int, own: int, soften: nn.Module) -> nn.Sequential:
    same = nn.Sequential(nn.ZeroPad2d((2, 1, 2, 1)), nn.Conv2d(inputs, 2 * own, 4))
    return nn.Sequential(Shuffle(inputs), soften, same, Noise(), nn.BatchNorm2d(2 * own), nn.GLU(dim=1))


def older_body(inputs: int, own: int, soften: nn.Module) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, 2 * own, 3, padding=1)
    return nn.Sequential(
        nn.Upsample(scale_factor=2), soften, convolution, nn.BatchNorm2d(2 * own), nn.GLU(dim=1)
    )


def tiny_plain(
    seed: int = 1, z_dim: int = 6, widths: tuple[int, ...] = (8, 6, 4, 4), **options: Any
) -> Plain:
    """One with random weights, and the statistics that its features have, so that every z is another picture."""
    torch.manual_seed(seed)
    network = Plain(z_dim, list(widths), **options).requires_grad_(False)
    for name, own in network.named_parameters():
        inputs = z_dim if name.startswith("initial") else own[0].numel()
        own.copy_(torch.randn_like(own) * (0.2 if own.dim() == 1 else inputs**-0.5))
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.weight.add_(1.5)
            module.momentum = 1.0
        elif isinstance(module, ChanNorm):
            module.g.add_(1.0)
        elif isinstance(module, Waves):
            module.dct_weights.div_(module.dct_weights.shape[-1])
    network.train()(torch.randn(24, z_dim))
    return network.eval()


def save_lightweight(path: Path, generator: Plain, version: str = "1.1.1", **more: Any) -> None:
    """As the trainer saves it: G differs from its running mean GE, and there is a D."""
    state: dict[str, Any] = {"D.to_logits.0.weight": torch.ones(2, 2, 1, 1)}
    own: Mapping[str, Tensor] = generator.state_dict()
    state |= {f"G.{name}": tensor + 1 for name, tensor in own.items()}
    state |= {f"GE.{name}": tensor for name, tensor in own.items()}
    scaler = {"scale": 65536.0, "growth_factor": 2.0, "_growth_tracker": 0}
    torch.save({"GAN": state | more, "version": version, "G_scaler": scaler, "D_scaler": {}}, path)
