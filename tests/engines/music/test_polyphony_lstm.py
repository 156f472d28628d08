"""The joint head is a probability: earlier keys never see later ones, and all frames together have probability 1."""

from itertools import product

import pytest
import torch

from studio.engines.music.polyphony_lstm import KEYS, PolyphonyConfig, PolyphonyLstm, frame_nats

TINY = {"hidden": 12, "masked": 100, "tied": 3, "reach": 5}


def net_of(**sizes: object) -> PolyphonyLstm:
    torch.manual_seed(4)
    net = PolyphonyLstm(PolyphonyConfig(**{**TINY, **sizes})).eval()  # type: ignore[arg-type]
    for parameter in net.parameters():
        torch.nn.init.normal_(parameter, std=0.4)
    return net


def frames(*shape: int) -> torch.Tensor:
    return torch.rand(*shape).round()


@pytest.mark.parametrize("downward", [False, True])
@pytest.mark.parametrize("planes", [1, 2])
@torch.no_grad()
def test_a_key_sees_the_keys_before_it_and_no_later_one(downward: bool, planes: int) -> None:
    net = net_of(downward=downward, planes=planes, memories=3)
    hidden, past, frame = torch.randn(12), frames(3 * KEYS * planes), frames(KEYS * planes)
    before = net.log_odds(hidden, past, frame)  # (P, K)
    for key in (0, 30, 87):
        other = frame.clone().view(planes, KEYS)
        other[:, key] = 1 - other[:, key]
        moved = (net.log_odds(hidden, past, other.view(-1)) != before).any(0).nonzero().flatten()
        reached = range(key) if downward else range(key + 1, KEYS)
        assert set(moved.tolist()) == set(reached)


@torch.no_grad()
def test_an_independent_head_sees_no_key_of_the_frame() -> None:
    net = net_of(joint=False)
    hidden, past = torch.randn(12), frames(KEYS)
    assert torch.equal(
        net.log_odds(hidden, past, torch.zeros(KEYS)), net.log_odds(hidden, past, torch.ones(KEYS))
    )


@pytest.mark.parametrize("joint", [True, False])
@torch.no_grad()
def test_the_probabilities_of_all_frames_add_up_to_one(joint: bool) -> None:
    """Of six keys; the others are given log odds that leave them silent."""
    net = net_of(joint=joint)
    keys = torch.tensor([3, 4, 40, 41, 43, 80])
    silent = torch.ones(KEYS, dtype=torch.bool)
    silent[keys] = False
    net.head.from_state.bias[silent] -= 1000.0
    every = torch.zeros(64, KEYS)
    every[:, keys] = torch.tensor(list(product((0.0, 1.0), repeat=6)))
    hidden, past = torch.randn(12).expand(64, 12), frames(KEYS).expand(64, KEYS)
    nats = frame_nats(net.log_odds(hidden, past, every), every)
    assert torch.exp(-nats).sum().item() == pytest.approx(1.0, abs=1e-4)


@torch.no_grad()
def test_the_state_carries_the_past() -> None:
    net = net_of(layers=2)
    past = frames(1, 7, KEYS)
    whole, _ = net(past)
    first, state = net(past[:, :4])
    rest, _ = net(past[:, 4:], state=state)
    torch.testing.assert_close(torch.cat([first, rest], 1), whole)
