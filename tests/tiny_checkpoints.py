"""Writes StyleGAN checkpoints of a few thousand numbers as the programs of the field do: for tests that open them."""

import argparse
import io
import pickle
import sys
import types
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

Shapes = Mapping[str, tuple[int, ...]]
SG2: dict[str, Any] = {
    "z_dim": 6,
    "c_dim": 0,
    "w_dim": 8,
    "mapping": [6, 8, 8],
    "mapping_lr": 0.01,
    "channels": [8, 8, 6],
    "colours": 3,
    "architecture": "skip",
    "start": [4, 4],
    "size": [16, 16],
    "clamp": 256.0,
    "taps": [0.125, 0.375, 0.375, 0.125],
    "noise": True,
    "shorter": False,
}


def random_arrays(shapes: Shapes, seed: int = 1) -> dict[str, np.ndarray]:
    """Numbers of unit variance for every name; the same at every call."""
    random = np.random.RandomState(seed)
    return {name: np.asarray(random.randn(*shape), np.float32) for name, shape in shapes.items()}


# --- NVIDIA's PyTorch programs -----------------------------------------------------------------------------


class _Module:
    """Pickles as a persistent object of torch_utils does."""

    def __init__(self, class_name: str, state: dict[str, Any]) -> None:
        self.class_name, self.state = class_name, state

    def __reduce__(self) -> tuple[Any, ...]:
        source = "raise SystemExit('the embedded program was run')"
        meta = {"type": "class", "version": 6, "module_src": source, "class_name": self.class_name}
        rebuild = sys.modules["torch_utils.persistence"]._reconstruct_persistent_obj  # type: ignore[attr-defined]
        return rebuild, ({**meta, "state": self.state},)


def nvidia_pickle(
    arrays: Mapping[str, np.ndarray],
    notes: Mapping[str, Mapping[str, Any]],
    key: str | None = "G_ema",
    protocol: int = 4,
) -> bytes:
    """A dict of G, D and G_ema, of which the last is `arrays`; key None is the bare module."""
    with _pretended_modules() as easy_dict:
        generator = _nested(arrays, notes)
        if key is None:
            return pickle.dumps(generator, protocol)
        facts = easy_dict(class_name="training.dataset.ImageFolderDataset", resolution=16)
        other = _nested({name: array + 1 for name, array in arrays.items()}, notes)
        content = {"training_set_kwargs": facts, "G": other, "D": None, key: generator, "augment_pipe": None}
        return pickle.dumps(content, protocol)


def save_nvidia_zip(
    path: Path, arrays: Mapping[str, np.ndarray], notes: Mapping[str, Mapping[str, Any]]
) -> None:
    """The same in the container of torch.save, as third parties keep it."""
    with _pretended_modules():
        torch.save({"G_ema": _nested(arrays, notes)}, path)


