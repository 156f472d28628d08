"""Our style networks against the ONNX originals, and what a person may ask of them."""

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray

from studio.core.card import ModelInfo
from studio.core.errors import Cancelled, StudioError
from studio.core.picture import Pixels
from studio.core.restyle import StyleMix, StylePart
from studio.engines.base import StyleEngine, at_once
from studio.engines.catalogue import Catalogue, CatalogueEntry
from studio.engines.picture.style_library import LIBRARY_FILE, StyleLibrary, Vector
from studio.engines.picture.style_networks import StyleNetworks, dequantised
from studio.engines.picture.style_painting import Painter
from studio.engines.picture.style_transfer import StyleTransferEngine, open_engine
from studio.training.picture.style_weights import original, tensors_from_onnx

MODELS = Path(__file__).resolve().parents[3] / "models"
STARRY = StylePart("vincent-van-gogh-the-starry-night")
SCREAM = StylePart("edvard-munch-the-scream")
KANDINSKY = StylePart("wassily-kandinsky-composition-viii")


@pytest.fixture(scope="module")
def entry() -> CatalogueEntry:
    return Catalogue.scan([MODELS]).entry("style-transfer")


@pytest.fixture(scope="module")
def engine(entry: CatalogueEntry) -> StyleTransferEngine:
    return open_engine(entry, torch.device("cpu"))


@pytest.fixture(scope="module")
def borrowed(entry: CatalogueEntry) -> StyleTransferEngine:
    """An engine with the original weights, whatever transformer is shipped."""
    networks = StyleNetworks()
    networks.load_state_dict(dequantised(tensors_from_onnx()))
    library = StyleLibrary.read(entry.folder / LIBRARY_FILE)
    return StyleTransferEngine(ModelInfo(entry.card), networks.eval(), library)


def scene(height: int, width: int) -> Pixels:
    """A sky, a sun, hills and grass: something with edges, gradients and grain."""
    y, x = np.mgrid[0:height, 0:width] / (max(height, width) - 1)
    hill = y > 0.6 + 0.1 * np.sin(7 * x)
    sun = (x - 0.7) ** 2 + (y - 0.25) ** 2 < 0.01
    grain = np.random.default_rng(3).normal(0, 0.06, (height, width, 3))
    sky = np.stack([0.4 + 0.3 * y, 0.5 + 0.2 * y, 0.9 - 0.4 * y], -1)
    picture = np.where(hill[..., None], np.array([0.25, 0.5, 0.2]) + grain, sky)
    picture = np.where(sun[..., None], np.array([1.0, 0.9, 0.5]), picture)
    return (picture.clip(0, 1) * 255).astype(np.uint8)


def unrounded(path: Path) -> bytes:
    """The original graph without the rounding of its activations to 8 bits; its weights stay as they are."""
    model = onnx.load(path)
    constants = {tensor.name for tensor in model.graph.initializer}
    source: dict[str, str] = {}
    kept = []
    for node in model.graph.node:
        rounds = node.op_type == "QuantizeLinear"
        if rounds or (node.op_type == "DequantizeLinear" and node.input[0] not in constants):
            source[node.output[0]] = source.get(node.input[0], node.input[0])
        else:
            node.input[:] = [source.get(name, name) for name in node.input]
            kept.append(node)
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(kept)
    for output in model.graph.output:
        output.name = source.get(output.name, output.name)
    return bytes(model.SerializeToString())


def run_original(model: str | bytes, *inputs: NDArray[np.float32]) -> NDArray[np.float32]:
    onnxruntime.set_default_logger_severity(3)
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    names = [wanted.name for wanted in session.get_inputs()]
    result: NDArray[np.float32] = session.run(None, dict(zip(names, inputs, strict=True)))[0]
    return result


def paint(engine: StyleTransferEngine, pixels: Pixels, style: Vector) -> Pixels:
    return at_once(Painter(engine._networks.transformer, style).paint(pixels))


def floats(pixels: Pixels) -> NDArray[np.float32]:
    return pixels[None].astype(np.float32) / np.float32(255)


def test_the_predictor_is_the_original(borrowed: StyleTransferEngine) -> None:
    picture = scene(256, 256)
    theirs = run_original(unrounded(original("arbitrary_predict")), floats(picture)).ravel()
    np.testing.assert_allclose(borrowed.style_vector(picture), theirs, atol=1e-4)


@pytest.mark.parametrize("part", [STARRY, SCREAM, KANDINSKY], ids=lambda part: part.style_id)
def test_the_transformer_is_the_original_at_384_px(borrowed: StyleTransferEngine, part: StylePart) -> None:
    picture, style = scene(384, 384), borrowed.library.vector(part.style_id)
    theirs = run_original(
        unrounded(original("arbitrary_transform")), floats(picture), style.reshape(1, 1, 1, 100)
    )
    networks = borrowed._networks
    with torch.inference_mode():
        ours = networks.transformer(networks.tensor(picture), torch.from_numpy(style)[None])
    np.testing.assert_allclose(ours[0].permute(1, 2, 0).numpy(), theirs[0], atol=1e-3)
    pixels = paint(borrowed, picture, style)
    assert np.abs(pixels - np.round(theirs[0] * 255)).max() <= 1


