"""The fused LSTM is torch's own, one token at a time, and each row is alone."""

import pytest
import torch
from torch import nn

from studio.engines.music.stepping import FusedLstm, best_precision

PRECISIONS = ("fp32", *(["int8"] if best_precision() == "int8" else []))


def trained(depth: int, inputs: int = 12, hidden: int = 20) -> nn.LSTM:
    with torch.random.fork_rng():
        torch.manual_seed(depth)
        lstm = nn.LSTM(inputs, hidden, depth, batch_first=True)
        for parameter in lstm.parameters():
            parameter.data.mul_(2)
    return lstm.requires_grad_(False)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize(("precision", "close"), [("fp32", 1e-5), ("int8", 0.03)])
def test_it_is_nn_lstm(depth: int, precision: str, close: float) -> None:
    if precision not in PRECISIONS:
        pytest.skip("torch has no whole-number products here")
    lstm = trained(depth)
    x = torch.randn(3, 9, 12, generator=torch.Generator().manual_seed(1))
    wanted, _ = lstm(x)  # (3, 9, H)
    fused = FusedLstm(lstm, precision)
    fused.begin(3)
    gates = fused.input_gates(x)
    got = torch.stack([2 * fused.step(gates[:, t]) for t in range(9)], 1)
    assert (got - wanted).abs().max() < close


@pytest.mark.parametrize("precision", PRECISIONS)
def test_a_row_is_the_same_alone_and_among_others(precision: str) -> None:
    lstm = trained(2)
    fused = FusedLstm(lstm, precision)
    gates = fused.input_gates(torch.randn(21, 5, 12, generator=torch.Generator().manual_seed(2)))
    head = fused.head(torch.randn(33, 20, generator=torch.Generator().manual_seed(3)), torch.zeros(33))

    def heard(rows: slice) -> torch.Tensor:
        own = gates[rows]
        fused.begin(len(own))
        return torch.stack([head(fused.step(own[:, t])).clone() for t in range(5)], 1)

    every = heard(slice(0, 21))
    for rows in (slice(0, 1), slice(3, 4), slice(0, 8), slice(5, 17)):
        assert torch.equal(heard(rows), every[rows])


def test_sequences_go_on_from_a_common_state() -> None:
    lstm = trained(2)
    fused = FusedLstm(lstm, "fp32")
    gates = fused.input_gates(torch.randn(2, 3, 12, generator=torch.Generator().manual_seed(4)))
    fused.begin(2)
    fused.step(gates[:, 0])
    alone = fused.step(gates[:, 1]).clone()
    fused.begin(2)
    fused.step(gates[:, 0])
    fused.spread(3)
    spread = fused.step(gates[:, 1].repeat_interleave(3, 0))
    assert torch.allclose(spread, alone.repeat_interleave(3, 0), atol=1e-6)