def sg2_notes(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The plain attributes of a StyleGAN2's modules that matter."""
    notes: dict[str, dict[str, Any]] = {
        "mapping.fc0": {"activation": "lrelu", "bias_gain": config["mapping_lr"]}
    }
    for i in range(len(config["channels"])):
        block = f"synthesis.b{4 << i}"
        notes[block] = {"architecture": config["architecture"], "use_fp16": False}
        for layer in ("conv0", "conv1"):
            notes[f"{block}.{layer}"] = {
                "conv_clamp": config["clamp"] or None,
                "activation": "lrelu",
                "use_noise": config["noise"],
                "act_gain": np.sqrt(2),
            }
    return notes


def _nested(arrays: Mapping[str, np.ndarray], notes: Mapping[str, Mapping[str, Any]]) -> _Module:
    root = _module("Generator")
    for name in notes:
        _at(root, name).state.update(notes[name])
    for name, array in arrays.items():
        home, _, own = name.rpartition(".")
        tensor = torch.tensor(array)
        if tensor.dim() == 4:
            tensor = tensor.contiguous(memory_format=torch.channels_last)
        buffers = own in ("w_avg", "noise_const") or own.endswith("_filter")
        state = _at(root, home).state
        if buffers:
            state["_buffers"][own] = tensor
        else:
            state["_parameters"][own] = torch.nn.Parameter(tensor, requires_grad=False)
    return root


def _module(class_name: str) -> _Module:
    hooks: dict[str, Any] = {"_forward_hooks": OrderedDict(), "_backward_hooks": OrderedDict()}
    parts: dict[str, Any] = {
        "_parameters": OrderedDict(),
        "_buffers": OrderedDict(),
        "_modules": OrderedDict(),
    }
    return _Module(class_name, {"training": False, **hooks, **parts, "_non_persistent_buffers_set": set()})


def _at(module: _Module, name: str) -> _Module:
    for part in name.split(".") if name else ():
        module = module.state["_modules"].setdefault(part, _module("Part"))
    return module


@contextmanager
def _pretended_modules() -> Iterator[Any]:
    """The modules that NVIDIA's pickles name, for as long as one is written."""
    persistence, util = types.ModuleType("torch_utils.persistence"), types.ModuleType("dnnlib.util")
    network = types.ModuleType("dnnlib.tflib.network")

    def _reconstruct_persistent_obj(meta: object) -> None: ...

    _own(persistence, _reconstruct_persistent_obj)
    easy_dict = type("EasyDict", (dict,), {})
    _own(util, easy_dict)
    _own(network, type("Network", (), {}))
    parents = [types.ModuleType(name) for name in ("torch_utils", "dnnlib", "dnnlib.tflib")]
    pretended = {module.__name__: module for module in (*parents, persistence, util, network)}
    sys.modules.update(pretended)
    try:
        yield easy_dict
    finally:
        for name in pretended:
            del sys.modules[name]


def _own(module: types.ModuleType, thing: Any) -> None:
    thing.__module__, thing.__qualname__ = module.__name__, thing.__name__
    setattr(module, thing.__name__, thing)


# --- the TensorFlow program --------------------------------------------------------------------------------


def tensorflow_pickle(arrays: Mapping[str, np.ndarray], version: int = 4) -> bytes:
    """(G, D, Gs), the last with `arrays` under that program's names and in its layouts."""
    mapping, synthesis = [], []
    for name, array in arrays.items():
        new, value = _for_tensorflow(name, np.asarray(array))
        (mapping if name.startswith("mapping") else synthesis).append((new, value))
    mean = next(value for name, value in mapping if name == "dlatent_avg")
    with _pretended_modules():
        parts = {
            "mapping": _network(
                "G_mapping", [pair for pair in mapping if pair[0] != "dlatent_avg"], {}, version
            ),
            "synthesis": _network("G_synthesis", synthesis, {}, version),
        }
        whole = _network("Gs", [("dlatent_avg", mean)], parts, version)
        other = _network("G", [], {}, version)
        return pickle.dumps((other, other, whole), 4)


def _network(name: str, variables: list[tuple[str, np.ndarray]], parts: dict[str, Any], version: int) -> Any:
    network = sys.modules["dnnlib.tflib.network"].Network()  # type: ignore[attr-defined]
    network.__dict__.update(
        version=version, name=name, static_kwargs={}, components=parts, variables=variables
    )
    network.build_module_src = "raise SystemExit('the embedded program was run')"
    return network


def _for_tensorflow(name: str, array: np.ndarray) -> tuple[str, np.ndarray]:
    network, *path, own = name.split(".")
    if network == "mapping":
        if own == "w_avg":
            return "dlatent_avg", array
        layer = path[0].replace("fc", "Dense").replace("embed", "LabelEmbed")
        return f"{layer}/{own}", array.T if own == "weight" else array
    size, stage = int(path[0][1:]), int(path[0][1:]).bit_length() - 3
    if own == "const":
        return "4x4/Const/const", array[None]
    up = path[1] == "conv0"
    layer = {"conv0": "Conv0_up", "conv1": "Conv1" if stage else "Conv", "torgb": "ToRGB", "skip": "Skip"}[
        path[1]
    ]
    home = f"{size}x{size}/{layer}"
    if own == "noise_const":
        return f"noise{2 * stage - up}", array[None, None]
    if path[-1] == "affine":
        return (f"{home}/mod_weight", array.T) if own == "weight" else (f"{home}/mod_bias", array - 1)
    if own == "weight":
        turned = array.transpose(2, 3, 1, 0)
        return f"{home}/weight", turned[::-1, ::-1] if up else turned
    return f"{home}/{own}", array


# --- rosinality's program ----------------------------------------------------------------------------------


def rosinality_state(arrays: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """`arrays` under that program's names, without the mean w."""
    state = {}
    for name, array in arrays.items():
        if name != "mapping.w_avg":
            state.update([_for_rosinality(name, torch.tensor(array))])
    return state


def _for_rosinality(name: str, tensor: torch.Tensor) -> tuple[str, torch.Tensor]:
    network, *path, own = name.split(".")
    if network == "mapping":
        return f"style.{int(path[0][2:]) + 1}.{own}", tensor
    stage = int(path[0][1:]).bit_length() - 3
    if own == "const":
        return "input.input", tensor[None]
    up = path[1] == "conv0"
    if path[1] == "torgb":
        home = f"to_rgbs.{stage - 1}" if stage else "to_rgb1"
    else:
        home = f"convs.{2 * stage - 1 - up}" if stage else "conv1"
    if own == "noise_const":
        return f"noises.noise_{2 * stage - up}", tensor[None, None]
    if path[-1] == "affine":
        return f"{home}.conv.modulation.{own}", tensor
    if own == "weight":
        return f"{home}.conv.weight", tensor[None]
    if own == "noise_strength":
        return f"{home}.noise.weight", tensor.reshape(1)
    return (
        (f"{home}.bias", tensor[None, :, None, None])
        if path[1] == "torgb"
        else (f"{home}.activate.bias", tensor)
    )


def save_rosinality(path: Path, state: Mapping[str, torch.Tensor], zipped: bool = True, **more: Any) -> None:
    """A training file with what stands beside the generator; `zipped` False is PyTorch's container before 1.6."""
    beside = {"args": argparse.Namespace(size=16, lr=0.002), "g_optim": {"state": {0: {"step": 3}}}}
    content = {"g": state, "d": {}, "g_ema": state, **beside, **more}
    torch.save(content, path, _use_new_zipfile_serialization=zipped)


# --- what is built to do harm ------------------------------------------------------------------------------


def legacy_storage(program: bytes) -> bytes:
    """A plain pickle whose only storage holds another program."""
    out = io.BytesIO()
    out.write(
        b"\x80\x03ctorch.storage\n_load_from_bytes\n(B"
        + len(program).to_bytes(4, "little")
        + program
        + b"tR."
    )
    return out.getvalue()


# --- StyleGAN3 ---------------------------------------------------------------------------------------------


def sg3_config(turns: bool = False) -> dict[str, Any]:
    """A StyleGAN3 of two layers and colours, 16 px; `turns` is the R configuration."""
    down = [6, 6] if turns else [6]
    layer = {
        "inputs": 6,
        "outputs": 6,
        "kernel": 1 if turns else 3,
        "up": 2,
        "down": 2,
        "clamp": 256.0,
        "to_rgb": False,
    }
    filters = {"up_filter": [6], "down_filter": down}
    edge = 5 if turns else 3  # so that a layer of 20 px makes one of 20
    padding = {"padding": [edge, edge, edge, edge]}
    plain = {"up": 1, "down": 1, "up_filter": [], "down_filter": [], "padding": [-2, -2, -2, -2]}
    colours = {
        **layer,
        **plain,
        "name": "L2_16_3",
        "outputs": 3,
        "kernel": 1,
        "size": [16, 16],
        "to_rgb": True,
    }
    return {
        **{
            key: SG2[key]
            for key in ("z_dim", "c_dim", "w_dim", "mapping", "mapping_lr", "colours", "shorter")
        },
        "size": [16, 16],
        "input": {"channels": 6, "size": [20, 20], "sampling_rate": 16.0, "bandwidth": 2.0},
        "layers": [
            {**layer, **filters, **padding, "name": "L0_20_6", "size": [20, 20]},
            {**layer, **filters, **padding, "name": "L1_20_6", "size": [20, 20]},
            colours,
        ],
        "output_scale": 0.25,
    }


def sg3_arrays(shapes: Shapes) -> dict[str, np.ndarray]:
    """Random numbers, with smooth filters, waves that the grid holds, and a picture that stands upright."""
    arrays = random_arrays(shapes)
    for name, array in arrays.items():
        if name.endswith("_filter"):
            taps = np.hanning(array.shape[0] + 2)[1:-1]
            whole = taps if array.ndim == 1 else np.outer(taps, taps)
            arrays[name] = (whole / whole.sum()).astype(np.float32)
    arrays["synthesis.input.transform"] = np.eye(3, dtype=np.float32)
    arrays["synthesis.input.affine.weight"] *= 0
    arrays["synthesis.input.affine.bias"] = np.array([1, 0, 0, 0], np.float32)
    return {name: np.abs(array) if name.endswith("_ema") else array for name, array in arrays.items()}


def sg3_notes(config: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The plain attributes of a StyleGAN3's modules that matter."""
    plan = config["input"]
    notes: dict[str, dict[str, Any]] = {
        "mapping.fc0": {"activation": "lrelu", "bias_gain": config["mapping_lr"]},
        "synthesis": {"layer_names": [layer["name"] for layer in config["layers"]], "output_scale": 0.25},
        "synthesis.input": {**plan, "size": np.array(plan["size"])},
    }
    for layer in config["layers"]:
        notes[f"synthesis.{layer['name']}"] = {
            "out_size": np.array(layer["size"]),
            "up_factor": layer["up"],
            "down_factor": layer["down"],
            "padding": layer["padding"],
            "conv_clamp": 256,
            "is_torgb": layer["to_rgb"],
            "use_fp16": False,
        }
    return notes
