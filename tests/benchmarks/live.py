"""How live the picture is: drawing bare, prepared and in half precision; the final picture and cancel."""

import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

import onnxruntime
import torch
from PySide6.QtCore import QEventLoop
from torch import Tensor, nn

from studio.core.latent import Latent
from studio.core.messages import CancelledReply, FrameReady, Progress, Quality
from studio.core.project import PictureDocument
from studio.core.timeline import Keyframe, Timeline
from studio.engines.device import prepare_threads
from studio.engines.picture.gan import GanConfig, Generator
from studio.engines.picture.gan_engine import GanEngine, open_engine
from studio.engines.picture.synthesis import half_precision
from studio.files.film import FilmFormat
from studio.inference.film_job import FilmJob
from tests.benchmarks.models import picture_model
from tests.benchmarks.report import Line, Report, percentile
from tests.benchmarks.window import Bench

WARM, TIMED = 8, 60
GPU_SIZES = (256, 512, 1024)
WIDTHS = (512, 512, 512, 256, 128, 64, 32, 16, 16)  # at 4 px and on: of the usual large models


def measure(report: Report) -> None:
    prepare_threads()
    entry = picture_model()
    engine = open_engine(entry, torch.device("cpu"))
    report.section(f"Drawing: {entry.card.id}, one picture, {torch.get_num_threads()} thread")
    _draw_lines(report, engine)
    report.section("Drawing on the GPU")
    _gpu_lines(report)
    _window_lines(report)


def _draw_lines(report: Report, engine: GanEngine) -> None:
    latent = Latent(5, psi=0.7)
    with torch.inference_mode():
        w = engine._latents.rows(latent)
        session = _onnx(engine._generator, w)
        wishes: dict[str, Callable[[], object]] = {
            "bare network": lambda: engine._generator.synthesise(w),
            "prepared": lambda: engine._full(w),
            "onnxruntime": lambda: session.run(None, {"w": w.numpy()}),
        }
        if engine.info.can_halve:
            wishes["half precision"] = lambda: engine._synthesis(True)(w)
        ms = _in_turn(wishes)
    for name in list(wishes)[1:]:
        report.add(Line(name, ms[name], "ms", "bare network", ms["bare network"]))


def _in_turn(wishes: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median time of each, taken in turns so that other load weighs on all of them."""
    spent: dict[str, list[float]] = {name: [] for name in wishes}
    for count in range(WARM + TIMED):
        for name, wish in wishes.items():
            started = perf_counter()
            wish()
            if count >= WARM:
                spent[name].append((perf_counter() - started) * 1000)
    return {name: median(times) for name, times in spent.items()}


class _Synthesis(nn.Module):
    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.generator = generator

    def forward(self, w: Tensor) -> Tensor:
        return self.generator.synthesise(w)


def _onnx(generator: Generator, w: Tensor) -> onnxruntime.InferenceSession:
    """The same network for onnxruntime: the engine stays with torch while that is no slower than this."""
    content = io.BytesIO()
    torch.onnx.export(_Synthesis(generator), (w.clone(),), content, input_names=["w"], dynamo=False)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    return onnxruntime.InferenceSession(content.getvalue(), options, providers=["CPUExecutionProvider"])


def _gpu_lines(report: Report) -> None:
    if not torch.cuda.is_available():
        print("  no CUDA device on this machine: nothing measured")
        return
    device = torch.device("cuda")
    for size in GPU_SIZES:
        config = GanConfig(("all",), resolution=size, channels=WIDTHS[: size.bit_length() - 2])
        generator = Generator(config).to(device).eval().requires_grad_(False)
        card = picture_model().card
        with torch.inference_mode():
            engine = GanEngine(generator, card, device)
            w = torch.randn(1, config.num_layers, config.w_dim, device=device)
            dtype = half_precision(device)
            assert dtype is not None
            wishes = {
                "bare": lambda g=generator, w=w: _settled(g.synthesise(w)),
                "exact": lambda e=engine, w=w: _settled(e._full(w)),
                "half": lambda e=engine, w=w: _settled(e._synthesis(True)(w)),
            }
            ms = _in_turn(wishes)
        for name in ("exact", "half"):
            report.add(Line(f"{size} px, {name}", 1000 / ms[name], "/s", "bare network", 1000 / ms["bare"]))


def _settled(rgb: Tensor) -> Tensor:
    torch.cuda.synchronize()
    return rgb


def _window_lines(report: Report) -> None:
    bench = Bench()
    report.section(f"At rest: {bench.model_id}, offscreen")
    finals = [_final(bench, seed) for seed in range(30)]
    report.add(Line("final picture after a release, p95", percentile(finals, 0.95), "ms", goal="<= 120 ms"))
    with tempfile.TemporaryDirectory() as folder:
        cancels = [_cancel(bench, Path(folder) / "never-written.mp4") for _ in range(8)]
    report.add(Line("cancel of an export, worst", max(cancels), "ms", goal="<= 100 ms"))
    bench.close()


def _final(bench: Bench, seed: int) -> float:
    """From a wish at rest to its painted frame, ms."""
    loop, started = QEventLoop(), perf_counter()
    connection = bench.studio.pictures.frame_shown.connect(
        lambda reply: loop.quit() if _is_final(reply) else None
    )
    bench.studio.session.set_seed(5000 + seed)
    loop.exec()
    bench.studio.pictures.frame_shown.disconnect(connection)
    bench.canvas.repaint()
    return (perf_counter() - started) * 1000


def _is_final(reply: object) -> bool:
    return isinstance(reply, FrameReady) and reply.request.quality is Quality.FINAL


def _cancel(bench: Bench, target: Path) -> float:
    """From the cancel of a running export to its last word, ms."""
    timeline = Timeline((Keyframe(0.0, Latent(1)), Keyframe(20.0, Latent(2))))
    document = PictureDocument(bench.model_id, timeline=timeline)
    loop, pause, serial = QEventLoop(), QEventLoop(), 0

    def watch(reply: object) -> None:
        if isinstance(reply, CancelledReply) and reply.serial == serial:
            loop.quit()
        elif isinstance(reply, Progress) and reply.done >= 5:
            pause.quit()

    connection = bench.studio.bridge.reply_arrived.connect(watch)
    serial = bench.studio.controller.submit_job(FilmJob(document, target, FilmFormat()))
    pause.exec()
    started = perf_counter()
    bench.studio.controller.cancel(serial)
    loop.exec()
    bench.studio.bridge.reply_arrived.disconnect(connection)
    return (perf_counter() - started) * 1000
