"""Generators as ONNX: z, psi and (where there are some) classes or styles in, a picture out.

Needs the package onnx, which the program itself does not. Lives on the device thread.
"""

from __future__ import annotations

import copy
import io
import warnings
from importlib.util import find_spec

import torch
from torch import Tensor, nn

from studio.core.errors import StudioError
from studio.engines.picture.gan import Generator, home_shares
from studio.engines.picture.lightweight_gan import LightweightGan
from studio.engines.picture.stylegan2 import StyleGan2
from studio.engines.picture.stylegan3 import StyleGan3

OPSET = 17


class Drawn(nn.Module):
    """z (1, z_dim), psi (1), classes (1, c_dim), which are left out where there are none -> (1, colours, H, W)."""

    def __init__(self, generator: StyleGan2 | StyleGan3 | LightweightGan) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, z: Tensor, psi: Tensor, classes: Tensor | None = None) -> Tensor:
        mapping, layers = self.generator.mapping, self.generator.config.num_layers
        w = mapping.w_avg + psi * (mapping(z, classes) - mapping.w_avg)  # (1, w_dim)
        rows = w[:, None].expand(-1, layers, -1)
        if isinstance(self.generator, StyleGan2 | LightweightGan):
            return self.generator.synthesise(rows, self.generator.own_noise())
        return self.generator.synthesise(rows)


class DrawnOwn(nn.Module):
    """The same for our own generator, whose styles (1, N) are shares with a sum of 1 in every group."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, z: Tensor, psi: Tensor, styles: Tensor) -> Tensor:
        mean = styles @ self.generator.w_mean
        w = mean + psi * (self.generator.mapping(z, styles) - mean)  # (1, w_dim)
        return self.generator.synthesise(w[:, None].expand(-1, self.generator.config.num_layers, -1))


def onnx_bytes(generator: StyleGan2 | StyleGan3 | LightweightGan | Generator) -> bytes:
    """The file's content; raises StudioError where the package is missing."""
    if find_spec("onnx") is None:
        raise StudioError("ONNX files need the package onnx.", hint="Install it: python -m pip install onnx")
    own = copy.deepcopy(generator).cpu()
    inputs: dict[str, Tensor] = {"z": torch.zeros(1, own.config.z_dim), "psi": torch.ones(1)}
    if isinstance(own, Generator):
        network: nn.Module = DrawnOwn(own)
        inputs["styles"] = home_shares(own.config)
    else:
        network = Drawn(own)
        if own.config.c_dim:
            inputs["classes"] = torch.eye(own.config.c_dim)[:1]
    return _exported(network, inputs)


def _exported(network: nn.Module, inputs: dict[str, Tensor]) -> bytes:
    content = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")  # sizes become constants, as they are to
        torch.onnx.export(
            network,
            tuple(inputs.values()),
            content,  # type: ignore[arg-type]
            input_names=list(inputs),
            output_names=["picture"],
            opset_version=OPSET,
            dynamo=False,
        )
    return content.getvalue()
