"""Devices: the wish, what is here, and what running out of memory looks like."""

import pytest
import torch

from studio.core.errors import StudioError
from studio.engines.catalogue import Catalogue
from studio.engines.device import choose_device, device_choices, free_memory, is_out_of_memory
from studio.engines.torch_backend import TorchBackend


def test_the_cpu_is_always_there_and_last() -> None:
    name, label = device_choices()[-1]
    assert name == "cpu"
    assert label.startswith("CPU, ")


def test_auto_is_the_best_one() -> None:
    assert choose_device("auto") == torch.device(device_choices()[0][0])
    assert choose_device("cpu") == torch.device("cpu")


@pytest.mark.parametrize("wish", ["tpu", "cuda:99", ""])
def test_an_unknown_device_is_answered_with_those_that_are_here(wish: str) -> None:
    with pytest.raises(StudioError) as caught:
        choose_device(wish)
    assert repr(wish) in caught.value.title
    assert "auto" in caught.value.hint
    assert "cpu" in caught.value.hint


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (torch.cuda.OutOfMemoryError("x"), True),
        (RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), True),
        (RuntimeError("shapes do not match"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_running_out_of_memory_is_told_from_other_errors(error: Exception, expected: bool) -> None:
    assert is_out_of_memory(error) is expected


def test_a_real_allocation_that_fails_is_known() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(2**50, dtype=torch.uint8)
    assert is_out_of_memory(caught.value)
    free_memory(torch.device("cpu"))


def test_the_backend_says_what_is_missing() -> None:
    before = torch.is_grad_enabled()
    try:
        backend = TorchBackend(Catalogue([]), "cpu")
        assert backend.name == "cpu"
        assert backend.label == dict(backend.choices)["cpu"]
        with pytest.raises(StudioError, match="no model named"):
            backend.load("gan")
        with pytest.raises(StudioError, match="No restyling model"):
            backend.style_model_id()
    finally:
        torch.set_grad_enabled(before)
