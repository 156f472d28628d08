"""FusedLstm: a trained nn.LSTM of any depth, one token at a time for a batch, several times as fast as the module.

Invariant: a row's numbers depend on that row alone, whatever the batch; so a seed means the same notes alone and among
others. On x86 the products run on 8-bit weights, one scale an output channel, and 8-bit states of a fixed scale:
whole numbers, exact in any order. Elsewhere they run in fp32, eight rows at a time. The choice depends on what the
processor can do, never on a timing. Owned by the engine's thread.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

ROWS = 8
_VECTORS = 32  # numbers in two of the widest vector registers: what elementwise loops take at once
_HALF = torch.tensor(0.5)  # three times as fast to subtract as a number
_ZERO_POINT, _STATE_STEP = 128, 0.5 / 127  # halved states lie in (-0.5, 0.5)
Product = Callable[[Tensor], Tensor]
State = tuple[Tensor, Tensor]


def best_precision() -> str:
    """ "int8" where torch has whole-number products for this processor, else "fp32"."""
    return "int8" if torch.backends.quantized.engine in ("x86", "fbgemm") else "fp32"


def whole_rows(rows: int) -> int:
    """The next multiple of ROWS."""
    return -(-rows // ROWS) * ROWS


def by_rows(tensor: Tensor) -> Tensor:
    """The same (B, N) values, laid out so that elementwise operations go row by row: torch computes the last few
    numbers of a run without vectors, with other last bits, and in one long run these would belong to any row."""
    if tensor.shape[1] % _VECTORS == 0:
        return tensor.contiguous()
    return torch.nn.functional.pad(tensor, (0, 1))[:, :-1]


def product(weight: Tensor, bias: Tensor, precision: str) -> Product:
    """x (B, K) of halved states -> x @ (2 weight).T + bias (B, N); weight (N, K)."""
    doubled = 2 * weight.detach().float()
    multiply = _int8_product if precision == "int8" else fp32_product
    return multiply(doubled, bias.detach())


def fp32_product(weight: Tensor, bias: Tensor) -> Product:
    """x (B, K) -> x @ weight.T + bias (B, N), always eight rows at a time: the last bits depend on their number."""
    transposed = weight.detach().T.contiguous()  # (K, N)
    bias = bias.detach()

    def multiply(x: Tensor) -> Tensor:
        rows = len(x)
        if rows == ROWS:
            return torch.addmm(bias, x, transposed)
        if rows % ROWS:
            x = torch.cat([x, x.new_zeros(whole_rows(rows) - rows, x.shape[1])])
        if rows <= ROWS:
            return torch.addmm(bias, x, transposed)[:rows]
        return torch.cat([torch.addmm(bias, part, transposed) for part in x.split(ROWS)])[:rows]

    return multiply


def _int8_product(weight: Tensor, bias: Tensor) -> Product:
    """Weights of 8 bits, or 7 where the processor adds products in 16 bits, which 8 would overflow."""
    most = 127 if torch.cpu._is_vnni_supported() else 63
    scales = weight.abs().amax(1).clamp(min=1e-8).double() / most  # (N,)
    with warnings.catch_warnings():  # torch 2.13, which is pinned, speaks of a later removal
        warnings.simplefilter("ignore", UserWarning)
        zeros = torch.zeros(len(scales), dtype=torch.long)
        whole = torch.quantize_per_channel(weight, scales, zeros, 0, torch.qint8)
        packed = torch.ops.quantized.linear_prepack(whole, bias)
    multiply = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32.default

    def run(x: Tensor) -> Tensor:
        found: Tensor = multiply(x, _STATE_STEP, _ZERO_POINT, packed)
        return found

    return run


@dataclass(slots=True)
class _Layer:
    """One layer's product and what it remembers; `heard` is what the product reads: (B, H) or (B, 2H)."""

    multiply: Product
    heard: Tensor
    half: Tensor  # (B, H) half the hidden state, a view into `heard`
    above: Tensor | None  # (B, H) where the next layer reads it
    cell: Tensor  # (B, H) twice the cell state
    gates: Tensor  # (B, 4H) scratch, with its four parts
    parts: tuple[Tensor, ...]
    scratch: Tensor


