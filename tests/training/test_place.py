"""Where a run learns: half precision by device, and words for a device that is not here."""

import pytest
import torch
from torch import nn

from studio.core.errors import StudioError
from studio.training.checkpoints import load_checkpoint, save_checkpoint
from studio.training.descent import Descent
from studio.training.place import Place, _half, choose_place
from studio.training.recipe import Run


@pytest.mark.parametrize(
    ("run", "device", "modern", "wanted"),
    [
        (Run(), "cuda", True, None),
        (Run(bfloat16=True), "cpu", True, torch.bfloat16),
        (Run(precision="bfloat16"), "cuda", True, torch.bfloat16),
        (Run(precision="bfloat16"), "cuda", False, torch.float16),
        (Run(precision="float16"), "cuda", True, torch.float16),
        (Run(precision="float16"), "mps", True, torch.bfloat16),
    ],
)
def test_half_precision_by_device(
    run: Run, device: str, modern: bool, wanted: torch.dtype | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: modern)
    assert _half(run, torch.device(device)) == wanted


def test_the_recipe_names_the_device_and_the_command_line_wins() -> None:
    assert choose_place(Run(device="cpu")).device.type == "cpu"
    assert choose_place(Run(device="cuda:77"), "cpu").device.type == "cpu"
    with pytest.raises(StudioError, match="not available"):
        choose_place(Run(device="cuda:77"))


def test_one_process_in_float32_changes_nothing() -> None:
    place, gradient = Place(), torch.ones(3)
    place.average([gradient])
    assert torch.equal(gradient, torch.ones(3))
    assert place.agree(7) == 7
    with place.autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
    with Place(half=torch.bfloat16).autocast():
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.bfloat16


def test_a_descent_adds_up_clips_and_forgets() -> None:
    net = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(net.weight)
    descent = Descent(torch.optim.SGD(net.parameters(), 1.0), Place(), steepest=2.0)
    for target in (1.0, 3.0):
        descent.add((target * net.weight).sum(), 0.5)
    descent.take()
    assert net.weight.item() == pytest.approx(-2.0)
    descent.add(10 * net.weight.sum())
    descent.take()
    assert net.weight.item() == pytest.approx(-4.0)
    assert net.weight.grad is None


def test_the_scale_of_float16_is_kept_in_a_checkpoint(tmp_path) -> None:
    path, first = tmp_path / "x.safetensors", torch.amp.GradScaler("cpu", init_scale=64.0)
    net = nn.Linear(1, 1)
    first.scale(net(torch.ones(1, 1)).sum())
    save_checkpoint(
        path, {"net": net, "scaler": first, "off": torch.amp.GradScaler("cpu", enabled=False)}, {}
    )
    second = torch.amp.GradScaler("cpu", init_scale=2.0)
    load_checkpoint(path, {"net": net, "scaler": second})
    assert second.get_scale() == 64.0
    assert second.state_dict() == first.state_dict()
    fresh = torch.amp.GradScaler("cpu", init_scale=2.0)  # a run that began in float32
    load_checkpoint(path, {"net": net, "off": fresh})
    assert fresh.get_scale() == 2.0
