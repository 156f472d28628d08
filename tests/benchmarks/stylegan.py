"""An imported StyleGAN2 at 512 px beside a straightforward one, and how long an import takes."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch

from studio.engines.device import prepare_threads
from studio.engines.picture.stylegan2 import StyleGan2, StyleGan2Config
from studio.engines.picture.stylegan2_drawing import Drawing
from studio.engines.picture.stylegan_sliders import find_sliders
from studio.engines.picture.synthesis import half_precision
from studio.files.checkpoint import checked_content, read_checkpoint
from studio.files.checkpoint_stylegan2 import mapping_shapes, synthesis_shapes
from studio.files.safetensors_file import write_safetensors
from tests import tiny_checkpoints as tiny
from tests.benchmarks.plain_stylegan2 import synthesise
from tests.benchmarks.report import Line, Report

ROUNDS = 12
SIZES = (4, 8, 16, 32, 64, 128, 256, 512)
CHANNELS = tuple(min(32768 // size, 512) for size in SIZES)  # as NVIDIA's configurations for 512 px


@torch.inference_mode()
def measure(report: Report) -> None:
    prepare_threads()
    _draw(report)
    _import(report)


def _draw(report: Report) -> None:
    report.section(f"StyleGAN2, 512 px, {torch.get_num_threads()} thread(s)")
    generator, cpu = _generator(), torch.device("cpu")
    w = generator.mapping(torch.randn(1, 512))[:, None].expand(-1, generator.config.num_layers, -1)
    noise = generator.own_noise()
    drawing = _drawing(generator, torch.float32)
    ways = {"ours": lambda: drawing(w), "plain": lambda: synthesise(generator, w, noise)}
    times = _in_turns(ways)
    report.add(Line("a frame", times["ours"], "ms", "straightforward", times["plain"], "half of it"))
    for size in (256, 128, 64):
        report.add(Line(f"early exit at {size} px", _in_turns({"": lambda s=size: drawing(w, s)})[""], "ms"))
    dtype = half_precision(cpu)
    if dtype is not None:
        half = _drawing(generator, dtype)
        report.add(Line("a draft in shorter numbers", _in_turns({"": lambda: half(w)})[""], "ms"))


def _generator() -> StyleGan2:
    torch.manual_seed(0)
    config = StyleGan2Config(512, 0, 512, (512,) * 9, (512, 512), channels=CHANNELS, clamp=256.0)
    generator = StyleGan2(config).eval().requires_grad_(False)
    for name, tensor in (*generator.named_parameters(), *generator.named_buffers()):
        tensor.data.fill_(1.0) if name.endswith("affine.bias") else tensor.data.normal_()
    return generator


def _drawing(generator: StyleGan2, dtype: torch.dtype) -> Drawing:
    drawing = Drawing(generator, dtype)
    drawing.take_noise(generator.own_noise())
    return drawing


def _in_turns(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The best of some rounds for each, in ms; the ways take turns, so that a busy machine is so for all."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS + 1):
        for name, draw in ways.items():
            started = time.perf_counter()
            draw()
            best[name] = min(best[name], (time.perf_counter() - started) * 1000)
    return best


def _import(report: Report) -> None:
    report.section("Importing 200 MB of weights")
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "big.pkl", Path(folder) / "out.safetensors"
        _write_big(path)
        started = time.perf_counter()
        found = read_checkpoint(path)
        checked_content(found)
        read = time.perf_counter()
        steps = find_sliders(found.config, found.tensors)
        moves = _last(steps)
        slid = time.perf_counter()
        write_safetensors(out, {**found.tensors, "directions.moves": moves})
        written = time.perf_counter()
        content = out.read_bytes()
        copied = time.perf_counter()
        path.write_bytes(content)
        plain = time.perf_counter() - copied
    report.add(Line("read and checked", (read - started) * 1000, "ms"))
    report.add(Line("sliders found", (slid - read) * 1000, "ms"))
    report.add(Line("written", (written - slid) * 1000, "ms", "plain writing", plain * 1000))
    report.add(Line("beyond plain writing", (written - started - plain) * 1000, "ms", goal="2000 ms"))


def _write_big(path: Path) -> None:
    channels = [min(42240 // size, 660) for size in (*SIZES, 1024)]
    wide = {"z_dim": 512, "w_dim": 512, "mapping": [512] * 9, "channels": channels, "size": [1024, 1024]}
    config = {**tiny.SG2, **wide}
    arrays = tiny.random_arrays({**mapping_shapes(config), **synthesis_shapes(config)})
    path.write_bytes(tiny.nvidia_pickle(arrays, tiny.sg2_notes(config)))


def _last(steps: object) -> object:
    """What the search for sliders found: their rows."""
    try:
        while True:
            next(steps)  # type: ignore[call-overload]
    except StopIteration as end:
        return end.value[1]