class FusedLstm:
    """Holds the weights ready for stepping, and the state of a batch of sequences.

    States are kept halved and gates of the candidate doubled, so that every tanh is a sigmoid: tanh(x) is
    2 sigmoid(2x) - 1, and torch's sigmoid is eight times as fast as its tanh."""

    def __init__(self, lstm: nn.LSTM, precision: str = "") -> None:
        self.precision = precision or best_precision()
        self.hidden = h = lstm.hidden_size
        weight = {name: p.detach().float() for name, p in lstm.named_parameters()}
        doubled = torch.ones(4 * h)
        doubled[2 * h : 3 * h] = 2.0
        self._doubled = doubled  # (4H,)
        self._input = weight["weight_ih_l0"] * doubled[:, None]  # (4H, E)
        self._products = []
        for layer in range(lstm.num_layers):
            bias = (weight[f"bias_ih_l{layer}"] + weight[f"bias_hh_l{layer}"]) * doubled
            both = [weight[f"weight_ih_l{layer}"]] * (layer > 0) + [weight[f"weight_hh_l{layer}"]]
            self._products.append(product(torch.cat(both, 1) * doubled[:, None], bias, self.precision))
        self._layers: list[_Layer] = []

    def head(self, weight: Tensor, bias: Tensor) -> Product:
        """A linear layer on the top state, to be given what `step` returns."""
        return product(weight, bias, self.precision)

    def input_gates(self, x: Tensor) -> Tensor:
        """What inputs (..., E) give to the first layer's gates (..., 4H): once for whole tables."""
        return x.detach().float() @ self._input.T

    def begin(self, rows: int) -> None:
        """A fresh batch of sequences that have heard nothing."""
        h, depth = self.hidden, len(self._products)
        heard = [torch.zeros(rows, h if k == 0 else 2 * h) for k in range(depth)]
        self._layers = []
        for k, multiply in enumerate(self._products):
            gates, cell, scratch = (by_rows(torch.zeros(rows, n)) for n in (4 * h, h, h))
            above = heard[k + 1][:, :h] if k + 1 < depth else None
            parts = gates.split(h, 1)
            self._layers.append(
                _Layer(multiply, heard[k], heard[k][:, -h:], above, cell, gates, parts, scratch)
            )

    def spread(self, copies: int) -> None:
        """Each sequence goes on `copies` times, the copies one after the other."""
        before = self._layers
        self.begin(copies * len(before[0].cell))
        for old, new in zip(before, self._layers, strict=True):
            new.heard.copy_(old.heard.repeat_interleave(copies, 0))
            new.cell.copy_(old.cell.repeat_interleave(copies, 0))

    def step(self, gates: Tensor) -> Tensor:
        """gates (B, 4H) from the inputs -> half the top hidden state (B, H), which the next step writes over.

        The cell's gates come in torch's order i, f, g, o, with g doubled; its state is doubled, the hidden halved."""
        sigmoid = torch.sigmoid
        for layer in self._layers:
            summed = layer.multiply(layer.heard)  # (B, 4H)
            if layer is self._layers[0]:
                summed.add_(gates)
            sigmoid(summed, out=layer.gates)
            i, f, g, o = layer.parts
            layer.cell.mul_(f).addcmul_(i, g.sub_(_HALF), value=4.0)  # 2c = f 2c + 2 i (2 sigmoid(2g) - 1)
            sigmoid(layer.cell, out=layer.scratch).sub_(_HALF)  # tanh(c) / 2
            torch.mul(layer.scratch, o, out=layer.half)
            if layer.above is not None:
                layer.above.copy_(layer.half)
        return self._layers[-1].half
