"""Where a run learns: the device, its half precision, and the other processes of the same run (`torchrun`).

Invariant: one process on the CPU in float32 computes what a plain loop without this module would.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import torch
import torch.distributed as dist
from torch import Tensor, nn

from studio.core.errors import StudioError
from studio.engines.device import choose_device
from studio.training.recipe import Run

CPU = torch.device("cpu")
PATIENCE = timedelta(hours=2)  # the others wait while the first process measures and writes


@dataclass(frozen=True)
class Place:
    """A device, what autocast computes in (`half`; None is float32), and which of how many processes this is."""

    device: torch.device = CPU
    half: torch.dtype | None = None
    rank: int = 0
    world: int = 1

    @property
    def leads(self) -> bool:
        """Whether this is the process that writes."""
        return self.rank == 0

    def autocast(self) -> contextlib.AbstractContextManager[None]:
        """Half precision where the recipe asks for it."""
        if self.half is None:
            return contextlib.nullcontext()
        return torch.autocast(self.device.type, self.half)

    def average(self, gradients: list[Tensor]) -> None:
        """Replace every gradient by its mean over all processes."""
        if self.world == 1 or not gradients:
            return
        flat = torch.cat([g.reshape(-1) for g in gradients])  # (all their numbers,)
        dist.all_reduce(flat)
        parts = flat.div_(self.world).split([g.numel() for g in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def follow(self, module: nn.Module) -> None:
        """Take the first process's weights."""
        if self.world > 1:
            for value in module.state_dict().values():
                whole = value.detach().contiguous()
                dist.broadcast(whole, src=0)
                value.copy_(whole)

    def agree(self, number: int) -> int:
        """The first process's number."""
        if self.world == 1:
            return number
        told = torch.tensor(number, device=self.device)
        dist.broadcast(told, src=0)
        return int(told)

    @contextlib.contextmanager
    def leader_first(self) -> Iterator[None]:
        """Run a block in the first process, then in the others, which find the files that it wrote."""
        if self.world > 1 and not self.leads:
            dist.barrier()
        yield
        if self.world > 1 and self.leads:
            dist.barrier()

    def memory_mb(self) -> float:
        """The most memory held so far: the device's, or this process's on the CPU; 0 where nobody counts."""
        if self.device.type == "cuda":
            return torch.cuda.max_memory_allocated(self.device) / 2**20
        if self.device.type == "mps":
            return torch.mps.driver_allocated_memory() / 2**20
        return _resident_mb()

    def name(self, threads: int) -> str:
        """In words, for the card."""
        many = f"{self.world} x " if self.world > 1 else ""
        if self.device.type == "cuda":
            return many + torch.cuda.get_device_name(self.device)
        return f"{many}{self.device.type}, {threads} thread{'s' * (threads > 1)}"


def choose_place(run: Run, wish: str = "") -> Place:
    """The place that `wish`, else the recipe, names; joins the other processes where `torchrun` started several."""
    torch.set_num_threads(run.threads)
    wish, world = wish or run.device, int(os.environ.get("WORLD_SIZE", "1"))
    if world > 1 and wish in ("auto", "cuda") and torch.cuda.is_available():
        wish = f"cuda:{os.environ.get('LOCAL_RANK', '0')}"
    device = choose_device(wish)
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.backends.cudnn.benchmark = True
    if world > 1:
        _join("nccl" if device.type == "cuda" else "gloo")
    return Place(device, _half(run, device), dist.get_rank() if world > 1 else 0, world)


def leave() -> None:
    """Part from the other processes, where there are any."""
    if dist.is_available() and dist.is_initialized():
        dist.destroy_process_group()


def _join(backend: str) -> None:
    if dist.is_initialized():
        return
    try:
        dist.init_process_group(backend, timeout=PATIENCE)
    except (RuntimeError, ValueError) as error:
        raise StudioError(
            "The processes of this run do not find each other.",
            str(error),
            "Start them with: torchrun --nproc-per-node N -m studio.training ...",
        ) from error


def _half(run: Run, device: torch.device) -> torch.dtype | None:
    """bfloat16 but on CUDA cards without it; float16 needs its gradients scaled, which is done on CUDA only."""
    if run.precision == "float32" and not run.bfloat16:
        return None
    if device.type != "cuda":
        return torch.bfloat16
    wants_float16 = run.precision == "float16" or not torch.cuda.is_bf16_supported()
    return torch.float16 if wants_float16 else torch.bfloat16


def _resident_mb() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if os.uname().sysname == "Linux" else peak / 2**20
