"""A pretended accelerator: tensors that say they live on the device "meta" and compute on the CPU.

As on a real one, an operation on tensors of two devices is an error (scalars excepted), so a tensor made in the wrong
place is found on a machine without a GPU. Half precision, streams and kernels are not pretended.
"""

from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

FAR = torch.device("meta")


class FarTensor(torch.Tensor):
    """Owns the CPU tensor that it stands for."""

    near: torch.Tensor

    @staticmethod
    def __new__(cls, near: torch.Tensor) -> "FarTensor":
        far = torch.Tensor._make_wrapper_subclass(
            cls, near.shape, strides=near.stride(), dtype=near.dtype, device=FAR
        )
        far.near = near
        return far

    def __init__(self, near: torch.Tensor) -> None: ...

    @classmethod
    def __torch_dispatch__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _call(func, args, kwargs or {})


class PretendDevice(TorchDispatchMode):
    """Within this block the device FAR can be used."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return _call(func, args, kwargs or {})


def _call(func: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    far = any(isinstance(tensor, FarTensor) for tensor in tensors)
    near = any(tensor.dim() for tensor in tensors if not isinstance(tensor, FarTensor))
    name, wish = func._schema.name.removeprefix("aten::"), kwargs.get("device")
    if far and near and name not in ("_to_copy", "copy_"):
        raise RuntimeError(f"{name}: tensors on two devices")
    if wish is not None:
        far = torch.device(wish).type == FAR.type
        kwargs = {**kwargs, "device": torch.device("cpu")}
    result = func(*tree_map(_near, args), **tree_map(_near, kwargs))
    if func._schema.is_mutable:  # in place: the tensor that was handed in
        target = kwargs.get("out", args[0])
        return target if isinstance(target, torch.Tensor) else result
    return tree_map(_far, result) if far else result


def _near(value: Any) -> Any:
    return value.near if isinstance(value, FarTensor) else value


def _far(value: Any) -> Any:
    return FarTensor(value) if isinstance(value, torch.Tensor) else value
