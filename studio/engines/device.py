"""Compute devices: which there are, which is best, and what running out of memory looks like."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from studio.core.errors import StudioError

AUTO = "auto"


def device_choices() -> tuple[tuple[str, str], ...]:
    """(name, label) of each device on this machine, best first."""
    choices = []
    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            choices.append((f"cuda:{index}", torch.cuda.get_device_name(index)))
    if torch.backends.mps.is_available():
        choices.append(("mps", "Apple GPU"))
    choices.append(("cpu", f"CPU, {os.cpu_count() or 1} cores"))
    return tuple(choices)


def choose_device(wish: str) -> torch.device:
    """The device for a wish (auto, cpu, cuda, cuda:1, mps); raises StudioError when it is not here."""
    names = [name for name, _ in device_choices()]
    wanted = names[0] if wish == AUTO else {"cuda": "cuda:0"}.get(wish, wish)
    if wanted not in names:
        raise StudioError(
            f"The device {wish!r} is not available on this machine.",
            hint=f"Choose one of: {', '.join(['auto', *names])}.",
        )
    return torch.device(wanted)


def device_facts() -> dict[str, str]:
    """What `doctor` tells about the devices: names, threads, and whether bfloat16 is fast."""
    facts = dict(device_choices())
    facts["threads"] = str(torch.get_num_threads())
    facts["cpu bfloat16"] = "yes" if _cpu_has_bfloat16() else "no"
    if torch.cuda.is_available():
        facts["cuda"] = str(torch.version.cuda)
        facts["cuda bfloat16"] = "yes" if torch.cuda.is_bf16_supported() else "no"
    return facts


def _cpu_has_bfloat16() -> bool:
    probe = getattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", None)
    return bool(probe and probe())


def prepare_threads() -> None:
    """Use half of the cores; called once, on the device thread, before any engine runs.

    The other half belongs to the GUI, the player and the system: with every core in use, each small parallel region
    waits for the slowest thread, and on two cores one thread draws faster than two.
    """
    torch.set_num_threads(max(1, min(8, (os.cpu_count() or 2) // 2)))
    torch.set_grad_enabled(False)
    torch.backends.cudnn.allow_tf32 = False  # a picture at rest is the same on every device, to one level


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that the device has no memory left."""
    if isinstance(error, (torch.cuda.OutOfMemoryError, MemoryError)):
        return True
    text = str(error).lower()
    return isinstance(error, RuntimeError) and ("out of memory" in text or "can't allocate memory" in text)


def free_memory(device: torch.device) -> None:
    """Hand cached blocks back."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


@contextmanager
def one_thread() -> Iterator[None]:
    """For many small products after each other, which lose by being shared between threads."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
