"""The layers that style-based generators share: equalised linear layers and modulated convolutions.

Written from Karras et al., 2018 (equalised learning rate) and 2020 (weight demodulation).
Invariant: after `fold` a convolution's weight must not change any more.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SLOPE = 0.2
GAIN = math.sqrt(2 / (1 + SLOPE**2))  # keeps unit variance through a leaky ReLU


class EqualLinear(nn.Module):
    """A linear layer with equalised learning rate (Karras et al., 2018). x: (..., inputs)."""

    def __init__(self, inputs: int, outputs: int, bias: float = 0.0, lr: float = 1.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / lr)
        self.bias = nn.Parameter(torch.full((outputs,), bias / lr))
        self.weight_scale = lr / math.sqrt(inputs)
        self.bias_scale = lr

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight * self.weight_scale, self.bias * self.bias_scale)


class ModulatedConv(nn.Module):
    """A 3 x 3 convolution with input channels scaled by a style, section 2.2 of the paper."""

    def __init__(self, inputs: int, outputs: int, w_dim: int) -> None:
        super().__init__()
        self.affine = EqualLinear(w_dim, inputs, bias=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.scale = 1 / math.sqrt(inputs * 9)
        self.folded: tuple[Tensor, Tensor] | None = None

    def forward(self, x: Tensor, w: Tensor) -> tuple[Tensor, Tensor]:
        """x (B, C, H, W), w (B, w_dim) -> the convolved picture and the factor (B, C', 1, 1) it still needs."""
        style = self.affine(w)  # (B, C)
        weight, energies = self.folded or self.constants()
        factor = torch.rsqrt(style.square() @ energies + 1e-8)[:, :, None, None] * GAIN  # (B, C', 1, 1)
        if x.shape[0] == 1 and weight[0].numel() * len(weight) < x.numel():  # scale what is fewer
            weight = weight * style[0, None, :, None, None]
        else:
            x = x * style[:, :, None, None].to(x.dtype)
        return F.conv2d(x, weight.to(x.dtype), padding=1), factor.to(x.dtype)

    def fold(self) -> None:
        """Compute once what does not depend on the picture; the weights must not change any more."""
        self.folded = self.constants()

    def constants(self) -> tuple[Tensor, Tensor]:
        """The scaled weight (C', C, k, k) and its energy for each pair of channels (C, C')."""
        weight = self.weight * self.scale
        return weight, weight.square().sum(dim=(2, 3)).T