def test_it_looks_like_the_original_with_its_rounding(borrowed: StyleTransferEngine) -> None:
    picture, style = scene(384, 384), borrowed.library.vector(STARRY.style_id)
    graph = str(original("arbitrary_transform"))
    theirs = run_original(graph, floats(picture), style.reshape(1, 1, 1, 100))[0] * 255
    ours = paint(borrowed, picture, style)
    assert np.abs(ours - theirs).mean() < 16
    assert np.corrcoef(ours.ravel(), theirs.ravel())[0, 1] > 0.9


def test_the_card_tells_the_truth(entry: CatalogueEntry, engine: StyleTransferEngine) -> None:
    data = entry.weights_path.read_bytes()
    assert entry.card.weights.bytes == len(data)
    assert entry.card.weights.sha256 == hashlib.sha256(data).hexdigest()
    assert entry.card.parameters == sum(p.numel() for p in engine._networks.parameters())
    assert sum(source.works for source in entry.card.data) == len(engine.library.entries)
    assert len(engine.info.directions) == 8
    assert isinstance(engine, StyleEngine)


@pytest.mark.parametrize(
    ("shape", "size", "wanted"),
    [
        ((64, 64), 64, (64, 64)),
        ((67, 45), 130, (130, 87)),
        ((30, 333), 101, (16, 101)),
        ((201, 77), 201, (201, 77)),
    ],
)
def test_any_size(
    engine: StyleTransferEngine, shape: tuple[int, int], size: int, wanted: tuple[int, int]
) -> None:
    painted = engine.restyle(scene(*shape), StyleMix((STARRY,), size=size))
    assert painted.shape == (*wanted, 3)
    assert painted.dtype == np.uint8


def test_the_same_wish_gives_the_same_pixels(engine: StyleTransferEngine) -> None:
    mix = StyleMix((STARRY, SCREAM), (0.5,) * 8, strength=0.7, size=128)
    np.testing.assert_array_equal(engine.restyle(scene(90, 128), mix), engine.restyle(scene(90, 128), mix))


def test_strength_leads_from_the_picture_to_the_style(engine: StyleTransferEngine) -> None:
    picture = scene(128, 128)
    away = [
        np.abs(
            engine.restyle(picture, StyleMix((SCREAM,), strength=s, size=128)) - picture.astype(int)
        ).mean()
        for s in (0.0, 0.1, 0.4, 1.0)
    ]
    assert away[0] == 0
    assert away == sorted(away)
    assert away[-1] > 20


def test_keep_colour_keeps_the_hues(engine: StyleTransferEngine) -> None:
    picture = scene(128, 128)
    mix = StyleMix((SCREAM,), size=128)
    painted, kept = engine.restyle(picture, mix), engine.restyle(picture, replace(mix, keep_colour=True))

    def redness(pixels: Pixels) -> NDArray[np.float64]:
        return pixels[..., 0].astype(float) - pixels[..., 2]

    assert (
        np.abs(redness(kept) - redness(picture)).mean()
        < 0.5 * np.abs(redness(painted) - redness(picture)).mean()
    )
    assert np.abs(kept.astype(int) - picture).mean() > 5


def test_a_mix_stands_between_its_styles(engine: StyleTransferEngine) -> None:
    picture = scene(128, 128)
    starry, mixed, scream = (
        engine.restyle(picture, StyleMix(parts, size=128)).astype(float)
        for parts in ((STARRY,), (STARRY, SCREAM), (SCREAM,))
    )
    apart = np.abs(starry - scream).mean()
    assert np.abs(mixed - starry).mean() < apart
    assert np.abs(mixed - scream).mean() < apart


def test_a_style_that_the_person_brought(engine: StyleTransferEngine) -> None:
    brought = StylePart("my picture", 1.0, tuple(float(x) for x in engine.library.vector(STARRY.style_id)))
    picture = scene(64, 64)
    np.testing.assert_array_equal(
        engine.restyle(picture, StyleMix((brought,), size=64)),
        engine.restyle(picture, StyleMix((STARRY,), size=64)),
    )


def test_it_can_be_cancelled_between_steps(engine: StyleTransferEngine) -> None:
    seen: list[int] = []

    def step(done: int, total: int) -> None:
        seen.append(done)
        if done == 4:
            raise Cancelled

    with pytest.raises(Cancelled):
        engine.restyle(scene(64, 64), StyleMix((STARRY,), size=64), step)
    assert seen == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((64, 64), np.uint8),
        np.zeros((64, 64, 4), np.uint8),
        np.zeros((64, 64, 3), np.float32),
        np.zeros((64, 8, 3), np.uint8),
    ],
    ids=["grey", "alpha", "float", "tiny"],
)
def test_what_is_not_a_picture_is_refused(engine: StyleTransferEngine, pixels: Pixels) -> None:
    with pytest.raises(StudioError):
        engine.restyle(pixels, StyleMix((STARRY,), size=64))
    with pytest.raises(StudioError):
        engine.style_vector(pixels)


def test_an_unknown_style_is_refused(engine: StyleTransferEngine) -> None:
    with pytest.raises(StudioError, match="no style named"):
        engine.restyle(scene(64, 64), StyleMix((StylePart("nobody"),), size=64))
